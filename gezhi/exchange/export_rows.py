"""What a line of a list taken out says: numbers, codes in words, moments. No words of a report, no names.

Who reported is told by its kind alone: an identity is opened one matter at a time, by the way the vault gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from operator import getitem
from typing import Any, TypeVar

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from gezhi.matters import sentences
from gezhi.matters.sieves import step_words
from gezhi.places.tree import Tree
from gezhi.promises.queries import FAR
from gezhi.rules.model import Model

COLUMNS = (
    "number", "category", "item", "path", "step", "closing", "channel", "department", "reporting",
    "at", "recorded_at", "next_due_at", "ended_at",
)  # fmt: skip
CODES = 9  # columns before the moments
T = TypeVar("T")
MOST_HOURS = 50_000  # remembered at a time: five years and more
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def headers() -> list[str]:
    """The first line."""
    return [
        _("编号"), _("类别"), _("事项"), _("在哪"), _("到了哪步"), _("结果"), _("从哪来"), capfirst(_("承办部门")), _("报告人"),
        _("发生"), _("登记"), _("期限"), _("了结"),
    ]  # fmt: skip


def columns() -> list[str | Cast]:
    """What is read of a matter for a line. SQLite keeps moments as text, and as text they are read: making each of them a
    moment would take half of the time."""
    if connection.vendor != "sqlite":
        return [*COLUMNS]
    return [*COLUMNS[:CODES], *(Cast(name, TextField()) for name in COLUMNS[CODES:])]


class _Words(dict[str, str]):
    """What codes are called, each asked once."""

    def __init__(self, way: Callable[[str], str]) -> None:
        self._way = way

    def __missing__(self, code: str) -> str:
        word = self[code] = harmless(self._way(code))
        return word


class Worded:
    """Rows of matters in words; what a code is called is looked up once."""

    def __init__(self, model: Model, ground: Tree) -> None:
        self._model, self._ground = model, ground
        self._zone = timezone.get_current_timezone()
        self._hours: dict[str, str] = {}
        ways: tuple[Callable[[str], str], ...] = (
            str, self._item, self._place, self._step, self._closing,
            self._channel, self._department, self._reporting,
        )  # fmt: skip
        self._words = [_Words(way) for way in ways]

    def line(self, row: tuple[Any, ...]) -> list[str]:
        """A row of `COLUMNS` as it is written; no cell is taken for a formula."""
        return [harmless(row[0]), *map(getitem, self._words, row[1:CODES]), *map(self._moment, row[CODES:])]

    def _item(self, code: str) -> str:
        found = self._model.items.get(code)
        return sentences.label(found) if found else code

    def _place(self, path: str) -> str:
        return "/".join(self._ground.names(path)) or path

    def _step(self, code: str) -> str:
        return step_words(self._model, code)

    def _closing(self, code: str) -> str:
        return closings().get(code, code)

    def _channel(self, code: str) -> str:
        found = self._model.channels.get(code)
        return sentences.label(found) if found else code

    def _department(self, code: str) -> str:
        found = self._model.departments.get(code)
        return sentences.label(found) if found else code

    def _reporting(self, code: str) -> str:
        kinds = {
            "anonymous": _("匿名"),
            "confidential": _("保密"),
            "named": _("实名"),
            "staff": _("工作人员"),
        }
        return kinds.get(code, code)

    def _moment(self, at: datetime | str | None) -> str:
        if isinstance(at, str):
            return self._of_text(at)
        if at is None or at == FAR:
            return ""
        return at.astimezone(self._zone).isoformat(" ", "minutes")[:16]

    def _of_text(self, at: str) -> str:
        """A moment as SQLite keeps it, in UTC. What an hour is called here is looked up once."""
        hour = at[:13]
        called = self._hours.get(hour)
        if called is None:
            if len(self._hours) >= MOST_HOURS:
                self._hours.clear()
            called = self._hours[hour] = self._hour(hour)
        return called + at[13:16] if called else self._moment(_read(at))

    def _hour(self, hour: str) -> str:
        """The local hour of an hour in UTC; empty where they do not begin and end together, and for no moment at all."""
        begins = _read(hour + ":00:00")
        if begins.year >= FAR.year:
            return ""
        begun, ended = (at.astimezone(self._zone) for at in (begins, begins + timedelta(minutes=59)))
        return begun.isoformat(" ", "hours")[:13] if (begun.minute, ended.minute) == (0, 59) else ""


def _read(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=UTC)


def closings() -> dict[str, str]:
    """How a matter can have ended."""
    return {
        "solved": _("已解决"), "unverified": _("已解决（未核查）"), "void": _("作废"), "refused": _("不予受理"),
        "merged": _("并案"), "transferred": _("转出"), "withdrawn": _("撤回"), "unsolved": _("未解决"),
    }  # fmt: skip


def harmless(word: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{word}" if word.startswith(_FORMULA) else word


def in_batches(coming: Iterator[T], many: int) -> Iterator[list[T]]:
    """The same in batches."""
    while some := list(islice(coming, many)):
        yield some
