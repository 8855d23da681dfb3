"""One person's terms in words: since when, until when, in whose place, and what can be done about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.people import certificates, directory
from gezhi.people import queries as people
from gezhi.people.certificates import Seen, asked_of
from gezhi.people.directory import TermLine
from gezhi.rules.model import Model
from gezhi.setup import papers, seats
from gezhi.setup.papers import Paper


@dataclass(frozen=True, slots=True)
class TermSaid:
    """One term as the page shows it. `key` names it in forms; `moves` says that a plan of the ground rules its days."""

    key: str
    seat: str
    days: str
    place: str
    state: str
    standing: bool
    moves: str
    undoes: bool
    wrong: bool
    ends: bool
    last: str
    keeps: bool
    stands_in: bool
    note: str
    papers: tuple[Paper, ...]
    kinds: tuple[str, ...]


def terms_said(terms: Sequence[TermLine], on: date) -> list[TermSaid]:
    """Terms with the days in words; who is stood in for is named."""
    away = directory.terms_by_id(one.stands_for for one in terms if one.stands_for is not None)
    names = people.names_of(one.account for one in away.values())
    shown, model = certificates.seen(one.term for one in terms), seats.day(on).model
    return [
        _said(one, on, names[away[one.stands_for].account] if one.stands_for else "", shown, model)
        for one in terms
    ]


def _said(
    term: TermLine, on: date, holder: str, shown: Mapping[UUID, Sequence[Seen]], model: Model
) -> TermSaid:
    state = term.state(on)
    kinds = asked_of(term.post, model) if state != "past" else ()
    by_plan = bool(term.ended_by) or (bool(term.begun_by) and state == "coming")
    return TermSaid(
        key=term.term.hex,
        seat=seats.said(seats.seat_of(term), max(term.from_on, on) if state != "past" else term.from_on),
        days=days_said(term.from_on, term.to_on),
        place=_in_place(term, holder),
        state=state,
        standing=term.standing,
        moves=_("日子由地界调整方案定，要改就撤回那个方案。") if by_plan and state != "past" else "",
        undoes=(state == "coming" or term.from_on == on)
        and state != "past"
        and not (by_plan or term.begun_by),
        wrong=term.from_on == on,
        ends=state != "past" and not by_plan,
        last=(term.to_on - seats.DAY).isoformat() if term.to_on else "",
        keeps=term.to_on is not None and not term.standing and not by_plan,
        stands_in=state != "past" and not term.standing,
        note=_("补登：{note}").format(note=term.note) if term.note else "",
        papers=papers.papers(shown.get(term.term, ()), kinds),
        kinds=kinds,
    )


def _in_place(term: TermLine, holder: str) -> str:
    if not term.standing:
        return ""
    return _("代理，{name}不在时").format(name=holder) if holder else _("代理，岗位空缺时")


def days_said(from_on: date, to_on: date | None) -> str:
    """From when, and the last day of it."""
    if to_on is None:
        return _("{day}起").format(day=seats.day_said(from_on))
    first, last = seats.day_said(from_on), seats.day_said(to_on - seats.DAY)
    return _("{first}到{last}").format(first=first, last=last) if first != last else first
