"""What is pointed out while a report is taken in: reports of the same thing, and words that mean danger now."""

# ruff: noqa: RUF009  (key() makes a dataclass field)
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from gezhi.rules.keys import key, text

Words = tuple[str, ...]
CALLS = ("110", "119", "120", "122")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """From when on two reports may be of one thing: within `radius` metres and `days`, and alike by so much of their words.

    Of `items` (codes), of `classes`, or, with neither, of everything that no other rule names.
    """

    id: str
    name: str = text()
    english: str = text("")
    items: Words = key("words", default=())
    classes: Words = key("words", default=())
    radius: int = key("int")
    days: str = key("natural")
    like: str = key("percent")
    basis: str = text("示例")

    @property
    def share(self) -> float:
        """`like` between 0 and 1."""
        return int(self.like.rstrip("%") or 0) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Words of a report upon which a number to call comes before everything else."""

    id: str
    name: str = text()
    english: str = text("")
    call: str = key("choice", words=CALLS)
    words: Words = key("words", some=True)
    words_english: Words = key("words", default=())


class _Item(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def category(self) -> str: ...


def alike_of(rules: Mapping[str, Alike], item: _Item) -> Alike | None:
    """The rule for an item: the one that names it, else its class, else the one for everything; none is no rule."""
    by_item = [rule for rule in rules.values() if item.code in rule.items]
    by_class = [rule for rule in rules.values() if item.category in rule.classes]
    rest = [rule for rule in rules.values() if not rule.items and not rule.classes]
    return next(iter(by_item + by_class + rest), None)


def alarms_in(said: str, alarms: Iterable[Alarm]) -> list[tuple[Alarm, str]]:
    """The alarms of which a text holds a word, in the order of the model, each with the first such word.

    Chinese words as they stand, spaces or not; English ones as whole words, whatever their case.
    """
    plain = unicodedata.normalize("NFKC", said).casefold()
    joined = _SPACES.sub("", plain)
    found = []
    for alarm in alarms:
        words = [word for word in alarm.words if word.casefold() in joined]
        words += [word for word in alarm.words_english if _whole(word).search(plain)]
        if words:
            found.append((alarm, words[0]))
    return found


def calls_in(said: str, alarms: Iterable[Alarm]) -> dict[str, str]:
    """The numbers to call before anything else, each with the first word of the text that says so."""
    calls: dict[str, str] = {}
    for alarm, word in alarms_in(said, alarms):
        calls.setdefault(alarm.call, word)
    return calls


def _whole(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z]){re.escape(word.casefold())}(?![a-z])")
