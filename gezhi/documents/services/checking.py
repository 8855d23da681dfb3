"""What a clerk typed into a paper, looked at place by place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.documents import values
from gezhi.documents.kinds import Asked, Kind
from gezhi.errors import Refused
from gezhi.matters import wall_words
from gezhi.matters.queries import MatterPage
from gezhi.paper import sheet_press
from gezhi.vault.traces import trace_in

LONGEST = 3000
SHORTEST = 2  # characters by which a name may be shortened from its front and still be known


class PlacesRefused(Refused):
    """Every place of a paper that is empty or wrong: `faults` by its name, in the order of the form. It speaks as the
    first of them does."""

    def __init__(self, faults: Mapping[str, Refused]) -> None:
        first = next(iter(faults.values()))
        super().__init__(first.reason, code=first.code, field=first.field)
        self.faults = faults


def check(page: MatterPage, kind: Kind, typed: Mapping[str, str], at: datetime) -> None:
    """Raises `PlacesRefused`, naming every place that is empty, too long, has an identity number or a sign that cannot
    be printed in it, is no day or one that is over, or sends the paper to those of whom the matter complains
    (信访工作条例 art. 30)."""
    faults: dict[str, Refused] = {}
    for one in kind.asked:
        try:
            _place(page, one, typed.get(one.place, "").strip(), at)
        except Refused as refusal:
            faults[one.place] = refusal
    if faults:
        raise PlacesRefused(faults)


def _place(page: MatterPage, one: Asked, said: str, at: datetime) -> None:
    if not said:
        raise Refused(_("请写{place}。").format(place=one.label), code="lacks", field=one.place)
    _fit(one, said)
    if one.day:
        _day(one, said, timezone.localdate(at))
    if one.granted:
        _granted(page, one, date.fromisoformat(said))
    if one.addressee:
        _not_about(page, one, said)


def _day(one: Asked, said: str, today: date) -> None:
    try:
        on = date.fromisoformat(said)
    except ValueError:
        on = None
    if on is None or on.isoformat() != said:
        told = _("{place}只写一个日期，写成 2026-12-01 这样。").format(place=one.label)
        raise Refused(told, code="no_date", field=one.place)
    if on < today:
        told = _("{place}已经过了。请写今天或以后的日期。").format(place=one.label)
        raise Refused(told, code="past", field=one.place)


def _granted(page: MatterPage, one: Asked, on: date) -> None:
    """Nobody is told of a longer limit that was not granted, or of another day than was."""
    days = values.extended_days(page)
    if not days:
        told = _("这一件现在没有批过延期的期限，出不了延期告知书。请先申请延期，批准以后再出。")
        raise Refused(told, code="not_extended", field=one.place)
    if on not in days:
        told = _("批准的延期到 {days}。请写批准的那一天。")
        some = _("、").join(day.isoformat() for day in days)
        raise Refused(told.format(days=some), code="not_that_day", field=one.place)


def _fit(one: Asked, said: str) -> None:
    if len(said) > LONGEST:
        told = _("{place}最多 {n} 字。").format(place=one.label, n=LONGEST)
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
