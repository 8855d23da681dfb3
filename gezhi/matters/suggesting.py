"""What the words of a report suggest: items, with the words that spoke for each. Nothing is chosen by it.

What this instance learnt (`gezhi learn`) speaks first, then the catalogue's own words. No numpy here: web workers read
the learnt table with plain Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from gezhi.home import Home
from gezhi.matters import admission_gate, troubled
from gezhi.rules.model import Model
from gezhi.words import hints, linear

MOST = 3
LEARNT, CATALOGUE = "learnt", "catalogue"
FILE = Path("words") / "learnt.table"
ENOUGH = -0.6  # a learnt score below this speaks for nothing
NEAR = 1.0  # nor does one so far below the best
_OFTEN = 5  # ended matters before it is told where an item went


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One item that the words speak for, by what (`learnt` or `catalogue`), and which words.

    `went` is the department that ended matters of this item were asked last, where most went to one: its id, how many
    went there, of how many.
    """

    item: str
    by: str
    why: tuple[str, ...]
    went: tuple[str, int, int] | None = None

    @property
    def code(self) -> str:
        """How an entry speaks of it."""
        return f"{self.by}:{self.item}"


def suggest(text: str, model: Model, most: int = MOST) -> list[Suggestion]:
    """The items that these words speak for, the likeliest first; none where they say nothing."""
    open_to = choosable(model)
    table = learnt()
    found = _learnt(text, table, open_to, most) if table is not None else []
    known = frozenset(table.labels) if table is not None else frozenset()
    for hint in hints_of(model).best(text, most):
        if hint.label not in known and len(found) < most:
            found.append(Suggestion(hint.label, CATALOGUE, hint.why))
    return found


def _learnt(text: str, table: linear.Table, open_to: Sequence[str], most: int) -> list[Suggestion]:
    best = [one for one in table.best(text, len(table.labels)) if one.label in open_to]
    least = max(ENOUGH, best[0].score - NEAR) if best else 0.0
    return [
        Suggestion(one.label, LEARNT, tuple(why), _went(table.about, one.label))
        for one in best[:most]
        if one.score >= least and (why := table.why(text, one.label))
    ]


def _went(about: Mapping[str, Any], item: str) -> tuple[str, int, int] | None:
    counts: Mapping[str, int] = about.get("departments", {}).get(item, {})
    total = sum(counts.values())
    if total < _OFTEN:
        return None
    department, n = max(counts.items(), key=lambda one: (one[1], one[0]))
    return (department, n, total) if department and 2 * n > total else None


def shown_before(said: str) -> tuple[str, ...]:
    """The codes of what a page had offered, as its form brings them back."""
    return tuple(code for code in said.split(",") if code)[:MOST]


def kept(codes: Sequence[str], model: Model) -> list[str]:
    """Of what a page says it has shown, what can be kept: at most three, each an item of the model and by what."""
    ways = (LEARNT, CATALOGUE)
    split = [(code, *code.partition(":")[::2]) for code in codes[:MOST]]
    return [code for code, by, item in split if by in ways and item in model.items]


def choosable(model: Model) -> tuple[str, ...]:
    """The items that words may suggest, in the order of the catalogue: all that a report can be given, but for trouble made for
    a reporter (`troubled`), which nobody is to be led to by a word."""
    return tuple(
        item.code
        for item in model.items.values()
        if item.flow
        and not admission_gate.only_for_a_grid(model, item)
        and not troubled.is_item(item.code, model)
    )


_hints: dict[str, hints.Hints] = {}


def hints_of(model: Model) -> hints.Hints:
    """The catalogue's own words, made once for each model."""
    if model.version not in _hints:
        named = {code: model.items[code] for code in choosable(model)}
        phrases = {code: tuple(hints.phrases_of(one.name, one.english)) for code, one in named.items()}
        _hints.clear()
        _hints[model.version] = hints.Hints(phrases)
    return _hints[model.version]


def learnt_file() -> Path:
    """Where the table lies: among the files of the home, so that a backup holds it."""
    home: Home = settings.HOME
    return home.files / FILE


def learnt() -> linear.Table | None:
    """What this instance learnt, read anew when the file changes; None before, or where another version wrote it."""
    file = learnt_file()
    try:
        found = file.stat()
    except OSError:
        return None
    return _read(str(file), found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=1)
def _read(file: str, _changed: int, _size: int) -> linear.Table | None:
    try:
        return linear.read(Path(file).read_bytes())
    except (OSError, linear.Unreadable):
        return None
