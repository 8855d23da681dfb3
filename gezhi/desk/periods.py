"""The days that the figures are asked for, as an address writes them: what cannot be used is told, never replaced
in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from gezhi.reporting.counting import EARLIEST

WEEKS = 13


@dataclass(frozen=True)
class Period:
    """A period of local days, both included. `told` says beside a field what became of its word; `as_of` none is now.

    `chose_first` and `chose_last`: whether that end is the reader's own. `usable`: whether all that was asked could be
    used, if only in part.
    """

    first: date
    last: date
    as_of: date | None
    chose_first: bool = False
    chose_last: bool = False
    told: dict[str, str] = field(default_factory=dict)
    usable: bool = True


def period_of(said: Mapping[str, str], today: date) -> Period:
    """The period of `from`, `to` and `as_of`; the last thirteen weeks where nothing usable is said.

    A day before `EARLIEST` counts as that day and one after today as today, a word that is no day and a first day
    still to come count as not said, two days in the wrong order both: each with its sentence.
    """
    reading = _Reading(said, today)
    first, last = reading.day("from"), reading.day("to")
    if first and first > today:
        reading.refuse("from", _("{day} 还没有到，那以后还没有数。").format(day=first))
        first = None
    last = reading.no_later("to", last, _("{day} 还没有到，算到今天。"))
    if first and last and first > last:
        sentence = _("从 {first} 到 {last}，先后颠倒了，请对调。").format(first=first, last=last)
        reading.refuse("from", sentence)
        first = last = None
    as_of = reading.no_later("as_of", reading.day("as_of"), _("{day} 还没有到，按此刻所知。"))
    end = last or today
    begin = first or max(end - timedelta(weeks=WEEKS), EARLIEST)
    return Period(begin, end, as_of, bool(first), bool(last), reading.told, reading.usable)


class _Reading:
    """Words of an address as days, with what is to be told of each."""

    def __init__(self, said: Mapping[str, str], today: date) -> None:
        self.said, self.today = said, today
        self.told: dict[str, str] = {}
        self.usable = True

    def day(self, name: str) -> date | None:
        """The day of this name, none where none is said or the word is no day."""
        word = self.said.get(name, "").strip()
        if not word:
            return None
        try:
            day = date.fromisoformat(word)
        except ValueError:
            self.refuse(name, _("「{word}」不是日期，要写成 2026-11-20 这样。").format(word=word[:20]))
            return None
        if day < EARLIEST:
            self.told[name] = _("{day} 以前没有记录，按这一天算。").format(day=EARLIEST)
        return max(day, EARLIEST)

    def no_later(self, name: str, day: date | None, sentence: str) -> date | None:
        """The day itself up to today; today, and the sentence, for one still to come."""
        if day is None or day <= self.today:
            return day
        self.told[name] = sentence.format(day=day)
        return self.today

    def refuse(self, name: str, sentence: str) -> None:
        """The word is not used, and the default stands in its place."""
        self.told[name] = _("{why}没有用它，这里是默认的日期。").format(why=sentence)
        self.usable = False
