"""The pictures of a matter for programs: as the worker drew them anew, never as they came."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _
from msgspec import Struct

from gezhi.errors import NotFound
from gezhi.matters import pictures
from gezhi.matters.services import photo_files

from .edge import Call, File, Operation
from .shapes import PhotoRead
from .together import id_in


class PhotoQuery(Struct, forbid_unknown_fields=True, kw_only=True):
    """In which size: 320, 1,024 or 2,048 pixels wide at most."""

    size: Literal["small", "middle", "large"] = "large"


def read_photo(call: Call, asked: PhotoQuery, *, number: str, photo: str) -> File:
    """One picture."""
    seen = pictures.photo_for(call.caller.person, number, id_in(photo))
    if seen is None or seen.state != "ready":
        raise NotFound(_("没有这张照片，或者还在处理。"))
    return File(
        _drawn(seen.id, seen.version, asked.size),
        "image/jpeg",
        f'"{seen.id.hex}-{seen.version}-{asked.size}"',
    )


def _drawn(id: UUID, version: int, size: str) -> bytes:
    for one in (size, "large"):  # drawn before there were three sizes
        file = photo_files.drawn_file(id, version, one)
        if file.exists():
            return file.read_bytes()
    raise NotFound(_("这张照片的文件不在。请告诉管理员从备份恢复。"))


OPERATIONS = (
    Operation(
        method="GET",
        path="matters/<str:number>/photos/<str:photo>",
        name="photo",
        summary="一张照片 · One picture",
        view=read_photo,
        query=PhotoQuery,
        answer=PhotoRead,
        kind="image/jpeg",
        scope="read",
        problems=(401, 403, 404, 422, 429, 503),
    ),
)
