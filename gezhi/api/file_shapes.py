"""The shapes of documents and of consent, as they go in and out of /api/v1."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

BASE64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


class FileRead(Struct):
    """One document that came with a step: waiting while it is being looked at, ready, refused or gone."""

    id: UUID
    name: str
    kind: Annotated[str, Meta(description="pdf, docx, xlsx, pptx, odt, ods, jpg or png.")]
    state: str
    size: Annotated[int, Meta(description="Bytes.")]
    sha256: str


class FileSent(Struct, forbid_unknown_fields=True, kw_only=True):
    """A document: what it is called, and its bytes in base64. What it is, is told by its bytes."""

    name: Annotated[str, Meta(max_length=200)]
    body: Annotated[bytes, Meta(extra_json_schema={"pattern": BASE64})]


class ConsentSent(Struct, forbid_unknown_fields=True, kw_only=True):
    """Who consented, how and when; nobody's name."""

    who: Literal["reporter", "party", "guardian"]
    how: Literal["in_person", "phone", "signed"]
    on: Annotated[date, Meta(description="The day, not after the step.")]


FilesSent = Annotated[
    list[FileSent],
    Meta(max_length=5, description="Documents, for a step that asks for one. A whole body has at most 2 MB."),
]
PaperSent = Annotated[
    str, Meta(max_length=36, description="The id of a paper issued on this matter, instead of a document.")
]
