"""Where the files of pictures lie in the home: by random ids, whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.matters.models import Attachment, Photo
from gezhi.vault.services.files import write_whole

LEFT_FOR = timedelta(days=1)
_ENDS = {"large": "", "middle": "-m", "small": "-s"}
SIZES = tuple(_ENDS)


def raw_file(id: UUID) -> Path:
    """Where a picture waits for the worker."""
    return _files() / "waiting" / id.hex


def drawn_file(id: UUID, version: int = 0, size: str = "large") -> Path:
    """The picture as it is shown, in one of `SIZES`."""
    drawn = f"{id.hex}.{version}" if version else id.hex
    return _files() / "photos" / id.hex[-2:] / f"{drawn}{_ENDS[size]}.jpg"


def write(path: Path, body: bytes) -> None:
    """Whole or not at all. Raises `Refused` when the disk is full."""
    try:
        write_whole(path, body)
    except OSError as error:
        raise Refused(
            _("磁盘已满或不能写，照片没有存下，其他内容也没有改动。请告诉管理员腾出空间，再交一次。"),
            code="disk_full",
        ) from error


def remove_drawn(id: UUID, version: int) -> None:
    """Remove one version in every size."""
    for size in SIZES:
        drawn_file(id, version, size).unlink(missing_ok=True)


def sweep_waiting() -> int:
    """Remove what a request or a worker left behind when it was cut off: files of a day ago that no row waits for.

    Age is the file's own, by the machine's clock: an instance's clock may be moved. Returns how many went.
    """
    folder, gone, before = _files() / "waiting", 0, (datetime.now(UTC) - LEFT_FOR).timestamp()
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.stat().st_mtime < before and not _waits(file.name):
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def _waits(name: str) -> bool:
    try:
        waits = {"id": UUID(hex=name), "state": "waiting"}
        return Photo.objects.filter(**waits).exists() or Attachment.objects.filter(**waits).exists()
    except ValueError:
        return False


def _files() -> Path:
    files: Path = settings.HOME.files
    return files
