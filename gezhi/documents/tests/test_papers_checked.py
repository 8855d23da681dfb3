"""What a clerk typed into a paper: to whom it must not go, what is missing, which day, which sign."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from pypdf import PdfReader

from gezhi.documents import papers, values
from gezhi.documents.kinds import KINDS
from gezhi.documents.models import Paper
from gezhi.documents.services import issuing, printing
from gezhi.documents.services.checking import PlacesRefused, named_in
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import walls
from gezhi.matters.models import Wall
from gezhi.matters.services.walling import take_back
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_path import CLUTTER, opened, step
from gezhi.paper.tests.test_docx import bare
from gezhi.places import history

pytestmark = pytest.mark.django_db
TRANSFER = {"转往单位": "县水务局", "转办意见": "请核查。", "回告日期": "2026-12-01"}
TRANSFER |= {"联系方式": "群众工作科，公开电话 0553-0000000"}


def send(world: World, number: str, **said: str) -> Paper:
    typed = TRANSFER | said
    id = issuing.issue(new_id(), number, KINDS["transfer"], typed, by=world.person("he"), at=clock.now())
    return Paper.objects.get(id=id)


def test_no_paper_goes_to_those_of_whom_the_matter_complains(world: World) -> None:
    grid = walls.unit_word(liuxi.GRID)
    number = opened(world, replace(CLUTTER, about=("department:housing", grid))).number
    name = world.model.departments["housing"].name
    unit = history.name_ever_at(liuxi.GRID)
    for said in (name, f" {name} ", f"柳溪{name}物业科", name[-3:], f"转{unit}", unit.replace(" ", "")):
        with pytest.raises(Refused) as told:
            send(world, number, 转往单位=said)
        assert (told.value.code, told.value.field) == ("about", "转往单位"), said
        assert "第三十条" in told.value.reason
    assert not Paper.objects.exists()
    assert send(world, number, 转往单位="县水务局").state == "waiting"
    wall = Wall.objects.get(blocked="department:housing")
    take_back(number, wall.id, "记错了，反映的不是它。", by=world.person("he"))
    assert send(world, number, 转往单位=name).state == "waiting"


def test_whoever_stepped_aside_is_not_whom_it_complains_of(world: World) -> None:
    number = opened(world, replace(CLUTTER, recused=(walls.person_word(world.accounts["lin"]),))).number
    assert send(world, number, 转往单位="林样本").state == "waiting"


def test_names_are_known_by_their_end_but_not_by_a_sign() -> None:
    assert named_in("住建局", ["县住建局"]) == "县住建局"
    assert named_in("柳溪县住建局", ["县住建局"]) == "县住建局"
    assert named_in("住建", ["县住建局"]) == "县住建局"
    assert not named_in("柳溪县", ["柳溪县住建局"])
    assert not named_in("局", ["县住建局"])
    assert not named_in("县水务局", ["县住建局"])


def draft(world: World, number: str, kind: str, **typed: str) -> issuing.Draft:
    return issuing.draft(number, KINDS[kind], typed, by=world.person("he"), at=clock.now())


def test_a_sign_in_stored_words_is_printed_by_a_stand_in(world: World) -> None:
    report = replace(
        CLUTTER, text="楼道\U0001f44d\U0001f3fd堆了\u2764\ufe0f纸箱\U00030edd。", address="一单元\U0001f600"
    )
    number = opened(world, report).number
    seen = draft(world, number, "transfer", **TRANSFER)
    assert "楼道〔表情〕堆了〔表情〕纸箱〔？〕。" in seen.sheet.text()
    assert "一单元〔表情〕" in seen.sheet.text()
    assert {"\U0001f44d", "\U0001f600", "\U00030edd"} <= set(seen.signs)
    send(world, number)
    step(world, number, "he", "accept", "已受理\U0001f44c。")
    issuing.issue(new_id(), number, KINDS["dossier"], {}, by=world.person("he"), at=clock.now())
    while printing.print_waiting(at=clock.now()):
        pass
    assert set(Paper.objects.values_list("state", flat=True)) == {"ready"}
    said = json.loads(Paper.objects.get(kind="dossier").said)
    assert any("已受理〔表情〕。" in row for row in said["insets"]["经过"]["rows"])
    page = papers.in_house_words(world.person("he"), number)
    assert page is not None
    assert "\U0001f44d" in page.text
    assert papers.begun(page, KINDS["answer"], clock.now())["请求"] == "楼道〔表情〕堆了〔表情〕纸箱〔？〕。"


def test_a_sign_that_the_clerk_typed_is_named_beside_its_place(world: World) -> None:
    with pytest.raises(Refused) as told:
        draft(world, opened(world).number, "transfer", **TRANSFER | {"转办意见": "请核查\U0001f600。"})
    assert (told.value.code, told.value.field) == ("no_glyph", "转办意见")


@pytest.mark.parametrize("set_first", [True, False])
def test_a_voided_paper_is_handed_out_as_a_page_that_says_so(world: World, set_first: bool) -> None:
    he, number = world.person("he"), opened(world).number
    paper = send(world, number)
    if set_first:
        printing.print_waiting(at=clock.now())
    issuing.void(number, paper.id, "单位写错\U0001f600。", by=he, at=clock.now())
    name, body = issuing.take(number, paper.id, "pdf", by=he, at=clock.now())
    (page,) = PdfReader(io.BytesIO(body)).pages
    said = bare(page.extract_text())
    assert bare(f"本文书（{paper.number}，转办单）已于2026年11月20日作废：单位写错〔表情〕。") in said
    assert "县水务局" not in said
    assert name == f"{paper.number}（作废）.pdf"
    with pytest.raises(NotFound, match="作废"):
        issuing.take(number, paper.id, "docx", by=he, at=clock.now())
    Paper.objects.update(state="gone")
    with pytest.raises(NotFound):
        issuing.take(number, paper.id, "pdf", by=he, at=clock.now())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("2026-12-01 县住建局", "no_date"),
        ("十日内", "no_date"),
        ("20261201", "no_date"),
        ("2026-02-30", "no_date"),
        ("2026-11-19", "past"),
    ],
)
def test_the_day_to_tell_back_is_a_day_to_come(world: World, said: str, code: str) -> None:
    with pytest.raises(PlacesRefused) as told:
        send(world, opened(world).number, 回告日期=said)
    assert {place: one.code for place, one in told.value.faults.items()} == {"回告日期": code}


def test_today_is_not_over_and_every_fault_is_named_at_once(world: World) -> None:
    number = opened(world).number
    seen = draft(world, number, "transfer", **TRANSFER | {"回告日期": "2026-11-20"})
    assert "2026年11月20日" in seen.words["回告日期"]
    with pytest.raises(PlacesRefused) as told:
        draft(world, number, "transfer", 联系方式="甲" * 3001, 回告日期="明天")
    faults = {place: one.code for place, one in told.value.faults.items()}
    assert faults == {"转往单位": "lacks", "转办意见": "lacks", "回告日期": "no_date", "联系方式": "long"}


def test_the_form_is_begun_with_the_next_limit_of_the_matter(world: World) -> None:
    number, he = opened(world).number, world.person("he")
    step(world, number, "he", "accept")
    page = papers.in_house_words(he, number)
    assert page is not None
    begun = papers.begun(page, KINDS["transfer"], clock.now())["回告日期"]
    due = [values.due_date(one.due_at) for one in page.promises if one.open]
    assert begun == min(due).isoformat() >= "2026-11-20"
    assert papers.begun(page, KINDS["transfer"], clock.now() + timedelta(days=4000))["回告日期"] == ""
