"""People and posts: what is vacant first, then everybody, found by name, sign-in name, post or unit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gezhi.ledger import clock
from gezhi.matters import vacancies
from gezhi.matters.vacancies import Line
from gezhi.people import directory
from gezhi.people import queries as people
from gezhi.people.directory import StaffLine, TermLine
from gezhi.people.queries import Roster
from gezhi.people.vacancies import Vacancy
from gezhi.places import queries as places
from gezhi.setup import frame, gate, lacks, seats
from gezhi.setup.seats import Day, Seat
from gezhi.setup.settling import plain
from gezhi.ui import typed

PAGE = 50
VACANT = 20
OFFERED = 20
SEAT_SAID = ("seat", "unit", "stand", "term")


@dataclass(frozen=True, slots=True)
class Gap:
    """One vacancy in words. `appoint` and `stand` lead to the choice of somebody for it."""

    post: str
    where: str
    since: str
    covered: str
    coming: str
    waiting: int
    appoint: str
    stand: str


@dataclass(frozen=True, slots=True)
class One:
    """One person of the list."""

    line: StaffLine
    seats: str
    coming: str
    locked: bool
    href: str


@dataclass(frozen=True, slots=True)
class Picking:
    """What somebody is being chosen for, as addresses say it and in words."""

    query: str = ""
    said: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Vacancies and people; while somebody is being chosen for a seat, people only."""
    if not people.anybody_can_sign_in():
        return redirect("setup:home")
    here = seats.day(clock.today())
    sought = typed.asked(request, "q")
    picking = picked(request.GET)
    told: dict[str, Any] = {"sought": sought, "picking": picking, **_people(request, here, sought, picking)}
    if not picking.query:
        told |= _vacancies(request, here, sought)
    return frame.show(request, "staff", **told)


@never_cache
@require_safe
def unit_names(request: HttpRequest) -> JsonResponse:
    """Units whose names hold what was typed so far, for the list under a field."""
    ground = places.tree(clock.today())
    return JsonResponse({"units": seats.units_like(request.GET.get("q", "")[:60], ground, OFFERED)})


def picked(said: QueryDict) -> Picking:
    """What somebody is being chosen for: a seat (`seat`, `unit`), to hold it or, with `stand`, to stand in there; or a
    term (`term`) to stand in for. Nothing for an address that names none.
    """
    kept = {key: word for key, word in plain(said).items() if key in SEAT_SAID and word}
    try:
        return Picking(urlencode(kept), _picked(kept), tuple(kept.items()))
    except (ValueError, KeyError):
        return Picking()


def _picked(kept: dict[str, str]) -> str:
    today = clock.today()
    if "term" in kept:
        term = directory.terms_by_id([UUID(kept["term"])])[UUID(kept["term"])]
        holder = people.names_of([term.account])[term.account]
        seat = seats.said(seats.seat_of(term), today)
        return _("选一个人，在{name}不在时代理{seat}").format(name=holder, seat=seat)
    seat = seats.said(seat_in(kept), today)
    return (_("选一个人，代理{seat}") if "stand" in kept else _("选一个人，任{seat}")).format(seat=seat)


def seat_in(said: dict[str, str]) -> Seat:
    """The seat that an address names. Raises `KeyError` or `ValueError` where it names none."""
    value, unit = said["seat"], UUID(said["unit"])
    if value.startswith(seats.OFFICE):
        return Seat(people.DEPARTMENT, value.removeprefix(seats.OFFICE), unit)
    return Seat(value.removeprefix(seats.POST), "", unit)


def _people(request: HttpRequest, here: Day, sought: str, picking: Picking) -> dict[str, Any]:
    after, before = typed.asked(request, "after"), typed.asked(request, "before")
    words = seats.sought(sought, here)
    found, more = directory.staff_found(words, here.on, most=PAGE, after=after, before=before)
    terms: dict[UUID, list[TermLine]] = defaultdict(list)
    for term in directory.terms_of([one.account for one in found]):
        terms[term.account].append(term)
    kept = f"{picking.query}&" if picking.query else ""
    kept += f"{urlencode({'q': sought})}&" if sought else ""
    first, last = (found[0].sign_in, found[-1].sign_in) if found else ("", "")
    earlier, later = (more, True) if before else (bool(after), more)
    return {
        "people": [_one(one, terms[one.account], here, picking) for one in found],
        "earlier": f"?{kept}{urlencode({'before': first})}" if earlier and first else "",
        "later": f"?{kept}{urlencode({'after': last})}" if later and last else "",
    }


def _one(line: StaffLine, terms: list[TermLine], here: Day, picking: Picking) -> One:
    now = [seats.brief(one, here) for one in terms if one.state(here.on) == "now"]
    coming = [
        _("{day}起 {seat}").format(day=seats.day_said(one.from_on), seat=seats.brief(one, here))
        for one in terms
        if one.state(here.on) == "coming"
    ]
    locked = line.locked_until is not None and line.locked_until > clock.now()
    href = reverse("setup:staff_person", args=[line.account])
    href += f"?{picking.query}" if picking.query else ""
    return One(line, _("、").join(now), _("、").join(coming), locked, href)


def _vacancies(request: HttpRequest, here: Day, sought: str) -> dict[str, Any]:
    """The day's vacancies, those that the words name where there are any; a page of them from a desk on."""
    staff = people.roster(here.on)
    every = vacancies.lines(here.model, here.ground, staff, person=gate.setter(request).person)
    kept = [one for one in every if _is_sought(one.vacancy, sought, here)]
    kept.sort(key=lambda one: not one.waiting)  # where matters wait first; then as they come, by path
    at = next((n for n, one in enumerate(kept) if one.vacancy.desk == request.GET.get("gap")), 0)
    begin: dict[Seat, TermLine] = {}
    for term in directory.terms_turning(here.on):
        if term.state(here.on) == "coming" and not term.standing:
            begin.setdefault(seats.seat_of(term), term)
    begin_later = [] if sought else lacks.to_begin(staff, [one.vacancy for one in every])
    following = kept[at + VACANT].vacancy.desk if len(kept) > at + VACANT else ""
    query = {"q": sought} if sought else {}
    return {
        "gaps": [_gap(one, here, staff, begin) for one in kept[at : at + VACANT]],
        "begin_later": begin_later,
        "vacant": len(every),
        "vacant_here": len(kept),
        "waiting": sum(one.waiting for one in every),
        "more_gaps": f"?{urlencode({**query, 'gap': following})}#vacant" if following else "",
    }


def _is_sought(one: Vacancy, sought: str, here: Day) -> bool:
    unit = here.ground.by_path[one.path]
    words = f"{seats.title(_seat(one), here)} {' '.join(unit.names)}".casefold()
    return all(word in words for word in sought.casefold().split())


def _seat(one: Vacancy) -> Seat:
    return Seat(one.post, one.department, one.unit)


def _gap(line: Line, here: Day, staff: Roster, begin: dict[Seat, TermLine]) -> Gap:
    one, seat = line.vacancy, _seat(line.vacancy)
    query = urlencode({"seat": seat.value, "unit": one.unit.hex})
    href = reverse("setup:staff")
    soon = begin.get(seat)
    return Gap(
        post=seats.title(seat, here),
        where="" if one.department else seats.below_root(here.ground.by_path[one.path]),
        since=_("{day}起").format(day=seats.day_said(one.since)) if one.since else _("从未任命"),
        covered=_covered(line, here, staff),
        coming=_("{day}起有人任").format(day=seats.day_said(soon.from_on)) if soon else "",
        waiting=line.waiting,
        appoint=f"{href}?{query}",
        stand="" if one.stood_in else f"{href}?{query}&stand=1",
    )


def _covered(line: Line, here: Day, staff: Roster) -> str:
    """Who acts for it now: whoever stands in, else the desk that is asked in its place."""
    if line.vacancy.stood_in:
        who = [holder.name for holder in staff.at_desk(line.vacancy.desk)]
        return _("{who}代理").format(who=_("、").join(who))
    desks = list(dict.fromkeys(desk for _duty, desk in line.asked))
    if not desks:
        return _("没有人接办")
    return _("{who}接着办").format(who=_("、").join(seats.desk_said(desk, here) for desk in desks))
