"""A list of matters as the desk shows it: rows, groups by what is due when, and the day in cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.matters import queries, routing, scenes, sentences
from gezhi.matters.lists import Key, Line
from gezhi.places.tree import Tree
from gezhi.rules import deadlines
from gezhi.rules.model import Flow, Model
from gezhi.ui import words

SOON = timedelta(hours=2)
HOURS = 7
MOST_CELLS = 24
Waits = dict[tuple[str, str, bool], str]


@dataclass(frozen=True)
class Row:
    """One line of a list. `waits` is what the reader is to do, `holder` who has it when it is not the reader."""

    number: str
    short_number: str
    href: str
    headline: str
    item_name: str
    aside: str
    place: str
    within: str
    state: str
    step_name: str
    waits: str
    holder: str
    made_at: datetime | None
    warn_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Group:
    name: str
    say: str
    late: bool
    rows: list[Row]


@dataclass(frozen=True)
class Hour:
    word: str
    cells: list[str]


@dataclass(frozen=True)
class Day:
    """The day in cells: what is late, what falls due in each hour that comes, and the rest."""

    late: int
    now_words: str
    hours: list[Hour]
    rest: int
    rest_word: str

    @property
    def late_cells(self) -> range:
        return range(min(self.late, MOST_CELLS))

    @property
    def late_more(self) -> int:
        return max(0, self.late - MOST_CELLS)

    @property
    def rest_cells(self) -> range:
        return range(min(self.rest, MOST_CELLS))

    @property
    def rest_more(self) -> int:
        return max(0, self.rest - MOST_CELLS)


def state_of(phase: str, closing: str) -> str:
    """The state a step is shown in. An end that solved nothing is struck through, not stamped."""
    if phase == "ended":
        return "void" if closing in {"void", "refused", "merged", "withdrawn"} else "done"
    return phase


def short(number: str) -> str:
    """柳望 1118-0417 of 柳望〔2026〕1118-0417号: two units number alike, so the unit stays."""
    unit, bracket, rest = number.partition("〔")
    serial = rest.partition("〕")[2].removesuffix("号")
    return f"{unit} {serial}".strip() if bracket and serial else number


def rows_of(lines: Sequence[Line], model: Model, ground: Tree, desks: Sequence[str]) -> list[Row]:
    """Lines in words. What a desk is asked to do is worked out once for each step on the page."""
    waits: Waits = {}
    return [row_of(line, model, ground, desks, waits) for line in lines]


def row_of(line: Line, model: Model, ground: Tree, desks: Sequence[str], waits: Waits) -> Row:
    """One line in words."""
    item = model.items.get(line.item)
    flow = model.flows.get(item.flow) if item else None
    names = ground.names(line.path)
    step = flow.steps.get(line.step) if flow else None
    return Row(
        number=line.number,
        short_number=short(line.number),
        href=reverse("desk:matter", args=[line.number]),
        headline=line.headline or _("（原文已删除）"),
        item_name=sentences.label(item) if item else line.item,
        aside=_("补录") if line.origin == "late" else _("地点待核") if line.place_flag else "",
        place=names[-1] if names else "",
        within=names[-2] if len(names) > 1 else "",
        state=state_of(line.phase, line.closing),
        step_name=sentences.label(step) if step else line.step,
        waits=_waits(line, model, waits) if line.desk in desks and not line.ended_at else "",
        holder=desk_words(line.desk, model, ground) if not line.ended_at else "",
        made_at=line.next_from_at,
        warn_at=None,
        due_at=queries.due_or_none(line),
        ended_at=line.ended_at,
    )


def _waits(line: Line, model: Model, known: Waits) -> str:
    """What the desk is asked to do: the likely step, or the duty where the page leans to none."""
    item = model.items.get(line.item)
    key = (item.flow if item else "", line.step, bool(item and item.in_grid))
    if key not in known:
        known[key] = _asked_to(model, model.flows[key[0]], line.step, key[2]) if item else _("看一看")
    return known[key]


def _asked_to(model: Model, flow: Flow, step: str, in_grid: bool) -> str:
    likely = scenes.likely_moves(model, flow, step, in_grid=in_grid)
    if likely:
        return sentences.label(likely[0])
    if deadlines.silence(flow, step):
        return _("等报告人评价")
    duties = [model.duties[duty] for move in routing.offered_from(flow, step) for duty in move.duty]
    return sentences.label(duties[0]) if duties else _("看一看")


def desk_words(desk: str, model: Model, ground: Tree) -> str:
    """A desk as people say it."""
    if desk.startswith("department:"):
        found = model.departments.get(desk.removeprefix("department:"))
        return sentences.label(found) if found else desk
    post, _at, path = desk.partition("@")
    name = sentences.label(model.posts[post]) if post in model.posts else post
    unit = ground.by_path.get(path)
    return f"{name} · {unit.name}" if unit else name


def grouped(rows: Sequence[Row], now: datetime, late_in_all: int = 0) -> list[Group]:
    """已出格, 两小时内, 今天, 以后: in this order, empty ones left out. Late ones may go on on the next page."""
    end = end_of_day(now)
    late = [r for r in rows if r.due_at and r.due_at < now]
    soon = [r for r in rows if r.due_at and now <= r.due_at < now + SOON]
    today = [r for r in rows if r.due_at and now + SOON <= r.due_at < end]
    later = [r for r in rows if not r.due_at or r.due_at >= max(end, now + SOON)]
    worst = max((now - r.due_at for r in late if r.due_at), default=None)
    say = words.matters(max(len(late), late_in_all))
    if worst:
        say += _(" · 最久的超期 {span}").format(span=words.length(worst))
    made = [Group(_("已出格"), say, True, late)]
    for name, some in ((_("两小时内"), soon), (_("今天"), today), (_("以后"), later)):
        made.append(Group(name, words.matters(len(some)), False, some))
    return [group for group in made if group.rows]


def day_of(rows: Sequence[Row], total: int, late: int, now: datetime) -> Day:
    """Each row is one cell above its hour; what was not read is counted with the rest."""
    local = timezone.localtime(now)
    hours = []
    first = local.replace(minute=0, second=0, microsecond=0)
    for n in range(HOURS):
        start, end = first + timedelta(hours=n), first + timedelta(hours=n + 1)
        cells = [
            "soon" if _is_soon(r, now) else "" for r in rows if r.due_at and max(start, now) <= r.due_at < end
        ]
        hours.append(Hour(_("{h} 时").format(h=end.hour or 24), cells))
    rest = total - late - sum(len(h.cells) for h in hours)
    return Day(late, f"{local:%H:%M}", hours, max(0, rest), _("更晚的"))


def _is_soon(row: Row, now: datetime) -> bool:
    if row.due_at is None or row.made_at is None:
        return False
    return now >= row.made_at + (row.due_at - row.made_at) * 0.8


def end_of_day(now: datetime) -> datetime:
    local = timezone.localtime(now)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def key_of(line: Line) -> str:
    """Where a page ended, as a word of an address."""
    return f"{line.next_due_at.isoformat()}_{line.id.hex}"


def key_from(word: str) -> Key | None:
    """The key in an address; none when it is none."""
    due, _sep, id = word.partition("_")
    try:
        return Key(datetime.fromisoformat(due), UUID(id))
    except ValueError:
        return None
