"""Examples of bodies, by the view that takes them: they stand in the description of the interface, as data."""

from __future__ import annotations

from typing import Any

EXAMPLES: dict[str, Any] = {
    "aside_one": {"aside": "chase", "note": "请今天内回复。"},
    "extend_one": {
        "promise": "01890000-0000-7000-8000-000000000000",
        "what": "ask",
        "amount": 3,
        "note": "等配件。",
    },
    "make_webhook": {
        "name": "热线平台",
        "url": "https://receiver.example/gezhi",
        "kinds": ["matter.opened", "matter.stepped"],
    },
    "change_webhook": {"state": "paused"},
    "replay_webhook": {"since": "2026-11-20T00:00:00+08:00", "state": "dead"},
    "change_secret": {"what": "add"},
    "open_one": {"text": "路灯不亮，晚上看不见路。", "item": "N01", "lon": 118.205, "lat": 30.615},
    "step_one": {"move": "accept", "note": "已受理，今天去看。"},
    "reclass_one": {"item": "N01", "note": "看过以后是占道堆物。"},
    "place_one": {"lon": 118.205, "lat": 30.615},
    "part_one": {"parts": [{"text": "消防通道堵了。", "item": "N01"}], "client_key": "7f3a"},
    "unmerge_one": {"note": "不是同一件。"},
    "answer_one": {"answer": "confirm"},
    "hand_over": {
        "company": "柳荫物业",
        "asked": "请清走三楼楼道的纸箱，拍照回复。",
        "until": "2026-11-24T18:00:00+08:00",
    },
    "prolong_handover": {"until": "2026-11-25T18:00:00+08:00"},
    "issue_paper": {"kind": "acceptance", "places": {"联系方式": "综合治理中心 0000-1234567"}},
    "void_paper": {"reason": "联系方式写错了。"},
}
