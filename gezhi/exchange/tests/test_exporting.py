"""A list taken out: all that passes and no more, counted, sealed, recorded; refused with a reason; gone in its time."""

from __future__ import annotations

import csv
import hashlib
import io
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from gezhi.errors import NotFound, Refused
from gezhi.exchange import export_files, exporting, exports
from gezhi.exchange.export_rows import Worded
from gezhi.exchange.models import Export
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters.models import Matter
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.liuxi import BESIDE, INSIDE, World
from gezhi.places import queries as places
from gezhi.promises.queries import FAR
from gezhi.vault import streams

MANY = 12


@pytest.fixture(autouse=True)
def home(db: None) -> Iterator[None]:
    yield
    for path in exports.path_of(UUID(int=0)).parent.glob("*"):
        path.unlink()


@pytest.fixture
def filled(world: World) -> list[str]:
    """Eight in lin's grid, four in song's; the words are formulas."""
    made = []
    for n in range(MANY):
        lon, lat = INSIDE if n % 3 else BESIDE
        said = Report(text=f"=1+{n} 楼道里堆了纸箱", item="N01", lon=lon, lat=lat, reporting="anonymous")
        made.append(open_matter(said, by=world.clerk()).number)
    return made


def asked(world: World, who: str = "he", what: str = "state=all", kind: str = "csv") -> Export:
    return exports.ask(what, "check", kind, by=world.person(who), at=clock.now())


def done(export: Export, told: list[tuple[int, int]] | None = None) -> Export:
    seen = [] if told is None else told
    exporting.carry_out(export.id, at=clock.now(), tell=lambda lines, of: seen.append((lines, of)))
    export.refresh_from_db()
    return export


def body(world: World, export: Export, who: str = "he") -> bytes:
    found, chunks = exports.take(export.id, by=world.person(who), at=clock.now())
    whole = b"".join(chunks)
    assert (len(whole), hashlib.sha256(whole).hexdigest()) == (found.size, found.sha256)
    return whole


def lines_of(whole: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(whole.decode("utf-8-sig"), newline="")))


def test_every_line_is_there_once_and_the_last_says_how_many(world: World, filled: list[str]) -> None:
    export = done(asked(world))
    whole = body(world, export)
    assert whole.startswith(b"\xef\xbb\xbf")
    lines = lines_of(whole)
    assert [line[0] for line in lines[1:-1]] == filled
    assert (export.state, export.lines, export.expected) == ("done", MANY, MANY)
    last = lines[-1]
    assert last[0] == "完：以上共 12 件"
    above = whole[: whole.rindex("完：以上共".encode())]
    assert last[2] == f"以上各行的 SHA-256：{hashlib.sha256(above).hexdigest()}"
    assert "纸箱" not in whole.decode()
    assert b"=1+" not in whole


@pytest.mark.parametrize(("who", "many"), [("he", 12), ("lin", 8), ("song", 4), ("zhu", 0)])
def test_each_takes_out_only_their_own_scope(world: World, filled: list[str], who: str, many: int) -> None:
    export = done(asked(world, who))
    assert export.lines == many
    assert len(lines_of(body(world, export, who))) == many + 2


@pytest.mark.parametrize(
    ("what", "many"),
    [("state=open&item=N01", 12), ("state=open&item=N08", 0), ("state=ended", 0), ("state=all&q=纸箱", 12),
     ("state=all&q=河边", 0), ("state=open&due=late", 0), ("state=all&q=1120-0001", 1)],
)  # fmt: skip
def test_what_is_sifted_is_what_is_taken_out(
    world: World, filled: list[str], what: str, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gezhi.matters.finding.LOOKED", 30)  # words: three a page
    assert done(asked(world, what=what)).lines == many


def test_a_workbook_has_the_same_lines_and_a_sheet_that_says_how_many(
    world: World, filled: list[str]
) -> None:
    export = done(asked(world, kind="xlsx"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(body(world, export)))
    assert book.sheet_names == ["事项", "说明"]
    rows = book.get_sheet_by_name("事项").to_python()
    assert [row[0] for row in rows] == ["编号", *filled]
    assert book.get_sheet_by_name("说明").to_python()[0][:2] == ["完：以上共 12 件", "清点相符"]


def test_a_workbook_that_would_be_cut_is_refused_and_says_what_to_do(
    world: World, filled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_files, "MOST_OF_A_SHEET", MANY - 1)
    export = done(asked(world, kind="xlsx"))
    assert export.state == "failed"
    assert "请导出 CSV" in export.told
    assert not list(exports.path_of(export.id).parent.glob(f"{export.id.hex}*"))
    assert done(asked(world)).lines == MANY


def test_a_file_that_lacks_a_line_is_no_file(
    world: World, filled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = exporting._passing
    monkeypatch.setattr(exporting, "_passing", lambda *said, **more: _one_less(*whole(*said, **more)))
    export = done(asked(world))
    assert export.state == "failed"
    assert export.told.startswith("清点有 12 行，写出 11 行，对不上，没有留下文件")
    assert not Entry.objects.filter(what="matters.exported").exists()
    assert not exports.path_of(export.id).exists()


def test_a_file_that_is_not_what_was_written_is_no_file(
    world: World, filled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = streams.opened
    for spoilt in (_without_a_line, _altered):
        monkeypatch.setattr(streams, "opened", lambda *of, spoilt=spoilt: spoilt(opened(*of)))
        for kind in ("csv", "xlsx"):
            if (spoilt, kind) == (_without_a_line, "xlsx"):
                continue
            export = done(asked(world, kind=kind))
            assert export.state == "failed"
            assert export.told.startswith("写好的文件重读一遍")
            assert not list(exports.path_of(export.id).parent.glob("*"))
    assert not Entry.objects.filter(what="matters.exported").exists()
    monkeypatch.setattr(streams, "opened", opened)
    monkeypatch.setattr(streams, "CHUNK", 7)  # cuts lines, characters and ends of lines
    assert done(asked(world)).lines == MANY


def _without_a_line(chunks: Iterator[bytes]) -> Iterator[bytes]:
    lines = b"".join(chunks).splitlines(keepends=True)
    yield b"".join(lines[:3] + lines[4:])


def _altered(chunks: Iterator[bytes]) -> Iterator[bytes]:
    whole = b"".join(chunks)
    yield whole[:-30] + bytes([whole[-30] ^ 1]) + whole[-29:]


@pytest.mark.parametrize(
    "zone", ["Asia/Shanghai", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York"]
)
def test_a_moment_reads_the_same_from_text(world: World, zone: str) -> None:
    chance = random.Random(4)
    with timezone.override(zone):
        worded = Worded(world.model, places.tree(clock.now().date()))
        assert worded._moment(str(FAR)[:-6]) == worded._moment(FAR) == worded._moment(None) == ""
        for n in range(4_000):
            at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(
                microseconds=chance.randrange(63_072_000_000_000)
            )
            at = at if n % 3 else at.replace(microsecond=0)
            assert worded._moment(str(at)[:-6]) == worded._moment(at)


def _one_less(expected: int, rows: Iterator[tuple[object, ...]]) -> tuple[int, Iterator[tuple[object, ...]]]:
    next(rows)
    return expected, rows


def test_it_is_stopped_and_goes_on_with_no_line_twice(
    world: World, filled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "BATCH", 5)
    export = asked(world)

    def stop(lines: int, _of: int) -> None:
        if lines >= 5:
            exports.stop(export.id, by=world.person("he"))
            raise exporting.Stopped

    exporting.carry_out(export.id, at=clock.now(), tell=stop)
    export.refresh_from_db()
    assert (export.state, exports.waits()) == ("stopped", None)
    assert not list(exports.path_of(export.id).parent.glob("*"))
    Matter.objects.filter(number=filled[0]).update(category="改过")
    exports.go_on(export.id, by=world.person("he"))
    told: list[tuple[int, int]] = []
    assert done(export, told).lines == MANY
    assert told == [(0, 12), (5, 12), (10, 12), (12, 12)]
    lines = lines_of(body(world, export))
    assert [line[0] for line in lines[1:-1]] == filled
    assert lines[1][1] == "改过"  # of one moment: the new one


def test_taking_out_and_downloading_are_entries_without_words(world: World, filled: list[str]) -> None:
    export = done(asked(world, what="state=all&q=纸箱"))
    body(world, export)
    made, taken = Entry.objects.filter(about=export.id).order_by("id")
    assert (made.what, taken.what) == ("matters.exported", "matters.export_taken")
    assert '"count":12' in made.facts
    assert '"purpose":"check"' in made.facts
    assert export.sha256 in made.facts
    assert "纸箱" not in made.facts
    export.refresh_from_db()
    assert export.taken == 1


def test_nobody_else_takes_it_and_no_altered_file_opens(world: World, filled: list[str]) -> None:
    export = done(asked(world))
    with pytest.raises(NotFound):
        exports.take(export.id, by=world.person("wu"), at=clock.now())
    path = exports.path_of(export.id)
    sealed = path.read_bytes()
    assert filled[0].encode() not in sealed
    path.write_bytes(sealed[:-40])
    _found, chunks = exports.take(export.id, by=world.person("he"), at=clock.now())
    with pytest.raises(Refused, match="打不开"):
        list(chunks)


def test_a_large_file_opens_chunk_by_chunk(
    world: World, filled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gezhi.vault.streams.CHUNK", 100)
    export = done(asked(world))
    _found, chunks = exports.take(export.id, by=world.person("he"), at=clock.now())
    sizes = [len(one) for one in chunks]
    assert max(sizes) <= 100
    assert sum(sizes) == export.size


def test_a_file_goes_after_seven_days_and_the_row_stays(world: World, filled: list[str]) -> None:
    export = done(asked(world))
    stray = exports.path_of(export.id).with_name("0" * 32)
    stray.write_bytes(b"x")
    assert exports.remove_what_is_over(at=clock.now() + timedelta(days=6)) == 1
    assert not stray.exists()
    assert exports.path_of(export.id).exists()
    assert exports.remove_what_is_over(at=clock.now() + timedelta(days=7)) == 1
    export.refresh_from_db()
    assert (export.state, export.lines) == ("removed", MANY)
    with pytest.raises(Refused, match="请重新导出"):
        exports.take(export.id, by=world.person("he"), at=clock.now())


@pytest.mark.parametrize(
    ("purpose", "kind", "told"), [("", "csv", "请选导出的用途"), ("check", "pdf", "请选 CSV 或 XLSX")]
)
def test_no_export_without_a_purpose_and_a_kind(world: World, purpose: str, kind: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        exports.ask("state=all", purpose, kind, by=world.person("he"), at=clock.now())
    for _n in range(exports.MOST_WAITING):
        asked(world)
    with pytest.raises(Refused, match="请等它们做完"):
        asked(world)
