"""What the sheet of samples shows where a resident's page would show a matter or a place: all of it invented, none of it stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.matters.answerable import Answerable
from gezhi.matters.following import Identity, Seen
from gezhi.matters.own_story import Line
from gezhi.matters.receipts import Shown
from gezhi.paper import qr
from gezhi.people.contacts import Contact
from gezhi.portal.around import Said
from gezhi.portal.forms import CodeForm, ReportForm, WordForm
from gezhi.portal.others import Other
from gezhi.portal.views.open_data import Figure, Row, Share
from gezhi.reporting.metrics import Definition
from gezhi.ui import ruler, words
from gezhi.ui.showcase import NOON, Sample

NOBODY = UUID(int=0)
"""The matter, the post and the form of these samples: there is none."""
NUMBER, CODE = "1118-0417", "7KQ2-M4XT"


def all_of() -> dict[str, Any]:
    """Each sample under the name by which the piece that draws it asks for it."""
    return {
        "now": NOON,
        "sections": sections(),
        "rulers": rulers(),
        "push_key": "AA",
        "here": SimpleNamespace(path="0001"),
        "office": contact("0000-620-0012"),
    } | first() | reporting() | following() | own() | place() | opened()  # fmt: skip


def sections() -> list[tuple[str, str]]:
    """The index: the anchor of each section and its name."""
    return [
        ("both", _("明与暗")),
        ("first", _("第一页")),
        ("report", _("报告")),
        ("door", _("查进度的门")),
        ("receipt", _("一张回执")),
        ("progress", _("进度")),
        ("push", _("设备上的提醒")),
        ("own", _("转话与我的信息")),
        ("place", _("门牌与归谁管")),
        ("open", _("公开数据")),
        ("notes", _("话与退回")),
    ]


def rulers() -> list[tuple[ruler.Ruler, str]]:
    """One clock of each kind that a resident may see."""
    told = (
        Sample(_("按期"), 10, 36),
        Sample(_("临期"), 32, 36),
        Sample(_("超期"), 39.6, 36),
        Sample(_("停表"), 14, 36, paused=_("缺经费")),
        Sample(_("办结"), 30, 36, met_after=25),
    )
    return [(ruler.of(one, NOON), one.said) for one in told]


def first() -> dict[str, Any]:
    """What the first page says of the last week."""
    return {"last": {"title": week_title(), "share": Share("96.6", 1093, 1131, "")}}


def week_title() -> str:
    return _("上一整周：{first}到{last}").format(first="11-09", last="11-15")


def contact(phone: str, hours: str = "8:30–17:30") -> Contact:
    """An office that answers the telephone."""
    return Contact(NOBODY, "", phone, hours)


def reporting() -> dict[str, Any]:
    """A sheet that was sent too early: without words, with half a telephone number; and what words offer."""
    report = ReportForm({"address": _("望湖路 38 号"), "reporting": "named", "contact": "12"}, auto_id="r_%s")
    report.is_valid()
    report.fields["text"].widget.attrs["aria-invalid"] = "true"
    kinds = (("drain", _("管道堵塞")), ("parking", _("停车占道")), ("lift", _("电梯故障")))
    looked = SimpleNamespace(
        calls=[("119", _("冒烟"))],
        warns={"number", "home"},
        items=[SimpleNamespace(code=code, name=name) for code, name in kinds],
        codes=" ".join(code for code, _name in kinds),
        places=[
            SimpleNamespace(kind="address", name=_("望湖路 38 号"), lon=0, lat=0, within=_("桥东社区")),
            SimpleNamespace(kind="unit", name=_("桥东社区"), whole=_("桥东社区"), path="", within=_("望湖街道")),
        ],
        due_at=NOON + timedelta(hours=2),
        length=words.length(timedelta(hours=36)),
    )  # fmt: skip
    others = [
        Other("a", _("约 30 米处，昨天有人报过"), _("办理中")),
        Other("b", _("约 80 米处，今天有人报过"), _("待受理")),
    ]
    return {"report": report, "looked": looked, "unknown": SimpleNamespace(due_at=None), "others": others}


def following() -> dict[str, Any]:
    """One matter: its receipt, how it stands in three of its days, what happened."""
    told = {
        "id": NOBODY,
        "number": NUMBER,
        "item": _("管道堵塞"),
        "place": _("望湖路 38 号"),
        "made_at": NOON,
    }
    clocks = (
        Sample("", 9.75, 36, name=_("处置")),
        Sample("", 39.6, 36, name=_("处置")),
    )
    stands = [
        SimpleNamespace(promise=None, stands=_("请评价。"), asks="rating", people=1),
        SimpleNamespace(promise=clocks[0], stands=_("办理中"), length=words.length(timedelta(hours=36)), desk=_("区排水所"), people=3),
        SimpleNamespace(promise=clocks[1], stands=_("办理中"), length="", desk=_("区排水所"), people=1),
        SimpleNamespace(promise=None, stands=_("已销号"), desk="", people=1),
    ]  # fmt: skip
    one = SimpleNamespace(**told, text=_("望湖路 38 号院门口雨水井堵塞，污水外溢"), story=story(), coming=[_("核查")], ended=False, seen=1)  # fmt: skip
    link = f"https://example.invalid/follow#n={NUMBER}"
    proof = Shown((_("编号：{number}").format(number=NUMBER), _("这是演示，不是真的回执。")), "", qr.svg(NUMBER, title=_("回执的编号和哈希")))  # fmt: skip
    door = CodeForm({"number": NUMBER, "code": ""}, auto_id="d_%s")
    return {
        "one": one, "over": SimpleNamespace(rated="discontent", back=False, again=words.length(timedelta(days=30))), "stands": stands, "code": CODE, "link": link, "proof": proof, "copied": link, "door": door,
        "link_square": qr.svg(link, title=_("打开这一件的链接")), "word": WordForm(auto_id="w_%s"),
    }  # fmt: skip


def story() -> list[Line]:
    """The newest first: each kind of entry once."""
    told = (
        (2, _("到场"), _("区排水所"), "", "said"),
        (10, _("「{promise}」超过了答应的时间").format(promise=_("分派")), _("区市政所"), "", "late"),
        (20, _("您补充了一句"), "", _("井盖在院门外面，夜里看不清。"), "own"),
        (30, _("受理"), _("望湖街道"), "", "state"),
    )
    return [Line(ago(hours), said, who, note, kind) for hours, said, who, note, kind in told]


def ago(hours: float) -> datetime:
    return NOON - timedelta(hours=hours)


def own() -> dict[str, Any]:
    """What was said to and fro, who looked at a name, and what was asked of one's data."""
    said = [
        SimpleNamespace(own=True, at=ago(20), words=_("井盖在院门外面，夜里看不清。"), call=True, photos=2),
        SimpleNamespace(own=False, at=ago(18), words=_("收到，今天下午去看。"), call=False, photos=0),
    ]
    states = ("read", "allowed", "refused", "waiting", "lapsed")
    seen = tuple(Seen(ago(n), _("网格员"), _("打电话约上门时间"), state) for n, state in enumerate(states, 2))
    identities = [Identity("sealed", seen, 2), Identity("erased"), Identity("nothing")]
    return {"said": said, "identities": identities, "asked": asked()}


def asked() -> list[SimpleNamespace]:
    """Requests about one's own data: open, late, done, refused."""

    def right(number: int, state: str, **more: Any) -> SimpleNamespace:
        told = {"name": _("更正"), "number": f"R-{number}", "made_at": ago(48), "words": "", "due_at": NOON + timedelta(days=10),
                "late": False, "reason": "", "ended_at": None, "reply": ""}  # fmt: skip
        return SimpleNamespace(state=state, **(told | more))

    return [
        right(4, "open", words=_("门牌写成了 36 号，应当是 38 号。")),
        right(3, "open", late=True, due_at=ago(30)),
        right(2, "done", ended_at=ago(5), reply=_("改好了。")),
        right(1, "refused", ended_at=ago(5), reason=_("账本里的经过不能改")),
    ]


def place() -> dict[str, Any]:
    """Who answers for a place, and what is going on around it."""
    chain = [
        Answerable(_("桥东 07 网格"), _("网格员"), (_("皮师傅"),), False, contact("0000-620-0712")),
        Answerable(_("桥东社区"), _("社区干部"), (), True, None),
        Answerable(_("望湖街道"), _("调度"), (), False, contact("0000-620-0012", _("24小时"))),
    ]
    going = [
        Said(_("管道堵塞"), _("办理中"), _("2 件")),
        Said(_("停车占道"), _("待受理"), ""),
    ]
    return {"chain": chain, "going": going}


def opened() -> dict[str, Any]:
    """Tables of a week and a month, with numbers that are told and numbers that are not."""
    hidden = Share("", None, 7, "")
    define = Definition(_("按期办结"), _("到期应结"), _("按期办结"), _("办结"), _("作废"), "")
    rows = [
        Row(_("柳溪县"), 0, Share("96.6", 1093, 1131, "95–98%")),
        Row(_("望湖街道"), 1, Share("90.5", 412, 455, "87–93%")),
        Row(_("桥东社区"), 2, hidden),
    ]
    figures = [
        Figure(_("按期办结"), rows[0].share, _("按期办结"), _("到期应结"), define),
        Figure(_("满意"), hidden, _("满意"), _("本人评价"), define),
    ]
    known = _("按 {at} 所知。{cells} 个数里 {hidden} 个未公开。").format(at="11-17", cells=6, hidden=1)
    week = {"told": True, "title": week_title(), "figures": figures, "rows": rows, "known": known}
    classes = [(_("管道堵塞"), "417"), (_("停车占道"), "")]
    month = week | {
        "title": _("上一整月：{y}年{m}月").format(y=2026, m=10),
        "figures": [],
        "classes": classes,
    }
    return {"week": week, "month": month}
