"""Plans that carry open matters from one version to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from gezhi.rules.load import load_model
from gezhi.rules.model import Model
from gezhi.rules.proof.migrate import check_migration
from gezhi.rules.proof.tests.small import MODEL, changed, write

pytestmark = pytest.mark.proof

PLAN = '\n[migrate."{version}"]\nreason = "改版"\n{more}'
RENAMED = [('checked = { name = "核过"', 'looked = { name = "核过"'), ('"checked"', '"looked"')]


def versions(
    place: Path, *, more: str = "", changes: list[tuple[str, str]] | None = None
) -> tuple[Model, Model]:
    """The small model, and its successor in which `checked` is called `looked`."""
    old = load_model(write(place))
    text = MODEL
    for was, now in RENAMED if changes is None else changes:
        text = text.replace(was, now)
    return old, load_model(write(place, text + PLAN.format(version=old.version, more=more)))


def codes(old: Model, new: Model) -> list[str]:
    return [finding.code for finding in check_migration(old, new)]


def test_a_step_without_a_place_is_found(tmp_path: Path) -> None:
    old, new = versions(tmp_path)
    found = check_migration(old, new)
    assert [(f.code, f.place) for f in found] == [("M01", f"migrate.{old.version}")]
    assert "main.checked" in found[0].sentence


def test_a_plan_that_names_it_is_enough(tmp_path: Path) -> None:
    assert codes(*versions(tmp_path, more='step = { "main.checked" = "main.looked" }')) == []


def test_no_open_matter_is_ended(tmp_path: Path) -> None:
    assert codes(*versions(tmp_path, more='step = { "main.checked" = "main.closed" }')) == ["M02"]


def test_a_promise_without_a_successor_is_found(tmp_path: Path) -> None:
    changes = [('answer = { name = "答复", length', 'reply = { name = "答复", length')]
    assert codes(*versions(tmp_path, changes=changes)) == ["M03"]
    assert codes(*versions(tmp_path, changes=changes, more='promise = { "main.answer" = "keep" }')) == []
    assert (
        codes(*versions(tmp_path, changes=changes, more='promise = { "main.answer" = "main.reply" }')) == []
    )


def test_a_name_of_neither_version_is_found(tmp_path: Path) -> None:
    more = 'step = { "main.checked" = "main.looked", "main.nix" = "main.looked" }'
    assert codes(*versions(tmp_path, more=more)) == ["M04"]


def test_other_labels_need_no_plan(tmp_path: Path) -> None:
    old = load_model(write(tmp_path))
    text = changed(MODEL, 'name = "小地方"', 'name = "某地"') + PLAN.format(version=old.version, more="")
    assert codes(old, load_model(write(tmp_path, text))) == []


def test_nobody_is_put_past_what_nobody_did(tmp_path: Path) -> None:
    leap = 'step = { "main.working" = "main.checked" }'
    changes = [('length = "2小时"', 'length = "3小时"')]
    assert codes(*versions(tmp_path, changes=changes, more=leap)) == ["M06"]
    assert codes(*versions(tmp_path, changes=changes, more='step = { "main.working" = "talk.talking" }')) == [
        "M06"
    ]
    assert (
        codes(*versions(tmp_path, changes=changes, more='step = { "main.working" = "main.assigned" }')) == []
    )


def test_a_promise_goes_on_as_one_of_its_own_flow_and_side(tmp_path: Path) -> None:
    changes = [('length = "2小时"', 'length = "3小时"')]
    for successor in (
        "talk.keep",
        "main.rate",
        "main.answer",
    ):  # another flow; one that lapses; one that is taken
        more = f'promise = {{ "main.finish" = "{successor}" }}'
        assert set(codes(*versions(tmp_path, changes=changes, more=more))) == {"M07"}


def test_what_open_matters_name_is_still_there(tmp_path: Path) -> None:
    changes = [('water = { name = "水务站"', 'pipes = { name = "水务站"')]
    assert codes(*versions(tmp_path, changes=changes)) == ["M05"]


def test_a_plan_for_another_version_is_said(tmp_path: Path) -> None:
    old = load_model(write(tmp_path))
    other = changed(MODEL, 'length = "2小时"', 'length = "3小时"') + PLAN.format(
        version="0123456789abcdef", more=""
    )
    assert codes(old, load_model(write(tmp_path, other))) == ["M08"]
