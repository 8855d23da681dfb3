"""A list of matters as the desk shows it: rows, groups by what is due when, and the day in cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.desk.marking import Parts
from gezhi.ledger import clock
from gezhi.matters import admission_gate, besides, lists, queries, routing, scenes, sentences
from gezhi.matters.lists import Glance, Key, Line
from gezhi.places.tree import Tree
from gezhi.rules import deadlines
from gezhi.rules.model import Flow, Model, Step
from gezhi.ui import words

SOON = timedelta(hours=2)
HOURS = 7
MOST_CELLS = 24
MOST_CELLS_OF_AN_HOUR = 10  # its column is two cells wide on a phone
Waits = dict[tuple[str, str, bool, bool], "Asked"]


@dataclass(frozen=True)
class Asked:
    """What a desk is asked to do in words, and which move it is; none where the page leans to no move."""

    say: str
    move: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a list. `waits` is what the reader is to do, with `act` as the address of its form or of the
    matter; `holder` is who has it when it is not the reader."""

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
    act: str
    holder: str
    made_at: datetime | None
    warn_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None = None
    marked: Parts = ()  # the headline, with what was looked for
    snippet: Parts = ()  # where else it stands
    urged: str = ""  # how often it was urged, and when last


@dataclass(frozen=True)
class Group:
    name: str
    say: str
    late: bool
    rows: list[Row]


@dataclass(frozen=True)
class Hour:
    """One hour of the clock, 13–14, and a cell for each that falls due in it; only so many of them are drawn."""

    word: str
    cells: list[str]

    @property
    def drawn(self) -> list[str]:
        return self.cells[:MOST_CELLS_OF_AN_HOUR]

    @property
    def more(self) -> int:
        return max(0, len(self.cells) - MOST_CELLS_OF_AN_HOUR)


@dataclass(frozen=True)
class Day:
    """The day in cells: what is late, what falls due in each hour that comes, and the rest.

    `many` is how many there are in all, more than were counted where `more` is true.
    """

    many: int
    more: bool
    late: int
    now_words: str
    hours: list[Hour]
    rest: int

    @property
    def say(self) -> str:
        """How many there are in all."""
        return many(self.many, more=self.more)

    @property
    def all_late(self) -> bool:
        """Whether even the last that was counted is late, so that more may be."""
        return self.more and self.late == self.many

    @property
    def late_word(self) -> str:
        return counted(self.late, more=self.all_late)

    @property
    def rest_word(self) -> str:
        return counted(self.rest, more=self.more)

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
    urged = besides.urged([line.id for line in lines if not line.ended_at], model)
    made = [row_of(line, model, ground, desks, waits) for line in lines]
    return [
        replace(row, urged=urged_words(urged[line.id], model)) if line.id in urged else row
        for line, row in zip(lines, made, strict=True)
    ]


def urged_words(one: besides.Urged, model: Model) -> str:
    """How often it was urged, and when last: 催办 2 次，最近 10:24."""
    last = words.moment(one.last_at, clock.now())
    return _("{urged}，最近 {when}").format(urged=besides.urged_words(one, model), when=last)


def row_of(line: Line, model: Model, ground: Tree, desks: Sequence[str], waits: Waits) -> Row:
    """One line in words."""
    item = model.items.get(line.item)
    flow = model.flows.get(item.flow) if item else None
    names = ground.names(line.path)
    step = flow.steps.get(line.step) if flow else None
    asked = _waits(line, model, waits) if line.desk in desks and not line.ended_at else Asked("")
    return Row(
        number=line.number,
        short_number=short(line.number),
        href=reverse("desk:matter", args=[line.number]),
        headline=line.headline or _("（原文已删除）"),
        item_name=sentences.label(item) if item else line.item,
        aside=_aside(line),
        place=names[-1] if names else "",
        within=names[-2] if len(names) > 1 else "",
        state=state_of(line.phase, line.closing),
        step_name=sentences.label(step) if step else line.step,
        waits=asked.say,
        act=_act(line, asked),
        holder=_holder(line, flow, model, ground),
        made_at=line.next_from_at,
        warn_at=None,
        due_at=queries.due_or_none(line),
        ended_at=line.ended_at,
    )


def _aside(line: Line) -> str:
    """What is beside the usual of it: how it came here, and that its place is yet to be checked."""
    came = {"late": _("补录"), "import": _("导入")}.get(line.origin, "")
    return " · ".join(said for said in (came, _("地点待核") if line.place_flag else "") if said)


def _act(line: Line, asked: Asked) -> str:
    """Where the row's action leads: to the form of the step, or to the matter where one looks first: the page leans
    to no step, or the place is yet to be checked."""
    if asked.move and not line.place_flag:
        return reverse("desk:step", args=[line.number, asked.move])
    return reverse("desk:matter", args=[line.number]) + "#next"


def _waits(line: Line, model: Model, known: Waits) -> Asked:
    """What the desk is asked to do: the likely step, or the duty where the page leans to none."""
    item = model.items.get(line.item)
    if item is None:
        return Asked(_("看一看"))
    key = (item.flow, line.step, bool(admission_gate.in_grid(model, item)), item.low)
    if key not in known:
        known[key] = _asked_to(model, model.flows[item.flow], line.step, key[2:])
    return known[key]


def _asked_to(model: Model, flow: Flow, step: str, kind: tuple[bool, bool]) -> Asked:
    """`kind`: whether the item is done in the grid, and whether it is a low one."""
    likely = scenes.likely_moves(model, flow, step, in_grid=kind[0], low=kind[1])
    if likely:
        return Asked(sentences.label(likely[0]), likely[0].id)
    if deadlines.silence(flow, step):
        return Asked(_("等报告人补充") if flow.steps[step].phase == "suspended" else _("回访，或等评价"))
    duties = [model.duties[duty] for move in routing.offered_from(flow, step) for duty in move.duty]
    return Asked(sentences.label(duties[0]) if duties else _("看一看"))


def outside(step: Step) -> str:
    """Whom a matter waits for while its reporter may rate the answer, or was asked for more."""
    return _("报告人补充") if step.phase == "suspended" else _("报告人评价")


def _holder(line: Line, flow: Flow | None, model: Model, ground: Tree) -> str:
    """Who has it now, in the words of the matter's own page."""
    if line.ended_at:
        return ""
    if flow is not None and line.reporting != "staff" and deadlines.silence(flow, line.step):
        return outside(flow.steps[line.step])
    return desk_words(line.desk, model, ground)


def desk_words(desk: str, model: Model, ground: Tree) -> str:
    """A desk as people say it."""
    if desk.startswith("department:"):
        found = model.departments.get(desk.removeprefix("department:"))
        return sentences.label(found) if found else desk
    post, _at, path = desk.partition("@")
    name = sentences.label(model.posts[post]) if post in model.posts else post
    unit = ground.by_path.get(path)
    return f"{name} · {unit.name}" if unit else name


@dataclass(frozen=True)
class Cut:
    """Where a page ends in the middle of a list: what stands before it, after it, and how many are late, in words."""

    before: bool
    after: bool
    late: str


def grouped(rows: Sequence[Row], now: datetime, cut: Cut) -> list[Group]:
    """已出格, 两小时内, 今天, 以后: in this order, empty ones left out. What goes on on another page is told as that."""
    end = end_of_day(now)
    late = [r for r in rows if r.due_at and r.due_at < now]
    soon = [r for r in rows if r.due_at and now <= r.due_at < now + SOON]
    today = [r for r in rows if r.due_at and now + SOON <= r.due_at < end]
    later = [r for r in rows if not r.due_at or r.due_at >= max(end, now + SOON)]
    named = ((_("已出格"), late), (_("两小时内"), soon), (_("今天"), today), (_("以后"), later))
    shown = [(name, some) for name, some in named if some]
    return [
        Group(name, _say(some, now, cut, first=n == 0, last=n == len(shown) - 1), some is late, some)
        for n, (name, some) in enumerate(shown)
    ]


def _say(some: list[Row], now: datetime, cut: Cut, *, first: bool, last: bool) -> str:
    """How many there are of a group; only of this page where the group may go on on another."""
    due = some[0].due_at
    if due is None or due >= now:
        part = (first and cut.before) or (last and cut.after)
        return _("这一页 {n} 件").format(n=words.count(len(some))) if part else words.matters(len(some))
    return (
        cut.late if cut.before else cut.late + _(" · 最久的超期 {span}").format(span=words.length(now - due))
    )


def day_of(glances: Sequence[Glance], now: datetime, *, more: bool = False) -> Day:
    """Each is one cell in the hour in which it falls due; `more`: there are others, due later, that nobody counted."""
    local = timezone.localtime(now)
    first = local.replace(minute=0, second=0, microsecond=0)
    late = sum(1 for one in glances if one.next_due_at < now)
    hours = [_hour(first + timedelta(hours=n), glances, now) for n in range(HOURS)]
    rest = len(glances) - late - sum(len(hour.cells) for hour in hours)
    return Day(len(glances), more, late, f"{local:%H:%M}", hours, rest)


def _hour(start: datetime, glances: Sequence[Glance], now: datetime) -> Hour:
    """The column of one hour. Its label names both ends, because it stands at neither."""
    end = start + timedelta(hours=1)
    due = [one for one in glances if max(start, now) <= one.next_due_at < end]
    return Hour(f"{start.hour}–{end.hour or 24}", ["soon" if _is_soon(one, now) else "" for one in due])


def _is_soon(one: Glance, now: datetime) -> bool:
    if one.next_from_at is None:
        return False
    return now >= one.next_from_at + (one.next_due_at - one.next_from_at) * 0.8


def many(number: int, *, more: bool = False) -> str:
    """12 件; 1,000 件以上 where there are more than were counted."""
    return _("{n} 件以上").format(n=words.count(number)) if more else words.matters(number)


def counted(number: int, *, more: bool) -> str:
    """The same where a number stands alone: 12, or 1,000+."""
    return words.count(number) + ("+" if more else "")


def end_of_day(now: datetime) -> datetime:
    local = timezone.localtime(now)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def key_of(line: Line) -> str:
    """Where a page ended, as a word of an address."""
    return key_word(line.next_due_at, line.id)


def key_word(due: datetime, id: UUID) -> str:
    """The same for a matter and its due moment."""
    return f"{due.isoformat()}_{id.hex}"


def key_from(word: str) -> Key | None:
    """The key in an address; none when it is none."""
    due, _sep, id = word.partition("_")
    try:
        return lists.key_from(due, id)
    except ValueError:
        return None
