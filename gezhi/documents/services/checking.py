"""What a clerk typed into a paper, looked at place by place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from gezhi.documents.kinds import Asked, Kind
from gezhi.errors import Refused
from gezhi.matters import wall_words
from gezhi.matters.queries import MatterPage
from gezhi.paper import sheet_press
from gezhi.vault.traces import trace_in

LONGEST = 3000
SHORTEST = 2  # characters by which a name may be shortened from its front and still be known


def check(page: MatterPage, kind: Kind, typed: Mapping[str, str]) -> None:
    """Raises `Refused`, naming the place that is empty, too long, has an identity number or a sign that cannot be printed in it, or sends the paper to
    those of whom the matter complains (信访工作条例 art. 30)."""
    for one in kind.asked:
        said = typed.get(one.place, "").strip()
        if not said:
            raise Refused(_("请写{place}。").format(place=one.place), code="lacks", field=one.place)
        _fit(one, said)
        if one.addressee:
            _not_about(page, one, said)


def _fit(one: Asked, said: str) -> None:
    if len(said) > LONGEST:
        told = _("{place}最多 {n} 字。").format(place=one.place, n=LONGEST)
        raise Refused(told, code="long", field=one.place)
    if trace_in(said) == "identity":
        told = _("里面像有身份证号。证件号一律不写在这里，请删去再交。")
        raise Refused(told, code="trace", field=one.place)
    lacking = sheet_press.missing(said)
    if lacking:
        char, near = next(iter(lacking.items()))
        told = _("“{char}”这个字（在“{near}”里）打印用的字体没有，印出来会是空框。请换一个字。")
        raise Refused(told.format(char=char, near=near), code="no_glyph", field=one.place)


def _not_about(page: MatterPage, one: Asked, said: str) -> None:
    name = named_in(said, wall_words.names_of_about(page.matter, page.model))
    if name:
        told = _(
            "这一件反映的就是“{name}”。不得将反映的材料转给被反映的人或者单位（《信访工作条例》第三十条）。"
            "请转给有权处理的其他机关、单位，或者它的上一级。"
        )
        raise Refused(told.format(name=name), code="about", field=one.place)


def named_in(said: str, names: Iterable[str]) -> str:
    """The first of these names that is in what was typed, or that was typed without its front (住建局 for 县住建局);
    empty for none. Blanks, width and case do not count."""
    typed = _plain(said)
    for name in names:
        plain = _plain(name)
        if plain in typed or (len(typed) >= SHORTEST and typed in plain[1:]):
            return name
    return ""


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
