"""What the language can say beyond the plain walk of a matter: chains, staffing, law, samples, published figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gezhi.rules.deadlines import on_move
from gezhi.rules.load import ModelError, from_canonical, load_model, named, opened
from gezhi.rules.model import Model
from gezhi.rules.proof.tests.small import ITEMS, MODEL, changed, line_of, write
from gezhi.rules.published import not_in_sources
from gezhi.rules.steps import ActorFacts, Facts, Given, moves_from, why_not

HEAD = "编号,名称,数值,单位,定义,指标,来源,原文\n"
ROW = "S3-N1,社区,25,个,单位数,rate,公开报道,该县25个社区\n"


def codes(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(ModelError) as refused:
        load_model(folder)
    return [(finding.code, finding.sentence) for finding in refused.value.findings]


def loaded(place: Path, old: str, new: str) -> Model:
    return load_model(write(place, changed(MODEL, old, new)))


def test_levels_hang_from_different_levels_in_different_places(tmp_path: Path) -> None:
    tree = 'street = { name = "街", under = "town" }\nvillage = { name = "村", under = ["town", "street"], count = 9'
    model = loaded(tmp_path, 'village = { name = "村", under = "town", count = 9', tree)
    assert model.chains == (("town", "street", "village"), ("town", "village"))
    assert (model.levels["village"].under, model.levels["village"].unders) == ("town", ("town", "street"))
    assert from_canonical(model.canonical) == model


def test_a_level_that_may_be_skipped_makes_a_second_way(tmp_path: Path) -> None:
    tree = 'street = { name = "街", under = "town", may_skip = true }\nvillage = { name = "村", under = "street", count = 9'
    model = loaded(tmp_path, 'village = { name = "村", under = "town", count = 9', tree)
    assert model.chains == (("town", "street", "village"), ("town", "village"))


def test_levels_over_themselves_are_refused_in_any_branch(tmp_path: Path) -> None:
    tree = 'street = { name = "街", under = ["town", "village"] }\nvillage = { name = "村", under = ["town", "street"], count = 9'
    folder = write(tmp_path, changed(MODEL, 'village = { name = "村", under = "town", count = 9', tree))
    assert ("E01", "层级绕了一圈又回到自己。") in codes(folder)


def test_least_numbers_stand_in_staffing_alone(tmp_path: Path) -> None:
    model = load_model(write(tmp_path))
    assert (model.posts["office"].min, dict(model.posts["office"].least)) == (2, {"town": 2})
    folder = write(tmp_path, changed(MODEL, "never_vacant = true, ", "never_vacant = true, min = 2, "))
    assert codes(folder)[0][0] == "L11"
    assert "[staffing]" in codes(folder)[0][1]


def test_a_version_stored_before_staffing_held_them_reads_as_it_did(tmp_path: Path) -> None:
    model = load_model(write(tmp_path))
    stored = json.loads(model.canonical)
    old = stored["tables"] | {"staffing": {}, "post": stored["tables"]["post"]}
    old["post"] = {k: v | ({"min": 2} if k == "office" else {}) for k, v in old["post"].items()}
    text = json.dumps({"tables": old, "items": stored["items"]}, ensure_ascii=False, separators=(",", ":"))
    read = from_canonical(text)
    assert read.posts["office"].min == 2
    assert read.canonical == text
    assert read.version == from_canonical(text).version != model.version


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('ratio = { party = "one" }', 'ratio = { party = "each" }', "L13"),
        ('ratio = { party = "one" }', 'ratio = { police = "one" }', "E20"),
        ('kind = "answer", held_by = ["office"]', 'kind = "answer", held_by = ["@verify"]', "L14"),
        ('closing = "unverified"', 'closing = "unchecked"', "L13"),
        ('administers = "audit"', 'administers = "everything"', "L13"),
        ('most_by_law = "30日"', 'most_by_law = "三十日"', "L15"),
        ('refers = ["judge"]', 'refers = ["juge"]', "E20"),
        ('held_by = ["worker", "office"]', 'held_by = ["worker@othr", "office"]', "E20"),
        ("when = { drawn = false }", 'when = { drawn = "yes" }', "L14"),
    ],
)
def test_words_that_mean_nothing_are_refused_with_their_code(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    assert code in {one for one, _ in codes(write(tmp_path, changed(MODEL, old, new)))}


def test_only_checked_words_stand_in_the_column(tmp_path: Path) -> None:
    folder = write(tmp_path, MODEL, changed(ITEMS, "是,抽查", "是,不查"))
    assert codes(folder) == [("E08", "不认识「不查」（是不是「抽查」？）；这里可以写：必核 抽查")]
    assert load_model(write(tmp_path)).items["X2"].low


def test_guards_ask_for_the_sample_and_the_department(tmp_path: Path) -> None:
    model = load_model(write(tmp_path))
    flow = model.flows["main"]
    low, other = Facts("working", low=True), Facts("working")
    assert {m.id for m in moves_from(flow, low)} >= {"finish_low"}
    assert {m.id for m in moves_from(flow, other)} >= {"finish"}
    assert "finish_low" not in {m.id for m in moves_from(flow, other)}
    assert [m.id for m in moves_from(flow, Facts("spot", drawn=True))] == ["pass_spot", "fail_spot"]
    assert moves_from(flow, Facts("spot")) == ()
    assert "fail_dept" not in {m.id for m in moves_from(flow, Facts("done"))}
    assert "fail_dept" in {m.id for m in moves_from(flow, Facts("done", department=True))}


def test_an_end_that_nobody_verified_still_keeps_what_was_owed() -> None:
    flow = named("nanling").flows["main"]
    effects = on_move(flow, flow.moves["let_go"], "spot")
    assert "finish" in {rule.id for rule in effects.meets}
    assert "finish" not in {rule.id for rule in effects.voids}


def test_a_certificate_is_asked_of_the_duty_under_which_somebody_acts(tmp_path: Path) -> None:
    model = loaded(
        tmp_path, 'to = "agreed", duty = ["mediate"]', 'to = "agreed", duty = ["mediate", "answer"]'
    )
    flow = model.flows["talk"]
    mediator, clerk = ActorFacts(frozenset({"mediate"})), ActorFacts(frozenset({"answer"}))
    assert why_not(model, flow, Facts("talking"), "settle", clerk, Given()) is None
    said = why_not(model, flow, Facts("talking"), "settle", mediator, Given())
    assert said is not None
    assert said.code == "needs_certificate"


def published(place: Path, text: str) -> Path:
    folder = write(place)
    (folder / "published.csv").write_text(text, encoding="utf-8")
    return folder


def test_published_figures_are_read_with_the_folder(tmp_path: Path) -> None:
    rows = opened(published(tmp_path, HEAD + ROW)).published
    assert [(row.id, row.value, row.metric, row.line) for row in rows] == [("S3-N1", "25", "rate", 2)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD.replace("原文", "原话") + ROW, "L30"),
        (HEAD.replace(",原文", "") + ROW, "L31"),
        (HEAD + ROW.replace(",单位数", ","), "L32"),
        (HEAD + ROW.replace(",25,", ",26,"), "L32"),
        (HEAD + ROW + ROW, "L32"),
        (HEAD + ROW.replace("rate", "rat"), "E14"),
    ],
)
def test_a_figure_that_does_not_fit_is_refused(tmp_path: Path, text: str, code: str) -> None:
    assert code in {one for one, _ in codes(published(tmp_path, text))}


def test_a_list_that_is_counted_wrong_is_told_where_its_number_stands(tmp_path: Path) -> None:
    more = ITEMS + "X4,门锁坏了,common,设施,第一批,网格员,main,一般,3日,可选,是,\n"
    with pytest.raises(ModelError) as refused:
        load_model(write(tmp_path, items=more))
    (told,) = refused.value.findings
    assert (told.code, told.file, told.line) == ("E09", "small/model.toml", line_of(MODEL, "total = 3"))
    assert 'total = 4，batches = { "第一批" = 3, "第二批" = 1 }' in told.mend
    assert 'total = 4, batches = { "第一批" = 3' in told.mend_english


def test_words_of_a_figure_are_looked_for_in_its_source(tmp_path: Path) -> None:
    found = opened(published(tmp_path, HEAD + ROW))
    sources = tmp_path / "texts"
    sources.mkdir()
    (sources / "003_a.txt").write_text("据悉，该县25个\n社区……", encoding="utf-8")
    assert not_in_sources(found.published, "x", sources) == []
    (sources / "003_a.txt").write_text("该县二十五个社区", encoding="utf-8")
    (sources / "002_b.txt").write_text("该县25个社区", encoding="utf-8")
    assert [finding.code for finding in not_in_sources(found.published, "x", sources)] == ["L33"]
