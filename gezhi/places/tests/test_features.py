"""Files of polygons as surveyors send them: GeoJSON and shapefiles, in every spelling, whole or broken."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import shapely

from gezhi.errors import Refused
from gezhi.places import features, reference
from gezhi.places.shapefile import read_shapes, read_table
from gezhi.places.turning import BD09, GCJ02, WGS84, Frame

from .drawn import PRJ_4490, PRJ_4548, Row, geojson, shapefile

SQUARE = shapely.box(118.2, 30.5, 118.21, 30.51)
PIERCED = shapely.Polygon(
    SQUARE.exterior.coords, [shapely.box(118.203, 30.503, 118.205, 30.505).exterior.coords]
)
TWO = shapely.MultiPolygon([shapely.box(118.3, 30.5, 118.31, 30.51), PIERCED])
ROWS: list[Row] = [
    ({"名称": "东桥01网格", "代码": "990101001001"}, SQUARE),
    ({"名称": "望湖街道第十二综合网格", "代码": "990101001002"}, PIERCED),
    ({"名称": "㙍头网格", "代码": ""}, TWO),
    ({"名称": "没有图形", "代码": "990101001004"}, None),
]


def test_names_of_a_file_lose_the_signs_that_turn_writing() -> None:
    source = features.read({"a.geojson": geojson([({"名称": "东桥\u202e01网格\u2069"}, SQUARE)])})
    assert dict(source.features[0].said) == {"名称": "东桥01网格"}


def same(source: features.Source) -> None:
    assert [feature.number for feature in source.features] == [1, 2, 3, 4]
    assert [dict(feature.said) for feature in source.features] == [dict(said) for said, _shape in ROWS]
    assert source.columns == ("名称", "代码")
    for feature, (_said, shape) in zip(source.features, ROWS, strict=True):
        if shape is None:
            assert feature.shape is None
        else:
            assert shapely.equals(feature.shape, shape)
            assert shapely.get_num_interior_rings(shapely.get_parts(feature.shape)).sum() == (
                shapely.get_num_interior_rings(shapely.get_parts(shape)).sum()
            )


@pytest.mark.parametrize(
    ("encoding", "cpg", "mark"),
    [
        ("utf-8", "UTF-8", 0),
        ("utf-8", None, 0),
        ("gb18030", "GBK", 0),
        ("gb18030", "936", 0),
        ("gb18030", "OEM 936", 0),
        ("gb18030", None, 77),
        ("gb18030", None, 0),
        ("gb18030", "UTF-8", 0),
        ("utf-8", "nonsense", 77),
    ],
)
def test_a_shapefile_is_read_in_whatever_characters_it_was_written(
    encoding: str, cpg: str | None, mark: int
) -> None:
    source = features.read(shapefile(ROWS, encoding=encoding, cpg=cpg, mark=mark))

    same(source)
    assert source.declared == WGS84


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_geojson_is_read_in_whatever_characters_it_was_written(encoding: str) -> None:
    source = features.read({"网格.geojson": geojson(ROWS, encoding=encoding)})

    same(source)
    assert source.declared is None


def test_a_zip_of_a_shapefile_is_read_and_so_is_one_on_the_disk(tmp_path: Path) -> None:
    files = shapefile(ROWS)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"导出/{name}", content)
            (tmp_path / name).write_bytes(content)
    (tmp_path / "别的.dbf").write_bytes(b"")

    same(features.read({"交付.zip": held.getvalue()}))
    same(features.of_path(tmp_path / "网格.shp"))


def test_a_name_cut_in_two_by_the_width_of_its_column_loses_its_half_character_only() -> None:
    long = "东" * 31
    files = shapefile(
        [({"名称": "甲" + long}, SQUARE), ({"名称": "a" + long}, SQUARE)], encoding="gb18030", cpg="GBK"
    )

    found = features.read(files).features

    assert [feature.said["名称"] for feature in found] == ["甲" + "东" * 29, "a" + "东" * 29]


def test_a_code_kept_as_a_number_is_a_code_again() -> None:
    files = shapefile([({"N_代码": "340223100001.000"}, SQUARE), ({"N_代码": ""}, SQUARE)])

    assert [f.said["N_代码"] for f in features.read(files).features] == ["340223100001", ""]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a.shp": b"x" * 200, "a.dbf": b""}, "不是 Shapefile"),
        ({"网格.shp": shapefile(ROWS)["网格.shp"]}, "缺少 网格.dbf"),
        (shapefile(ROWS) | {"网格.shp": shapefile(ROWS[:3])["网格.shp"]}, "图形 3 个，属性 4 行"),
        (shapefile(ROWS) | {"网格.shp": shapefile(ROWS)["网格.shp"][:700]}, "第 3 个图形不完整"),
        (shapefile(ROWS) | {"网格.dbf": shapefile(ROWS)["网格.dbf"][:200]}, "属性表（.dbf）不完整"),
        ({"a.geojson": b"\xff\xfe{"}, "不是 UTF-8 或 GB18030"),
        ({"a.geojson": b'{"type":"Topology"}'}, "不是 GeoJSON 的面集合"),
        ({"a.geojson": geojson([])}, "一个图形也没有"),
        ({"a.geojson": geojson([({}, shapely.Point(1, 1))])}, "第 1 个图形是点或线"),
        ({"a.zip": b"PK\x03\x04broken"}, "压缩包打不开"),
        ({"a.txt": b"1", "b.txt": b"2"}, "有且只有一个"),
    ],
)
def test_a_broken_file_is_refused_with_what_is_wrong(files: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        features.read(files)


def test_points_and_lines_of_a_shapefile_are_refused() -> None:
    shp = bytearray(shapefile(ROWS)["网格.shp"])
    shp[32:36] = b"\x01\0\0\0"

    with pytest.raises(Refused, match="不是面"):
        read_shapes(bytes(shp))


def test_bytes_at_random_never_do_worse_than_a_refusal() -> None:
    files = shapefile(ROWS)
    for name, reader in (("网格.shp", read_shapes), ("网格.dbf", read_table)):
        held = files[name]
        for at in range(0, len(held), 7):
            broken = held[:at] + bytes([held[at] ^ 0xFF]) + held[at + 1 :]
            with suppress(Refused):
                reader(broken)


@pytest.mark.parametrize(
    ("word", "frame"),
    [
        ("wgs84", WGS84),
        ("CGCS2000", WGS84),
        ("GCJ-02", GCJ02),
        ("bd09", BD09),
        ("gk:114", Frame("gk", 114.0)),
    ],
)
def test_a_person_names_the_datum(word: str, frame: Frame) -> None:
    assert reference.said_frame(word) == frame


def test_what_a_file_says_of_its_coordinates() -> None:
    assert reference.of_prj(PRJ_4490) == WGS84
    assert reference.of_prj(PRJ_4548) == Frame("gk", 117.0)
    assert reference.of_epsg(4547) == Frame("gk", 114.0)
    assert reference.of_epsg(4526) == Frame("gk", 114.0, 38_500_000.0)
    assert reference.of_epsg(4508) == Frame("gk", 111.0)
    assert reference.of_epsg(4497) == Frame("gk", 111.0, 19_500_000.0)
    assert reference.of_crs_name("urn:ogc:def:crs:EPSG::4548") == Frame("gk", 117.0)
    assert reference.of_crs_name("urn:ogc:def:crs:OGC:1.3:CRS84") == WGS84
    assert features.read({"a.json": geojson(ROWS, crs="EPSG:4490")}).declared == WGS84


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (PRJ_4490.replace("GCS_China_Geodetic_Coordinate_System_2000", "GCS_Beijing_1954"), "Beijing_1954"),
        (PRJ_4548.replace("Gauss_Kruger", "Lambert_Conformal_Conic"), "Lambert"),
        ("", "空的"),
    ],
)
def test_a_datum_that_needs_parameters_is_refused_and_not_guessed(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        reference.of_prj(text)


@pytest.mark.parametrize("word", ["epsg", "gk", "gk:9", "gcj"])
def test_a_word_that_is_no_datum_is_refused_with_those_that_are(word: str) -> None:
    with pytest.raises(Refused, match="gcj02"):
        reference.said_frame(word)
