"""The handbook of a model that somebody wrote over an inherited one: order, sources and words are those of the reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gezhi.paper.blocks import Card, Document, Table, texts
from gezhi.rules.book.drawing import sketch
from gezhi.rules.book.order import in_course
from gezhi.rules.book.tongue import Tongue
from gezhi.rules.book.whole import handbook
from gezhi.rules.folder import DISTRICTS
from gezhi.rules.load import load_model, named, shipped
from gezhi.rules.model import Model

from .test_book import all_blocks, spans

pytestmark = pytest.mark.book

NAMES = [name for name in shipped() if name != "base"]
HEAD = '[model]\nid = "{id}"\nname = "{id}"\nvalid_from = 2026-01-01\nsource = "本地"\nextends = "{base}"\n'
OWN = """
[grades.main.grade]
top = { name = "特急", english = "Most urgent", order = 1, lengths = { answer = "2小时" } }
urgent = { order = 2 }
ordinary = { order = 3 }
[flow.main.promise]
sign = { length = { ordinary = "1工作日", urgent = "30分钟", top = "10分钟" } }
decide = { length = { ordinary = "1工作日", urgent = "30分钟", top = "30分钟" } }
[flow.main.step]
inspected = { name = "现场勘查", english = "Inspected", phase = "handling" }
called_back = { name = "回访", english = "Called back", phase = "answering" }
[flow.main.move]
inspect = { name = "到现场勘查", english = "Inspect", from = ["gridwork", "working"], to = "inspected", duty = ["in_dept"] }
finish = { from = ["inspected"] }
call_back = { name = "回访", english = "Call back", from = ["checked"], to = "called_back", duty = ["answer"] }
answer = { from = ["called_back"] }
"""


def written(place: Path, id: str, base: str, text: str) -> Path:
    """A folder of one's own below `place`."""
    folder = place / id
    folder.mkdir()
    (folder / "model.toml").write_text(HEAD.format(id=id, base=base) + text, encoding="utf-8")
    (folder / "items.csv").write_bytes((DISTRICTS / "nanling" / "items.csv").read_bytes())
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Model:
    return load_model(written(tmp_path, "own", "nanling", OWN))


def book(model: Model, folder: Path | None = None, *, english: bool = False) -> Document:
    return handbook(model, folder=folder, english=english)


def cards(document: Document) -> list[str]:
    """Ids of the cards of steps, in their order."""
    found = [block.id for block in all_blocks(document.blocks) if isinstance(block, Card)]
    return [id.removeprefix("step-main-") for id in found if id.startswith("step-main-")]


def said(document: Document, id: str) -> str:
    """All the words of one card."""
    card = next(b for b in all_blocks(document.blocks) if isinstance(b, Card) and b.id == id)
    return "".join(span.text for span in spans(card))


def test_a_step_of_ones_own_stands_behind_the_one_it_is_entered_from(own: Model) -> None:
    order = cards(book(own))
    assert order[order.index("working") + 1] == "inspected"
    assert order[order.index("checked") + 1] == "called_back"
    steps = [step.id for step in in_course(own.flows["main"])]
    assert sorted(steps) == sorted(own.flows["main"].steps)
    svg = sketch(own.flows["main"], Tongue(own)).svg
    top = {name: float(y) for y, name in re.findall(r'<text class="\w+" x="[-\d.]+" y="([-\d.]+)"[^>]*font-weight="600"[^>]*>([^<]+)', svg)}  # fmt: skip
    assert top["处置"] < top["现场勘查"] < top["处置办结待核"] < top["核查通过"] < top["回访"] < top["已答复"]


@pytest.mark.parametrize("name", NAMES)
def test_what_ships_keeps_the_order_of_its_file_among_the_steps_before_the_ends(name: str) -> None:
    for flow in named(name).flows.values():
        first = next(n for n, step in enumerate(flow.step.values()) if step.ends)
        own = [step.id for step in list(flow.step.values())[:first]]
        assert [step.id for step in in_course(flow) if step.id in own] == own


def test_grades_stand_by_their_order_wherever_they_are_told(own: Model) -> None:
    document = book(own)
    table = next(b for b in document.blocks if isinstance(b, Table) and b.head[:2] == ("等级", "次序"))
    assert [row[0][0].text for row in table.rows] == ["特急", "紧急", "一般"]
    assert "sign特急 10分钟\n紧急 30分钟\n一般 1工作日" in said(document, "promise-main-sign")
    assert "特急 10分钟；紧急 30分钟；一般 1工作日" in said(document, "step-main-assigned")
    assert "Most urgent: 10 minutes; Urgent: 30 minutes" in said(
        book(own, english=True), "step-main-assigned"
    )


def test_a_drawing_says_that_a_length_goes_by_grade(own: Model) -> None:
    svg = sketch(own.flows["main"], Tongue(own)).svg
    lines = re.findall(r'<text class="clock"[^>]*>([^<]+)', svg)
    at = lines.index("特急 10分钟")
    assert "".join(lines[at - 2 : at]).endswith("签收（按等级）")
    assert lines[at : at + 3] == ["特急 10分钟", "紧急 30分钟", "一般 1工作日"]
    assert "特急、紧急30分钟" in "".join(lines)  # alike: told once
    assert "特急 2小时" in lines  # what a grade sets over the promise


def test_a_parents_source_does_not_speak_for_another_length(tmp_path: Path) -> None:
    source = 'basis = "梧桐镇办法（示例）第七条"'
    written(
        tmp_path, "parent", "nanling", f'[flow.main.promise]\nanswer = {{ length = "2工作日", {source} }}\n'
    )
    child = written(tmp_path, "child", "parent", '[flow.main.promise]\nanswer = { length = "4工作日" }\n')
    card = said(book(load_model(child)), "promise-main-answer")
    assert "answer4工作日" in card
    assert card.endswith("未说明")
    assert "梧桐镇" not in card
    same = written(
        tmp_path, "same", "parent", '[flow.main.promise]\nanswer = { length = "2工作日", warn = "50%" }\n'
    )
    assert "梧桐镇办法" in said(book(load_model(same)), "promise-main-answer")
    other = written(tmp_path, "other", "parent", '[flow.main.promise]\nanswer = { length = "4工作日", basis = "柳溪镇规定（示例）" }\n')  # fmt: skip
    assert "柳溪镇规定" in said(book(load_model(other)), "promise-main-answer")
    by_grade = written(
        tmp_path, "grade", "parent", '[grades.main.grade.urgent]\nlengths = { answer = "1小时" }\n'
    )
    assert "紧急另定：1小时，依据未说明" in said(book(load_model(by_grade)), "promise-main-answer")


CODE = re.compile(r"\{\w*\}|\b[a-z]+_[a-z_]+|\b(?:helped|stepped|governed)\b")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("english", [False, True])
def test_no_pattern_mark_or_code_is_printed_among_the_words(name: str, english: bool) -> None:
    document = book(named(name), DISTRICTS / name, english=english)
    words = [span.text for span in spans(document) if span.kind not in ("code", "link")]
    assert [text for text in words if CODE.search(text)] == []


def test_marks_patterns_and_numbers_are_told_in_words() -> None:
    chinese, english = ("\n".join(texts(book(named("nanling"), english=e))) for e in (False, True))
    assert "记作「居民自治解决」，单独计数" in chinese
    assert "例如 甲01网格（上一级的名称、两位序号）" in chinese
    assert "例如 甲〔2026〕0417-0001号（单元简称、年份、月日、当天的流水号）" in chinese
    assert "「编号【编号】已销号。」" in chinese
    assert 'noted as "Solved by residents themselves" and counted apart' in english
    assert "the unit's short name, the year, month and day, the running number of the day" in english
    guanlan = "\n".join(texts(book(named("guanlan"))))
    assert "记作「帮助」，单独计数" in guanlan
    jianghai = "\n".join(texts(book(named("jianghai"))))
    assert "任务、值班、逐级联络、点对点送达" in jianghai
    guangming = "\n".join(texts(book(named("guangming"))))
    assert "高需求：每1周" in guangming
    assert "夏季：7月1日至8月31日，低需求改为每1周" in guangming
