"""Lists that were taken out: asked for, stopped, gone on with, downloaded, removed when their time is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.errors import NotFound, Refused
from gezhi.exchange.models import Export
from gezhi.home import Home
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import events
from gezhi.people.queries import Person
from gezhi.vault import streams

AT_WORK = ("waiting", "running")
KEPT = timedelta(days=7)
MOST_WAITING = 3
SHOWN = 50
KINDS = ("csv", "xlsx")
PURPOSES: dict[str, Promise] = {
    "report": gettext_lazy("汇总上报"),
    "check": gettext_lazy("核对、督查"),
    "meeting": gettext_lazy("会议研判"),
    "handover": gettext_lazy("工作交接"),
    "archive": gettext_lazy("存档"),
    "legal_duty": gettext_lazy("依法向有权机关提供"),
}


def path_of(id: UUID) -> Path:
    """Where the sealed file of an export lies, if it is there."""
    home: Home = settings.HOME
    return home.path / "exports" / id.hex


def ask(asked: str, purpose: str, kind: str, *, by: Person, at: datetime) -> Export:
    """Let the process of its own take a list out. Raises `Refused` without a post, a purpose or a kind of file, and while
    `MOST_WAITING` of one's own wait."""
    if not by.terms:
        raise Refused(_("今天没有岗位，不能导出。"), code="not_yours")
    if purpose not in PURPOSES:
        raise Refused(_("请选导出的用途。"), code="purpose_unknown", field="purpose")
    if kind not in KINDS:
        raise Refused(_("请选 CSV 或 XLSX。"), code="kind_unknown", field="kind")
    if Export.objects.filter(account=by.account, state__in=AT_WORK).count() >= MOST_WAITING:
        raise Refused(_("已有 {n} 份在导。请等它们做完。").format(n=MOST_WAITING), code="at_work")
    said = {"language": translation.get_language() or "zh-hans", "asked_at": at, "state": "waiting"}
    post = by.terms[0].desk
    return Export.objects.create(
        id=new_id(), account=by.account, post=post, asked=asked, purpose=purpose, kind=kind, **said
    )


def of(person: Person) -> list[Export]:
    """One's own, the newest first."""
    return list(Export.objects.filter(account=person.account).order_by("-asked_at", "-id")[:SHOWN])


def by_account(account: UUID) -> list[Export]:
    """What somebody took out, the newest first: for whoever takes their work over, and for audits."""
    return list(Export.objects.filter(account=account).order_by("-asked_at", "-id")[:SHOWN])


def of_all(after: UUID | None = None) -> list[Export]:
    """Everybody's, the newest first, a page after one of them."""
    rows = Export.objects.order_by("-asked_at", "-id")
    last = Export.objects.filter(id=after).first() if after else None
    if last is not None:
        rows = rows.filter(asked_at__lte=last.asked_at).exclude(asked_at=last.asked_at, id__gte=last.id)
    return list(rows[: SHOWN + 1])


def stop(id: UUID, *, by: Person) -> None:
    """Stop one of one's own; nothing of its file is left."""
    Export.objects.filter(id=id, account=by.account, state__in=AT_WORK).update(state="stopped")


def go_on(id: UUID, *, by: Person) -> None:
    """Let one of one's own that stopped or failed be done, from the beginning."""
    rows = Export.objects.filter(id=id, account=by.account, state__in=("stopped", "failed"))
    rows.update(state="waiting", told="", lines=0, expected=0)


def drop(id: UUID, *, by: Person) -> None:
    """Remove the file of one of one's own before its time; the row stays."""
    if Export.objects.filter(id=id, account=by.account, state="done").update(state="removed"):
        path_of(id).unlink(missing_ok=True)


def waits() -> UUID | None:
    """The one that a process should do now: one that waits, or whose process went away."""
    rows = Export.objects.filter(state__in=AT_WORK).order_by("asked_at", "id")
    return rows.values_list("id", flat=True).first()


def told(id: UUID, lines: int, expected: int) -> bool:
    """Note how far one is; whether it is still wanted."""
    rows = Export.objects.filter(id=id, state="running")
    return bool(rows.update(lines=lines, expected=expected))


def take(id: UUID, *, by: Person, at: datetime) -> tuple[Export, Iterator[bytes]]:
    """The file of one of one's own, for whoever still holds a post; every taking is an entry. The entry is there before a
    byte is given. Another's looks as if it did not exist."""
    found = Export.objects.filter(id=id, account=by.account).first()
    if found is None:
        raise NotFound(_("没有这份导出，或者它是别人的。"))
    if not by.terms:
        raise Refused(_("今天没有岗位，不能导出。"), code="not_yours")
    if found.state != "done" or not path_of(id).is_file():
        raise Refused(_("这份导出的文件已经不在。请重新导出。"), code="file_gone")
    with transaction.atomic():
        Export.objects.filter(id=id).update(taken=F("taken") + 1)
        actor = Actor(by.account, by.terms[0].desk)
        record(events.EXPORT_TAKEN, id, by=actor, at=at, count=found.lines, purpose=found.purpose)
    return found, streams.opened(path_of(id), id)


def remove_what_is_over(*, at: datetime) -> int:
    """Remove files whose time is over, and those that no export has (a row that was restored away). Returns how many."""
    Export.objects.filter(state="done", kept_until__lte=at).update(state="removed")
    held = path_of(UUID(int=0)).parent
    names = {path: path.name[:32] for path in held.glob("*")} if held.is_dir() else {}
    wanted = Export.objects.filter(state__in=(*AT_WORK, "done")).values_list("id", flat=True)
    kept = {id.hex for id in wanted}
    gone = [path for path, name in names.items() if name not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
