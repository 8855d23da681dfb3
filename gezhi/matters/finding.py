"""Looking through all matters that are open to a person: by state, words, unit, step, lateness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from gezhi.matters import access, editions, lists, queries, typed_numbers
from gezhi.matters.lists import COLUMNS, Key, Line
from gezhi.matters.models import Matter
from gezhi.matters.sifting import LOOKED, Further, as_q
from gezhi.matters.sought import EXAMINED, Kept, Search
from gezhi.matters.wanted import wanted
from gezhi.people.queries import Person
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.vault import traces

STATES = ("open", "ended", "all")
SOON = timedelta(hours=24)
NOTHING = Further()
WORDS = 60  # characters of a search
MOST_PASTED = 500  # cells looked up at once
MOST_NUMBERS = 200  # matters that a short number may fit


@dataclass(frozen=True, slots=True)
class Sieve:
    """What a list keeps: `state` is open, ended or all; `late` keeps what is open and past due, `soon` what is open and
    falls due within `SOON`; `further` is kept row by row.

    `numbers` are those that the words stand for (`with_numbers`): then these are kept, and no words are looked for.
    """

    state: str = "open"
    words: str = ""
    unit: str = ""
    step: str = ""
    late: bool = False
    numbers: tuple[str, ...] = ()
    soon: bool = False
    further: Further = NOTHING

    @property
    def sought(self) -> bool:
        """Whether words are looked for."""
        return bool(self.words) and not self.numbers

    @property
    def by_promise(self) -> bool:
        """Open matters stand by promise; where ended ones stand among them, the newest come first."""
        return self.late or self.state == "open"

    def due(self, at: datetime) -> tuple[datetime | None, datetime | None]:
        """From when and before when what is kept falls due."""
        if self.late:
            return None, at
        return (at, at + SOON) if self.soon else (None, None)


def sieve_of(
    *,
    state: str = "",
    words: str = "",
    unit: str = "",
    step: str = "",
    due: str = "",
    late: bool = False,
    further: Further = NOTHING,
) -> Sieve:
    """A sieve from what somebody typed; what cannot be printed is left out. Where no state was chosen, words are
    looked for in all of them, and without words 在办 is kept. `due` is late or soon."""
    printable = "".join(c if c.isprintable() else " " for c in words[: WORDS * 2])
    kept = " ".join(printable.split())[:WORDS]
    found = state if state in STATES else "all" if kept else "open"
    late, soon = late or due == "late", due == "soon" and not late
    is_open = late or soon or further.suspended
    return Sieve("open" if is_open else found, kept, unit, step, late, soon=soon, further=further)


def with_numbers(sieve: Sieve, person: Person, ground: Tree, *, at: datetime) -> Sieve:
    """The sieve with the numbers of this person's scope that its words stand for, whatever their state; none where
    the words are no number. At most two statements, each by an index.

    Where a number without its unit is found, others that end alike are looked for in the index of words: units that
    were renamed, and numbers that were brought in, are called as no unit is today. Where none is found, the words are
    looked for there anyway.
    """
    model = editions.today()
    typed = typed_numbers.typed(sieve.words, model, ground, timezone.localdate(at))
    if not typed.numbers:
        return sieve
    scope = access.matters_open_to(person, model)
    found = set(scope.filter(number__in=typed.numbers).values_list("number", flat=True)[:MOST_NUMBERS])
    if found and typed.ends:
        for end in (sieve.words, *typed.ends):
            alike = Search(person, wanted(end, model, ground), Kept(), model).page(MOST_NUMBERS)
            found.update(line.number for line in alike.lines if end in line.number)
    return replace(sieve, numbers=tuple(sorted(found)))


class Pasted(NamedTuple):
    """What came of cells with numbers: the matters in the order of the cells, the cells that stand for none that is open
    to the person, how many looked like a number of somebody and were not looked for, how many were too many; `kept` is
    what was typed, without those numbers of somebody."""

    asked: int
    lines: list[Line]
    missing: list[str]
    private: int
    cut: int
    kept: str


def by_cells(person: Person, typed: str, ground: Tree, *, at: datetime) -> Pasted:
    """The matters whose numbers stand in cells copied from elsewhere, or in a sentence. One statement.

    Unknown and hidden are told alike.
    """
    every = dict.fromkeys(typed_numbers.cells(typed, editions.today(), WORDS))
    cells = [cell for cell in every if not (traces.is_contact(cell) or traces.trace_in(cell))]
    wanted_cells = cells[:MOST_PASTED]
    stand, rows = numbered(person, wanted_cells, ground, timezone.localdate(at))
    found = {line.number: line for line in (Line(*row) for row in rows.values_list(*COLUMNS))}
    lines = dict.fromkeys(n for cell in wanted_cells for n in sorted(stand[cell]) if n in found)
    missing = [cell for cell in wanted_cells if not stand[cell] & found.keys()]
    over = len(cells) - len(wanted_cells)
    private = len(every) - len(cells)
    kept = "\n".join(cells) if private else typed
    return Pasted(len(wanted_cells), [found[n] for n in lines], missing, private, over, kept)


def numbered(
    person: Person, cells: Sequence[str], ground: Tree, on: date
) -> tuple[dict[str, frozenset[str]], QuerySet[Matter]]:
    """The numbers that each of these cells may stand for on this day, the cell itself among them; and the matters that have
    one of them and are open to the person."""
    model = editions.today()
    stand = {cell: typed_numbers.typed(cell[:WORDS], model, ground, on).numbers | {cell} for cell in cells}
    wanted_numbers = {number for some in stand.values() for number in some}
    return stand, access.matters_open_to(person, model).filter(number__in=wanted_numbers)


class Looked(NamedTuple):
    """What one look found, and after which row the next one goes on where this one did not come to the end."""

    lines: list[Line]
    goes_on: Key | None


class Counted(NamedTuple):
    """How many there are, or `more` than these: a count looks at so many rows and no further."""

    number: int
    more: bool


def found(
    person: Person, sieve: Sieve, *, at: datetime, most: int = 50, after: Key | None = None
) -> list[Line]:
    """Matters of this person's scope that pass the sieve: the first `most` after the key, however far they lie.

    Without words and by promise it is the work list of `lists`, and one statement; with words the order is that of
    `sought`.
    """
    if sieve.sought:
        search = searched(person, sieve, at=at)
        return search.page(most, after.id if after else None, examined=max(EXAMINED, most * 4)).lines
    look = looked(person, sieve, at=at, most=most, after=after)
    lines = list(look.lines)
    while len(lines) < most and look.goes_on:
        look = looked(person, sieve, at=at, most=most - len(lines), after=look.goes_on)
        lines += look.lines
    return lines


def looked(person: Person, sieve: Sieve, *, at: datetime, most: int, after: Key | None = None) -> Looked:
    """The same without words, looking at `LOOKED` rows at most where rows are kept one by one."""
    if sieve.by_promise and not sieve.words:
        here, kept = _places(person, sieve), _kept_of(sieve, at)
        lines = lists.open_lines(here, most=most, after=after, kept=kept)
        end = lists.window_end(here, after=after, kept=kept) if len(lines) < most else None
        return Looked([one for one in lines if end is None or _key(one) <= end], end)
    order = ("next_due_at", "id") if sieve.by_promise else ("-id",)
    rows = _passing(person, sieve, at).filter(_after(after, sieve)).order_by(*order)
    if not sieve.further.conditions:
        return Looked([Line(*row) for row in rows.values_list(*COLUMNS)[:most]], None)
    first = Matter.objects.filter(id__in=rows.values("id")[:LOOKED]).filter(as_q(sieve.further.conditions))
    lines = [Line(*row) for row in first.order_by(*order).values_list(*COLUMNS)[:most]]
    ends = rows.values_list("next_due_at", "id")[LOOKED - 1 : LOOKED] if len(lines) < most else ()
    return Looked(lines, next((Key(*end) for end in ends), None))


def _key(line: Line) -> Key:
    return Key(line.next_due_at, line.id)


def _places(person: Person, sieve: Sieve) -> list[lists.Place]:
    return queries.open_places(person, editions.today(), sieve.unit)


def _kept_of(sieve: Sieve, at: datetime, window: int = LOOKED) -> lists.Kept:
    return lists.Kept(sieve.step, *sieve.due(at), sieve.further.conditions, window)


def searched(person: Person, sieve: Sieve, *, at: datetime) -> Search:
    """The search for the words of a sieve."""
    model = editions.today()
    words = wanted(sieve.words, model, places.tree(timezone.localdate(at)))
    kept = Kept(sieve.state, sieve.unit, sieve.step, *sieve.due(at), sieve.further.conditions)
    return Search(person, words, kept, model)


def count(person: Person, sieve: Sieve, *, at: datetime) -> int:
    """How many `found` has in all; `MOST_COUNTED` + 1 stands for more. Of words of more than two signs there may be
    fewer than are counted; see `sought`."""
    return counted(person, sieve, at=at).number


def counted(person: Person, sieve: Sieve, *, at: datetime, window: int = LOOKED) -> Counted:
    """How many there are, looking at `window` rows where they are kept one by one, and counting to `MOST_COUNTED`."""
    if sieve.sought:
        return _told(searched(person, sieve, at=at).page(lists.MOST_COUNTED // 10).count)
    if sieve.by_promise and not sieve.words:
        here, kept = _places(person, sieve), _kept_of(sieve, at, window)
        number = lists.count_open(here, kept=kept)
        return _told(number, more=bool(lists.window_end(here, after=None, kept=kept)))
    rows = _passing(person, sieve, at).order_by("-id")
    if not (conditions := sieve.further.conditions):
        return _told(rows.values("id")[: lists.MOST_COUNTED + 1].count())
    first = Matter.objects.filter(id__in=rows.values("id")[:window]).filter(as_q(conditions))
    return _told(first.count(), more=rows.values("id")[window - 1 : window].exists())


def everything(person: Person, sieve: Sieve, *, at: datetime) -> QuerySet[Matter]:
    """All that passes, however many, in the order of registering. Words are to be looked for in `ids_of_words`."""
    return _passing(person, sieve, at).filter(as_q(sieve.further.conditions)).order_by("id")


def ids_of_words(person: Person, sieve: Sieve, *, at: datetime) -> list[UUID]:
    """All in which the words are found, in the order of registering: read page by page to the last."""
    search, after = searched(person, sieve, at=at), None
    found: list[UUID] = []
    while True:
        hits = search.page(LOOKED // 10, after)
        found += [line.id for line in hits.lines]
        if hits.more is None:
            return sorted(set(found))
        after = hits.more


def _told(number: int, *, more: bool = False) -> Counted:
    return Counted(min(number, lists.MOST_COUNTED + 1), more or number > lists.MOST_COUNTED)


def _passing(person: Person, sieve: Sieve, at: datetime) -> QuerySet[Matter]:
    rows = _in_scope(person, editions.today(), sieve).filter(_kept(sieve, at))
    return rows.filter(number__in=sieve.numbers) if sieve.numbers else rows


def _in_scope(person: Person, model: Model, sieve: Sieve) -> QuerySet[Matter]:
    scope = access.matters_open_to(person, model)
    if not sieve.unit:
        return scope
    covered = any(reach.path and sieve.unit.startswith(reach.path) for reach in access.reaches(person, model))
    return scope.filter(access.within(sieve.unit)) if covered else scope.none()


def _kept(sieve: Sieve, at: datetime) -> Q:
    kept = Q() if sieve.state == "all" else Q(ended_at__isnull=sieve.state == "open")
    since, before = sieve.due(at)
    if sieve.step:
        kept &= Q(step=sieve.step)
    if since:
        kept &= Q(next_due_at__gte=since)
    return kept & Q(next_due_at__lt=before) if before else kept


def _after(after: Key | None, sieve: Sieve) -> Q:
    if after is None:
        return Q()
    if not sieve.by_promise:
        return Q(id__lt=after.id)
    return Q(next_due_at__gt=after.due_at) | Q(next_due_at=after.due_at, id__gt=after.id)


def beside(person: Person, matter: Matter) -> tuple[str, str]:
    """The numbers before and after this matter among what waits for the person, by promise; "" at the ends."""
    here, key = queries.desks_places(person), Key(matter.next_due_at, matter.id)
    before = lists.open_lines(here, most=1, after=key, backward=True)
    after = lists.open_lines(here, most=1, after=key)
    return before[0].number if before else "", after[0].number if after else ""


def numbers(ids: Sequence[UUID]) -> dict[UUID, str]:
    """The numbers of these matters. A number alone opens nothing."""
    return dict(Matter.objects.filter(id__in=ids).values_list("id", "number"))


def open_among(person: Person, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these matters this person may see."""
    model = editions.today()
    return set(access.matters_open_to(person, model).filter(id__in=ids).values_list("id", flat=True))
