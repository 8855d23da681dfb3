"""Borders at the setup: by the names of the tree, nothing made unasked, nothing beyond a parent unasked, taken back today."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.places.models import Unit
from gezhi.places.turning import Frame, gcj02, to_gauss

from .test_opening import opened

pytestmark = pytest.mark.django_db
WIDE = 0.01


def ring(east: int, north: int = 0, way: Any = None) -> list[list[float]]:
    x, y = 118.30 + WIDE * east, 31.00 + WIDE * north
    points = [[x, y], [x + WIDE, y], [x + WIDE, y + WIDE], [x, y + WIDE], [x, y]]
    if way is not None:
        points = [[float(a), float(b)] for a, b in way(np.array(points))]
    return points


def upload(clerk: Client, shapes: dict[str, list[list[float]]], crs: str = "EPSG:4490") -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"名": name},
            "geometry": {"type": "Polygon", "coordinates": [held]},
        }
        for name, held in shapes.items()
    ]
    whole: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        whole["crs"] = {"type": "name", "properties": {"name": crs}}
    file = SimpleUploadedFile("网格.geojson", json.dumps(whole).encode())
    return clerk.post("/setup/borders", {"file": file}, follow=True).content.decode()


def grids(count: int = 3) -> list[Unit]:
    return list(Unit.objects.filter(level="grid").order_by("path")[:count])


def test_grids_alone_are_matched_by_their_names_and_drawn_before_they_are_written(clerk: Client) -> None:
    opened(clerk)
    units, before = grids(), Unit.objects.count()

    page = upload(clerk, {unit.name: ring(at) for at, unit in enumerate(units)})

    assert "3 块对上已有的单元" in page
    assert "没有可以对照的边界" in page
    assert "在天地图上查这个坐标" in page
    assert re.search(r"里有一点是 118\.3050\d, 31\.0050\d", page)
    picture = page.split('<svg class="stage"')[1].split("</svg>")[0]
    assert all(f">{unit.name}</text>" in picture for unit in units)
    assert "<style" not in picture  # the page's policy lets no style stand in it
    assert clerk.post("/setup/borders", {"confirm": "1", "sure": "1"}).status_code == 302
    assert all(unit.border is not None for unit in grids())
    assert Unit.objects.count() == before


def test_a_shape_that_nobody_is_called_by_is_left_out_unless_it_is_wanted(clerk: Client) -> None:
    opened(clerk)
    unit, before = grids(1)[0], Unit.objects.count()
    near = unit.name.replace("01", "一")
    shapes = {unit.name: ring(0), near: ring(1)}

    page = upload(clerk, shapes)

    assert f"没有这个单元；最像：{unit.name}" in page
    assert "新建这 1 个单元" in page
    assert clerk.post("/setup/borders", {"confirm": "1", "sure": "1"}).status_code == 302
    assert Unit.objects.count() == before
    upload(clerk, shapes)
    refused = clerk.post("/setup/borders", {"confirm": "1", "level": "grid", "make": "1"})
    assert f"“{near}”（第 2 个）：要新建，但找不到上级" in refused.content.decode()


def chosen_above(page: str) -> list[str]:
    return re.findall(
        r'<option value="\w+" selected>([^<]*)</option>',
        page.split('name="under:', 1)[1].split("</select>")[0],
    )


def test_a_new_unit_hangs_from_the_one_whose_border_holds_it_unless_another_is_chosen(clerk: Client) -> None:
    opened(clerk)
    one, other = Unit.objects.filter(level="community").order_by("path")[:2]
    upload_of = {one.name: ring(0), other.name: ring(1)}
    upload(clerk, upload_of)
    clerk.post("/setup/borders", {"confirm": "1", "sure": "1"})

    page = upload(clerk, {"新设一网格": ring(0)})
    read = {"level": "grid", "column": "名", "datum": "", "make": "1"}
    clerk.post("/setup/borders", read | {"again": "1"})
    page = clerk.get("/setup/borders").content.decode()

    assert [named.split("/")[-1] for named in chosen_above(page)] == [one.name]
    said = read | {"confirm": "1", "sure": "1", "beyond": "1", "under:1": other.path, "under:x": "0001"}
    assert clerk.post("/setup/borders", said).status_code == 302
    made = Unit.objects.get(name="新设一网格")
    assert made.path.startswith(other.path)

    upload(clerk, {"新设二网格": ring(0)})
    clerk.post("/setup/borders", read | {"again": "1"})
    nothing_chosen = read | {"confirm": "1", "sure": "1", "beyond": "1"}
    assert clerk.post("/setup/borders", nothing_chosen).status_code == 302
    assert Unit.objects.get(name="新设二网格").path.startswith(one.path)


def test_what_nothing_can_be_compared_with_is_confirmed_by_whoever_looked_and_asked_of_nobody_else(
    clerk: Client,
) -> None:
    opened(clerk)
    units = grids()
    tick = 'name="sure"'
    assert tick in upload(clerk, {unit.name: ring(at) for at, unit in enumerate(units[:2])})
    refused = clerk.post("/setup/borders", {"confirm": "1", "level": "grid", "column": "名", "datum": ""})
    assert refused.status_code == 422
    assert "再勾“核对过了”" in refused.content.decode()
    assert grids(1)[0].border is None
    assert clerk.post("/setup/borders", {"confirm": "1", "sure": "1"}).status_code == 302

    page = upload(clerk, {unit.name: ring(at) for at, unit in enumerate(units)})

    assert "最多错开约" in page
    assert tick not in page
    assert clerk.post("/setup/borders", {"confirm": "1"}).status_code == 302
    assert grids(3)[2].border is not None


def test_a_reading_changed_on_the_way_to_the_confirmation_is_shown_first(clerk: Client) -> None:
    opened(clerk)
    upload(clerk, {unit.name: ring(at) for at, unit in enumerate(grids())})

    answer = clerk.post("/setup/borders", {"confirm": "1", "level": "grid", "column": "名", "datum": "gcj02"})

    assert answer.status_code == 422
    assert "读法改了" in answer.content.decode()
    assert "按 GCJ-02（高德、腾讯） 读" in clerk.get("/setup/borders").content.decode()


def test_a_shift_is_told_in_metres_with_the_likely_datum_chosen(clerk: Client) -> None:
    opened(clerk)
    units = grids()
    upload(clerk, {unit.name: ring(at) for at, unit in enumerate(units)})
    clerk.post("/setup/borders", {"confirm": "1", "sure": "1"})

    page = upload(clerk, {unit.name: ring(at, 0, gcj02) for at, unit in enumerate(units)}, crs="")

    assert "整体错开约" in page
    assert '<option value="gcj02" selected>' in page
    assert "--datum" not in page


def test_metres_are_asked_for_their_meridian(clerk: Client) -> None:
    opened(clerk)
    unit = grids(1)[0]
    page = upload(clerk, {unit.name: ring(0, 0, lambda at: to_gauss(at, Frame("gk", 117.0)))}, crs="")

    assert 'name="meridian"' in page
    said = {"again": "1", "level": "grid", "column": "名", "datum": "gk", "meridian": "39"}
    page = clerk.post("/setup/borders", said, follow=True).content.decode()
    assert "中央子午线 117°" in page
    assert "1 块对上已有的单元" in page
    clerk.post("/setup/borders", {"confirm": "1", "sure": "1"})
    assert grids(1)[0].lon == pytest.approx(118.305, abs=0.005)


def test_a_border_beyond_its_parent_is_asked_before_it_is_stored(clerk: Client) -> None:
    opened(clerk)
    root, town = Unit.objects.get(path="0001"), Unit.objects.filter(level="town").order_by("path")[0]
    corners = "\n".join(f"{x},{y}" for x, y in ring(0)[:-1])
    clerk.post("/setup/borders", {"unit": root.path, "border": corners})
    out = "118.305,31.0\n118.315,31.0\n118.315,31.01\n118.305,31.01"

    asked = clerk.post("/setup/borders", {"unit": town.path, "border": out})

    page = asked.content.decode()
    assert asked.status_code == 422
    assert f"平方米（50%）在{root.name}以外" in page
    assert 'name="beyond"' in page
    assert "118.305,31.0" in page  # what was drawn is not lost
    town.refresh_from_db()
    assert town.border is None
    assert clerk.post("/setup/borders", {"unit": town.path, "border": out, "beyond": "1"}).status_code == 302
    town.refresh_from_db()
    assert town.border is not None


def test_what_clicks_on_an_empty_map_make_of_a_grid_is_asked_and_each_area_is_told(clerk: Client) -> None:
    opened(clerk)
    grid = Unit.objects.filter(level="grid").order_by("path")[0]
    wide = "96.7,32.4\n107.6,32.4\n107.6,40.2\n96.7,40.2"
    asked = clerk.post("/setup/borders", {"unit": grid.path, "border": wide})
    assert asked.status_code == 422
    area = re.search(rf"{grid.name}有 ([\d,]+) 平方公里，大得不像", asked.content.decode())
    assert area
    assert 800_000 < int(area[1].replace(",", "")) < 1_000_000
    assert not Unit.objects.exclude(border=None).exists()
    small = "118.305,31.0\n118.315,31.0\n118.315,31.01\n118.305,31.01"
    done = clerk.post("/setup/borders", {"unit": grid.path, "border": small}, follow=True).content.decode()
    assert f"{grid.name}的边界已画好，105.9 公顷。" in done, re.findall(r"边界已画好[^<]*", done)


def test_an_imported_border_beyond_its_parent_is_asked_too(clerk: Client) -> None:
    opened(clerk)
    town = Unit.objects.filter(level="town").order_by("path")[0]
    corners = "\n".join(f"{x},{y}" for x, y in ring(0)[:-1])
    clerk.post("/setup/borders", {"unit": "0001", "border": corners})
    half = [[x + WIDE / 2, y] for x, y in ring(0)]

    upload(clerk, {town.name: half})
    said = {"again": "1", "level": "town", "column": "名", "datum": "wgs84", "sure": "1"}
    page = clerk.post("/setup/borders", said, follow=True).content.decode()

    assert "有边界画到上级外面去了" in page
    assert clerk.post("/setup/borders", {"confirm": "1", "sure": "1"}).status_code == 422
    assert clerk.post("/setup/borders", {"confirm": "1", "sure": "1", "beyond": "1"}).status_code == 302


def test_a_border_of_today_is_replaced_or_taken_back_and_one_of_yesterday_is_not(clerk: Client) -> None:
    opened(clerk)
    unit = grids(1)[0]
    first, second = ("\n".join(f"{x},{y}" for x, y in ring(at)[:-1]) for at in (0, 4))
    clerk.post("/setup/borders", {"unit": unit.path, "border": first})

    assert clerk.post("/setup/borders", {"unit": unit.path, "border": second}).status_code == 302
    unit.refresh_from_db()
    assert unit.lon == pytest.approx(118.345, abs=0.005)
    upload(clerk, {unit.name: ring(2)})
    clerk.post(
        "/setup/borders", {"again": "1", "level": "grid", "column": "名", "datum": "wgs84", "sure": "1"}
    )
    assert "确认，写入" in clerk.get("/setup/borders").content.decode()
    assert clerk.post("/setup/borders", {"confirm": "1", "sure": "1"}).status_code == 302
    unit.refresh_from_db()
    assert unit.lon == pytest.approx(118.325, abs=0.005)
    page = clerk.get("/setup/borders").content.decode()
    assert f'name="lift" value="{unit.path}"' in page
    assert clerk.post("/setup/borders", {"lift": unit.path}).status_code == 302
    unit.refresh_from_db()
    assert unit.border is None
    assert Entry.objects.filter(what="border.lifted", about=unit.identity).exists()

    clerk.post("/setup/borders", {"unit": unit.path, "border": first})
    with clock.fixed(clock.now() + timedelta(days=1)):
        assert 'name="lift"' not in clerk.get("/setup/borders").content.decode()
        assert clerk.post("/setup/borders", {"lift": unit.path}).status_code == 422


def test_a_border_that_was_changed_today_is_changed_again_from_tomorrow_and_says_so(clerk: Client) -> None:
    opened(clerk)
    unit = grids(1)[0]
    lines = ["\n".join(f"{x},{y}" for x, y in ring(at)[:-1]) for at in range(4)]
    clerk.post("/setup/borders", {"unit": unit.path, "border": lines[0]})
    with clock.fixed(clock.now() + timedelta(days=1)):
        tomorrow = clock.today() + timedelta(days=1)
        clerk.post("/setup/borders", {"unit": unit.path, "border": lines[1]})

        page = clerk.post("/setup/borders", {"unit": unit.path, "border": lines[2]}, follow=True)

        assert f"今天的照旧；这一次从明天（{tomorrow}）起生效。" in page.content.decode()
        later = {"unit": unit.path, "border": lines[3], "on": tomorrow.isoformat()}
        page = clerk.post("/setup/borders", later, follow=True)
        assert f"原来排在 {tomorrow} 的 1 条边界由这一次代替。" in page.content.decode()
    rows = Unit.objects.filter(identity=unit.identity).order_by("valid_from")
    assert [round(row.lon or 0, 3) for row in rows] == [118.305, 118.315, 118.335]


def test_a_name_most_like_a_unit_is_accepted_by_a_click_and_taken_back(clerk: Client) -> None:
    opened(clerk)
    one, other = grids(2)
    near = one.name.replace("网格", "号网格")
    page = upload(clerk, {near: ring(0), other.name: ring(1)})
    assert f'name="like" value="{near}">就是 {one.name}</button>' in page
    page = clerk.post("/setup/borders", {"like": near}, follow=True).content.decode()
    assert "2 块对上已有的单元" in page
    assert "照您说的对上了" in page
    page = clerk.post("/setup/borders", {"unlike": near}, follow=True).content.decode()
    assert "这 1 块对不上" in page
    page = clerk.post("/setup/borders", {"all": "1"}, follow=True).content.decode()
    assert "2 块对上已有的单元" in page
    assert clerk.post("/setup/borders", {"confirm": "1", "sure": "1"}).status_code == 302
    assert Unit.objects.get(path=one.path).border is not None
    assert Unit.objects.get(path=one.path).name == one.name


@pytest.mark.parametrize("geometry", [None, {"type": "Polygon", "coordinates": []}])
def test_a_shape_that_is_empty_is_told_and_nothing_is_written(clerk: Client, geometry: object) -> None:
    opened(clerk)
    first, second = Unit.objects.filter(level="grid").order_by("path")[:2]
    empty = {"type": "Feature", "properties": {"名": first.name}, "geometry": geometry}
    full = {
        "type": "Feature",
        "properties": {"名": second.name},
        "geometry": {"type": "Polygon", "coordinates": [ring(0)]},
    }
    crs = {"type": "name", "properties": {"name": "EPSG:4490"}}
    file = json.dumps({"type": "FeatureCollection", "features": [empty, full], "crs": crs}).encode()
    sent = {"file": SimpleUploadedFile("网格.geojson", file)}
    page = clerk.post("/setup/borders", sent, follow=True).content.decode()
    assert "这一块是空的，没有图形。" in page
    clerk.post("/setup/borders", {"confirm": "1", "sure": "1"})
    assert not Unit.objects.exclude(border=None).exists()
