"""A page that was overtaken: who moved the matter on meanwhile, and what was typed for a step that is no longer to take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gezhi.desk import sheet
from gezhi.desk.frame import me, show
from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters.queries import Happening, MatterPage
from gezhi.ui import words

STALE = {"moved_meanwhile", "wrong_step"}


@dataclass(frozen=True)
class Typed:
    """What stood in one field when the page was overtaken."""

    name: str
    text: str


@dataclass(frozen=True)
class Overtaken:
    title: str
    say: str
    typed: list[Typed]
    photos: bool


def page_of(
    request: HttpRequest,
    page: MatterPage,
    door: str,
    refusal: Refused,
    typed: tuple[list[Typed], bool],
    *,
    title: str = "",
) -> HttpResponse:
    """409: how the matter stands now and what can be done now; what was typed (fields, whether photos) is kept. `title`
    says what happened meanwhile where it was no step."""
    since = steps_since(page, request.POST.get("moved", ""))
    mine = me(request).account
    told = Overtaken(title or _title(since, mine), _say(since, mine) or refusal.reason, *typed)
    made = sheet.sheet_of(page, clock.now())
    return show(request, "desk/overtaken.html", door, status=409, matter=made, overtaken=told)


def steps_since(page: MatterPage, seen: str) -> list[Happening]:
    """The steps that persons took after the page was shown, oldest first. `seen`: the count of moves it showed."""
    taken = [one for one in page.story if "was" in one.facts]
    missed = page.matter.moved - int(seen) if seen.isdecimal() else 0
    return [one for one in reversed(taken[: max(missed, 0)]) if one.by is not None]


def _title(since: list[Happening], mine: UUID) -> str:
    if since and all(one.by == mine for one in since):
        verbs = _("、").join(dict.fromkeys(one.verb for one in since))
        return _("您刚才在另一页已办过：{move}").format(move=verbs)
    return _("这一件在您看的时候已经往前走了")


def _say(since: Iterable[Happening], mine: UUID) -> str:
    now, said = clock.now(), []
    for one in since:
        who = _("您") if one.by == mine else " · ".join(word for word in (one.post, one.unit) if word)
        when = words.moment(one.recorded_at, now)
        said.append(_("{when} {who}办了「{move}」").format(when=when, who=who, move=one.verb))
    return _("{steps}。").format(steps=_("；").join(said)) if said else ""
