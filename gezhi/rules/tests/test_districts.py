import csv
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from gezhi.rules.folder import DISTRICTS
from gezhi.rules.load import ModelError, from_canonical, load_model, named, shipped
from gezhi.rules.proof.check import check
from gezhi.rules.published import Published, read_published
from gezhi.rules.steps import Facts, house_move

pytestmark = pytest.mark.book

WHOLE = [name for name in shipped() if name != "base"]
FIVE = ["guangming", "guangming-2023", "guanlan", "jianghai", "nanling"]


def published(name: str) -> tuple[Published, ...]:
    rows, findings = read_published(DISTRICTS / name, named(name).metrics)
    assert findings == []
    return rows


@pytest.mark.parametrize("name", WHOLE)
def test_each_district_loads_and_comes_back_from_the_store(name: str) -> None:
    model = named(name)
    assert model.id == name
    assert from_canonical(model.canonical) == model


@pytest.mark.parametrize("name", WHOLE)
def test_the_house_knows_one_move_at_most(name: str) -> None:
    """At once, that is: a move of the clock waits for its promise to run out."""
    for flow in named(name).flows.values():
        clocks = {follows.move for rule in flow.promises.values() for follows in rule.missed}
        at_once = [m for m in flow.moves.values() if m.by_house and m.when is None and m.id not in clocks]
        for step in flow.steps:
            taken = [m for m in at_once if step in m.from_]
            assert len(taken) <= 1
            assert not (taken and any(m.duty and step in m.from_ for m in flow.moves.values()))


def test_the_base_is_no_district() -> None:
    with pytest.raises(ModelError) as refused:
        load_model(DISTRICTS / "base")
    assert {f.sentence for f in refused.value.findings} == {"缺「level」。", "缺「post」。"}


@pytest.mark.parametrize("name", FIVE)
def test_each_system_is_proved(name: str) -> None:
    proof = check(DISTRICTS / name)
    assert [str(finding) for finding in proof.findings] == []
    assert proof.totals.states > 1000
    assert proof.totals.lists == {c.id: c.total for c in named(name).catalogues.values()}


@pytest.mark.parametrize("name", FIVE)
def test_two_readings_are_one_version(name: str) -> None:
    assert named(name).version == named(name).version
    assert len({named(other).version for other in WHOLE}) == len(WHOLE)


@pytest.mark.parametrize("name", FIVE)
def test_every_label_has_its_english(name: str) -> None:
    tables = json.loads(named(name).canonical)["tables"]
    unsaid = [".".join(path) for path in speaking(tables) if not _at(tables, path).get("english")]
    assert [path for path in unsaid if not path.startswith("privacy.")] == []
    assert [item.code for item in named(name).items.values() if not item.english] == []
    for catalogue in named(name).catalogues.values():
        assert set(catalogue.classes_english) == set(catalogue.classes)
    for flow in named(name).flows.values():
        assert all(step.public_english for step in flow.steps.values() if step.public)


def speaking(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of the tables that have a name for people."""
    if isinstance(tree, dict):
        if isinstance(tree.get("name"), str):
            yield path
        for key, value in tree.items():
            yield from speaking(value, (*path, key))


def _at(tree: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        tree = tree[part]
    return tree


@pytest.mark.parametrize("name", WHOLE)
def test_every_mark_on_the_map_is_its_own(name: str) -> None:
    model = named(name)
    matters = [i for i in model.items.values() if model.catalogues[i.catalogue].kind == "matter"]
    glyphs = Counter(item.glyph for item in matters)
    assert "" not in glyphs
    assert glyphs.most_common(1)[0][1] == 1


COUNTED = {
    "guangming": {"patrol": (217, 14)},
    "jianghai": {"duties": (19, 7), "admitted": (65, 5), "base": (43, 5), "rule553": (13, 3)},
    "nanling": {"common": (14, 4)},
    "guanlan": {"visits": (6, 1)},
}


@pytest.mark.parametrize("name", COUNTED)
def test_lists_have_the_published_number_of_rows(name: str) -> None:
    model = named(name)
    for catalogue, (rows, classes) in COUNTED[name].items():
        mine = [item for item in model.items.values() if item.catalogue == catalogue]
        assert (len(mine), len({item.category for item in mine})) == (rows, classes)
        assert model.catalogues[catalogue].total == rows


def test_the_65_came_in_two_batches_and_the_217_fall_to_three_posts() -> None:
    batches = Counter(i.batch for i in named("jianghai").items.values() if i.catalogue == "admitted")
    assert batches == named("jianghai").catalogues["admitted"].batches == {"第一批": 40, "第二批": 25}
    posts = Counter(i.post for i in named("guangming").items.values() if i.catalogue == "patrol")
    assert set(posts) == {"综合基础信息岗", "综合巡查纠治岗", "民生诉求服务岗"}
    assert sum(posts.values()) == 217


@pytest.mark.parametrize("name", FIVE)
def test_what_the_source_does_not_print_is_marked(name: str) -> None:
    model = named(name)
    marks = {item.code: item.mark for item in model.items.values()}
    assert marks.pop(model.privacy.retaliation) == "由规则推出"
    assert set(marks.values()) == {"示例"}


@pytest.mark.parametrize("name", FIVE)
def test_trouble_made_for_a_reporter_has_an_item_in_a_list_of_its_own(name: str) -> None:
    """So that the totals that an article prints stay true. A department looks into it, never a grid."""
    model = named(name)
    item = model.items[model.privacy.retaliation]
    listed = model.catalogues[item.catalogue]
    assert [one.code for one in model.items.values() if one.catalogue == listed.id] == [item.code]
    assert (listed.total, listed.gate, listed.classes) == (1, False, (item.category,))
    assert (item.in_grid, item.low, item.me_too) == (False, False, False)
    department = model.departments[item.handler.removeprefix("department:")]
    assert not model.levels[department.level].under_
    assert (item.flow, item.length) == ("main", "10工作日")
    assert item.name in (DISTRICTS / name / "README.md").read_text()


def test_base_information_says_why_it_is_kept_and_names_nobody() -> None:
    rows = [i for i in named("jianghai").items.values() if i.catalogue == "base"]
    assert all(row.purpose and row.basis and row.refresh and row.handler for row in rows)
    assert all("数" in row.name for row in rows if row.category == "人")


PUBLISHED = {
    "guangming": {
        "S0-NUM1a": "level.community.count",
        "S0-NUM1b": "level.grid.count",
        "S0-NUM1c": "level.subgrid.count",
        "S0-NUM1d": "overlay.branch.count",
        "S0-NUM2a": "post.instructor.published",
        "S0-NUM10": "catalogue.patrol.total",
    },
    "guanlan": {
        "S1-NUM1a": "level.community.count",
        "S1-NUM1c": "level.block.count",
        "S1-NUM2a": "overlay.red.count",
        "S1-NUM8b": "post.red_member.published",
    },
    "guangming-2023": {
        "S2-NUM1a": "level.street.count",
        "S2-NUM1b": "level.community.count",
        "S2-NUM1c": "level.grid.count",
        "S2-NUM1d": "level.subgrid.count",
        "S2-NUM1e": "overlay.branch.count",
        "S2-NUM1f": "overlay.police.count",
        "S2-NUM7a": "post.judge.published",
        "S2-NUM7b": "post.mediator.published",
    },
    "nanling": {
        "S3-NUM1a": "level.community.count",
        "S3-NUM1b": "level.grid.count",
        "S3-NUM1c": "post.grid_worker.published",
    },
    "jianghai": {
        "S4-NUM1a": "level.grid.count",
        "S4-NUM1b": "level.unit.count",
        "S4-NUM1c": "overlay.party.count",
        "S4-NUM2a": "post.worker.published",
        "S4-NUM2b": "post.part_time.published",
        "S4-NUM2c": "post.resident_leader.published",
        "S4-NUM3b": "catalogue.duties.total",
        "S4-NUM3d": "catalogue.admitted.total",
        "S4-NUM3e": "catalogue.base.total",
        "S4-NUM9b": "post.law_contact.published",
        "S4-NUM9c": "post.law_informant.published",
    },
}


@pytest.mark.parametrize("name", FIVE)
def test_the_model_counts_what_was_published(name: str) -> None:
    tables = json.loads(named(name).canonical)["tables"]
    rows = {row.id: row.value for row in published(name)}
    said = {number: _at(tables, tuple(path.split("."))) for number, path in PUBLISHED[name].items()}
    assert said == {number: int(rows[number]) for number in said}


def test_27_departments_and_300_to_600_households_stand_in_nanling() -> None:
    model, rows = named("nanling"), {row.id: row.value for row in published("nanling")}
    bureaus = [d for d in model.departments.values() if d.id != "property"]
    assert str(len(bureaus)) == rows["S3-NUM3e"]
    assert "-".join(str(n) for n in model.levels["grid"].households) == rows["S3-NUM2"]


@pytest.mark.parametrize("name", FIVE)
def test_a_figure_is_text_with_its_definition_and_its_metric_exists(name: str) -> None:
    rows = published(name)
    assert len(rows) > 25
    assert len({row.id for row in rows}) == len(rows)
    assert {row.source for row in rows} == {rows[0].source}
    assert {row.metric for row in rows} - {""} <= set(named(name).metrics)
    assert any(row.definition.startswith("未说明") for row in rows)


def test_the_district_grew_without_a_grid_of_its_own_changing() -> None:
    before, after = named("guangming-2023").levels, named("guangming").levels
    counts = [(b.count, a.count) for b, a in zip(before.values(), after.values(), strict=True)]
    assert counts == [(1, 1), (6, 6), (31, 37), (264, 272), (1734, 1734)]
    assert named("guangming-2023").posts["base_info"].name == "基础网格信息岗"
    assert named("guangming").posts["base_info"].name == "综合基础信息岗"


@pytest.mark.parametrize(
    ("name", "post", "level", "surplus"),
    [
        ("jianghai", "worker", "grid", 3),
        ("guangming", "instructor", "subgrid", 49),
        ("nanling", "grid_worker", "grid", 0),
    ],
)
def test_who_was_published_is_enough_for_the_staffing_rule(
    name: str, post: str, level: str, surplus: int
) -> None:
    model = named(name)
    holder = model.posts[post]
    assert holder.published - holder.min * model.levels[level].count == surplus


@pytest.mark.parametrize("name", FIVE)
def test_the_root_stands_with_two_and_whoever_administers_handles_nothing(name: str) -> None:
    model = named(name)
    stays = [p for p in model.posts.values() if p.never_vacant]
    assert [(p.levels, p.min) for p in stays] == [((model.root.id,), 2)]
    offices = {post.id: post for post in model.posts.values() if post.administers}
    assert sorted(post.administers for post in offices.values()) == ["audit", "privacy", "security", "system"]
    held = {word.partition("@")[0] for duty in model.duties.values() for word in duty.held_by}
    assert not held & set(offices)


def test_the_readme_of_the_base_names_what_is_there() -> None:
    raw = tomllib.loads((DISTRICTS / "base" / "model.toml").read_text(encoding="utf-8"))
    main = raw["flow"]["main"]
    known = {*raw["flow"], *raw["duty"], *raw["metric"], *main["step"], *main["move"], "flow.main"}
    known |= {*main["promise"], *(f"flow.main.promise.{one}" for one in main["promise"])}
    known |= {f"telling.{one}" for one in raw["telling"]}
    text = (DISTRICTS / "base" / "README.md").read_text(encoding="utf-8")
    words = set(re.findall(r"`([a-z_.]+)`", text)) - {"drop", "held_by", "english"}
    assert len(words) > 15
    assert words <= known


def test_no_district_names_a_source_by_a_file_of_ours() -> None:
    for path in DISTRICTS.rglob("*.*"):
        assert not re.search(r"00\d_[0-9a-f]{8}|/work/|shared/", path.read_text(encoding="utf-8-sig"))


def test_no_two_posts_may_be_told_apart_by_letter_case_only() -> None:
    for name in WHOLE:
        assert not any(a.lower() == b.lower() for a, b in combinations(named(name).posts, 2))


def test_a_request_of_baltimore_is_with_its_agency_at_once() -> None:
    model = named("baltimore")
    flow = model.flows["main"]
    step = flow.first
    while taken := house_move(flow, Facts(step, in_grid=False)):
        step = taken.leads(step)
    assert step == "assigned"
    assert model.items["SW01"].handler == "department:solid_waste"


@pytest.mark.shared
def test_every_real_request_has_an_item_and_its_agency() -> None:
    model = named("baltimore")
    own, rows = 0, 0
    by_name = {item.name: item for item in model.items.values()}
    agencies = {dept.name for dept in model.departments.values()}
    path = DISTRICTS.parents[2] / "shared" / "data" / "baltimore311" / "requests.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            item = by_name[" ".join(row["SRType"].split())]
            assert row["Agency"] in agencies
            own += model.departments[item.handler.partition(":")[2]].name == row["Agency"]
            rows += 1
    assert (len(by_name), len(agencies)) == (231, 16)
    assert (own, rows) == (9930, 10000)
