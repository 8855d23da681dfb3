"""Every component on one page, in an instance whose data is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gezhi.ui import ruler, samples, words
from gezhi.ui.shapes import Part, Rate

NOON = datetime(2026, 11, 20, 2, 24, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """A promise to draw: hours since it was made, hours it has, hours until it was met."""

    said: str
    ago: float
    hours: float
    met_after: float | None = None
    paused: str | None = None
    name: str = ""
    say: str = ""
    why_href: str = "#ruler"
    extended: str = ""

    @property
    def made_at(self) -> datetime:
        return NOON - timedelta(hours=self.ago)

    @property
    def due_at(self) -> datetime:
        return self.made_at + timedelta(hours=self.hours)

    @property
    def warn_at(self) -> None:
        return None

    @property
    def met_at(self) -> datetime | None:
        return None if self.met_after is None else self.made_at + timedelta(hours=self.met_after)


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """The sample sheet; a live instance has none."""
    if settings.HOME.kind == "live":
        raise Http404
    told: dict[str, object] = {
        "sections": sections(),
        "rulers": rulers(),
        "now": NOON,
        "spans": spans(),
        "parts": parts(),
        "rate": rate(),
        "states": said(),
        "promises": promises(),
    }
    return render(request, "ui/showcase.html", told | samples.all_of(NOON))


def sections() -> list[tuple[str, str]]:
    """The index: the anchor of each section and its name."""
    return [
        ("both", _("明与暗")),
        ("colours", _("颜色")),
        ("letters", _("字")),
        ("ruler", _("格尺")),
        ("buttons", _("按钮")),
        ("frame", _("页头与门")),
        ("forms", _("表单")),
        ("day", _("今天")),
        ("walk", _("步骤与经过")),
        ("next", _("下一步")),
        ("lists", _("列表")),
        ("figures", _("数与图")),
        ("reporter", _("报告人")),
        ("plate", _("门牌、印、格")),
        ("pictures", _("照片、文件、地图")),
        ("dialogs", _("对话与确认")),
        ("notes", _("话与空")),
        ("formats", _("写法")),
    ]


def promises() -> list[Sample]:
    """Three clocks of one matter: one that runs, one that stands, one that was missed."""
    return [
        Sample("", 9.75, 12, name=_("核查"), say=_("今天 12:39 到期")),
        Sample("", 14, 36, paused=_("缺经费"), name=_("全程"), say=_("停表的时间不算")),
        Sample(
            "",
            60,
            36,
            met_after=41,
            name=_("分派"),
            say=_("退回一次，计入区市政所"),
            extended=_("延过一次，到 11月22日"),
        ),
    ]


def rulers() -> list[tuple[ruler.Ruler, str]]:
    samples = (
        Sample(_("十格是答应的时间，走一格填一格"), 0.7, 2),
        Sample(_("进了最后两格（八成），转藤黄，提醒一次"), 5.3, 6),
        Sample(_("出格：越过限线，多出一格"), 39.6, 36),
        Sample(_("出到三格为止，多久看字"), 84, 36),
        Sample(_("停的格留空，写明缘由与批准人"), 14, 36, paused=_("缺经费")),
        Sample(_("办完那一刻立一道线，省下的格空着"), 30, 36, met_after=25),
        Sample(_("办完了但过了限：仍是出格，写“已了结”"), 60, 36, met_after=41),
    )
    drawn = [(ruler.of(sample, NOON), sample.said) for sample in samples]
    return [*drawn, (ruler.of(None, NOON), _("模型写明为什么不设"))]


def spans() -> list[tuple[str, str]]:
    shown = ((_("不足 1 小时"), 41), (_("不足 24 小时"), 135), (_("24 小时以上"), 1620))
    said = [(label, words.left(timedelta(minutes=n))) for label, n in shown]
    said.append((_("按工作日算的"), words.left(timedelta(days=3), 3)))
    said.append((_("过了"), words.late(timedelta(days=1))))
    moments = (NOON, NOON - timedelta(days=2), NOON - timedelta(days=600))
    return [*said, (_("今天 / 今年 / 往年"), " / ".join(words.moment(at, NOON) for at in moments))]


def parts() -> list[Part]:
    told = (
        ("f", _("办结"), 1176),
        ("u", _("未解决"), 64),
        ("a", _("在办"), 79),
        ("m", _("作废"), 49),
        ("e", _("转出"), 41),
        ("k", _("撤回"), 38),
    )
    return [Part(css, name, number) for css, name, number in told]


def rate() -> Rate:
    return Rate(
        _("按期办结率"), "96.6", 1093, 1131, _("按期办结"), _("期内到期应结"), _("不计：作废 29、停表中 6")
    )


def said() -> list[tuple[str, str]]:
    return [
        ("wait", _("待受理")),
        ("act", _("办理中")),
        ("soon", _("临期")),
        ("late", _("超期")),
        ("ok", _("核查通过")),
        ("done", _("已销号")),
        ("void", _("作废")),
        ("pause", _("挂起")),
    ]
