"""Pasted rows between one page and the next: in the session of whoever pasted them, under a mark that the address bears.

They name people, so they lie sealed there (`vault.kept`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from gezhi.desk.pasted_rows import NTH, Usual, Went
from gezhi.errors import Refused
from gezhi.vault import kept as sealed

KEPT = "pasted"
MENDED = "pasted_mended"
MARKS = "pasted_marks"
MOST_MENDED = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its line in what was pasted, the word under which it is registered, its cells, and what registering
    refused in them."""

    at: int
    key: str
    cells: dict[str, str]
    refused: dict[str, str]


@dataclass(frozen=True, slots=True)
class Came:
    """One that was registered, now or (`again`) earlier: its line, its number, the first of its words, and who got it.
    `other`: which of its cells say something else now than it was registered with."""

    at: int
    number: str
    text: str
    goes: str
    again: bool
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows that wait; headers that were not used; how many rows were left out; and what was just registered."""

    usual: Usual
    lines: tuple[Line, ...]
    unused: tuple[str, ...] = ()
    cut: int = 0
    came: tuple[Came, ...] = ()


def keep(session: SessionBase, sheet: Sheet) -> str:
    """Keep a sheet. Returns its mark. Raises `Refused` for more than a session holds."""
    mark = sealed.keep(session, KEPT, sheet)
    if not mark:
        raise Refused(_("贴得太多，一次放不下。请分几次贴。"), code="file_large", field="cells")
    return mark


def kept(session: SessionBase, mark: str) -> Sheet | None:
    """The sheet under this mark, as `vault.kept` has it."""
    return sealed.kept(session, KEPT, mark, Sheet)


def mended(session: SessionBase, said: Iterable[tuple[str, str]]) -> None:
    """Remember under which word a line was registered that said something else by then: whoever mends the spreadsheet
    likewise and pastes it again registers it once. `said`: the word of what it says now, and the word it went under."""
    held = dict(went_under(session))
    for word, key in said:
        alike = (f"{word[:-NTH]}{nth:0{NTH}}" for nth in itertools.count(1))
        held[next(one for one in alike if one not in held)] = key
    session[MENDED] = dict([*held.items()][-MOST_MENDED:])


def went_under(session: SessionBase) -> Mapping[str, str]:
    """What `mended` remembers in this session."""
    found: dict[str, str] = session.get(MENDED, {})
    return found


def marked(session: SessionBase, said: Mapping[str, str]) -> None:
    """Remember the marks of the cells with which lines were registered, by their word."""
    held: dict[str, str] = session.get(MARKS, {}) | dict(said)
    session[MARKS] = dict([*held.items()][-MOST_MENDED:])


def went(session: SessionBase) -> Went:
    """All that a session remembers of lines that were registered."""
    return Went(went_under(session), session.get(MARKS, {}))
