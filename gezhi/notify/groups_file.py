"""The register of groups as a CSV file: read whole, checked whole, taken in whole or not at all; and written again."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import sentences
from gezhi.notify.group_columns import BY_HAND, COLUMNS, ENGLISH
from gezhi.notify.groups import BUILDING, MOST_PEOPLE, door_names
from gezhi.notify.models import ChatGroup, Door
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.csv_rows import SIGNS
from gezhi.rules.model import Model
from gezhi.unseen import straight
from gezhi.vault.traces import trace_in

NEEDED = ("code", "name", "unit", "size", "owner")
BATCH = 1000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that spreadsheets take for a formula."""
CHANGES = ("name", "tier", "unit", "building", "size", "owner", "door", "checked_on")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line of the file, 0 for the whole of it."""

    line: int
    said: str

    def __str__(self) -> str:
        return _("第 {line} 行：{said}").format(line=self.line, said=self.said) if self.line else self.said


class FileWrong(Refused):
    """The file was not taken in; nothing has changed. `faults` are all of them, in the order of lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults, key=lambda one: one.line)
        super().__init__(_("文件没有收下，登记没有变。"), code="groups_wrong")


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: groups that are new, that changed, and that were as the file says."""

    added: int
    changed: int
    same: int


@dataclass(slots=True)
class _Reading:
    """What lines are held against, and what was found so far. `units`: by code, by name, and by names with a slash."""

    model: Model
    units: Mapping[str, list[TreeUnit]]
    posts: Mapping[str, str]
    robots: Mapping[str, UUID]
    today: date
    line: int = 0
    lines: dict[str, int] = field(default_factory=dict)  # of codes and robots
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, said: str) -> None:
        self.faults.append(Fault(self.line, said))

    def first(self, word: str) -> int:
        """The line in which this word stood first."""
        return self.lines.setdefault(word, self.line)


def text_of(body: bytes) -> str:
    """The text of a file as spreadsheets save it. Raises `FileWrong` for bytes that are no text."""
    for coding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(coding)
        except UnicodeDecodeError:
            continue
    raise FileWrong([Fault(0, _("文件不是文本。请另存为 CSV（UTF-8）再交。"))])


def take(text: str, model: Model, ground: Tree, *, by: Actor, at: datetime) -> Taken:
    """Take a file in: lines with a number that is known change that group, others are new; groups that it does not name
    stay. Raises `FileWrong` with everything that is wrong."""
    reading = _Reading(model, _units(ground), _posts(model), _robots(), timezone.localdate(at))
    rows = [found for line, cells in _lines(text) if (found := _row(line, cells, reading)) is not None]
    if not reading.faults and not rows:
        reading.faults.append(Fault(0, _("文件里没有一个群。")))
    with transaction.atomic():
        held = {row.code: row for row in ChatGroup.objects.filter(state="on")}
        _robots_free(rows, held, reading)
        if reading.faults:
            raise FileWrong(reading.faults)
        return _written(rows, held, by=by, at=at)


def written(ground: Tree, model: Model) -> Iterator[str]:
    """Every group that stands, as lines that `take` reads; made for spreadsheets, in which no cell is a formula."""
    yield "\ufeff" + _line(COLUMNS)
    rows = ChatGroup.objects.filter(state="on").order_by("code")
    names = door_names(rows.exclude(door=None).values_list("door", flat=True))
    for row in rows.iterator(BATCH):
        unit = ground.by_identity.get(row.unit)
        post = model.posts.get(row.owner)
        yield _line((
            row.code, row.name, "/".join(unit.names) if unit else "", row.building, str(row.size),
            post.name if post else row.owner, names.get(row.door, "") if row.door else "",
            row.checked_on.isoformat() if row.checked_on else "",
        ))  # fmt: skip


def _line(cells: Iterable[str]) -> str:
    out = StringIO()
    csv.writer(out).writerow([f"'{cell}" if cell[:1] in FORMULA else cell for cell in cells])
    return out.getvalue()


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line by the words of `ENGLISH`. Raises `FileWrong` for a header in which something is missing or not known."""
    first = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(SIGNS, key=first.count))
    header = [cell.strip() for cell in next(reader, [])]
    words = dict(zip(COLUMNS, ENGLISH, strict=True)) | {word: word for word in ENGLISH}
    known = [words.get(cell, "") for cell in header]
    lacking = [COLUMNS[ENGLISH.index(word)] for word in NEEDED if word not in known]
    odd = [cell for cell, word in zip(header, known, strict=True) if not word]
    if lacking or odd or len(set(known)) < len(known):
        told = _("第一行写这些列名：{columns}。少了：{lacking}；不认识：{odd}。").format(
            columns=",".join(COLUMNS), lacking=_("、").join(lacking) or "-", odd=_("、").join(odd)[:80] or "-"
        )
        raise FileWrong([Fault(1, told)])
    for cells in reader:
        if any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * (len(known) - len(cells))]
            yield reader.line_num, {w: _plain(cell) for w, cell in zip(known, padded, strict=False)}


def _plain(cell: str) -> str:
    """A cell without what nobody sees, and without the quote that keeps a spreadsheet from reading a formula."""
    said = straight(cell).strip()
    return said[1:] if said[:1] == "'" and said[1:2] in FORMULA else said


def _row(line: int, cells: dict[str, str], reading: _Reading) -> ChatGroup | None:
    """A line as a group that is not saved yet; none where something is wrong, which is noted."""
    before, reading.line = len(reading.faults), line
    _words(cells, reading)
    unit, owner = _unit(cells["unit"], reading), reading.posts.get(cells["owner"], "")
    if not owner:
        reading.wrong(_("没有叫「{post}」的岗位。写岗位的名称，不写人名。").format(post=cells["owner"][:40]))
    size, door = _size(cells["size"], reading), _door(cells.get("robot", ""), reading)
    checked = _checked(cells.get("checked", ""), reading)
    if len(reading.faults) > before or unit is None:
        return None
    building = cells.get("building", "")
    return ChatGroup(
        code=cells["code"], name=cells["name"], tier=BUILDING if building else unit.level, unit=unit.identity,
        building=building, size=size, owner=owner, door=door, checked_on=checked,
    )  # fmt: skip


def _words(cells: dict[str, str], reading: _Reading) -> None:
    """What is written freely: of a length, with nobody's number in it; the group's own number stands once."""
    for word, most in (("code", 40), ("name", 60), ("building", 60)):
        said, column = cells.get(word, ""), COLUMNS[ENGLISH.index(word)]
        if (not said and word != "building") or len(said) > most or not said.isprintable():
            reading.wrong(_("{column}要写，最多 {n} 个字。").format(column=column, n=most))
        elif word != "code" and trace_in(said):
            reading.wrong(_("{column}里像有电话或身份证号，这里不记。").format(column=column))
    code = cells["code"]
    if code and (n := reading.first(f"code {code}")) != reading.line:
        reading.wrong(_("编号「{code}」和第 {n} 行一样。").format(code=code[:40], n=n))


def _unit(said: str, reading: _Reading) -> TreeUnit | None:
    found = reading.units.get(said.replace(" ", ""), [])
    if len(found) == 1:
        return found[0]
    if found:
        told = _("叫「{unit}」的单元有 {n} 个，请连上级一起写，如 {example}。")
        reading.wrong(told.format(unit=said[:40], n=len(found), example="/".join(found[0].names[-2:])))
    else:
        reading.wrong(_("没有叫「{unit}」的单元。").format(unit=said[:40]))
    return None


def _size(said: str, reading: _Reading) -> int:
    if said.isdecimal() and int(said) <= MOST_PEOPLE:
        return int(said)
    reading.wrong(_("人数写 0 到 {n} 的整数。").format(n=MOST_PEOPLE))
    return 0


def _door(said: str, reading: _Reading) -> UUID | None:
    if said in BY_HAND:
        return None
    door = reading.robots.get(said)
    if door is None:
        reading.wrong(_("没有叫「{door}」的群机器人。先在渠道里设好，或写“人工”。").format(door=said[:40]))
    elif (n := reading.first(f"door {door}")) != reading.line:
        reading.wrong(_("机器人「{door}」第 {n} 行用了。一个机器人只在一个群里。").format(door=said, n=n))
    return door


def _checked(said: str, reading: _Reading) -> date | None:
    if not said:
        return None
    try:
        day = date.fromisoformat(said)
    except ValueError:
        day = date.max
    if day > reading.today:
        reading.wrong(_("核对日期写成 2026-11-20，不晚于今天；没核对过就空着。"))
    return day


def _units(ground: Tree) -> dict[str, list[TreeUnit]]:
    """Units by their code, and by their names from any level above, a slash between them."""
    found: dict[str, list[TreeUnit]] = {}
    for unit in ground.by_path.values():
        words = {"/".join(unit.names[n:]).replace(" ", "") for n in range(len(unit.names))}
        for word in words | ({unit.code} if unit.code else set()):
            found.setdefault(word, []).append(unit)
    return found


def _posts(model: Model) -> dict[str, str]:
    """Posts by their words: the model's own, and their names in either language."""
    found: dict[str, str] = {}
    for post in model.posts.values():
        found |= dict.fromkeys((post.id, post.name, sentences.label(post)), post.id)
    return found


def _robots() -> dict[str, UUID]:
    rows = Door.objects.filter(kind="wecom").exclude(state="ended")
    return dict(rows.values_list("name", "id"))


def _robots_free(rows: Iterable[ChatGroup], held: Mapping[str, ChatGroup], reading: _Reading) -> None:
    """A robot sits in one group: what the file leaves as it was may hold none that the file gives to another."""
    named = {row.code for row in rows}
    taken = {row.door: row.code for row in held.values() if row.door and row.code not in named}
    for row in rows:
        if row.door in taken:
            reading.line = reading.lines[f"code {row.code}"]
            reading.wrong(_("它的机器人已经在群「{code}」里。").format(code=taken[row.door]))


def _written(rows: Iterable[ChatGroup], held: Mapping[str, ChatGroup], *, by: Actor, at: datetime) -> Taken:
    """New lines and changed ones; a line that says what is there already costs nothing."""
    new, changed, same = [], [], 0
    for row in rows:
        old = held.get(row.code)
        row.changed_at = at
        if old is None:
            row.id, row.made_at, row.state = new_id(), at, "on"
            new.append(row)
            continue
        row.id, row.made_at, row.checked_on = old.id, old.made_at, row.checked_on or old.checked_on
        if all(getattr(row, name) == getattr(old, name) for name in CHANGES):
            same += 1
        else:
            changed.append(row)
    # robots may change places within one file: first they leave, then they come
    ChatGroup.objects.filter(id__in=[row.id for row in changed if held[row.code].door]).update(door=None)
    ChatGroup.objects.bulk_create(new, batch_size=BATCH)
    ChatGroup.objects.bulk_update(changed, [*CHANGES, "changed_at"], batch_size=BATCH)
    if new or changed:
        record("groups.imported", new_id(), by=by, at=at, added=len(new), changed=len(changed))
    return Taken(len(new), len(changed), same)
