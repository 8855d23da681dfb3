"""Files handed in on the page: kept in the home, mapped, checked and taken in by a process of their own.

There is one task at a time. Stopped, killed or failed, what was taken stays taken and the rest waits: going on begins
where it stood. Of a task that is dropped nothing stays but what was taken and the counts of its run.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange import mapping as mappings
from gezhi.exchange import previewing, queries, reading, rejects, services
from gezhi.exchange.mapping import Mapping
from gezhi.exchange.models import Task
from gezhi.exchange.reading import File
from gezhi.home import Home
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id

LARGEST = 500_000_000
AT_WORK = ("waiting", "running")
_BLOCK = 1 << 20


class Stopped(Exception):
    """Somebody pressed stop."""


@dataclass(frozen=True, slots=True)
class Open:
    """The task that is there, with its file as it was recognised."""

    task: Task
    file: File

    @property
    def mapping(self) -> Mapping:
        return parsed(self.task.mapping)


def folder() -> Path:
    """Where handed-in files and rejected rows lie. Made when it is asked for; nobody else reads it."""
    home: Home = settings.HOME
    found = home.path / "imports"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def current() -> Task | None:
    """The task that is there, if there is one."""
    return Task.objects.order_by("-began_at", "-id").first()


def opened(task: Task) -> Open:
    """With its file. Raises `Refused` where the file is gone or cannot be read."""
    path = folder() / task.id.hex
    if not path.is_file():
        raise Refused(_("交来的文件已经不在。请重新传。"), code="file_gone")
    return Open(task, reading.open_file(path, parsed(task.mapping).said.file if task.mapping else None))


def parsed(toml: str) -> Mapping:
    """A mapping from its text. Raises `Refused` that says what is wrong."""
    with tempfile.TemporaryDirectory() as held:
        path = Path(held) / _("对照表.toml")
        path.write_text(toml, encoding="utf-8")
        return mappings.load(path)


def hand_in(name: str, body: BinaryIO, *, by: Actor, at: datetime) -> Task:
    """Keep a file. Raises `Refused` while another is at work, or for one that cannot be read at all."""
    _nothing_at_work()
    id = new_id()
    path = folder() / id.hex
    size = 0
    try:
        with path.open("wb") as stream:
            while block := body.read(_BLOCK):
                size += len(block)
                if size > LARGEST:
                    told = _("文件超过 {most} MB。请放到服务器上，用 gezhi import 导入。")
                    raise Refused(told.format(most=LARGEST // 1_000_000), code="file_large")
                stream.write(block)
        reading.open_file(path)
    except Refused:
        path.unlink(missing_ok=True)
        raise
    _forget_others(id)
    said = {"account": by.account, "post": by.post, "language": translation.get_language() or "zh-hans"}
    return Task.objects.create(id=id, name=name[:200], state="drafted", began_at=at, **said)


def write_mapping(task: Task, toml: str) -> None:
    """Keep the mapping of a task that is not at work. Raises `Refused` for one that cannot be read."""
    _nothing_at_work()
    parsed(toml)
    Task.objects.filter(id=task.id).update(mapping=toml, state="drafted", act="", found="", told="", run=None)
    task.mapping = toml


def begin(task: Task, act: str) -> None:
    """Let the process of its own check the whole file, or take it in."""
    found = Task.objects.filter(id=task.id, state__in=("drafted", "stopped", "done", "failed"))
    if not found.update(state="waiting", act=act, phase="", done=0, of=0, told="", ended_at=None):
        raise Refused(_("正在做，不用再按。"), code="at_work")


def stop(task: Task) -> None:
    """Stop before the next batch; what was taken stays."""
    Task.objects.filter(id=task.id, state__in=AT_WORK).update(state="stopped")


def drop() -> None:
    """Forget the task that is not at work, and its file."""
    _nothing_at_work()
    _forget_others(None)


def waits() -> UUID | None:
    """The task that a process should do now: one that waits, or whose process went away."""
    return Task.objects.filter(state__in=AT_WORK).values_list("id", flat=True).first()


def carry_out(id: UUID, *, at: datetime, gone: Callable[[], bool] = lambda: False) -> None:
    """Do what a task asks for, to its end, until it is stopped, or until whoever wants it is `gone`.

    Only one process may be here: its caller holds the lock.
    """
    if not Task.objects.filter(id=id, state__in=AT_WORK).update(state="running"):
        return
    task = Task.objects.get(id=id)
    with translation.override(task.language):
        try:
            held = opened(task)
            found = (_check if task.act == "check" else _take)(held, at, _teller(task, gone))
        except Stopped:
            return
        except Refused as no:
            Task.objects.filter(id=id).update(state="failed", told=no.reason[:400], ended_at=at)
            return
    kept = json.dumps(found, ensure_ascii=False)
    Task.objects.filter(id=id, state="running").update(state="done", found=kept, ended_at=at)


def _actor(task: Task) -> Actor:
    return Actor(task.account, task.post)


def _check(held: Open, at: datetime, tell: services.Tell) -> dict[str, Any]:
    found = previewing.count(held.file, held.mapping, by=_actor(held.task), at=at, tell=tell)
    counts = {name: getattr(found, name) for name in ("read", "taken", "known", "rejected")}
    return {**counts, "faults": found.faults.most_common(40), "flags": dict(found.flags)}


def _take(held: Open, at: datetime, tell: services.Tell) -> dict[str, Any]:
    mapping, by = held.mapping, _actor(held.task)
    found = services.run_import(mapping, held.file, by=by, at=at, tell=tell)
    Task.objects.filter(id=held.task.id).update(run=found.run)
    rejects.write(found.run, held.file, rejects_of(held.task), without=mapping.said.personal.drop)
    counts = {name: getattr(found, name) for name in ("read", "taken", "known", "rejected", "waiting")}
    return {**counts, "faults": queries.reasons(found.run)[:40], "dropped": found.dropped}


def rejects_of(task: Task) -> Path:
    """Where the rejected rows of a task lie, if there are any."""
    return folder() / f"{task.id.hex}-rejected.csv"


def _teller(task: Task, gone: Callable[[], bool]) -> services.Tell:
    def tell(phase: str, done: int, of: int) -> None:
        found = Task.objects.filter(id=task.id, state="running").update(phase=phase, done=done, of=of)
        if not found or gone():
            raise Stopped

    return tell


def _nothing_at_work() -> None:
    if Task.objects.filter(state__in=AT_WORK).exists():
        raise Refused(_("有一个文件正在做。请等它做完，或先停下。"), code="at_work")


def _forget_others(kept: UUID | None) -> None:
    with transaction.atomic():
        others = Task.objects.exclude(id=kept) if kept else Task.objects.all()
        gone = list(others.values_list("id", flat=True))
        Task.objects.filter(id__in=gone).delete()
    for id in gone:
        for path in folder().glob(f"{id.hex}*"):
            path.unlink(missing_ok=True)


def lying() -> list[str]:
    """Files that somebody with access to the server put into the folder of imports, by name."""
    ours = {task.hex for task in Task.objects.values_list("id", flat=True)}
    names = sorted(path.name for path in folder().iterdir() if path.is_file())
    return [n for n in names if n[:32] not in ours and not n.endswith((".part", "-rejected.csv"))][:50]
