"""Which cells of a public table stay hidden, so that no hidden one can be worked out from those that are shown.

A table has dimensions that are trees (units by level; classes below all; parts of a sum). Every cell is the sum of the
leaves below it, and whoever reads it knows that, and that nothing is less than nought. A cell below the least is hidden;
so are others, until for every hidden cell two whole tables are at hand that agree with everything shown and differ in
that cell by the least or more: the reader cannot bound it to a narrower range, however they calculate.

Such tables are made by moves: some leaves grow and others shrink by the same number, so that sums which contain one of
each stay as they are. A move may touch hidden cells only. Where no move serves, the cells that the cheapest one needs
are hidden too; at the last the totals are, and then everything. Nothing is drawn by lot: the same table hides the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

Cell = tuple[str, ...]
Pair = tuple[str, str | None]
"""A leaf of one dimension, and the one it is paired with."""
UNBOUNDED = 10**12
PARTNERS = {1: 24, 2: 7, 3: 4}
"""How many partners a dimension offers to a move that pairs so many dimensions: the largest first."""
LEAVES = 2


@dataclass(frozen=True)
class Tree:
    """One dimension: each node's parent, none for the root. Order is the order of writing, parents first."""

    parent: Mapping[str, str | None]
    children: Mapping[str, tuple[str, ...]] = field(init=False)
    chains: Mapping[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        below: dict[str, list[str]] = {node: [] for node in self.parent}
        chains: dict[str, tuple[str, ...]] = {}
        for node, above in self.parent.items():
            chains[node] = (node, *chains[above]) if above is not None else (node,)
            if above is not None:
                below[above].append(node)
        object.__setattr__(self, "children", {node: tuple(some) for node, some in below.items()})
        object.__setattr__(self, "chains", chains)

    @property
    def leaves(self) -> tuple[str, ...]:
        return tuple(node for node in self.parent if not self.children[node])

    def under(self, node: str) -> tuple[str, ...]:
        """The leaves at or below a node."""
        return tuple(leaf for leaf in self.leaves if node in self.chains[leaf])


@dataclass(frozen=True)
class Table:
    """Every cell of the product of the dimensions with its number; made from the leaves, those not named are nought."""

    trees: tuple[Tree, ...]
    values: Mapping[Cell, int]

    @classmethod
    def of(cls, trees: Sequence[Tree], leaves: Mapping[Cell, int]) -> Table:
        values = dict.fromkeys(product(*(tree.parent for tree in trees)), 0)
        for leaf, number in leaves.items():
            for cell in product(*(tree.chains[node] for tree, node in zip(trees, leaf, strict=True))):
                values[cell] += number
        return cls(tuple(trees), values)


@dataclass(frozen=True)
class Before:
    """What was published of the same cells before. `grows`: the reader knows that no number has become less since."""

    hidden: frozenset[Cell]
    values: Mapping[Cell, int]
    grows: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    """Cells that grow by one and cells that shrink by one, so that every sum but these stays."""

    up: tuple[Cell, ...]
    down: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.up + self.down


def hide(
    table: Table, least: int, before: Before | None = None, *, offered: Collection[Cell] | None = None
) -> frozenset[Cell]:
    """The cells that are not to be shown. Only those `offered` (none: all) are ever published; the others are hidden
    from the beginning, and whatever they are helps to keep the offered ones open.

    What was hidden before stays hidden. If the reader knows that numbers only grow, what was shown before bounds what
    is hidden now, and what was hidden before is still as wide: both publications together give nothing away either.
    """
    return frozenset(_Hiding(table, least, before, offered).done())


class _Hiding:
    def __init__(
        self, table: Table, least: int, before: Before | None, offered: Collection[Cell] | None
    ) -> None:
        self.table, self.least = table, least
        self.offered = table.values.keys() if offered is None else {*offered}
        self.floor: Mapping[Cell, int] = before.values if before and before.grows else {}
        self.hidden = {cell for cell, number in table.values.items() if number < least}
        self.hidden |= table.values.keys() - self.offered
        self.proved: set[Cell] = set()
        self.under = [{node: tree.under(node) for node in tree.parent} for tree in table.trees]
        if before:
            held = before.hidden & table.values.keys()
            self.hidden |= held
            self.proved |= held if before.grows else set()

    def done(self) -> set[Cell]:
        """Prove every hidden cell, the largest sums first; hide more where it cannot be proved."""
        while open_ones := sorted((self.hidden & self.offered) - self.proved, key=self._order):
            for cell in open_ones:
                if cell not in self.proved:
                    self._protect(cell)
        return self.hidden

    def _order(self, cell: Cell) -> tuple[int, Cell]:
        depth = sum(len(tree.chains[node]) for tree, node in zip(self.table.trees, cell, strict=True))
        return depth, cell

    def _protect(self, cell: Cell) -> None:
        """Hide what the cheapest moves need until this cell is proved; those of two leaves only where corners do not serve."""
        moves, all_of_them = list(self._moves(cell, self._move)), False
        while not self._wide(moves):
            rest = [move for move in moves if not self.hidden.issuperset(move.cells)]
            cheapest = min(rest, key=self._cost)
            if self._cost(cheapest)[0] and not all_of_them:
                moves, all_of_them = [*self._moves(cell, self._passing), *moves], True
                continue
            self.hidden.update(cheapest.cells)
        self.proved.add(cell)

    def _cost(self, move: Move) -> tuple[int, int, int, tuple[Cell, ...]]:
        """What a move costs: one that hides the total after others, one that is too narrow last; then by how many sums
        and cells it hides, the smallest first."""
        new = [cell for cell in move.cells if cell not in self.hidden]
        narrow = self._room(move, self._now) + self._room(Move(move.down, move.up), self._now) < self.least
        levels = sum(
            4 ** sum(bool(tree.children[n]) for tree, n in zip(self.table.trees, c, strict=True)) for c in new
        )
        rank = 2 if narrow else 0 if move.down else 1
        return rank, levels, sum(self.table.values[cell] for cell in new), move.cells

    def _now(self, cell: Cell) -> int:
        return self.table.values[cell]

    def _room(self, move: Move, value: Callable[[Cell], int]) -> int:
        """By how much a move can be taken before something is less than it can be."""
        return max(0, min((value(cell) - self.floor.get(cell, 0) for cell in move.down), default=UNBOUNDED))

    def _wide(self, moves: Iterable[Move]) -> bool:
        """Whether tables are found, by these moves and within what is hidden, that differ by the least or more."""
        usable = [move for move in moves if self.hidden.issuperset(move.cells)]
        for move in usable:
            back = Move(move.down, move.up)
            if self._room(move, self._now) + self._room(back, self._now) >= self.least:
                self.proved.update(move.cells)
                return True
        more = self._reach(usable)
        return more + self._reach([Move(move.down, move.up) for move in usable]) >= self.least

    def _reach(self, moves: Iterable[Move]) -> int:
        """How far moves go that are taken one after the other, each as far as it can."""
        changed: dict[Cell, int] = {}
        total = 0
        for move in moves:
            by = self._room(move, lambda cell: self._now(cell) + changed.get(cell, 0))
            for sign, cells in ((by, move.up), (-by, move.down)):
                for cell in cells:
                    changed[cell] = changed.get(cell, 0) + sign
            total += by
            if total >= self.least:
                break
        return total

    def _moves(self, cell: Cell, make: Callable[[Sequence[Pair]], Move]) -> Iterator[Move]:
        """Moves by which this cell grows: along each set of dimensions a pair of leaves, along the others one.

        Either all corners move, so that the sums along each dimension stay, or two opposite ones, so that only the sums
        that hold both do. The last pairs nothing: with every sum above it hidden, the cell may be anything.
        """
        dimensions = range(len(self.table.trees))
        seen: set[tuple[Cell, ...]] = set()
        for size in (*range(len(self.table.trees), 0, -1), 0):
            for paired in combinations(dimensions, size):
                choices = [self._choices(cell, d, d in paired, size) for d in dimensions]
                for leaves in product(*choices):
                    move = make(leaves)
                    if cell in move.up and move.cells not in seen:
                        seen.add(move.cells)
                        yield move

    def _choices(self, cell: Cell, d: int, paired: bool, size: int) -> list[Pair]:
        """Leaves below the cell's node in a dimension, each with a partner outside it where it is paired."""

        def number(leaf: str) -> int:
            return self.table.values[(*cell[:d], leaf, *cell[d + 1 :])]

        own = sorted(self.under[d][cell[d]], key=number, reverse=True)[:LEAVES]
        if not paired:
            return [(leaf, None) for leaf in own]
        most = PARTNERS.get(size, 3)
        inside = set(self.under[d][cell[d]])
        tree = self.table.trees[d]
        found: list[str] = []
        for node in tree.chains[cell[d]][1:]:
            beside = [leaf for leaf in self.under[d][node] if leaf not in inside]
            found += sorted(beside, key=number, reverse=True)[:most]
            inside.update(beside)
        return [(leaf, partner) for leaf in own for partner in found[:most]]

    def _passing(self, leaves: Sequence[Pair]) -> Move:
        """One leaf grows and one other, apart from it in every paired dimension, shrinks: what holds both stays."""
        trees = self.table.trees
        mine = {*product(*(tree.chains[leaf] for tree, (leaf, _other) in zip(trees, leaves, strict=True)))}
        theirs = {
            *product(*(tree.chains[other or leaf] for tree, (leaf, other) in zip(trees, leaves, strict=True)))
        }
        return Move(tuple(sorted(mine - theirs)), tuple(sorted(theirs - mine)))

    def _move(self, leaves: Sequence[Pair]) -> Move:
        """Every cell that changes when these leaves do, and which way."""
        ways = []
        for tree, (leaf, partner) in zip(self.table.trees, leaves, strict=True):
            mine = tree.chains[leaf]
            if partner is None:
                ways.append([(node, 1) for node in mine])
                continue
            theirs = tree.chains[partner]
            ways.append(
                [(node, 1) for node in mine if node not in theirs]
                + [(node, -1) for node in theirs if node not in mine]
            )
        up: list[Cell] = []
        down: list[Cell] = []
        for nodes in product(*ways):
            sign = 1
            for _node, way in nodes:
                sign *= way
            (up if sign > 0 else down).append(tuple(node for node, _way in nodes))
        return Move(tuple(up), tuple(down))


def shown(table: Table, hidden: Collection[Cell]) -> dict[Cell, int | None]:
    """The table as it is published: none where a number is not told."""
    return {cell: None if cell in hidden else number for cell, number in table.values.items()}
