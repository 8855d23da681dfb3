"""Filling a Word form: what stands in its named places, also where Word cut {{编号}} into several runs.

A place that stands alone in its paragraph takes words of several lines (each becomes a paragraph that looks the same), a
table, or pictures. Everything else of the file stays as it came.
"""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree as ET

from gezhi.paper import archive, docx_build, named
from gezhi.paper.archive import Fault, Parts, W
from gezhi.paper.docx_build import Gallery, Table

Inset = Table | Gallery
_FIXED = (1980, 1, 1, 0, 0, 0)  # so that the same paper is the same bytes
_PARTS = (("body", "word/document"), ("header", "word/header"), ("footer", "word/footer"))


@dataclass(frozen=True, slots=True)
class Filling:
    """What is put into the places: words by name, and what stands in the place of a whole paragraph."""

    words: Mapping[str, str]
    insets: Mapping[str, Inset]


def places(parts: Parts) -> tuple[str, ...]:
    """The named places of a form, each once."""
    found = (name for _part, _number, text in _texts(parts) for name in named.names_in(text))
    return tuple(dict.fromkeys(found))


def faults(parts: Parts, words: Collection[str], insets: Collection[str]) -> list[Fault]:
    """Places that nothing fills, braces without a pair, and a table's place that does not stand alone."""
    found = []
    for part, number, text in _texts(parts):
        for name in named.names_in(text):
            if name in insets:
                if part != "body" or named.MARK.sub("", text, count=1).strip():
                    found.append(Fault("not_alone", part, number, text[:24], name))
            elif name not in words:
                found.append(Fault("unknown_place", part, number, text[:24], name))
        rest = named.MARK.sub("", text)
        if any(mark in rest for mark in ("{{", "}}", "｛｛", "｝｝")):
            found.append(Fault("braces", part, number, text[:24]))
    return found


def write(parts: Parts, filling: Filling, target: IO[bytes]) -> None:
    """The filled file. Pictures are read from their files one after another, so two hundred cost no memory."""
    made, media = dict(parts), list[docx_build.Medium]()
    for part, name in _parts(parts):
        root = archive.plain(archive.tree(parts[name]))
        _fill(root, filling, media if part == "body" else None)
        made[name] = archive.as_bytes(root)
    docx_build.register(made, media)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in made.items():
            packed.writestr(zipfile.ZipInfo(name, _FIXED), body, zipfile.ZIP_DEFLATED)
        for medium in media:
            info = zipfile.ZipInfo(medium.part, _FIXED)
            packed.writestr(info, medium.picture.file.read_bytes(), zipfile.ZIP_STORED)


def filled(parts: Parts, filling: Filling) -> bytes:
    """The same as bytes."""
    target = io.BytesIO()
    write(parts, filling, target)
    return target.getvalue()


def _parts(parts: Parts) -> list[tuple[str, str]]:
    return [
        (part, name)
        for part, head in _PARTS
        for name in parts
        if name.startswith(head) and name.endswith(".xml")
    ]


def _texts(parts: Parts) -> Iterator[tuple[str, int, str]]:
    """Every paragraph of the form: its part, its number there, its words."""
    for part, name in _parts(parts):
        root = archive.plain(archive.tree(parts[name]))
        for number, paragraph in enumerate(root.iter(f"{W}p"), 1):
            yield part, number, _text(paragraph)


def _text(paragraph: ET.Element) -> str:
    return "".join(one.text or "" for one in paragraph.iter(f"{W}t"))


def _fill(root: ET.Element, filling: Filling, media: list[docx_build.Medium] | None) -> None:
    width = docx_build.text_width(root)
    for parent in list(root.iter()):
        for place, paragraph in [(n, one) for n, one in enumerate(parent) if one.tag == f"{W}p"][::-1]:
            text = _text(paragraph)
            alone = named.MARK.fullmatch(text.strip())
            name = alone[1] if alone else ""
            inset = filling.insets.get(name)
            if inset is not None and media is not None:
                parent[place : place + 1] = docx_build.inset(inset, paragraph, width, media)
            elif alone and len(lines := _lines(filling.words.get(name, ""))) > 1:
                parent[place : place + 1] = _many(paragraph, name, lines)
            elif named.names_in(text):
                _put(paragraph, filling.words)


def _lines(said: str) -> list[str]:
    return [line.strip() for line in said.splitlines() if line.strip()]


def _many(paragraph: ET.Element, name: str, lines: Sequence[str]) -> list[ET.Element]:
    """One paragraph for each line, all looking like the one that held the place."""
    made = []
    for line in lines:
        one = copy.deepcopy(paragraph)
        _put(one, {name: line})
        made.append(one)
    return made


def _put(paragraph: ET.Element, words: Mapping[str, str]) -> None:
    """Fill the places of one paragraph. What is put in stands in the run in which the place began, and looks like it."""
    holders = list(paragraph.iter(f"{W}t"))
    for match in reversed(list(named.MARK.finditer(_text(paragraph)))):
        said = " ".join(_lines(words.get(match[1], ""))) or match[0]
        at = 0
        for holder in holders:
            text = holder.text or ""
            first, last = max(match.start() - at, 0), min(match.end() - at, len(text))
            if first < len(text) and last > 0:
                holder.text = text[:first] + (said if at + first == match.start() else "") + text[last:]
                holder.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            at += len(text)
