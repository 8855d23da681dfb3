"""公开数据: the page, the files, the block of the first page. No record, nothing small, few statements."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gezhi.ledger import clock
from gezhi.ledger.days import close_days
from gezhi.ledger.services import seal
from gezhi.matters.tests.liuxi import COUNTY, FRIDAY, GRID, TOWN, World
from gezhi.portal import open_files
from gezhi.reporting import publications
from gezhi.reporting.tests.rows import many, put
from gezhi.reporting.tests.test_open_figures import AFTER, DAY, due


@pytest.fixture
def published(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    monkeypatch.setattr(publications, "FOLDER", str(tmp_path))
    with clock.fixed(AFTER):
        yield world


def publish() -> None:
    due(FRIDAY, GRID, kept=30, late=9)
    due(FRIDAY, COUNTY, kept=12, late=3)
    put(*many(40, "solved", path=GRID, accepted_recorded_at=FRIDAY - 30 * DAY, accepted_at=FRIDAY - 30 * DAY))
    while publications.publish(AFTER):
        pass


def said(path: str, tongue: str = "zh-hans") -> str:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = tongue
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_anything_is_published_the_page_says_so(published: World) -> None:
    assert "还没有公布过" in said("/open")
    assert "上一整周" not in said("/")
    assert json.loads(said("/open/units.geojson"))["features"] == []


def test_the_page_tells_each_rate_with_its_fraction_and_what_is_hidden(published: World) -> None:
    publish()
    page = said("/open").split("<main", 1)[1].split("</main")[0]
    assert "42/54" in page
    assert "77.78%" in page
    assert "按 11月22日 24:00 所知" in page
    assert "未公开" in page
    assert "怎么算的" in page
    assert "CC BY 4.0" in page
    english = said("/open", "en").split("<main", 1)[1].split("</main")[0]
    assert "42/54" in english
    assert "Not published" in english


def test_the_first_page_shows_the_last_whole_week_and_nothing_where_it_is_small(published: World) -> None:
    due(FRIDAY, GRID, kept=30, late=3)
    publications.publish(AFTER)
    assert "上一整周" not in said("/"), "three late ones would be the difference"
    for file in Path(publications.FOLDER).iterdir():
        file.unlink()
    publish()
    page = said("/")
    assert "上一整周：11月16日到11月22日" in page
    assert 'href="/open"' in page


def test_where_all_is_small_the_page_says_so_in_one_line(published: World) -> None:
    while publications.publish(AFTER):
        pass
    page = said("/open")
    assert "件数太少，没有可以公开的数" in page
    assert "<table" not in page


def test_an_old_week_is_no_news(published: World) -> None:
    publish()
    with clock.fixed(AFTER + 30 * DAY):
        assert "上一整周" not in said("/")


def test_the_files_hold_nothing_small_and_each_unit_by_its_code(published: World) -> None:
    publish()
    rows = list(csv.DictReader(io.StringIO(said("/open/figures.csv").removeprefix("\ufeff"))))
    assert {row["period"] for row in rows} == {"week", "month"}
    numbers = [row[name] for row in rows for name in ("number", "of") if row[name]]
    assert numbers
    assert min(map(int, numbers)) >= 5
    week = [row for row in rows if row["period"] == "week" and row["first"] == "2026-11-16"]
    assert [row["unit"] for row in week] == sorted(row["unit"] for row in week)
    assert {(row["number"], row["of"], row["percent"]) for row in week if row["unit"] == COUNTY} == {
        ("42", "54", "77.78")
    }
    data = json.loads(said("/open/figures.json"))
    assert (data["format"], data["licence"]) == (open_files.FORMAT, "CC BY 4.0")
    assert data["weeks"][0]["lines"][0]["rates"] == {"on_time": "77.78"}
    shapes = json.loads(said("/open/units.geojson"))["features"]
    whole = next(one for one in shapes if one["properties"]["unit"] == COUNTY)
    assert (whole["properties"]["in_time"], whole["properties"]["on_time"]) == (42, "77.78")
    assert whole["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert TOWN in {one["properties"]["unit"] for one in shapes}
    assert GRID not in {one["properties"]["unit"] for one in shapes}, "never the lowest level"


def test_the_published_days_are_there_to_prove_a_receipt(published: World) -> None:
    while seal(at=FRIDAY):
        pass
    close_days(at=AFTER)
    data = json.loads(said("/open/days.json"))
    assert data["format"] == "gezhi-days-1"
    assert len(data["days"]) == len(said("/open/days.csv").splitlines()) - 1 == 1


def test_files_may_be_kept_and_asked_for_again_by_their_mark(
    published: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    publish()
    client = Client()
    for name in open_files.FILES:
        answer = client.get(f"/open/{name}")
        assert answer["Cache-Control"] == "public, max-age=3600"
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies
        assert client.get(f"/open/{name}", headers={"If-None-Match": answer["ETag"]}).status_code == 304
        with django_assert_max_num_queries(4):
            client.get(f"/open/{name}")
    with django_assert_max_num_queries(4):
        client.get("/open")
    assert client.get("/open/persons.csv").status_code == 404
