"""A batch goes into a draft of the model and comes into force with it; what becomes of the draft becomes of the batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.clock import Fixed
from gezhi.ledger.models import Entry
from gezhi.matters import admission, drafts, editions
from gezhi.matters.models import Application, Batch, Matter
from gezhi.matters.models import Draft as DraftRow
from gezhi.matters.services import admitting, admitting_batches, drafting
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.rules.edits import with_change
from gezhi.rules.texts import texts_of
from gezhi.rules.writing import parts_of

from . import jianghai, liuxi
from .applying import GOES, LET_GO, MONDAY, admitted, again, batch, batch_again, drafted, ids, in_work, sent
from .liuxi import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def corner(db: None) -> Iterator[World]:
    with clock.fixed(liuxi.FRIDAY):
        yield jianghai.build()
    liuxi.forget()


@pytest.fixture
def watch(corner: World) -> Iterator[Fixed]:
    with clock.fixed(liuxi.FRIDAY) as watch:
        yield watch


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, check=lambda refusal: refusal.code == code)


def published(corner: World) -> None:
    """Submitted by one who administers, published by another."""
    draft = drafting.submit_draft(in_work(), by=corner.clerk("lu"), at=clock.now())
    drafting.publish_draft(draft, by=corner.clerk("bai"), at=clock.now())


def leaving(corner: World, code: str) -> Application:
    wanted = replace(GOES, code=code)
    mei = corner.clerk("mei")
    row = admitting.begin_application(wanted, id=uuid4(), by=mei, at=clock.now())
    row = admitting.send_application(row, by=mei, at=clock.now())
    return admitting.decide_application(row, LET_GO, admit=True, by=corner.clerk("he"), at=clock.now())


def kinds(about: object) -> list[str]:
    return list(Entry.objects.filter(about=about).order_by("id").values_list("what", flat=True))


def test_from_the_batch_to_a_matter_in_the_grid(corner: World, watch: Fixed) -> None:
    one, gone = admitted(corner), leaving(corner, "J02")
    made = batch(corner, one, gone)
    draft = admitting_batches.write_draft(made, by=corner.clerk("he"), at=clock.now())
    assert (draft.state, draft.since, draft.findings) == ("open", MONDAY, ())
    assert (batch_again(made).state, again(one).code) == ("drafted", "J66")
    published(corner)
    rows = [again(one), again(gone), batch_again(made)]
    assert [row.state for row in rows] == ["listed", "listed", "published"]
    model = editions.current(MONDAY)
    assert batch_again(made).version == model.version
    item, catalogue = model.items["J66"], model.catalogues["admitted"]
    assert (item.name, item.batch, item.handler, item.helpers) == (
        "独居老人上门看望", "第三批", "worker", ("department:civil",),
    )  # fmt: skip
    assert "J02" not in model.items
    assert (catalogue.total, dict(catalogue.batches)) == (65, {"第一批": 39, "第二批": 25, "第三批": 1})

    lon, lat = liuxi.INSIDE
    report = Report(text="老人家里没有人应门。", item="J66", lon=lon, lat=lat)
    with refused("item_unknown"):
        open_matter(report, by=corner.clerk())
    watch.move_to(liuxi.FRIDAY + timedelta(days=3))
    number = open_matter(report, by=corner.clerk()).number
    take_step(number, "accept", by=corner.person("he"), at=clock.now(), given=StepGiven())
    assert Matter.objects.get(number=number).desk == f"worker@{liuxi.GRID}"
    with refused("item_unknown"):
        open_matter(Report(text="讲讲租住安全", item="J02", lon=lon, lat=lat), by=corner.clerk())
    assert kinds(one.id)[-2:] == ["admission.batched", "admission.listed"]
    assert kinds(made.id) == ["batch.made", "batch.drafted", "batch.published"]


def test_what_is_only_the_departments_goes_in_as_such(corner: World) -> None:
    drafted(corner, admitted(corner, in_grid=False))
    item = in_work().model().items["J66"]
    assert (item.handler, item.in_grid, item.helpers) == ("department:civil", False, ())


def test_two_who_administer_stay_two(corner: World) -> None:
    """The reviewer writes the draft; neither of them submits or publishes it for the others."""
    drafted(corner, admitted(corner))
    for name in ("he", "mei"):
        with refused("not_yours"):
            drafting.submit_draft(in_work(), by=corner.clerk(name), at=clock.now())
    draft = drafting.submit_draft(in_work(), by=corner.clerk("lu"), at=clock.now())
    with refused("same_person"):
        drafting.publish_draft(draft, by=corner.clerk("lu"), at=clock.now())
    assert Application.objects.get().state == "admitted"
    drafting.publish_draft(draft, by=corner.clerk("kong"), at=clock.now())
    assert Application.objects.get().state == "listed"


def test_a_dropped_draft_opens_the_batch_again(corner: World) -> None:
    one = admitted(corner)
    drafted(corner, one)
    drafting.drop_draft(in_work(), by=corner.clerk("lu"), at=clock.now())
    made = Batch.objects.get()
    assert (made.state, made.draft, again(one).state, again(one).code) == ("open", None, "admitted", "")
    admitting_batches.write_draft(made, by=corner.clerk("wu"), at=clock.now())
    assert again(one).code == "J66"
    assert kinds(made.id) == ["batch.made", "batch.drafted", "batch.reopened", "batch.drafted"]


def test_a_publication_taken_back_takes_the_listing_back(corner: World) -> None:
    one = admitted(corner)
    drafted(corner, one)
    published(corner)
    drafting.take_back(in_work(), by=corner.clerk("lu"), at=clock.now())
    assert (again(one).state, Batch.objects.get().state, Batch.objects.get().version) == (
        "admitted",
        "drafted",
        "",
    )
    published(corner)
    assert (again(one).state, Batch.objects.get().state) == ("listed", "published")


def test_what_somebody_took_out_of_the_draft_is_not_called_listed(corner: World) -> None:
    one, other = admitted(corner), admitted(corner, name="养老院巡查")
    drafted(corner, one, other)
    tables, rows = parts_of(in_work().model())
    del rows[again(other).code]
    held = tables["catalogue"]["admitted"]
    tables["catalogue"]["admitted"] = held | {"total": 66, "batches": held["batches"] | {"第三批": 1}}
    drafting.save_texts(in_work(), texts_of(tables, rows), by=corner.clerk("lu"), at=clock.now())
    published(corner)
    assert (again(one).state, again(other).state) == ("listed", "admitted")
    assert (again(other).batch, again(other).code) == (None, "")
    assert ids(admission.to_gather("items")) == [other.id]


def test_an_item_renamed_in_the_draft_is_another_item(corner: World) -> None:
    one = admitted(corner)
    drafted(corner, one)
    texts = with_change(in_work().texts, "item", ("J66",), {"name": "上门推销"})
    drafting.save_texts(in_work(), texts, by=corner.clerk("lu"), at=clock.now())
    published(corner)
    assert (again(one).state, Batch.objects.get().state) == ("admitted", "open")


def test_somebody_elses_draft_is_told_and_not_touched(corner: World) -> None:
    made = batch(corner, admitted(corner))
    before = drafting.begin_draft(corner.model.version, by=corner.clerk("lu"), at=clock.now())
    with pytest.raises(Refused, match="陆样本") as refusal:
        admitting_batches.write_draft(made, by=corner.clerk("he"), at=clock.now())
    assert refusal.value.code == "draft_there"
    assert in_work() == before
    assert (batch_again(made).state, DraftRow.objects.count()) == ("open", 1)
    drafting.drop_draft(before, by=corner.clerk("lu"), at=clock.now())
    admitting_batches.write_draft(batch_again(made), by=corner.clerk("he"), at=clock.now())


def test_an_edition_that_waits_is_told_too(corner: World) -> None:
    drafted(corner, admitted(corner))
    published(corner)
    made = batch(corner, admitted(corner, name="养老院巡查"), name="第四批")
    with refused("edition_waits"):
        admitting_batches.write_draft(made, by=corner.clerk("he"), at=clock.now())
    assert batch_again(made).state == "open"


def test_the_next_batch_follows_the_edition_that_waits(corner: World) -> None:
    """Its day is free, it cannot lie before that edition, and its items are numbered on behind that edition's."""
    today = clock.today()
    assert admission.free_day(today) == MONDAY - timedelta(days=2)
    drafted(corner, admitted(corner))
    assert admission.in_the_way(today).startswith("“第三批”已经写进草稿")
    published(corner)
    assert admission.free_day(today) == MONDAY + timedelta(days=1)
    assert "J66" in admission.base(today).items
    assert "J66" not in corner.model.items
    assert "2026-11-23" in admission.in_the_way(today)
    row, he = admitted(corner, name="养老院巡查"), corner.clerk("he")
    early = MONDAY - timedelta(days=1)
    with refused("day_past"):
        admitting_batches.make_batch("items", "第四批", early, [row.id], id=uuid4(), by=he, at=clock.now())
    made = batch(corner, row, name="第四批")
    with refused("day_past"):
        admitting_batches.change_batch(made, "第四批", early, [row.id], by=he, at=clock.now())
    _texts, codes = admission.texts_of_batch(admission.base(today), made, [row])
    assert codes == {row.id: "J67"}
    admitting_batches.change_batch(
        made, "第四批", MONDAY + timedelta(days=1), [row.id], by=he, at=clock.now()
    )
    assert admission.free_day(today) == MONDAY + timedelta(days=2)


def test_two_clicks_write_one_draft(corner: World) -> None:
    made = batch(corner, admitted(corner))
    admitting_batches.write_draft(made, by=corner.clerk("he"), at=clock.now())
    with refused("moved_meanwhile"):
        admitting_batches.write_draft(made, by=corner.clerk("wu"), at=clock.now())
    assert DraftRow.objects.count() == 1
    assert kinds(made.id).count("batch.drafted") == 1


def test_an_application_is_in_one_batch(corner: World) -> None:
    one = admitted(corner)
    batch(corner, one)
    with refused("moved_meanwhile"):
        batch(corner, one, name="第四批")
    assert Batch.objects.count() == 1
    pending = sent(corner, name="养老院巡查")
    with refused("moved_meanwhile"):
        batch(corner, pending, name="第四批")


def test_a_batch_is_changed_and_undone_while_it_is_open(corner: World) -> None:
    one, other = admitted(corner), admitted(corner, name="养老院巡查")
    he, at = corner.clerk("he"), clock.now()
    made = batch(corner, one)
    made = admitting_batches.change_batch(
        made, "冬季批", MONDAY + timedelta(days=7), ids([other]), by=he, at=at
    )
    assert (made.name, again(one).batch, again(other).batch) == ("冬季批", None, made.id)
    admitting_batches.dissolve_batch(made, by=he, at=at)
    assert (batch_again(made).state, again(other).batch, again(other).state) == (
        "dissolved",
        None,
        "admitted",
    )
    with refused("moved_meanwhile"):
        admitting_batches.change_batch(batch_again(made), "又一批", MONDAY, ids([one]), by=he, at=at)


def test_a_batch_in_a_draft_does_not_change(corner: World) -> None:
    one, other = admitted(corner), admitted(corner, name="养老院巡查")
    made, he, at = batch(corner, one), corner.clerk("he"), clock.now()
    admitting_batches.write_draft(made, by=he, at=at)
    with refused("moved_meanwhile"):
        admitting_batches.change_batch(batch_again(made), "第三批", MONDAY, ids([one, other]), by=he, at=at)
    with refused("moved_meanwhile"):
        admitting_batches.dissolve_batch(batch_again(made), by=he, at=at)
    assert again(other).batch is None


@pytest.mark.parametrize("name", ["第一批", "", " ", "很" * 25, "第三、四批", "第\n三批"])
def test_a_batch_has_a_name_of_its_own(corner: World, name: str) -> None:
    with refused("batch_name"):
        batch(corner, admitted(corner), name=name)
    assert not Batch.objects.exists()


def test_a_batch_is_neither_empty_nor_of_yesterday(corner: World) -> None:
    he, at = corner.clerk("he"), clock.now()
    with refused("batch_empty"):
        admitting_batches.make_batch("items", "第三批", MONDAY, [], id=uuid4(), by=he, at=at)
    one = admitted(corner)
    with refused("day_past"):
        past = clock.today() - timedelta(days=1)
        admitting_batches.make_batch("items", "第三批", past, ids([one]), id=uuid4(), by=he, at=at)
    assert not Batch.objects.exists()


def test_a_batch_whose_day_passed_waits_for_another(corner: World, watch: Fixed) -> None:
    made = batch(corner, admitted(corner))
    watch.move_to(liuxi.FRIDAY + timedelta(days=5))
    with refused("day_past"):
        admitting_batches.write_draft(made, by=corner.clerk("he"), at=clock.now())
    assert drafts.in_work(clock.today()) is None


def test_only_reviewers_gather(corner: World) -> None:
    one = admitted(corner)
    for name in ("mei", "lin", "lu"):
        with refused("not_yours"):
            batch(corner, one, by=name)
    made = batch(corner, one)
    for by in (corner.clerk("mei"), corner.clerk("lu"), HOUSE):
        with refused("not_yours"):
            admitting_batches.write_draft(made, by=by, at=clock.now())
        with refused("not_yours"):
            admitting_batches.dissolve_batch(made, by=by, at=clock.now())


def test_what_left_the_list_by_another_way_is_told(corner: World) -> None:
    """The same item was struck out by somebody's draft while the application waited."""
    gone = leaving(corner, "J02")
    made = batch(corner, gone)
    tables, rows = parts_of(corner.model)
    del rows["J02"]
    held = tables["catalogue"]["admitted"]
    tables["catalogue"]["admitted"] = held | {"total": 64, "batches": {"第一批": 39, "第二批": 25}}
    lu, at = corner.clerk("lu"), clock.now()
    draft = drafting.begin_draft(corner.model.version, by=lu, at=at)
    draft = drafting.save_texts(draft, texts_of(tables, rows), by=lu, at=at)
    draft = drafting.set_first_day(draft, clock.today(), by=lu, at=at)
    published(corner)
    with refused("item_gone"):
        admitting_batches.write_draft(made, by=corner.clerk("he"), at=clock.now())


def test_codes_are_numbered_on_and_none_is_given_twice(corner: World) -> None:
    rows = [admitted(corner, name=f"事项{n}") for n in range(3)]
    drafted(corner, *rows)
    assert sorted(again(row).code for row in rows) == ["J66", "J67", "J68"]
