"""待我办: what waits for me, by promise."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from gezhi.desk import rows
from gezhi.desk.frame import me, show
from gezhi.ledger import clock
from gezhi.matters import asked, editions, queries, sentences
from gezhi.matters.lists import Line
from gezhi.people.queries import Person
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.ui import words

PAGE = 50
LOOK = 200  # rows looked at for the day in cells


@dataclass(frozen=True)
class Tab:
    word: str
    number: int
    href: str
    here: bool


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for me, by promise."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    step, after = request.GET.get("step", ""), rows.key_from(request.GET.get("after", ""))
    lines = queries.inbox(person, most=LOOK if not after else PAGE + 1, after=after, step=step)
    total = queries.count_inbox(person)
    late = queries.count_inbox(person, before=now)
    made = rows.rows_of(lines, model, ground, person.desks)
    shown = len(made) if step else total
    page = {
        "now": now,
        "total": total,
        "sentence": _sentence(made, total, late, now),
        "day": rows.day_of(made, shown, _late_in(made, now) if step else late, now),
        "tabs": _tabs(lines, model, step, total),
        "groups": rows.grouped(made[:PAGE], now, 0 if step or after else late),
        "last_column": _("等我做"),
        "more": more(request, lines),
        **_asked(person, now),
        "empty_said": _("没有等我的事"),
        "empty_next": _("有事交过来，会出现在这里。"),
    }
    return show(request, "desk/inbox.html", "inbox", waiting=total, page=page)


def _asked(person: Person, now: datetime) -> dict[str, object]:
    """The requests to see a reporter that wait for me."""
    waiting = asked.awaited(person, at=now)
    said = ngettext("{n} 件等我决定能否查看报告人", "{n} 件等我决定能否查看报告人", len(waiting))
    links = [
        (rows.short(one.number), f"{reverse('desk:matter', args=[one.number])}#reporter") for one in waiting
    ]
    return {"asked_say": said.format(n=words.count(len(waiting))) if waiting else "", "asked": links}


def surroundings(now: datetime) -> tuple[Model, Tree]:
    """Today's model and ground."""
    on = timezone.localdate(now)
    return editions.current(on), places.tree(on)


def _late_in(made: list[rows.Row], now: datetime) -> int:
    return sum(1 for row in made if row.due_at and row.due_at < now)


def _sentence(made: list[rows.Row], total: int, late: int, now: datetime) -> str:
    """先办竹园电梯，还剩 41 分；2 件已超期: what a person would say.

    What still can be kept comes first while it falls due today; after that the late ones do.
    """
    if not made:
        return ""
    said = words.matters(total)
    ahead = next((row for row in made if row.due_at and row.due_at >= now), None)
    if ahead and ahead.due_at and (not late or ahead.due_at < rows.end_of_day(now)):
        said += _("。先办「{what}」，还剩 {left}").format(
            what=_brief(ahead.headline), left=words.length(ahead.due_at - now)
        )
        return said + (_("；{n} 件已超期").format(n=words.count(late)) if late else "") + _("。")
    if late:
        said += _("。先办超期的 {n} 件，最久的是「{what}」").format(
            n=words.count(late), what=_brief(made[0].headline)
        )
    return said + _("。")


def _brief(headline: str) -> str:
    return headline if len(headline) <= 20 else headline[:19] + "…"


def _tabs(lines: list[Line], model: Model, step: str, total: int) -> list[Tab]:
    inbox_href = reverse("desk:inbox")
    names = {s.id: sentences.label(s) for flow in model.flows.values() for s in flow.steps.values()}
    counts = Counter(line.step for line in lines)
    tabs = [Tab(_("全部"), total, inbox_href, not step)]
    for id, number in counts.most_common(5):
        tabs.append(Tab(names.get(id, id), number, f"{inbox_href}?{urlencode({'step': id})}", id == step))
    return tabs


def more(request: HttpRequest, lines: list[Line]) -> str:
    """The address of what follows; empty on the last page."""
    if len(lines) <= PAGE:
        return ""
    asked = request.GET.copy()
    asked["after"] = rows.key_of(lines[PAGE - 1])
    return f"?{asked.urlencode()}"
