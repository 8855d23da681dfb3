"""The documents of a matter for programs: handed out as files, each taking recorded."""

from __future__ import annotations

from gezhi.ledger import clock
from gezhi.matters.services import attaching

from .edge import Call, File, Operation
from .file_shapes import FileRead
from .together import id_in


def read_file(call: Call, *, number: str, file: str) -> File:
    """One document."""
    attachment = id_in(file)
    name, kind, body = attaching.take(number, attachment, by=call.caller.person, at=clock.now())
    return File(body, kind, f'"{attachment.hex}"', name)


OPERATIONS = (
    Operation(
        method="GET",
        path="matters/<str:number>/files/<str:file>",
        name="file",
        summary="一份附件 · One document",
        view=read_file,
        answer=FileRead,
        kind="application/octet-stream",
        scope="read",
        problems=(401, 403, 404, 422, 429, 503),
    ),
)
