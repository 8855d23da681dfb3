"""A mapping: which column of a file means what, and which of its words mean which words of the governance model."""

from __future__ import annotations

import hashlib
import re
import tomllib
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange.banned import is_banned
from gezhi.exchange.moments import SPECIAL
from gezhi.exchange.personal import is_personal
from gezhi.matters.rated import RATED
from gezhi.rules.model import Model

SHIPPED = Path(__file__).parent / "mappings"


class _Table(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A table of the mapping; a key that is not known is refused."""


class Source(_Table, frozen=True):
    """Whose records these are, and the governance model into which they come."""

    name: str
    model: str
    datum: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] = "wgs84"


class Laid(_Table, frozen=True):
    """How the file is laid out, where it is not as it is recognised: see `reading`.

    `header`: the line of the headers, or of two that stand above one another. `path`: where in a JSON file the
    records lie ("data.requests").
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int | tuple[int, int] = 1
    path: str = ""


class Time(_Table, frozen=True):
    """How moments are written, beside ISO 8601, which is always read: patterns of `strptime`, or a word of `moments.SPECIAL`.

    `gap` is what a local time that the clocks skipped becomes: nothing, or later.
    """

    zone: str
    formats: tuple[str, ...] = ()
    gap: Literal["reject", "later"] = "reject"


class Replay(_Table, frozen=True):
    """Where the clock of a new replay instance begins, local time of the zone."""

    clock: datetime


class Units(_Table, frozen=True):
    """One level of units under one root: from a GeoJSON file (`name` is the property with their names), or by names alone."""

    level: str
    root: str
    root_level: str
    since: date
    file: str = ""
    name: str = ""
    names: tuple[str, ...] = ()


class Columns(_Table, frozen=True):
    """For each thing a matter can know, the header of its column, or a column made by [make]; empty for none.

    `ended_days`: days after `at`, for files that say how long it took. `unit`: name, short name or code of the unit.
    `parent`: number of the record that this one repeats. `transfers`: how often it was passed on. `answer`: what the
    reporter was told. `rated`: what he said of it.
    """

    key: str
    at: str
    text: str
    item: str
    ended: str = ""
    due: str = ""
    department: str = ""
    channel: str = ""
    status: str = ""
    address: str = ""
    lon: str = ""
    lat: str = ""
    ended_days: str = ""
    unit: str = ""
    parent: str = ""
    transfers: str = ""
    answer: str = ""
    rated: str = ""

    def named(self) -> dict[str, str]:
        """Field → header, for those that are named."""
        return {field: column for field in self.__struct_fields__ if (column := getattr(self, field))}


class Made(_Table, frozen=True):
    """A column made of others: their cells joined; one part of them; what a pattern catches; or one word for all.

    In this order: `of` joined by `join`; split by `split`, of which the part `part` (from 1, -1 the last); `match`
    searched in it and `give` expanded (nothing where it does not match); `constant` where nothing came of it.
    """

    of: tuple[str, ...] = ()
    join: str = " "
    split: str = ""
    part: int = 1
    match: str = ""
    give: str = "\\1"
    constant: str = ""


class Personal(_Table, frozen=True):
    """What becomes of columns that name persons: left out, or sealed in the vault as the reporter's name and contact.

    `harmless`: they only sound so; somebody looked.
    """

    drop: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    name: str = ""
    contact: str = ""


class ItemRule(_Table, frozen=True):
    """Words that match the pattern are this item; `\\1` is what its first group caught. `@name`: what it caught (its
    first group, or all of it) is the name of an item in the model."""

    match: str
    item: str


class Said(_Table, frozen=True):
    """The whole file. In a table of words `"*"` says what every other word becomes; without it, it is refused.

    A status is what persons did, move by move, or one word: the step it came to, or how it closed.
    """

    source: Source
    time: Time
    columns: Columns
    item: tuple[ItemRule, ...] = (ItemRule(".+", "@name"),)
    department: dict[str, str] = {}
    channel: dict[str, str] = {}
    status: dict[str, tuple[str, ...] | str] = {}
    rated: dict[str, str] = {}
    unit: dict[str, str] = {}
    file: Laid = Laid()
    make: dict[str, Made] = {}
    personal: Personal = Personal()
    units: Units | None = None
    replay: Replay | None = None


class Mapping:
    """A mapping that was read and is whole. `digest` is the SHA-256 of its file."""

    def __init__(self, said: Said, digest: str) -> None:
        self.said, self.digest = said, digest
        self.zone = ZoneInfo(said.time.zone)
        self.columns = {f: c for f, c in said.columns.named().items() if not is_banned(c)}
        who = said.personal
        self.settled = frozenset((*who.drop, *who.harmless, who.name, who.contact))

    @cached_property
    def items(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        return tuple((re.compile(rule.match), rule.item) for rule in self.said.item)

    @cached_property
    def patterns(self) -> dict[str, re.Pattern[str]]:
        """The pattern of each made column that has one."""
        return {name: re.compile(made.match) for name, made in self.said.make.items() if made.match}

    @property
    def source(self) -> str:
        return self.said.source.name

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """The columns that the file itself must have."""
        personal = self.said.personal
        return tuple(dict.fromkeys((*self.read, *filter(None, (personal.name, personal.contact)))))

    @cached_property
    def read(self) -> tuple[str, ...]:
        """The columns of the file that go into a matter, by themselves or in a made one."""
        made = self.said.make
        named = [c for one in self.columns.values() for c in (made[one].of if one in made else (one,))]
        return tuple(dict.fromkeys(named))

    def check_against(self, model: Model) -> None:
        """Raise `Refused` unless every word on the right is one of the model's."""
        said = self.said
        if said.source.model != model.id:
            told = _("这份对照表是给治理模型 {wanted} 的，这个实例用的是 {model}。")
            raise _no(told.format(wanted=said.source.model, model=model.id), "other_model")
        moves = {move for flow in model.flows.values() for move in flow.moves}
        ends = {
            word for flow in model.flows.values() for s in flow.steps.values() for word in (s.id, s.closing)
        }
        for table, words, known in (
            ("department", said.department.values(), set(model.departments)),
            ("channel", said.channel.values(), set(model.channels)),
            (
                "status",
                [move for taken in said.status.values() if not isinstance(taken, str) for move in taken],
                moves,
            ),
            ("status", [to for to in said.status.values() if isinstance(to, str)], ends),
            ("rated", said.rated.values(), {"", *RATED}),
        ):
            if strange := sorted(set(words) - known):
                told = _("对照表 [{table}] 里的「{word}」在治理模型里没有。")
                raise _no(told.format(table=table, word=strange[0]), "word_unknown")


def find(name: str) -> Path:
    """The file of a mapping: a path, or the name of one that ships with the house."""
    path = Path(name)
    if path.is_file():
        return path
    shipped = SHIPPED / f"{name}.toml"
    if shipped.is_file() and shipped.parent == SHIPPED:
        return shipped
    known = _("、").join(sorted(one.stem for one in SHIPPED.glob("*.toml")))
    told = _("没有对照表 {name}。请给出文件路径，或用自带的：{known}。")
    raise _no(told.format(name=name, known=known), "mapping_missing")


def load(path: Path) -> Mapping:
    """Read a mapping. Raises `Refused` that names the key that is wrong."""
    body = path.read_bytes()
    try:
        said = msgspec.convert(tomllib.loads(body.decode("utf-8-sig")), Said)
        mapping = Mapping(said, hashlib.sha256(body).hexdigest())
        _check(mapping)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError, re.error) as error:
        told = _("对照表 {file} 读不懂：{detail}。请改正这一处后再试。")
        raise _no(told.format(file=path.name, detail=error), "mapping_wrong") from error
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _no(_("对照表 {file}：没有这个时区。").format(file=path.name), "mapping_wrong") from error
    return mapping


def _check(mapping: Mapping) -> None:
    if not re.fullmatch(r"[a-z0-9_.-]{1,40}", mapping.source):
        raise _no(_("对照表 [source] name 只能由小写字母、数字和 . _ - 组成。"), "mapping_wrong")
    if lacking := [field for field in ("key", "at", "text", "item") if field not in mapping.columns]:
        told = _("对照表 [columns] {field} 对应的栏属于不得采集的内容。请去掉这一行。")
        raise _no(told.format(field=lacking[0]), "banned_column")
    assert mapping.items is not None  # noqa: S101  # compiled now, so that a wrong pattern is told now
    assert mapping.patterns is not None  # noqa: S101
    who = mapping.said.personal
    for column in mapping.read:
        put_away = (*who.drop, who.name, who.contact)
        if column not in who.harmless and (is_personal(column) or column in put_away):
            told = _(
                "对照表用了「{column}」这一栏，它像是个人信息，不能进事项。请换一栏，或在 [personal] 里封存。"
            )
            raise _no(told.format(column=column), "personal_column")
    for form in mapping.said.time.formats:
        if form not in SPECIAL and "%" not in form:
            told = _(
                "对照表 [time] formats 里的「{form}」不是日期格式。格式写成 %Y-%m-%d 这样，或用 excel、epoch、epoch_ms。"
            )
            raise _no(told.format(form=form), "format_wrong")


def _no(sentence: str, code: str) -> Refused:
    return Refused(sentence, code=code, field="mapping")
