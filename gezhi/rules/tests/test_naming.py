"""A model under a district's own names: all that follows them follows, and nothing of the published district stays."""

from __future__ import annotations

import json

import pytest

from gezhi.rules.differences import differences
from gezhi.rules.edits import NAMES, with_change
from gezhi.rules.load import named, shipped
from gezhi.rules.model import Model
from gezhi.rules.naming import Names, laws_lost, names_of, own
from gezhi.rules.texts import Texts, checked, holding_from, read, texts_of_model

pytestmark = pytest.mark.book
DAY = "2026-11-02"
LIVE = [name for name in shipped() if name != "base" and not named(name).about.replay]


def street_names(model: Model) -> Names:
    """区—街道—社区—网格, with nothing typed but what differs."""
    said = names_of(model)
    levels = dict(said.levels) | {"county": ("区", "County"), "town": ("街道", "Town")}
    return Names("青杨区", said.english, levels, ("全国",))


def tables(texts: Texts) -> dict[str, dict[str, dict[str, object]]]:
    said = json.loads(read(texts).model.canonical)["tables"]
    said["model"].pop("extends", None)
    return said  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", LIVE)
def test_each_published_model_taken_over_holds_and_has_no_foreign_figure(name: str) -> None:
    model = named(name)
    texts = own(model, names_of(model), since=DAY, extends=name)
    proof = checked(texts)
    assert proof.findings == ()
    mine = read(texts).model
    assert not any(one.count for one in (*mine.levels.values(), *mine.overlays.values()))
    assert not any(post.published for post in mine.posts.values())
    assert (mine.about.source, mine.about.programme, mine.about.valid_from) == ("本地", "", DAY)
    assert mine.id not in shipped()
    assert set(mine.items) == set(model.items)


@pytest.mark.parametrize("name", LIVE)
def test_what_is_written_over_a_shipped_model_says_the_same_as_all_of_it(name: str) -> None:
    model = named(name)
    short = own(model, names_of(model), since=DAY, extends=name)
    whole = own(model, names_of(model), since=DAY)
    assert tables(short) == tables(whole)
    assert len(short.toml) < len(whole.toml) / 3
    assert f'extends = "{name}"' in short.toml


def test_posts_departments_and_cells_follow_the_name_of_their_level() -> None:
    model = named("nanling")
    mine = read(own(model, street_names(model), since=DAY, extends="nanling")).model
    assert [level.name for level in mine.levels.values()] == ["区", "街道", "社区", "网格"]
    assert [level.english for level in mine.levels.values()] == ["District", "Street", "Community", "Grid"]
    assert (mine.name, mine.about.english) == ("青杨区", "")
    assert mine.posts["town_desk"].name == "街道网格办"
    assert mine.posts["town_desk"].english == "Street grid office"
    assert mine.posts["grid_worker"].name == "网格员"
    assert mine.departments["housing"].name == "区住建局"
    assert mine.departments["d01"].english == "Example department 01"
    assert {c: i.handler for c, i in mine.items.items()} == {c: i.handler for c, i in model.items.items()}
    assert mine.conduct != model.conduct  # 211 was a rule: how many grids there are


def test_a_pattern_and_an_own_english_word_are_taken() -> None:
    model = named("nanling")
    levels = dict(names_of(model).levels) | {"grid": ("微网格", "Small grid")}
    mine = read(own(model, Names("青杨区", "Qingyang District", levels), since=DAY, extends="nanling")).model
    assert mine.levels["grid"].serial == "{parent}{nn}微网格"
    assert mine.levels["grid"].english == "Small grid"
    assert (mine.id, mine.about.english) == ("qingyang_district", "Qingyang District")
    assert mine.posts["grid_worker"].name == "微网格员"
    assert mine.items["N01"].handler == "grid_worker"


def test_a_law_of_another_place_is_lost_with_it_and_told_before() -> None:
    model = named("guangming")
    assert [rule.law for rule in laws_lost(model, ("全国",))] == ["深圳经济特区矛盾纠纷多元化解条例 25"]
    said = names_of(model)
    mine = read(
        own(model, Names(said.name, said.english, said.levels, ("全国",)), since=DAY, extends="guangming")
    ).model
    rule = mine.flows["mediation"].promise["mediate"]
    assert (rule.law, rule.most_by_law, rule.jurisdiction, rule.basis) == ("", "", "", "示例")
    assert rule.length == model.flows["mediation"].promise["mediate"].length
    assert mine.flows["mediation"].promise["confirm"].law == "人民调解法 33"
    kept = read(own(model, said, since=DAY, extends="guangming")).model
    assert kept.flows["mediation"].promise["mediate"] == model.flows["mediation"].promise["mediate"]


def test_a_draft_calls_levels_and_model_otherwise_and_says_so() -> None:
    was = holding_from(named("nanling"), named("nanling").valid_from)
    said = {"name": "青杨区全科网格", "level.town": "街道"}
    fresh = read(with_change(texts_of_model(was), "names", (NAMES,), said)).model
    told = [one.sentence for one in differences(was, fresh).changes]
    assert any("镇" in one and "街道" in one for one in told), told
    assert any("青杨区全科网格" in one for one in told), told
    assert any("街道网格办" in one for one in told), told
    assert fresh.conduct == was.conduct
    assert fresh.levels["grid"].count == 211  # a name is changed, and nothing else
    assert fresh.id == was.id
