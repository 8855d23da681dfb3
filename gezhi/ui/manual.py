"""The manual inside the product: its books, and which section the "?" of each page opens.

The texts are `docs/manual/*.md`, made into `ui/handbook/{zh,en}.json` by `tools/manual.py` so that an instance needs
neither the docs folder nor a reader of Markdown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

MADE = Path(__file__).resolve().parent / "handbook"
BOOKS = (
    "pages",
    "clerk",
    "opening",
    "posts",
    "ground",
    "your-own-model",
    "models",
    "models-book",
    "changing-the-model",
    "importing",
    "interface",
    "receipts",
    "operating",
)
# The sections of pages.*.md in their order, each with the addresses whose "?" opens it.
SECTIONS: dict[str, tuple[str, ...]] = {
    "resident-report": ("home", "report"),
    "resident-follow": ("follow", "following"),
    "resident-words": ("following_words",),
    "resident-rights": ("following_rights",),
    "resident-here": ("here", "plate"),
    "resident-around": ("around", "around_feed", "around_push"),
    "resident-protect": ("protect",),
    "resident-open": ("open", "open_file"),
    "sign-in": ("sign_in",),
    "first-time": ("first_time",),
    "inbox": ("desk:inbox",),
    "matters": ("desk:matters", "desk:matters_print", "desk:numbers"),
    "filters": ("desk:filters",),
    "exports": ("desk:exports", "desk:exports_of_all"),
    "find": ("desk:find", "desk:lookup"),
    "new": ("desk:new", "desk:pasted"),
    "taken": ("desk:taken",),
    "matter": ("desk:matter",),
    "step": ("desk:step",),
    "beside": ("desk:beside",),
    "recusal": ("desk:recusal",),
    "statement": ("desk:restate", "desk:statements", "desk:statement"),
    "team": ("desk:team",),
    "standing-teams": ("desk:standing_teams", "desk:standing_team"),
    "outside": ("desk:hand_out", "desk:handover", "outside", "outside_job"),
    "rating": ("desk:rating", "desk:reopening"),
    "extend": ("desk:extend",),
    "papers": ("desk:papers", "desk:paper_new"),
    "phrases": ("desk:phrases", "desk:phrase"),
    "picture": ("desk:picture", "desk:original"),
    "place": ("desk:place",),
    "together": ("desk:item", "desk:parts", "desk:unmerge", "desk:confirm"),
    "reporter": ("desk:ask_reporter", "desk:reporter"),
    "relay": ("desk:relay",),
    "why": ("desk:why", "desk:why_due"),
    "centre": ("desk:centre",),
    "figures": ("desk:figures", "desk:burden"),
    "behind": ("desk:behind",),
    "ledger": ("desk:ledger",),
    "admission": ("desk:admission",),
    "apply": ("desk:apply", "desk:application_change"),
    "application": ("desk:application",),
    "batch": ("desk:batch", "desk:batch_new"),
    "rights": ("desk:rights", "desk:right"),
    "to-tell": ("desk:to_tell",),
    "groups": ("desk:groups",),
    "broadcasts": ("desk:broadcasts", "desk:broadcast_new", "desk:broadcast"),
    "told": ("desk:drawer",),
    "sessions": ("sessions",),
    "password": ("password",),
    "keys": ("keys",),
    "pushes": ("pushes", "push"),
    "complain": ("complain",),
    "setup-model": ("setup:home", "setup:model", "setup:names"),
    "setup-draft": ("setup:draft", "setup:change", "setup:text"),
    "setup-workbook": ("setup:workbook",),
    "setup-staff": ("setup:staff", "setup:staff_new", "setup:staff_person"),
    "setup-leaving": ("setup:leaving", "setup:leaving_done"),
    "setup-rota": ("setup:rota", "setup:rota_of"),
    "setup-coming": ("setup:coming",),
    "setup-borders": ("setup:borders",),
    "setup-plans": ("setup:plans",),
    "setup-people": ("setup:people",),
    "setup-calendar": ("setup:calendar",),
    "setup-imports": ("setup:imports",),
    "setup-papers": ("setup:papers", "setup:paper"),
    "setup-doors": ("setup:channels", "setup:channel_new", "setup:channel"),
    "setup-finish": ("setup:finish",),
}
SECTION_OF = {address: key for key, addresses in SECTIONS.items() for address in addresses}


@dataclass(frozen=True, slots=True)
class Book:
    """One page of the manual. `headings` are (anchor, words) of its sections."""

    name: str
    title: str
    body: SafeString
    headings: tuple[tuple[str, str], ...]


@cache
def books(language: str) -> dict[str, Book]:
    """The manual in a language ("zh" or "en"), in the order in which it is read."""
    made: dict[str, Any] = json.loads((MADE / f"{language}.json").read_text(encoding="utf-8"))
    return {
        name: Book(
            name,
            made[name]["title"],
            mark_safe(made[name]["body"]),  # noqa: S308  our own texts, made by tools/manual.py
            tuple((anchor, words) for anchor, words in made[name]["headings"]),
        )
        for name in BOOKS
    }


def section(address: str) -> str:
    """The section that explains a page, by the name of its address; empty for one that has none."""
    return SECTION_OF.get(address, "")


@login_not_required
@require_safe
def page(request: HttpRequest, name: str = BOOKS[0]) -> HttpResponse:
    """One page of the manual, beside the list of all of them."""
    known = books("en" if get_language() == "en" else "zh")
    if name not in known:
        raise Http404
    told = {"book": known[name], "books": known.values()}
    return render(request, "ui/manual.html", told)
