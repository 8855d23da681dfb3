"""Open matters that may be the same thing: shown with the reason, and with the way to merging them, to whoever may."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import ngettext

from gezhi.desk.rows import short
from gezhi.matters import duplicates
from gezhi.matters.queries import MatterPage
from gezhi.people.queries import Person


@dataclass(frozen=True, slots=True)
class Twin:
    """One that may be the same. `merge_href` leads to the step that merges this one into it; empty where it is not the
    reader's, or where it cannot be done now, which `why_not` says in words."""

    number: str
    short: str
    headline: str
    reason: str
    href: str
    merge_href: str
    why_not: str = ""


def twins(page: MatterPage, person: Person) -> list[Twin]:
    """Of an open matter, at most three; of an ended one none."""
    if page.matter.ended_at is not None:
        return []
    merge, number = merging(page), page.matter.number
    why_not = _why_not(page) if merge else ""
    way = reverse("desk:step", args=[number, merge]) if merge and not why_not else ""
    return [
        Twin(
            one.number,
            short(one.number),
            one.headline,
            one.reason,
            reverse("desk:matter", args=[one.number]),
            way and f"{way}?{urlencode({'into': one.number})}",
            why_not,
        )
        for one in duplicates.candidates(page.matter, person, page.same)
    ]


def _why_not(page: MatterPage) -> str:
    """Why this one goes into no other though the reader may merge: others went into it."""
    n = page.ties.reports - 1
    if not n:
        return ""
    return ngettext(
        "已有 {n} 件并入本件，本件不能再并走。是同一件的，打开那一件，把它并到这里。",
        "已有 {n} 件并入本件，本件不能再并走。是同一件的，打开那一件，把它并到这里。",
        n,
    ).format(n=n)


def merging(page: MatterPage) -> str:
    """The step by which the reader may merge this matter into another now; empty where there is none."""
    flow = page.scene.flow
    ways = (
        move.id
        for move in page.next_moves
        if flow.steps[flow.moves[move.id].leads(page.matter.step)].closing == "merged"
    )
    return next(ways, "")
