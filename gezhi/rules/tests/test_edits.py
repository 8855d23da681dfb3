"""One thing of a model is changed by a form, and nothing else of it."""

from __future__ import annotations

import pytest

from gezhi.rules.differences import differences
from gezhi.rules.edits import has, with_change
from gezhi.rules.findings import ModelError
from gezhi.rules.load import named
from gezhi.rules.texts import Texts, holding_from, read, texts_of_model

pytestmark = pytest.mark.book
NANLING = holding_from(named("nanling"), named("nanling").valid_from)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return texts_of_model(NANLING)


def changes(texts: Texts) -> list[str]:
    return [one.sentence for one in differences(NANLING, read(texts).model).changes]


@pytest.mark.parametrize(
    ("kind", "ids", "said", "sentence"),
    [
        ("promise", ("main", "answer"), {"length": "2工作日"}, "「答复」的时限由1工作日改为2工作日"),
        ("item", ("N01",), {"length": "4工作日", "handler": "网格员"}, "时限由3工作日改为4工作日"),
        ("department", ("housing",), {"name": "县住房局", "english": ""}, "改名为「县住房局」"),
        ("post", ("town_desk",), {"name": "镇网格中心"}, "改名为「镇网格中心」"),
        ("telling", ("closed",), {"text": "编号{number}办完了。"}, "编号【编号】办完了。"),
    ],
)
def test_one_thing_changes_and_nothing_else(
    texts: Texts, kind: str, ids: tuple[str, ...], said: dict[str, str], sentence: str
) -> None:
    found = changes(with_change(texts, kind, ids, said))
    assert any(sentence in one for one in found), found
    assert len(found) <= len(said)
    assert changes(texts) == []


def test_a_length_by_grade_is_changed_grade_by_grade(texts: Texts) -> None:
    said = {"length.urgent": "15分钟", "length.ordinary": "1工作日"}
    model = read(with_change(texts, "promise", ("main", "sign"), said)).model
    assert model.flows["main"].promise["sign"].length == {"urgent": "15分钟", "ordinary": "1工作日"}
    assert model.flows["main"].promise["sign"].met == NANLING.flows["main"].promise["sign"].met


def test_a_department_that_is_renamed_keeps_its_items(texts: Texts) -> None:
    model = read(with_change(texts, "department", ("housing",), {"name": "县住房局"})).model
    model = read(with_change(texts_of_model(model), "post", ("grid_worker",), {"name": "专职网格员"})).model
    assert model.items["N05"].handler == "department:housing"
    assert model.items["N01"].handler == "grid_worker"


def test_a_department_sits_elsewhere(texts: Texts) -> None:
    model = read(with_change(texts, "department", ("housing",), {"level": "town"})).model
    assert model.departments["housing"].level == "town"


def test_what_is_no_length_is_refused_at_its_place(texts: Texts) -> None:
    with pytest.raises(ModelError) as refused:
        read(with_change(texts, "promise", ("main", "answer"), {"length": "三天半"}))
    assert refused.value.findings[0].place == "flow.main.promise.answer.length"


def test_only_what_is_there_can_be_changed() -> None:
    assert has(NANLING, "promise", ("main", "answer"))
    assert not has(NANLING, "promise", ("answer",))
    assert not has(NANLING, "promise", ("main", "nothing"))
    assert not has(NANLING, "duty", ("verify",))
    assert not has(NANLING, "item", ("N99",))
