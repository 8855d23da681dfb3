"""What comes in: taken, flagged, or refused with a sentence, and never half-written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters.models import Matter, Text
from gezhi.matters.services import reports
from gezhi.matters.services.handling import erase_text
from gezhi.matters.services.intake import headline, open_matter
from gezhi.matters.services.reports import Report
from gezhi.promises.models import Promise
from gezhi.vault.models import Secret

from .liuxi import BESIDE, COUNTY, INSIDE, OTHER, World


def report(text: str = "路灯不亮，晚上看不清台阶。", item: str = "N12", **given: object) -> Report:
    return Report(text=text, item=item, **given)  # type: ignore[arg-type]  # test shorthand


TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
BAD = {
    "empty": (report(""), "text_missing"),
    "nothing that shows": (report("\u200b\u200b\u200b 灯"), "text_missing"),
    "unknown channel": (report(channel="zz"), "channel_unknown"),
    "NUL": (report("路灯\x00不亮"), "control_characters"),
    "half a surrogate": (report("路灯\ud842不亮"), "control_characters"),
    "ten megabytes": (report("灯" * 3_500_000), "text_too_long"),
    "unknown item": (report(item="X99"), "item_unknown"),
    "half a point": (report(lon=118.2), "half_a_point"),
    "not a number": (report(lon=float("nan"), lat=30.5), "point_not_a_number"),
    "infinite": (report(lon=118.2, lat=float("inf")), "point_not_a_number"),
    "off the earth": (report(lon=500.0, lat=30.5), "point_off_earth"),
    "unknown datum": (report(lon=118.2, lat=30.5, datum="mars"), "datum_unknown"),
    "anonymous with a name": (report(reporting="anonymous", name="样本"), "anonymous_with_name"),
    "named without a name": (report(reporting="named"), "name_missing"),
    "unknown way": (report(reporting="loud"), "reporting_unknown"),
    "unknown unit": (report(unit="0009"), "unit_unknown"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_taken_is_refused_with_a_sentence_and_leaves_nothing(world: World, name: str) -> None:
    given, code = BAD[name]
    entries = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        open_matter(given, by=world.clerk())
    assert refused.value.code == code
    assert refused.value.reason.endswith("。")
    assert (Matter.objects.count(), Text.objects.count(), Promise.objects.count()) == (0, 0, 0)
    assert (Entry.objects.count(), Secret.objects.count()) == (entries, 0)


@pytest.mark.parametrize("year", [1900, 2100])
def test_a_date_of_another_century_is_refused(world: World, year: int) -> None:
    with pytest.raises(Refused) as refused:
        open_matter(report(), by=world.clerk(), at=datetime(year, 1, 1, tzinfo=UTC))
    assert refused.value.field == "at"


@pytest.mark.parametrize("text", ["路灯🔥不亮", "𠮷田路口路灯不亮", "第一行\r\n第二行"])
def test_every_character_that_people_type_is_kept(world: World, text: str) -> None:
    open_matter(report(text), by=world.clerk())
    assert Text.objects.get().body == text


@pytest.mark.parametrize("sign", TURNS)
def test_no_sign_turns_what_is_read(world: World, sign: str) -> None:
    """A headline shows what it holds: signs that turn the writing go, every other sign stays."""
    given = report(
        f"路灯{sign}不亮。\r\n第二行🔥", address=f"溪{sign}东路", name=f"样{sign}本", contact="0000-1"
    )
    row = Matter.objects.get(number=open_matter(given, by=world.clerk()).number)
    assert (row.headline, row.address, Text.objects.get().body) == (
        "路灯不亮",
        "溪东路",
        "路灯不亮。\r\n第二行🔥",
    )
    with pytest.raises(Refused) as refused:
        open_matter(report(sign * 9), by=world.clerk())
    assert refused.value.code == "text_missing"


def test_a_note_of_turning_signs_is_no_note_and_one_with_them_loses_them() -> None:
    assert [reports.check_note(note) for note in ("\u202e\u2066", "已\u202e换灯泡")] == ["", "已换灯泡"]


def test_a_point_at_sea_is_flagged_and_not_placed(world: World) -> None:
    number = open_matter(report(lon=125.5123, lat=30.1234), by=world.clerk()).number
    row = Matter.objects.get(number=number)
    assert (row.path, row.place_flag, row.located) == (COUNTY, "outside", "none")


@pytest.mark.parametrize(
    ("lon", "lat", "flag"),
    [
        (150.0, 0.0, "outside"),
        (118.9, 30.5, "outside"),
        (118.2, 31.9, "outside"),
        (118.0, 30.0, "rounded"),
        (119.0, 31.0, "rounded"),
        (118.2, 30.5, "rounded"),
    ],
)
def test_a_rounded_point_is_outside_where_all_it_may_mean_is(
    world: World, lon: float, lat: float, flag: str
) -> None:
    number = open_matter(report(lon=lon, lat=lat), by=world.clerk()).number
    row = Matter.objects.get(number=number)
    assert (row.path, row.place_flag, row.located) == (COUNTY, flag, "none")


def test_a_rounded_point_is_flagged_and_not_placed(world: World) -> None:
    number = open_matter(report(lon=118.21, lat=30.5), by=world.clerk()).number
    assert Matter.objects.get(number=number).place_flag == "rounded"


def test_a_point_lies_in_its_grid_and_a_stated_unit_holds(world: World) -> None:
    by_point = open_matter(report(lon=BESIDE[0], lat=BESIDE[1]), by=world.clerk())
    stated = open_matter(report(unit=OTHER), by=world.clerk())
    rows = Matter.objects.in_bulk([by_point.number, stated.number], field_name="number")
    assert {row.path for row in rows.values()} == {OTHER}
    assert {row.located for row in rows.values()} == {"point", "unit"}


def test_what_happened_earlier_needs_a_reason_and_is_marked(world: World) -> None:
    early = clock.now() - timedelta(hours=5)
    with pytest.raises(Refused, match="补录"):
        open_matter(report(), by=world.clerk(), at=early)
    number = open_matter(report(late_reason="停电，事后补登。"), by=world.clerk(), at=early).number
    row = Matter.objects.get(number=number)
    assert (row.origin, row.at, row.recorded_at) == ("late", early, clock.now())
    assert Promise.objects.get().made_at == clock.now()


def test_an_anonymous_report_stores_no_identity(world: World) -> None:
    open_matter(report(reporting="anonymous", lon=INSIDE[0], lat=INSIDE[1]), by=world.clerk())
    assert Matter.objects.get().reporter is None
    assert not Secret.objects.exists()


def test_a_reporters_name_is_in_the_vault_and_nowhere_else(world: World) -> None:
    open_matter(report(reporting="named", name="欧阳样本", contact="13812345678"), by=world.clerk())
    assert Secret.objects.count() == 1
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {table}")
            body = repr(cursor.fetchall())
            assert "欧阳样本" not in body, table
            assert "13812345678" not in body, table


def test_erasing_a_text_takes_the_headline_too(world: World) -> None:
    open_matter(report(lon=INSIDE[0], lat=INSIDE[1], address="柳荫路 3 号"), by=world.clerk())
    person = world.person("he")
    erase_text(Text.objects.get().id, "request", by=person, seat=person.terms[0], at=clock.now())
    row = Matter.objects.get()
    assert (row.headline, row.address, Text.objects.count()) == ("", "", 0)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("路灯不亮。晚上看不清。", "路灯不亮"),
        ("一" * 60, "一" * 39 + "…"),
        ("\n\n 灯坏 \n请修", "灯坏"),
        ("！！", "！！"),
    ],
)
def test_a_headline_is_the_first_sentence(text: str, cut: str) -> None:
    assert headline(text) == cut
