"""The handbook says what the rules say: all of it, in both languages, and it notices when one of them changes."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from gezhi.paper.blocks import Block, Card, Document, Heading, Picture, Span, texts
from gezhi.rules.book import layers, patterns
from gezhi.rules.book.drawing import sketch
from gezhi.rules.book.sources import Sources, read_sources
from gezhi.rules.book.tongue import Tongue
from gezhi.rules.book.whole import handbook, written
from gezhi.rules.folder import DISTRICTS
from gezhi.rules.load import load_model, named, shipped
from gezhi.rules.model import Model
from gezhi.rules.published import read_published
from tests.shares import share

from .changing import changed, places

pytestmark = pytest.mark.book

NAMES = [name for name in shipped() if name != "base"]
CHINESE = re.compile(r"[\u3400-\u9fff]+")
SHORTEST = """
[model]
id = "shortest"
name = "最短的办法"
english = "The shortest"
valid_from = 2026-01-01
source = "本地"
extends = "base"
[level]
town = { name = "镇" }
grid = { name = "网格", under = "town" }
[post]
centre = { name = "中心", levels = ["town"], never_vacant = true }
worker = { name = "网格员", levels = ["grid"] }
[staffing]
two = { name = "中心两人", level = "town", least = { centre = 2 } }
[department]
works = { name = "建设办", level = "town" }
[duty]
report = { held_by = ["worker"] }
triage = { held_by = ["centre"] }
in_grid = { held_by = ["worker", "centre"] }
verify = { held_by = ["worker", "centre"] }
close = { held_by = ["centre"] }
[catalogue]
list = { name = "清单", total = 2, classes = ["环境"] }
"""
ROWS = "编码,名称,清单,类别,承办,流程,等级,时限,证据,格内\nA1,垃圾,list,环境,网格员,main,一般,2工作日,无,是\nA2,路灯,list,环境,建设办,main,一般,5工作日,照片,否\n"


@cache
def book(name: str, english: bool = False) -> Document:
    return handbook(named(name), folder=DISTRICTS / name, english=english)


def whole(document: Document) -> str:
    return "\n".join(texts(document))


def all_blocks(blocks: Iterable[Block]) -> Iterable[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Card):
            yield from all_blocks(block.body)


def spans(said: object) -> Iterable[Span]:
    if isinstance(said, Span):
        yield said
    elif isinstance(said, tuple | list):
        for one in said:
            yield from spans(one)
    elif dataclasses.is_dataclass(said):
        for field in dataclasses.fields(said):
            yield from spans(getattr(said, field.name))


def said_by(model: Model) -> list[str]:
    """Names, texts and papers of a model."""
    flows = model.flows.values()
    things = [one for flow in flows for kind in (flow.step, flow.move, flow.promise) for one in kind.values()]
    things += [
        *model.levels.values(),
        *model.posts.values(),
        *model.departments.values(),
        *model.duties.values(),
    ]
    things += [*model.channels.values(), *model.metrics.values(), *model.items.values(), *flows]
    papers = [text for flow in flows for rule in flow.promise.values() for text in (rule.basis, rule.law)]
    public = [step.public for flow in flows for step in flow.step.values()]
    told = [patterns.telling(Tongue(model), telling.text) for telling in model.tellings.values()]
    return [*(thing.name for thing in things), *papers, *public, *told]


@pytest.mark.parametrize("name", NAMES)
def test_everything_the_model_says_stands_in_it(name: str) -> None:
    model, said = named(name), whole(book(name))
    assert [text for text in said_by(model) if text not in said] == []
    rows, _ = read_published(DISTRICTS / name, model.metrics)
    assert [row.id for row in rows if row.words not in said or row.value not in said] == []


def test_whom_a_warning_reaches_is_said_as_it_is_sent() -> None:
    model = named("nanling")
    warning = [one for one in model.tellings.values() if any(word.endswith(".warned") for word in one.on)]
    told = sum(any(to.startswith("@") for to in one.to) for one in warning)
    assert sum("在谁手上只告诉谁" in text for text in texts(book("nanling"))) == told > 0


@pytest.mark.parametrize("name", NAMES)
def test_each_quote_of_the_readme_stands_in_it_once(name: str) -> None:
    quotes = read_sources(DISTRICTS / name).quotes
    said = texts(book(name))
    assert len(quotes) > 15 or named(name).about.replay
    for quote in quotes:
        assert sum(quote.words in text for text in said if text.startswith("「")) >= 1, quote
    assert not any("说在哪里" in text for text in said)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("english", [False, True])
def test_every_link_leads_somewhere_and_no_id_stands_twice(name: str, english: bool) -> None:
    document = book(name, english)
    ids = [b.id for b in all_blocks(document.blocks) if isinstance(b, Heading | Card) and b.id]
    assert len(ids) == len(set(ids))
    leads = {span.to for span in spans(document) if span.kind == "link"}
    assert leads
    assert leads <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_the_english_book_has_no_chinese_but_the_models_own(name: str) -> None:
    folder = DISTRICTS / name
    own = named(name).canonical + "".join(
        p.read_text("utf-8-sig") for p in folder.iterdir() if p.suffix in {".md", ".csv"}
    )
    found = {run for run in CHINESE.findall(whole(book(name, True))) if run not in own}
    assert found <= {"工作日", "未说明"}
    labels = [flow.english for flow in named(name).flows.values() if flow.english]
    assert labels or name == "baltimore"  # whose own labels are English
    assert all(label in whole(book(name, True)) for label in labels)


def test_the_shortest_model_comes_out(tmp_path: Path) -> None:
    (tmp_path / "model.toml").write_text(SHORTEST, encoding="utf-8")
    (tmp_path / "items.csv").write_text(ROWS, encoding="utf-8")
    document = handbook(load_model(tmp_path), folder=tmp_path)
    assert document.title == "最短的办法"
    assert "镇至少 2 人" in whole(document)
    assert "出处和取舍" not in whole(document)


SILENT = {"english", "public_english", "classes_english", "reasons_english", "英文"}
"""What the Chinese book does not print; the English one is asked for it below."""


def noticed(path: tuple[str, ...], model: Model) -> bool:
    """Places whose change is no change of the rules: apart from handling is implied, a paper that the duty asks for is
    asked for anyway, a count has no decimals."""
    if path[-1] == "apart_from":
        return False
    if path[3:4] == ("move",) and path[-1] == "needs":
        move = model.flows[path[2]].moves[path[4]]
        asked = {f"certificate:{paper}" for id in move.duty for paper in model.duties[id].certificate}
        return not asked & set(move.needs)
    return path[-1] != "digits" or bool(model.metrics[path[2]].num)


def plain(model: Model, *, english: bool = False) -> tuple[str, ...]:
    """The book's words, without the two hashes that every change moves."""
    same = dataclasses.replace(model, version="v", conduct="c")
    return texts(written(same, Sources(), (), english=english))


@pytest.mark.parametrize("name", ["nanling", "guangming-2023"])
def test_a_change_of_any_rule_shows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "SETTLING", 1)
    monkeypatch.setattr(layers, "SWEEPS", 1)
    model = named(name)
    before, tried = plain(model), 0
    every = [p for p in places(model) if not SILENT & set(p) and noticed(p, model)]
    for path in share(every, 12, "book", name):
        other = changed(model, path)
        if other is not None:
            tried += 1
            assert plain(other) != before, path
    assert tried > 6


def test_a_change_of_an_english_label_shows_in_the_english_book() -> None:
    model = named("nanling")
    before = plain(model, english=True)
    every = [p for p in places(model) if p[-1] in SILENT or "classes_english" in p]
    for path in share(every, 6, "English book"):
        other = changed(model, path)
        assert other is None or plain(other, english=True) != before, path


def _boxes(svg: str, name: str) -> list[tuple[float, float, float, float]]:
    found = re.findall(
        rf'<rect class="(?:{name})" x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"', svg
    )
    return [(float(x), float(y), float(x) + float(w), float(y) + float(h)) for x, y, w, h in found]


@pytest.mark.parametrize("name", NAMES)
def test_in_no_drawing_words_lie_on_words_or_on_steps(name: str) -> None:
    model = named(name)
    for flow in model.flows.values():
        svg = sketch(flow, Tongue(model)).svg
        steps = _boxes(svg, "wait|act|pause|ok|done|void")
        assert len(steps) == len(flow.step)
        every = steps + _boxes(svg, "halo")
        for n, (left, top, right, bottom) in enumerate(every):
            for other_left, other_top, other_right, other_bottom in every[n + 1 :]:
                apart = (
                    left >= other_right or other_left >= right or top >= other_bottom or other_top >= bottom
                )
                assert apart, (flow.id, left, top)


def test_a_drawing_tells_who_takes_a_way_and_which_promise_it_keeps() -> None:
    model = named("nanling")
    flow = model.flows["main"]
    drawn = sketch(flow, Tongue(model))
    pairs = {
        (step, move.leads(step))
        for move in flow.move.values()
        for step in move.from_
        if move.leads(step) != step
    }
    assert drawn.svg.count("<polygon") == len(pairs)
    house = [
        p
        for p in pairs
        if all(m.by_house for m in flow.move.values() if p[0] in m.from_ and m.leads(p[0]) == p[1])
    ]
    assert drawn.svg.count('stroke-dasharray="6 4"') == len(house) > 3
    assert "受理 2小时" in drawn.svg
    assert "到期自动销号" in drawn.svg
    assert drawn.svg == sketch(flow, Tongue(model)).svg


def test_a_picture_says_in_words_what_it_shows() -> None:
    pictures = [b for b in all_blocks(book("jianghai").blocks) if isinstance(b, Picture)]
    assert len(pictures) == len(named("jianghai").flows)
    assert all("环节" in p.alt and p.width > 100 for p in pictures)


def test_what_a_changed_promise_looks_like() -> None:
    model = named("nanling")
    said = json.loads(model.canonical)
    assert said["tables"]["flow"]["main"]["promise"]["triage"]["length"] == "2小时"
    other = changed(model, ("tables", "flow", "main", "promise", "triage", "length"))
    assert other is not None
    assert "受理 2小时" in whole(written(model, Sources(), (), english=False))
    assert "受理 3小时" in whole(written(other, Sources(), (), english=False))
