"""A Word file (docx) as its parts: opened warily, since it comes from outside; nothing in it is ever run.

A docx is a zip of XML (ECMA-376, ISO/IEC 29500 Transitional). What could reach out or run is no part of a form: macros,
embedded objects, links to other files, document types with entities. Oversize is told before anything is unpacked.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

MOST = 3_000_000  # bytes of a form that is handed in
UNPACKED = 20_000_000  # bytes of all its parts
PARTS = 300
DOCUMENT, MEDIA = "word/document.xml", "word/media/"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_STRICT = b"http://purl.oclc.org/ooxml/"
_RUNS = ("vbaproject", "vbadata", "activex/", "embeddings/", "oleobject", "macrosheets/", "afchunk")
NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
}
for _prefix, _name in NAMES.items():
    ET.register_namespace(_prefix, _name)
W, R, WP, A, PIC = (f"{{{NAMES[prefix]}}}" for prefix in ("w", "r", "wp", "a", "pic"))
_KEPT = tuple(NAMES.values())
_XML = "{http://www.w3.org/XML/1998/namespace}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a form cannot be used. `number` counts paragraphs of its `part` (body, header, footer) from 1, 0 for the file
    as a whole; `near` are the words there; `said` is what was found: a name, a kind of element."""

    code: str
    part: str = "body"
    number: int = 0
    near: str = ""
    said: str = ""


class UnfitError(Exception):
    """A file that is no form. `faults` say each reason."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


Parts = dict[str, bytes]


def made(file: Path) -> Parts:
    """The parts of a docx of our own making, of its pictures only the names: two hundred of them are never in memory."""
    with zipfile.ZipFile(file) as packed:
        return {name: b"" if name.startswith(MEDIA) else packed.read(name) for name in packed.namelist()}


def opened(body: bytes, *, most: int = MOST, unpacked: int = UNPACKED) -> Parts:
    """The parts of a docx by name. Raises `UnfitError`: no docx, too large, or with something that runs or reaches out."""
    if len(body) > most:
        raise UnfitError(Fault("too_large", said=str(most // 1_000_000)))
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            infos = packed.infolist()
            if len(infos) > PARTS or sum(info.file_size for info in infos) > unpacked:
                raise UnfitError(Fault("too_large", said=str(unpacked // 1_000_000)))
            parts = {info.filename: packed.read(info) for info in infos if not info.is_dir()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise UnfitError(Fault("no_docx")) from None
    if DOCUMENT not in parts or "[Content_Types].xml" not in parts:
        raise UnfitError(Fault("no_docx"))
    _say_no(parts)
    return parts


def _say_no(parts: Parts) -> None:
    if any(word in name.lower() for name in parts for word in _RUNS):
        raise UnfitError(Fault("runs"))
    if b"macroenabled" in parts["[Content_Types].xml"].lower():
        raise UnfitError(Fault("runs"))
    if _STRICT in parts[DOCUMENT]:
        raise UnfitError(Fault("strict"))
    parts.pop("word/_rels/settings.xml.rels", None)  # the template it was begun from; Word writes its path
    for name, said in parts.items():
        if name.endswith(".rels"):
            for link in tree(said).iter(f"{RELATIONS}Relationship"):
                if link.get("TargetMode", "").lower() == "external":
                    raise UnfitError(Fault("reaches_out", said=link.get("Target", "")[:80]))


def tree(part: bytes) -> ET.Element:
    """The XML of a part. Raises `UnfitError` for XML that is broken or declares entities."""
    try:
        text = part.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnfitError(Fault("no_docx")) from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnfitError(Fault("entities"))
    try:
        return ET.fromstring(text.encode())  # noqa: S314  # no entities are left, and the size is bounded
    except ET.ParseError:
        raise UnfitError(Fault("no_docx")) from None


def plain(root: ET.Element) -> ET.Element:
    """Without what newer editions of Word add and older ones may ignore (ISO/IEC 29500-3): the words are the same."""
    for one in root.iter():
        for name in [n for n in one.attrib if n[0] == "{" and not n.startswith((*_braced(), _XML))]:
            del one.attrib[name]
        one[:] = [below for below in one if below.tag.startswith((*_braced(), _MC))]
    return root


def _braced() -> tuple[str, ...]:
    return tuple(f"{{{name}}}" for name in _KEPT)


def as_bytes(root: ET.Element) -> bytes:
    """XML as a part holds it."""
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))


def targets(parts: Parts, of: str) -> dict[str, str]:
    """What the relations of a part lead to, by id; names of parts."""
    folder, _slash, name = of.rpartition("/")
    said = parts.get(f"{folder}/_rels/{name}.rels")
    found = tree(said).iter(f"{RELATIONS}Relationship") if said else ()
    return {link.get("Id", ""): _absolute(folder, link.get("Target", "")) for link in found}


def _absolute(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return target[3:] if target.startswith("../") else f"{folder}/{target}"
