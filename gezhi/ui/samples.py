"""What the components page shows where a page of the desk would show a matter: all of it invented, none of it stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from gezhi.ui import ruler, words


def all_of(now: datetime) -> dict[str, Any]:
    """Each sample under the name by which the piece that draws it asks for it."""
    return {
        "day": day(),
        "steps": steps(),
        "pages": pages(),
        "counted": counted(),
        "sure": sure(),
        "said_once": said_once(),
        "photos": photos(),
        "files": [SimpleNamespace(name=_("现场勘查记录.pdf"), href="#pictures", say="214 KB")],
        "days": chain(now),
        "not_now": not_now(),
        "page": rows(now),
        "colours": colours(),
        "winds": winds(),
        "counts": counts(),
        "interval": SimpleNamespace(low="310", high="760", mark="540", says=_("66.7%，可能范围 42–85%")),
        "scale": SimpleNamespace(lines=("10", "500", "990"), ticks=("0%", "50%", "100%")),
    }


def day() -> dict[str, Any]:
    """今天 as cells: two beyond their frame, one soon, the rest later."""
    falling = {10: ["soon"], 12: ["", ""], 14: [""], 16: ["", "", ""]}
    hours = [
        {
            "word": f"{hour}–{hour + 1}",
            "cells": falling.get(hour, []),
            "drawn": falling.get(hour, []),
            "more": 0,
        }
        for hour in range(10, 18)
    ]
    return {
        "late_cells": [1, 1],
        "late_more": 0,
        "late_word": "2",
        "now_words": "10:24",
        "hours": hours,
        "rest_cells": [1] * 9,
        "rest_more": 5,
        "rest_word": "14",
    }


def steps() -> list[dict[str, str]]:
    """The strip of a model with six steps, one of them missed and one open."""
    told = (
        ("ok", _("上报"), "08:12"),
        ("ok", _("受理"), _("18分 / 限 2小时")),
        ("ok", _("分派"), _("超期 4小时50分")),
        ("ok", _("处置"), _("11小时53分 / 限 36小时")),
        ("cur", _("核查"), _("剩余 2小时15分")),
        ("fut", _("答复与销号"), _("11月23日前")),
    )
    return [{"state": state, "name": name, "words": said} for state, name, said in told]


def chain(now: datetime) -> list[dict[str, Any]]:
    """The story of one matter, newest first: every kind of node once."""
    kept = ruler.Ruler("met", 3.2, mark=3.2, words=_("用时 11小时53分 / 限 36小时"))
    today = [
        told(now, 0, "n", _("等核查"), _("本网格的人今天轮休，代班的还没有回应")),
        told(now, 12, "s", _("看过"), _("网格员 · 桥东社区")),
        told(now, 44, "o", _("到场"), _("养护班长 · 区排水所")),
    ]
    before = [
        told(now, 1019, "d", _("办结（自报）"), _("养护班长 · 区排水所"), reason=_("清淤 40 米，换井盖 1 个。"), cost=kept.words, kept=kept),
        told(now, 1114, "p", _("停表"), _("分管副主任 · 望湖街道"), reason=_("暴雨黄色预警，停止井下作业；次日 8:00 自动恢复。")),
        told(now, 1140, "b", _("退回，提出异议"), _("调度 · 区市政所"), reason=_("该井属排水管网，不在本所养护范围。"), hop=(_("区市政所"), _("区排水所"))),
    ]  # fmt: skip
    return [{"word": _("今天"), "story": today}, {"word": _("11月19日"), "story": before}]


def told(now: datetime, minutes: int, node: str, name: str, by: str, **more: Any) -> dict[str, Any]:
    """One entry of the chain, so many minutes ago."""
    at = now - timedelta(minutes=minutes)
    return {"at": at, "exact": words.exact(at), "clock": words.exact(at)[11:16], "node": node, "name": name, "by": by} | more  # fmt: skip


def not_now() -> list[tuple[str, str]]:
    return [
        (_("核查通过"), _("受理过本件的人不能核查，要由没经手的人做。")),
        (_("销号"), _("核查还没有通过，报告人还没有得到答复。")),
    ]


def rows(now: datetime) -> SimpleNamespace:
    """A page of a list with two groups: what is late, and what comes later."""
    late = [
        row(now, (39.6, 36), "late", _("望湖路 38 号院门口雨水井堵塞，污水外溢"), _("管道堵塞"), _("核查"))
    ]
    later = [
        row(now, (5.3, 6), "act", _("竹园小区 3 幢电梯停运，有老人上不去"), _("电梯故障"), _("办理中"), urged=_("已催办 1 次")),
        row(now, (0.7, 2), "wait", _("菜场门口货车卸货占了半边路"), _("停车占道"), _("待受理")),
    ]  # fmt: skip
    groups = [
        SimpleNamespace(name=_("已出格"), say=_("1 件"), late=True, rows=late),
        SimpleNamespace(name=_("今天"), say=_("2 件"), late=False, rows=later),
    ]
    return SimpleNamespace(groups=groups, now=now, last_column=_("等我做"), acts=())


def row(now: datetime, span: tuple[float, float], state: str, headline: str, item: str, step: str, urged: str = "") -> SimpleNamespace:  # fmt: skip
    """One row: made so many hours ago, with so many hours to be done in."""
    ago, hours = span
    made = now - timedelta(hours=ago)
    return SimpleNamespace(
        made_at=made, due_at=made + timedelta(hours=hours), warn_at=None, headline=headline, href="#lists",
        short_number="1118-0417", item_name=item, place=_("桥东 07 网格"), within=_("桥东社区"), state=state,
        step_name=step, waits=_("指定核查人"), act="#lists", urged=urged, holder="",
    )  # fmt: skip


def colours() -> list[tuple[str, list[tuple[str, str]]]]:
    """The tokens by what they are for; each with what stands in it."""
    return [
        (_("纸与墨"), [("paper", _("页底")), ("surface", _("卡片")), ("sunken", _("凹处")), ("line", _("装饰线")), ("edge", _("控件边框")), ("ink3", _("说明")), ("ink2", _("次要")), ("ink", _("正文"))]),
        (_("自己的一色"), [("brand", _("选中、焦点")), ("brandsoft", _("选中的底")), ("btn", _("主按钮")), ("plate", _("门牌")), ("link", _("链接")), ("bar", _("急救条"))]),
        (_("状态"), [("wait", _("待")), ("act", _("办")), ("soon", _("临期")), ("late", _("超期，只此一用")), ("ok", _("核查通过")), ("done", _("销号")), ("void", _("作废")), ("fill", _("已用的格"))]),
        (_("图与地图"), [("f1", _("图一")), ("f2", _("图二")), ("f3", _("图三")), ("f4", _("图四")), ("h1", _("少")), ("h2", ""), ("h3", ""), ("h4", _("多的")), ("water", _("水")), ("green", _("绿地"))]),
    ]  # fmt: skip


def winds() -> list[SimpleNamespace]:
    """Numbers of this week beside what is usual: above, within, below."""
    return [
        SimpleNamespace(name=_("管道堵塞"), number=14, low=4, high=8),
        SimpleNamespace(name=_("停车占道"), number=9, low=6, high=12),
        SimpleNamespace(name=_("楼道堆物"), number=2, low=3, high=7),
    ]


def counts() -> list[int]:
    return [417, 1284, 13_069, 238_400, 240_000_000]


def pages() -> list[dict[str, str]]:
    """A way of five pages, two behind, one open."""
    told = (
        ("ok", _("建账号")),
        ("ok", _("画地块")),
        ("cur", _("排人")),
        ("fut", _("定期限")),
        ("fut", _("开张")),
    )
    return [{"state": state, "word": word, "href": "#walk"} for state, word in told]


def counted() -> list[dict[str, str]]:
    """Days as a due date counts them: of each kind one."""
    told = (
        ("work counted", 20, _("周五")),
        ("rest", 21, _("周六")),
        ("makeup counted", 22, _("调休上班")),
        ("holiday", 23, _("放假")),
        ("work counted last", 24, _("周二")),
    )
    return [{"css": css, "word": _("11月"), "number": str(day), "say": say} for css, day, say in told]  # fmt: skip


def sure() -> SimpleNamespace:
    """What is said before an act that cannot be taken back."""
    return SimpleNamespace(
        said=_("3 件在办的改由区排水所办，期限不变。"),
        more=[_("区市政所从此看不到这三件。")],
        verb=_("改派这 3 件"),
    )


def said_once() -> list[Told]:
    """What a page says of the act before it; of each kind one."""
    return [Told("good", _("已派给区排水所")), Told("", _("没有改派：这件刚被别人改派给区排水所了")), Told("err", _("导入停在第 1,204 行")), Told("off", _("夜里不打扰，8:00 起发。"))]  # fmt: skip


class Told(SimpleNamespace):
    """A message as the framework hands it to `ui/notes.html`."""

    def __init__(self, tags: str, words: str) -> None:
        super().__init__(extra_tags=tags, words=words)

    def __str__(self) -> str:
        return str(self.words)


def photos() -> list[SimpleNamespace]:
    """One that can be seen, one that is being drawn anew."""
    seen = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 148 104'%3E%3Cpath fill='%237A8983' d='M0 0h148v104H0z'/%3E%3Cpath fill='%2314201D' d='M50 60h48v20H50z'/%3E%3C/svg%3E"
    return [
        SimpleNamespace(
            href="#pictures", small=seen, middle=seen, large=seen, name=_("井口"), covered=1, say=""
        ),
        SimpleNamespace(href="", name=_("第二张"), covered=0, say=_("正在重新画")),
    ]
