"""受理数, 办结率 and 按期结案率: integers first, what was left out by name, and what each figure says in a sentence.

At every instant 受理 = 已解决 + 已解决（未核查） + 在办 + 作废 + 转出 + 撤回 + 未解决. What nobody verified, because a sample
did not draw it, is in no rate's numerator and is said beside each. Not admitted and merged matters are no
part of it (a merged one counts with the other), imported ones stand apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.matters import sentences
from gezhi.people.queries import Person
from gezhi.places.tree import Tree
from gezhi.reporting import counting, grounds
from gezhi.reporting.counting import Basis, Cell, DueCell, Span
from gezhi.reporting.grounds import Ground
from gezhi.reporting.predicates import pairs, words
from gezhi.reporting.rounding import NOTHING, percent
from gezhi.reporting.scopes import Scope
from gezhi.rules.model import Model

PARTS = ("solved", "unverified", "open", "void", "transferred", "withdrawn", "unsolved")
APART = ("refused", "merged")
Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. A count has no denominator; a rate's words are without the sign, — where nothing was counted."""

    id: str
    name: str
    numerator: int
    denominator: int | None
    percent_words: str
    excluded: tuple[str, ...]
    says: str

    @property
    def share(self) -> float:
        """Numerator by denominator; 0 where there is none."""
        return self.numerator / self.denominator if self.denominator else 0.0


@dataclass(frozen=True, slots=True)
class Partition:
    """受理 and its parts, which always add up."""

    accepted: int
    solved: int
    unverified: int
    open: int
    void: int
    transferred: int
    withdrawn: int
    unsolved: int

    @property
    def others(self) -> tuple[tuple[str, int], ...]:
        """Name and number of each end beside 已解决 and 作废 that any matter has come to: with those and 在办 they
        are 受理."""
        apart = ("solved", "open", "void")
        return tuple((name, number) for part, name, number in self.parts() if number and part not in apart)

    @property
    def adds_up(self) -> bool:
        return self.accepted == sum(number for _part, _name, number in self.parts())

    def parts(self) -> tuple[tuple[str, str, int], ...]:
        """Code, name and number of each part."""
        return tuple((part, part_name(part), getattr(self, part)) for part in PARTS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: a unit, a period of local days (both included), as of when, and known or happened."""

    scope: Scope
    first: date
    last: date
    as_of: datetime
    basis: Basis
    zone: str

    @property
    def span(self) -> Span:
        """Its instants: days begin and end at local midnight; days beyond any record are cut off."""
        place = ZoneInfo(self.zone)
        begins = datetime.combine(_recordable(self.first), time.min, place)
        ends = datetime.combine(
            _recordable(min(self.last, counting.LATEST) + timedelta(days=1)), time.min, place
        )
        return Span(begins, ends, self.as_of, self.basis)


def _recordable(day: date) -> date:
    return min(max(day, counting.EARLIEST), counting.LATEST)


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """The figures of one unit. `late` are matters recorded after the act (补录); they are part of `accepted`."""

    path: str
    name: str
    partition: Partition
    accepted: Figure
    closed: Figure
    closed_valid: Figure
    late: Figure
    on_time: Figure


@dataclass(frozen=True, slots=True)
class Imported:
    """What came from elsewhere: judged by its source's own times, never part of the figures above."""

    partition: Partition
    accepted: Figure
    closed: Figure
    on_time: Figure


@dataclass(frozen=True, slots=True)
class Page:
    """Figures of a unit, of each unit below it that has any, and of what lies at the unit itself (path empty).

    `imported` is none where nothing was imported.
    """

    asked: Asked
    names: tuple[str, ...]
    whole: UnitFigures
    below: tuple[UnitFigures, ...]
    imported: Imported | None


def page(
    person: Person,
    path: str = "",
    *,
    first: date,
    last: date,
    as_of: datetime,
    basis: Basis = "known",
    ground: Ground = "restated",
) -> Page:
    """Figures that this person may see, counted in two statements. Raises `NotFound` for a unit that is none or hidden.

    `as_of` must not lie in the future of the instance's clock; the caller gives at most now. Restated: by today's
    units, what their predecessors had included; then: by the units of the period's last day, as they stood.
    """
    scope, model, tree = grounds.seen(person, path, last, as_of, ground)
    return page_of(scope, model, tree, (first, last), as_of, basis)


def page_of(
    scope: Scope, model: Model, ground: Tree, days: tuple[date, date], as_of: datetime, basis: Basis
) -> Page:
    """The same for a scope that was decided already."""
    first, last = days
    if first > last:
        raise Refused(_("起始日期晚于截止日期。请对调后再看。"), code="period_reversed", field="first")
    asked = Asked(scope, first, last, as_of, basis, model.timezone)
    counted = _Counted(asked, model, ground)
    return Page(asked, ground.names(scope.path), counted.whole(), counted.below(), counted.imported())


class _Counted:
    """One page's statements, run once, cut by unit afterwards."""

    def __init__(self, asked: Asked, model: Model, ground: Tree) -> None:
        self.asked, self.model, self.ground = asked, model, ground
        cells = counting.cells(asked.scope, asked.span)
        self.live = [cell for cell in cells if cell.origin != "import"]
        self.brought = [cell for cell in cells if cell.origin == "import"]
        due = counting.fallen_due(asked.scope, asked.span, finish_promises(model))
        self.due = [cell for cell in due if not cell.imported]
        self.own = [cell for cell in due if cell.imported]

    def whole(self) -> UnitFigures:
        return self._unit(self.asked.scope.path, self.live, self.due)

    def below(self) -> tuple[UnitFigures, ...]:
        """Units below in the order of their paths, then what lies at the unit itself: they add up to the whole."""
        paths = {c.below for c in self.live} | {d.below for d in self.due}
        if not paths - {""}:
            return ()
        return tuple(
            self._unit(
                path, [c for c in self.live if c.below == path], [d for d in self.due if d.below == path]
            )
            for path in sorted(paths, key=lambda path: (not path, path))
        )

    def imported(self) -> Imported | None:
        if not self.brought and not self.own:
            return None
        counts = _by_state(self.brought)
        return Imported(
            partition=_partition(counts),
            accepted=_accepted(self.asked, self.model, counts, 0),
            closed=_closed(self.asked, self.model, counts, "closed_rate"),
            on_time=on_time(self.asked, self.model, self.own),
        )

    def _unit(self, path: str, cells: Sequence[Cell], due: Sequence[DueCell]) -> UnitFigures:
        counts, unit = _by_state(cells), self.ground.by_path.get(path)
        name = unit.name if unit else path or _("尚未落到下一级")
        apart = sum(cell.number for cell in self.brought if path in (self.asked.scope.path, cell.below))
        late = sum(c.number for c in cells if c.origin == "late" and c.state in PARTS)
        return UnitFigures(
            path=path,
            name=name,
            partition=_partition(counts),
            accepted=_accepted(self.asked, self.model, counts, apart),
            closed=_closed(self.asked, self.model, counts, "closed_rate"),
            closed_valid=_closed(self.asked, self.model, counts, "closed_valid"),
            late=_late(late),
            on_time=on_time(self.asked, self.model, due),
        )


def finish_promises(model: Model) -> list[tuple[str, str]]:
    """The promises by which 按期结案 is judged: those that the model's own metric names."""
    metric = model.metrics.get("on_time")
    return [*pairs(words(metric.num.get("kept", ())))] if metric else []


def _by_state(cells: Iterable[Cell]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for cell in cells:
        counts[cell.state] = counts.get(cell.state, 0) + cell.number
    return counts


def _partition(counts: Counts) -> Partition:
    parts = {part: counts.get(part, 0) for part in PARTS}
    accepted = sum(number for state, number in counts.items() if state not in APART)
    return Partition(accepted=accepted, **parts)


def partition_of(cells: Iterable[Cell]) -> Partition:
    """受理 and its parts of some cells."""
    return _partition(_by_state(cells))


def excluded_of(cells: Iterable[Cell]) -> tuple[str, ...]:
    """What of these cells is no part of 受理, in words."""
    return _excluded(_by_state(cells), APART)


def _accepted(asked: Asked, model: Model, counts: Counts, imported: int) -> Figure:
    number = _partition(counts).accepted
    left_out = [*_excluded(counts, APART)]
    if imported:
        left_out.append(_("导入 {n} 件").format(n=imported))
    says = _("{period}受理的事项，{as_of}。")
    return Figure(
        "accepted",
        _name(model, "accepted", _("受理数")),
        number,
        None,
        "",
        tuple(left_out),
        says.format(period=period_words(asked), as_of=as_of_words(asked)),
    )


def _closed(asked: Asked, model: Model, counts: Counts, id: str) -> Figure:
    fallback = ("void",) if id == "closed_valid" else ()
    without = [state for state in _without(model, id, fallback) if state not in APART]
    partition = _partition(counts)
    all_of_them = partition.accepted - sum(counts.get(state, 0) for state in without)
    metric = model.metrics.get(id)
    words = percent(partition.solved, all_of_them, metric.digits if metric else 1)
    says = _("{period}受理的 {d} 件里已解决 {n} 件，{as_of}。")
    names = {"closed_rate": _("办结率（全部受理）"), "closed_valid": _("办结率（有效受理）")}
    return Figure(
        id,
        _name(model, id, names[id]),
        partition.solved,
        all_of_them,
        words,
        _excluded(counts, [*APART, *without]),
        says.format(period=period_words(asked), d=all_of_them, n=partition.solved, as_of=as_of_words(asked))
        + _unverified(partition.unverified),
    )


def _unverified(number: int) -> str:
    return _("另有 {n} 件已解决而未核查，不算在内。").format(n=number) if number else ""


def _late(number: int) -> Figure:
    says = _("其中 {n} 件是先办后登记，登记时写了理由；已含在受理数里。").format(n=number)
    return Figure("late", _("补录"), number, None, "", (), says)


def on_time(asked: Asked, model: Model, due: Iterable[DueCell]) -> Figure:
    """按期结案率: of what fell due in the period, how many were kept and have come to the end that the model's metric
    asks for; closings that the model leaves out apart."""
    cells, metric = list(due), model.metrics.get("on_time")
    without, digits = (metric.without, metric.digits) if metric else ((), 1)
    ends = words(metric.num.get("closing", ())) if metric else ()
    counted = [cell for cell in cells if cell.closing not in without]
    n = sum(cell.kept for cell in counted if not ends or cell.closing in ends)
    d = sum(cell.due for cell in counted)
    out: dict[str, int] = {}
    for cell in cells:
        if cell.closing in without:
            out[cell.closing] = out.get(cell.closing, 0) + cell.due + cell.void
    void = sum(cell.void for cell in counted)
    excluded = _excluded(out, without) + ((_("不再需要办结 {n} 件").format(n=void),) if void else ())
    says = _("{period}到期的 {d} 件里按期办结 {n} 件，{as_of}。")
    return Figure(
        "on_time",
        _name(model, "on_time", _("按期结案率")),
        n,
        d,
        percent(n, d, digits),
        excluded,
        says.format(period=period_words(asked), d=d, n=n, as_of=as_of_words(asked)),
    )


def _without(model: Model, id: str, fallback: tuple[str, ...]) -> tuple[str, ...]:
    metric = model.metrics.get(id)
    return metric.without if metric else fallback


def _name(model: Model, id: str, fallback: str) -> str:
    metric = model.metrics.get(id)
    return sentences.label(metric) if metric else fallback


def _excluded(counts: Counts, states: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        _("{name} {n} 件").format(name=part_name(state), n=counts[state])
        for state in states
        if counts.get(state)
    )


def part_name(state: str) -> str:
    """A part of the partition, or a closing that is none, as people say it."""
    said = {
        "solved": _("已解决"),
        "unverified": _("已解决（未核查）"),
        "open": _("在办"),
        "void": _("作废"),
        "transferred": _("转出"),
        "withdrawn": _("撤回"),
        "unsolved": _("未解决"),
        "refused": _("不予受理"),
        "merged": _("并案"),
    }
    return said.get(state, state)


def period_words(asked: Asked) -> str:
    """2026-11-01 至 2026-11-20, or the one day."""
    if asked.first == asked.last:
        return f"{asked.first:%Y-%m-%d} "
    return _("{first} 至 {last} ").format(first=f"{asked.first:%Y-%m-%d}", last=f"{asked.last:%Y-%m-%d}")


def as_of_words(asked: Asked) -> str:
    """As of when, whether as known or as happened; and by which ground, where it is not today's."""
    moment = f"{asked.as_of.astimezone(ZoneInfo(asked.zone)):%Y-%m-%d %H:%M}"
    known = _("按 {moment} 所知") if asked.basis == "known" else _("按实际发生，截至 {moment}")
    said = known.format(moment=moment)
    return said if asked.scope.then is None else said + _("，") + grounds.words(asked.scope)


def words_of(figure: Figure) -> str:
    """A figure as it is printed: 979, or 96.6%, or —."""
    if figure.denominator is None:
        return str(figure.numerator)
    return figure.percent_words if figure.percent_words == NOTHING else f"{figure.percent_words}%"
