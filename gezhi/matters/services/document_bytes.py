"""Documents as bytes: what a file is by what stands in it, never by its name. No database, no files, nothing unpacked."""

from __future__ import annotations

import io
import zipfile

from gezhi.matters.services.drawing import kind_of as picture_kind

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "jpg": "image/jpeg",
    "png": "image/png",
}
"""Kinds that are taken, and as what each is handed out."""
SCANS = frozenset(("jpg", "png"))
_OOXML = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_ODF = {TYPES[kind]: kind for kind in ("odt", "ods")}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_PARTS = 5000


def kind_of(body: bytes) -> str:
    """One of `TYPES`; else why not: macro, locked, old (a binary Word or WPS file), or other.

    OOXML and ODF are zips: what they are stands in the list of their parts (ECMA-376 part 2) and in the part `mimetype`
    that comes first (ODF 1.3 part 2, 3.3). An OOXML file under a password is an OLE file.
    """
    if body.startswith(b"%PDF-"):
        return "pdf"
    if picture_kind(body) == "photo" and not body.startswith(b"RIFF"):
        return "jpg" if body.startswith(b"\xff\xd8\xff") else "png"
    if body.startswith(_OLE):
        return "locked" if "EncryptedPackage".encode("utf-16-le") in body else "old"
    return _zipped(body) if body.startswith(b"PK\x03\x04") else "other"


def _zipped(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            names = {one.filename for one in parts.infolist()[:_MOST_PARTS]}
            if any(one.flag_bits & 1 for one in parts.infolist()):
                return "locked"
            kind = _named(names) or _ODF.get(_said(parts, names), "other")
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "other"
    macro = any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names)
    return "macro" if macro and kind != "other" else kind


def _named(names: set[str]) -> str:
    if "[Content_Types].xml" not in names:
        return ""
    return next((kind for part, kind in _OOXML.items() if part in names), "")


def _said(parts: zipfile.ZipFile, names: set[str]) -> str:
    if "mimetype" not in names:
        return ""
    with parts.open("mimetype") as stream:
        return stream.read(100).decode("ascii", "replace").strip()
