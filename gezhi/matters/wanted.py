"""What somebody looks for: words, each with the ways in which a matter may have it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gezhi.matters import pieces
from gezhi.places.tree import Tree
from gezhi.rules.model import Model

MOST_WORDS = 8
MOST_UNITS = 32  # that one word may name; what names more, names none
MOST_ITEMS = 64


@dataclass(frozen=True, slots=True)
class Named:
    """What of the district a word is the name of: paths of units, codes of items, departments."""

    units: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    @property
    def pieces(self) -> set[int]:
        """Their pieces; of the root there is none."""
        found = {pieces.named("u", path) for path in self.units if len(path) > pieces.LEVEL}
        found |= {pieces.named("i", code) for code in self.items}
        return found | {pieces.named("d", one) for one in self.departments}

    @property
    def everything(self) -> bool:
        """Whether it names the root, in which everything lies."""
        return any(len(path) == pieces.LEVEL for path in self.units)

    def holds(self, path: str, item: str, departments: Iterable[str]) -> bool:
        """Whether something at this place, of this item, that these departments were asked about, is named."""
        return (
            item in self.items
            or any(path.startswith(unit) for unit in self.units)
            or any(one in self.departments for one in departments)
        )


@dataclass(frozen=True, slots=True)
class Word:
    """One word in its normal form. `letters` says that it may be initials."""

    word: str
    letters: bool
    named: Named

    @property
    def pairs(self) -> list[int]:
        return pieces.of_word(self.word)

    @property
    def initials(self) -> list[int]:
        return pieces.of_letters(self.word) if self.letters else []

    @property
    def is_certain(self) -> bool:
        """Whether whatever has its pieces has the word."""
        return pieces.is_certain(self.word)

    def stands_in(self, text: str) -> bool:
        """Whether it is written in a text in its normal form."""
        return self.word in text

    def is_read_in(self, headline: str) -> bool:
        """Whether it is the initials of a part of the headline."""
        return self.letters and pieces.read_as(self.word, headline)


def wanted(typed: str, model: Model, ground: Tree) -> tuple[Word, ...]:
    """The words of what was typed, the first `MOST_WORDS`."""
    found = []
    for word in pieces.words_of(typed)[:MOST_WORDS]:
        letters = pieces.is_letters(word)
        units = _outer(_units(ground).called(word, letters=letters))
        items = _names(model)[1].called(word, letters=letters)
        departments = tuple(_names(model)[2].called(word, letters=letters))
        named = Named(units, tuple(items) if len(items) <= MOST_ITEMS else (), departments)
        found.append(Word(word, letters, named))
    return tuple(found)


class _Names:
    """Names with what they are the names of, prepared for being looked through at each search."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        self._names = [(pieces.plain(name), code) for code, name in named]
        self._read: dict[int, list[tuple[str, str]]] = {}
        for one in self._names:
            for pair in pieces.of_initials(one[0]):
                self._read.setdefault(pair, []).append(one)

    def called(self, word: str, *, letters: bool) -> list[str]:
        """The codes of those that a word is a part of, or the initials of a part of."""
        found = [code for name, code in self._names if word in name] if len(word) > 1 else []
        if letters:
            rarest = min((self._read.get(pair, []) for pair in pieces.of_letters(word)), key=len)
            found += [code for name, code in rarest if pieces.read_as(word, name)]
        return list(dict.fromkeys(found))


_of_ground: tuple[Tree, _Names] | None = None
_of_model: tuple[Model, _Names, _Names] | None = None


def _units(ground: Tree) -> _Names:
    """The units by name; made once for a tree, since the tree of a day is kept."""
    global _of_ground
    kept = _of_ground
    if kept is None or kept[0] is not ground:
        kept = _of_ground = ground, _Names((path, unit.name) for path, unit in ground.by_path.items())
    return kept[1]


def _names(model: Model) -> tuple[Model, _Names, _Names]:
    """Items and departments by name, made once for an edition."""
    global _of_model
    kept = _of_model
    if kept is None or kept[0] is not model:
        items = _Names((item.code, item.name) for item in model.items.values())
        kept = _of_model = model, items, _Names((id, one.name) for id, one in model.departments.items())
    return kept


def _outer(paths: Iterable[str]) -> tuple[str, ...]:
    """These units without those that lie in another of them; none if there are too many to mean one."""
    found: list[str] = []
    for path in sorted(paths):
        if not found or not path.startswith(found[-1]):
            found.append(path)
    return tuple(found) if len(found) <= MOST_UNITS else ()
