"""What holds is proved once in a process; a changed word is proved anew."""

from dataclasses import replace
from pathlib import Path

import pytest

from gezhi.rules.folder import DISTRICTS
from gezhi.rules.proof import check as proving


def test_the_same_model_is_not_walked_twice_and_another_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked: list[str] = []
    whole = proving.prove
    monkeypatch.setattr(proving, "_proved", {})
    monkeypatch.setattr(
        proving, "prove", lambda model, **said: walked.append(model.id) or whole(model, **said)
    )
    first, again = (proving.check(DISTRICTS / "nanling") for _ in range(2))
    assert walked == ["nanling"]
    assert (again.holds, again.totals.states, again.totals.lists) == (
        True,
        first.totals.states,
        first.totals.lists,
    )
    other = tmp_path / "other"
    other.mkdir()
    for name in ("model.toml", "items.csv", "published.csv"):
        text = (DISTRICTS / "nanling" / name).read_text(encoding="utf-8-sig")
        (other / name).write_text(text.replace("verify", "verfy", 1) if name == "model.toml" else text)
    assert not proving.check(other).holds
    assert not proving.check(other).holds


def test_what_holds_in_one_order_is_proved_anew_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[str] = []
    whole = proving.prove
    monkeypatch.setattr(proving, "_proved", {})
    monkeypatch.setattr(
        proving, "prove", lambda model, **said: walked.append(model.canonical) or whole(model, **said)
    )
    model = proving.opened(DISTRICTS / "nanling").model
    other = replace(model, canonical=model.canonical.replace("{", "{ ", 1))
    for one in (model, model, other, model):
        proving.refuse(one)
    assert walked == [model.canonical, other.canonical]
