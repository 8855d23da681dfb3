"""Polygons with their attributes, from GeoJSON or a shapefile, plain or zipped, in UTF-8 or GB18030."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from gezhi.errors import Refused
from gezhi.places import reference, shapefile
from gezhi.places.turning import Frame
from gezhi.unseen import straight

MOST_BYTES = 400_000_000  # unpacked
MOST_FEATURES = 100_000
_KINDS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class Feature:
    """One drawn thing of a file: its number from 1, its attributes as text, its polygon in the file's own numbers."""

    number: int
    said: Mapping[str, str]
    shape: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read. `declared` is what the file itself says of its coordinates; None where it says nothing."""

    name: str
    features: tuple[Feature, ...]
    declared: Frame | None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every attribute, in the order of the file."""
        return tuple(dict.fromkeys(key for feature in self.features for key in feature.said))

    @property
    def metric(self) -> bool:
        """Whether the numbers can be no degrees."""
        held = [feature.shape for feature in self.features if feature.shape is not None]
        return (
            bool(held) and float(np.nanmax(np.abs(shapely.total_bounds(np.array(held, dtype=object))))) > 360
        )


def of_path(path: Path) -> Source:
    """A file of the disk; a .shp with the files beside it."""
    if not path.is_file():
        raise Refused(_("没有这个文件：{file}。").format(file=path), code="file", field="file")
    if path.suffix.lower() != ".shp":
        return read({path.name: path.read_bytes()})
    beside = [one for one in sorted(path.parent.iterdir()) if one.stem == path.stem and one.is_file()]
    return read({one.name: one.read_bytes() for one in beside})


def read(files: Mapping[str, bytes]) -> Source:
    """Files by their names: one .geojson/.json, one .zip, or the parts of one shapefile."""
    if len(files) == 1:
        name, held = next(iter(files.items()))
        if name.lower().endswith(".zip") or held[:4] == b"PK\x03\x04":
            return read(_unpacked(held))
        if not name.lower().endswith((".shp", ".dbf")):
            return _geojson(name, held)
    shapes = [name for name in files if name.lower().endswith(".shp")]
    if len(shapes) != 1:
        drawn = [name for name in files if name.lower().endswith((".geojson", ".json"))]
        if len(drawn) == 1 and not shapes:
            return _geojson(drawn[0], files[drawn[0]])
        raise _no(_("里面要有且只有一个 .shp 或 .geojson 文件。"))
    return _shapefile(shapes[0], files)


def _unpacked(held: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(held)) as archive:
            inside = [
                one for one in archive.infolist() if not one.is_dir() and "__MACOSX" not in one.filename
            ]
            if sum(one.file_size for one in inside) > MOST_BYTES or len(inside) > 200:
                raise _no(_("压缩包展开后太大。请只放一个图层。"))
            return {PurePosixPath(one.filename).name: archive.read(one) for one in inside}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as wrong:
        raise _no(_("压缩包打不开，可能已损坏或加了密码。")) from wrong


def _shapefile(name: str, files: Mapping[str, bytes]) -> Source:
    stem = name[:-4].lower()
    parts = {key.lower(): held for key, held in files.items()}
    dbf, prj = parts.get(f"{stem}.dbf"), parts.get(f"{stem}.prj")
    if dbf is None:
        raise _no(_("缺少 {stem}.dbf 属性表。请把 .shp、.dbf、.prj、.cpg 一起给出。").format(stem=name[:-4]))
    shapes = shapefile.read_shapes(files[name])
    cpg = parts.get(f"{stem}.cpg", b"").decode("ascii", "ignore")
    said = shapefile.read_table(dbf, cpg)
    if len(shapes) != len(said):
        raise _no(
            _("图形 {shapes} 个，属性 {rows} 行，对不上。请重新导出。").format(
                shapes=len(shapes), rows=len(said)
            )
        )
    declared = None if prj is None else reference.of_prj(prj.decode("utf-8", "replace"))
    return Source(name, _numbered(zip(said, shapes, strict=True)), declared)


def _geojson(name: str, held: bytes) -> Source:
    found = _parsed(held)
    features = found.get("features") if isinstance(found, dict) else None
    if isinstance(found, dict) and found.get("type") == "Feature":
        features = [found]
    if not isinstance(features, list):
        raise _no(_("{file} 不是 GeoJSON 的面集合。请换一个文件。").format(file=name))
    crs = found.get("crs") if isinstance(found, dict) else None
    said = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    declared = reference.of_crs_name(str(said)) if said else None
    rows = [_of_feature(number, one) for number, one in enumerate(features, start=1)]
    return Source(name, _numbered(rows), declared)


def _of_feature(number: int, said: Any) -> tuple[dict[str, str], BaseGeometry | None]:
    if not isinstance(said, dict):
        raise _no(_("第 {n} 个图形不是 GeoJSON 的 Feature。").format(n=number))
    properties = said.get("properties") or {}
    words = (
        {str(key): _word(value) for key, value in properties.items()} if isinstance(properties, dict) else {}
    )
    if said.get("geometry") is None:
        return words, None
    try:
        return words, shapely.from_geojson(json.dumps(said["geometry"]))
    except (shapely.GEOSException, ValueError, TypeError) as wrong:
        raise _no(_("第 {n} 个图形读不出来，文件可能已损坏。请重新导出。").format(n=number)) from wrong


def _numbered(rows: Any) -> tuple[Feature, ...]:
    found = []
    for number, (said, shape) in enumerate(rows, start=1):
        if shape is not None and shape.geom_type not in _KINDS:
            raise _no(_("第 {n} 个图形是点或线，不是面。请导出面图层。").format(n=number))
        found.append(
            Feature(number, said, None if shape is None or shape.is_empty else shapely.force_2d(shape))
        )
    if not found:
        raise _no(_("文件里一个图形也没有。"))
    if len(found) > MOST_FEATURES:
        raise _no(_("图形超过 10 万个。请分层导入。"))
    return tuple(found)


def _parsed(held: bytes) -> Any:
    if len(held) > MOST_BYTES:
        raise _no(_("文件太大。请分层导入。"))
    for spelling in ("utf-8-sig", "gb18030"):
        try:
            return json.loads(held.decode(spelling))
        except (UnicodeDecodeError, ValueError, RecursionError):
            continue
    raise _no(_("文件读不出来：不是 UTF-8 或 GB18030 的 GeoJSON。"))


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return straight(str(value)).strip()


def _no(sentence: str) -> Refused:
    return Refused(sentence, code="file_unreadable", field="file")
