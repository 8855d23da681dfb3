"""全部事项: all that is open to me, sifted; and the same list taken out as a file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gezhi.desk import marking, rows, sieve_form
from gezhi.desk.frame import me, show
from gezhi.desk.views import searching
from gezhi.desk.views.filters import chips, offers
from gezhi.desk.views.lists import PAGE, more, surroundings
from gezhi.exchange import exports
from gezhi.ledger import clock
from gezhi.matters import filters, finding, sieves
from gezhi.matters.finding import Sieve
from gezhi.matters.lists import MOST_COUNTED, Key, Line
from gezhi.matters.sifting import Further
from gezhi.people.queries import Person
from gezhi.places.tree import Tree
from gezhi.promises.queries import FAR
from gezhi.rules.model import Model
from gezhi.ui import words
from gezhi.vault import traces


@dataclass(frozen=True)
class Way:
    """A filter that leaves nothing, by what was chosen in it; and the list without it."""

    filter: str
    say: str
    href: str


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """Every matter I may see, sifted; a number that only one of them bears goes straight to its page."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    sieve = sieve_asked(request, person, model, ground)
    if len(sieve.numbers) == 1:
        return redirect("desk:matter", sieve.numbers[0])
    if traces.is_contact(sieve.words) or traces.trace_in(sieve.words):
        return searching.in_address(request)
    after = rows.key_from(request.GET.get("after", ""))
    found = (_sought if sieve.sought else _listed)(request, person, sieve, after)
    made = rows.rows_of(found.lines, model, ground, person.desks)
    if sieve.sought:
        made = _marked(made, found)
    number = found.number
    page: dict[str, Any] = {
        "now": now,
        "sentence": _sentence(found, sieve),
        "groups": [rows.Group("", "", False, made)] if made else [],
        "last_column": _("在谁手上"),
        "more": found.more,
        "looked_on": found.looked_on,
        "behind": found.behind,
        "sieve": sieve,
        "sifted": sieve != Sieve(),
        "purposes": list(exports.PURPOSES.items()),
        "asked_kept": urlencode(sieves.asked_of(sieve)),
        **sieve_form.choices(person, model, ground, sieve),
        **_chips(person, model, ground, sieve),
        "empty_said": _("没有这样的事项"),
        "empty_next": _empty(),
    }
    page["ways"] = _all_of_them(number, sieve) if made else _ways(person, sieve, page, now)
    if page["ways"] and not made:
        names = _("、").join(way.filter for way in page["ways"])
        page["empty_next"] = _("有合的，被筛掉了：筛的是「{names}」。").format(names=names)
    return show(request, "desk/matters.html", "matters", page=page, sought=sieve.words)


def _chips(person: Person, model: Model, ground: Tree, sieve: Sieve) -> dict[str, Any]:
    """The kept filters; with whom what is sifted now could be shared, unless it is kept already."""
    kept = chips(filters.kept_for(person, ground), person, clock.now(), sieve)
    bare = sieve == Sieve() or any(chip.here for chip in kept)
    return {"kept": kept, "offers": () if bare else offers(person, model, ground)}


@dataclass(frozen=True)
class Found:
    """A page of the list. `number` is how many there are in all; `at_most`: there may be fewer; `behind`: the index of
    words is still being made; `words` and `said`: what was looked for, and address and text of each line."""

    lines: list[Line]
    number: int
    more: str
    over: bool = False  # there may be more than were counted
    looked_on: bool = False  # the page ends because it looked at enough, not because it is full
    at_most: bool = False
    behind: bool = False
    words: tuple[str, ...] = ()
    said: dict[UUID, tuple[str, str]] = field(default_factory=dict)


def _listed(request: HttpRequest, person: Person, sieve: Sieve, after: Key | None) -> Found:
    now = clock.now()
    look = finding.looked(person, sieve, at=now, most=PAGE + 1, after=after)
    lines = look.lines
    further = more(request, lines)
    if not further and look.goes_on:
        further = _from(request, rows.key_word(*look.goes_on))
    if after is None and not further:
        return Found(lines, len(lines), "")
    number, over = finding.counted(person, sieve, at=now)
    return Found(lines[:PAGE], number, further, over=over, looked_on=bool(look.goes_on))


def _from(request: HttpRequest, key: str) -> str:
    asked = request.GET.copy()
    asked["after"] = key
    return f"?{asked.urlencode()}"


def _sought(request: HttpRequest, person: Person, sieve: Sieve, after: Key | None) -> Found:
    search = finding.searched(person, sieve, at=clock.now())
    hits = search.page(PAGE, after.id if after else None)
    further = ""
    if hits.more:
        further = _from(request, rows.key_word(FAR, hits.more))
    words = tuple(word.word for word in search.words)
    return Found(
        hits.lines, hits.count, further, at_most=hits.at_most, behind=search.is_behind, words=words, said=hits.said
    )  # fmt: skip


def _marked(made: list[rows.Row], found: Found) -> list[rows.Row]:
    """The rows with what was looked for: in the headline, or where else it stands."""
    shown = []
    for row, line in zip(made, found.lines, strict=True):
        headline = marking.marked(row.headline, found.words)
        absent = [
            word
            for word in found.words
            if not any(hit for _part, hit in marking.marked(row.headline, [word]))
        ]
        elsewhere = marking.snippet(found.said[line.id], absent) if absent else ()
        shown.append(replace(row, marked=headline, snippet=elsewhere))
    return shown


def sieve_asked(request: HttpRequest, person: Person, model: Model, ground: Tree) -> Sieve:
    """What was asked for. The box above every page says no state, since a number may be of one that has ended."""
    sieve = sieves.sieve_in(request.GET.dict(), model, ground)
    return finding.with_numbers(sieve, person, ground, at=clock.now())


def _sentence(found: Found, sieve: Sieve) -> str:
    number = found.number
    if sieve.sought:
        many = _("最多 {n} 件") if found.at_most else "{n}"
        n = words.count(number) if found.at_most else words.matters(number)
        return _told(sieve).format(sought=sieve.words, many=many.format(n=n))
    many = rows.many(min(number, MOST_COUNTED), more=found.over)
    said = _told(sieve).format(sought=sieve.words, many=many)
    return said + (_("只数到 {n} 件。").format(n=words.count(MOST_COUNTED)) if number > MOST_COUNTED else "")


def _told(sieve: Sieve) -> str:
    if sieve.late:
        return _("在办而已出格的 {many}。")
    if sieve.soon:
        return _("在办、24 小时内到期的 {many}。")
    if sieve.further.suspended and not sieve.words:
        return _("挂账中的 {many}，先到期的在前。")
    if sieve.numbers:
        said = {
            "open": _("在办的里面，编号合「{sought}」的 {many}。"),
            "ended": _("已了结的里面，编号合「{sought}」的 {many}。"),
            "all": _("编号合「{sought}」的 {many}，在办和已了结的都在内。"),
        }
    elif sieve.words:
        said = {
            "open": _("在办的里面，写着「{sought}」的 {many}。"),
            "ended": _("已了结的里面，写着「{sought}」的 {many}。"),
            "all": _("写着「{sought}」的 {many}，在办和已了结的都在内。"),
        }
    else:
        said = {
            "open": _("在办的 {many}，先到期的在前。"),
            "ended": _("已了结的 {many}，后登记的在前。"),
            "all": _("在办和已了结的 {many}，后登记的在前。"),
        }
    return said[sieve.state]


def _empty() -> str:
    return _("换个词，或者少筛一样。看不到的和没有的，这里说的是同一句话。")


def _ways(person: Person, sieve: Sieve, page: dict[str, Any], now: datetime) -> list[Way]:
    """Each filter that alone leaves nothing, with the list without it; else the list without any of them.

    `page` has the choices of each filter, for their names.
    """
    chosen = {
        key: next((one.name for one in page[key] if one.here), "") for key in ("states", "units", "steps")
    }
    tried: list[tuple[str, str, Sieve]] = []
    if sieve.late:
        tried.append((_("只看已出格"), _("在全部状态里找"), replace(sieve, state="all", late=False)))
    elif sieve.state != "all":
        every = replace(sieve, state="all", soon=False, further=replace(sieve.further, suspended=False))
        tried.append((chosen["states"], _("在全部状态里找"), every))
    if sieve.unit:
        tried.append((chosen["units"].strip(), _("不限在哪"), replace(sieve, unit="")))
    if sieve.step:
        tried.append((chosen["steps"], _("不限到了哪步"), replace(sieve, step="")))
    if replace(sieve.further, suspended=False) != finding.NOTHING:
        bare = Further(suspended=sieve.further.suspended)
        tried.append((_("更多条件"), _("不加更多条件"), replace(sieve, further=bare)))
    found = _left(person, tried, now)
    if not found and len(tried) > 1:
        every = Sieve("all", sieve.words, numbers=sieve.numbers)
        found = _left(person, [(_("、").join(name for name, *_rest in tried), _("都不筛"), every)], now)
    return found


def _left(person: Person, tried: list[tuple[str, str, Sieve]], now: datetime) -> list[Way]:
    """Of these lists those that hold something."""
    counted = [(name, say, kept, finding.count(person, kept, at=now)) for name, say, kept in tried]
    told = _("{say}，有 {many}")
    return [
        Way(name, told.format(say=say, many=_many(number)), sieve_form.address(kept))
        for name, say, kept, number in counted
        if number
    ]


def _all_of_them(number: int, sieve: Sieve) -> list[Way]:
    """Where filters leave out some of those that bear the number: the list of all that do."""
    if number >= len(sieve.numbers):
        return []
    said = _("{say}，有 {many}").format(say=_("都不筛"), many=_many(len(sieve.numbers)))
    return [Way("", said, sieve_form.address(Sieve("all", sieve.words)))]


def _many(number: int) -> str:
    return rows.many(min(number, MOST_COUNTED), more=number > MOST_COUNTED)
