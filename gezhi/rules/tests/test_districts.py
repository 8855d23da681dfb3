import csv
import re
from collections import Counter
from itertools import combinations

import pytest

from gezhi.rules.folder import DISTRICTS
from gezhi.rules.load import ModelError, from_canonical, load_model, named, shipped
from gezhi.rules.steps import Facts, house_move

WHOLE = [name for name in shipped() if name != "base"]


@pytest.mark.parametrize("name", WHOLE)
def test_each_district_loads_and_comes_back_from_the_store(name: str) -> None:
    model = named(name)
    assert model.id == name
    assert from_canonical(model.canonical) == model


@pytest.mark.parametrize("name", WHOLE)
def test_the_house_knows_one_move_at_most(name: str) -> None:
    for flow in named(name).flows.values():
        for step in flow.steps:
            taken = [m for m in flow.moves.values() if m.by_house and step in m.from_ and m.when is None]
            assert len(taken) <= 1
            assert not (taken and any(m.duty and step in m.from_ for m in flow.moves.values()))


def test_the_base_is_no_district() -> None:
    with pytest.raises(ModelError) as refused:
        load_model(DISTRICTS / "base")
    assert {f.sentence for f in refused.value.findings} == {"缺「level」。", "缺「post」。"}


def test_every_label_of_nanling_has_its_english() -> None:
    model = named("nanling")
    rows = [
        *model.levels.values(),
        *model.posts.values(),
        *model.departments.values(),
        *model.duties.values(),
    ]
    for flow in model.flows.values():
        rows += [*flow.steps.values(), *flow.moves.values(), *flow.promises.values()]
        assert all(step.public_english for step in flow.steps.values() if step.public)
    rows += [
        *model.channels.values(),
        *model.metrics.values(),
        *model.items.values(),
        *model.tellings.values(),
    ]
    assert [row for row in rows if not row.english] == []


def test_every_mark_on_the_map_is_its_own() -> None:
    for name in WHOLE:
        glyphs = Counter(item.glyph for item in named(name).items.values())
        assert glyphs.most_common(1)[0][1] == 1


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
    assert model.items["SW"].handler == "department:solid_waste"


@pytest.mark.shared
def test_every_real_request_has_an_item_and_its_agency() -> None:
    model = named("baltimore")
    own, rows = 0, 0
    agencies = {dept.name for dept in model.departments.values()}
    path = DISTRICTS.parents[2] / "shared" / "data" / "baltimore311" / "requests.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            item = model.items[re.match(r"[A-Z]+", row["SRType"])[0]]  # type: ignore[index]
            assert row["Agency"] in agencies
            own += model.departments[item.handler.partition(":")[2]].name == row["Agency"]
            rows += 1
    assert (own, rows) == (9885, 10000)
