"""Plays by dice find nothing in what ships, and find what is broken."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gezhi.rules.folder import DISTRICTS
from gezhi.rules.load import load_model, named
from gezhi.rules.proof.tests import oracle
from gezhi.rules.proof.tests.small import MODEL, changed, write

pytestmark = pytest.mark.proof

SHIPPED = sorted(path.parent.name for path in DISTRICTS.glob("*/items.csv"))
BROKEN = {
    "at one desk with one person nobody can verify": ('level = "town", least = { office = 2 }', 'level = "town", least = { office = 1 }'),
    "what is still owed at an end": ('met = ["checked", "let"]', 'met = ["checked"]'),
    "nobody verifies": ('to = "checked", duty = ["verify"] }\nfail', 'to = "checked", duty = ["close"] }\nfail'),
    "a suspended matter is never resumed": ('from = ["paused"], to = "working", duty = ["approve"] }', 'from = ["paused"], to = "working", duty = ["approve"], when = { in_grid = false } }'),
    "a grid handles what it cannot": ('from = ["accepted"], to = "assigned", when = { in_grid = false } }', 'from = ["accepted"], to = "working", when = { in_grid = false } }'),
    "silence": ('missed = [{ do = "task", who = ["@answer"] }]', 'missed = [{ do = "tell", who = ["@answer"] }]'),
    "the party is held": ('from = ["filed", "talking"], to = "failed"', 'from = ["filed"], to = "failed"'),
    "the house would have to choose": ('to = "assigned", when = { in_grid = false }', 'to = "assigned"'),
    "what was drawn is looked at by its own grid": ('kind = "verify", apart_from = ["handle"], held_by = ["office"]', 'kind = "verify", apart_from = ["handle"], held_by = ["worker", "office"]'),
}  # fmt: skip


@pytest.mark.parametrize("name", SHIPPED)
def test_plays_of_what_ships_break_nothing(name: str) -> None:
    model = named(name)
    ends = oracle.plays(model, seed=1, times=25)
    assert ends["solved"] > 5
    assert ends["open"] < ends.total() / 3


@pytest.mark.parametrize("why", BROKEN)
def test_plays_of_what_is_broken_show_it(why: str, tmp_path: Path) -> None:
    text = changed(MODEL, *BROKEN[why])
    with pytest.raises(oracle.Violation):
        oracle.plays(load_model(write(tmp_path, text)), seed=1, times=400)


def test_plays_share_nothing_with_the_proof() -> None:
    tree = ast.parse(Path(oracle.__file__).read_text(encoding="utf-8"))
    used = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    used |= {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    assert not [name for name in used if "proof" in name]
