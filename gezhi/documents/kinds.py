"""The kinds of papers, and what stands in the places of each.

The law of each: 信访工作条例 (2022) 22, 23 acceptance and where else to go, in 15 days; 32 what an opinion must state; 34
60 days, at most 30 more and the reason told; 35 review within 30 days; 23(3) five working days for an objection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gezhi.documents.own_words import OFFICIAL
from gezhi.documents.values import PLACES

SHIPPED = Path(__file__).parent / "shipped"


@dataclass(frozen=True, slots=True)
class Asked:
    """One place that whoever issues the paper writes. `long`: of several lines; `addressee`: to whom the paper goes; `day`: a date,
    typed as 2026-12-01 and printed in words; `granted`: a day to which a limit was lengthened, and no other."""

    place: str
    hint: Promise | str = ""
    long: bool = False
    addressee: bool = False
    day: bool = False
    granted: bool = False

    @property
    def label(self) -> str:
        """What the page calls it: as the paper does, and before it what that is in another language."""
        said = str(_CALLED[self.place])
        return self.place if said == self.place else f"{said} · {self.place}"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper. `sign` stands in its number, `asked` is written by whoever issues it, `law` are its sources.
    `to_reporter`: it speaks to whoever reported the matter."""

    id: str
    name: Promise
    asked: tuple[Asked, ...] = ()
    to_reporter: bool = False

    @property
    def title(self) -> str:
        return OFFICIAL[self.id][0]

    @property
    def sign(self) -> str:
        return OFFICIAL[self.id][1]

    @property
    def law(self) -> str:
        return OFFICIAL[self.id][2]


_CALLED: dict[str, Promise] = {
    "联系方式": pgettext_lazy("paper", "联系方式"),
    "理由": pgettext_lazy("paper", "理由"),
    "去向": pgettext_lazy("paper", "去向"),
    "请求": pgettext_lazy("paper", "请求"),
    "事实": pgettext_lazy("paper", "事实"),
    "意见": pgettext_lazy("paper", "意见"),
    "依据": pgettext_lazy("paper", "依据"),
    "复查机关": pgettext_lazy("paper", "复查机关"),
    "延至": pgettext_lazy("paper", "延至"),
    "转往单位": pgettext_lazy("paper", "转往单位"),
    "转办意见": pgettext_lazy("paper", "转办意见"),
    "回告日期": pgettext_lazy("paper", "回告日期"),
}
_CONTACT = Asked("联系方式", _("经办处室和对外公开的电话"))
_REASON = Asked("理由", long=True)
KINDS: dict[str, Kind] = {
    one.id: one
    for one in (
        Kind(
            "acceptance",
            _("受理告知书"),
            (_CONTACT,),
            to_reporter=True,
        ),
        Kind(
            "refusal",
            _("不予受理告知书"),
            (_REASON, Asked("去向", _("写明应当向哪个机关、怎样提出"), long=True), _CONTACT),
            to_reporter=True,
        ),
        Kind(
            "answer",
            _("答复意见书"),
            (
                Asked("请求", _("报告人要求什么"), long=True),
                Asked("事实", _("查明了什么，为什么这样认定"), long=True),
                Asked("意见", _("支持、解释说明，或者不予支持"), long=True),
                Asked("依据", _("法律、法规、政策的名称和条款"), long=True),
                Asked("复查机关", _("上一级机关、单位的全称")),
            ),
            to_reporter=True,
        ),
        Kind(
            "extension",
            _("延期告知书"),
            (
                Asked("延至", _("批准的延期到哪一天；先填上了批准的"), day=True, granted=True),
                _REASON,
                _CONTACT,
            ),
            to_reporter=True,
        ),
        Kind(
            "transfer",
            _("转办单"),
            (
                Asked("转往单位", addressee=True),
                Asked("转办意见", long=True),
                Asked("回告日期", _("最晚哪一天回告；先填上这一件最近的期限"), day=True),
                _CONTACT,
            ),
        ),
        Kind(
            "dossier",
            _("案卷"),
        ),
    )
}
COMMON: dict[str, Promise] = {
    **{name: said for name, said in PLACES.items() if name not in {"地点", "期限", "今天"}},
    "文号": _("出具时编的号"),
    "发文单位": _("在“文书”设置里写的单位"),
    "发文日期": _("出具的那一天"),
    "反映事项": _("这一件的标题"),
    "反映内容": _("反映的原话"),
    "地点或空": _("写明的地址；没有写的，一道横线"),
    "受理日期": _("受理的那一天"),
    "办理期限": _("还没到的期限里最晚一个的日期"),
    "报告方式": _("匿名、保密、实名，或工作人员发现"),
    "现在一步": _("现在办到哪一步"),
}
INSETS: dict[str, Promise] = {
    "经过": _("办理经过，一张表"),
    "期限表": _("每个期限和守没守住，一张表"),
    "文书表": _("这一件出具过的文书，一张表"),
    "位置图": _("地点和所在单元，一张图"),
    "照片": _("照片的小图"),
}
"""What stands in the place of a whole paragraph; only in a dossier."""


def places_of(kind: Kind) -> dict[str, Promise | str]:
    """The places of words that a form of this kind may have, with what stands in each."""
    return {**COMMON, **{one.place: one.hint for one in kind.asked}}


def insets_of(kind: Kind) -> Mapping[str, Promise]:
    """The places of tables and pictures that a form of this kind may have."""
    return INSETS if kind.id == "dossier" else {}


def musts_of(kind: Kind) -> tuple[str, ...]:
    """The places without which a paper of this kind would be none: its number, and all that is asked for."""
    return ("文号", *(one.place for one in kind.asked))


@cache
def shipped(kind: str) -> bytes:
    """The form that ships."""
    return (SHIPPED / f"{kind}.docx").read_bytes()
