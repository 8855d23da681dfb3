"""Word forms with a matter in them: for the page that shows it before, and for the files that are sealed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.documents import map_picture
from gezhi.documents.kinds import INSETS, Kind, insets_of
from gezhi.matters.services import photo_files
from gezhi.paper import archive, docx_fill, docx_read, sheet_press
from gezhi.paper.docx_build import Gallery, Picture, Table
from gezhi.paper.docx_fill import Filling, Inset
from gezhi.paper.sheet import Sheet


def preview_of(body: bytes, words: Mapping[str, str], kind: Kind) -> tuple[Sheet, tuple[str, ...]]:
    """The paper without tables and pictures of a dossier, which are named where they will stand; and the places of its form."""
    parts = archive.opened(body)
    shown = {name: f"［{said}］" for name, said in insets_of(kind).items()}
    filled = docx_fill.filled(parts, Filling({**words, **shown}, {}))
    return docx_read.read(archive.opened(filled, most=2 * archive.MOST)), docx_fill.places(parts)


def made(body: bytes, said: Mapping[str, Any], folder: Path, title: str, at: datetime) -> tuple[Path, bytes]:
    """The docx, as a file in `folder`, and the PDF of a paper, from what was written down when it was issued."""
    insets = {
        name: _inset(name, value, folder) for name, value in said.get("insets", {}).items() if name in INSETS
    }
    file = folder / "paper.docx"
    with file.open("wb") as target:
        docx_fill.write(archive.opened(body), Filling(said["words"], insets), target)
    sheet = docx_read.read(archive.made(file))
    return file, sheet_press.pdf(sheet, file, title=title, made_at=at)


def _inset(name: str, value: Any, folder: Path) -> Inset:
    if name == "照片":
        pictures = tuple(found for one in value if (found := _photo(one)) is not None)
        return Gallery(pictures, 3, _("没有照片。"))
    if name == "位置图":
        drawn = map_picture.drawn(value["lon"], value["lat"], value["path"], folder / "map.png")
        alt = _("这一件的位置和所在单元的边界")
        pictures = (
            (Picture(drawn, map_picture.RATIO, alt, _("位置图：红点是这一件，粗线是所在单元")),)
            if drawn
            else ()
        )
        return Gallery(pictures, 1, _("没有坐标，没有图。"))
    rows = tuple(tuple(row) for row in value["rows"])
    return Table(tuple(value["head"]), rows, tuple(value["widths"]))


def _photo(one: Mapping[str, Any]) -> Picture | None:
    """A photo as pages show it, small; none where its file is gone."""
    for size in ("small", "large"):
        file = photo_files.drawn_file(UUID(hex=one["id"]), one["version"], size)
        if file.is_file():
            return Picture(file, one["ratio"], one["caption"], one["caption"])
    return None
