"""A promise on which nothing rests is not walked, and yet it is seen whether it is ever made."""

from __future__ import annotations

from pathlib import Path

import pytest

from gezhi.rules.deadlines import silent
from gezhi.rules.load import load_model, named
from gezhi.rules.proof.book import Book
from gezhi.rules.proof.check import check
from gezhi.rules.proof.tests.small import MODEL, changed, write

pytestmark = pytest.mark.proof

NOTE = 'note = { name = "记一笔", from = ["working"], to = "same", duty = ["in_grid"], needs = ["note"] }\n'
QUIET = (
    'quiet = { name = "有记录", length = "5日", starts = ["working", "move:note"], met = ["done", "spot"], '
    'void = ["unsolved_ends"], again = "restart", missed = [{ do = "%s", who = ["@supervise"] }] }\n'
)
FIRST_MOVE = "[flow.main.move]\n"
FIRST_PROMISE = "[flow.main.promise]\n"


def made(place: Path) -> Path:
    place.mkdir()
    return place


def spoken(place: Path, do: str = "supervise") -> Book:
    """The walks of the small folder with a rule about silence."""
    rule = QUIET % do
    text = changed(changed(MODEL, FIRST_MOVE, FIRST_MOVE + NOTE), FIRST_PROMISE, FIRST_PROMISE + rule)
    return Book(load_model(write(place, text)))


def test_it_adds_nothing_to_what_is_walked(tmp_path: Path) -> None:
    plain = Book(load_model(write(made(tmp_path / "plain"), MODEL)))
    book = spoken(made(tmp_path / "spoken"))
    assert silent(book.model.flows["main"]) == {"quiet"}
    assert [len(w.came) for w in book.walks["main"]] == [len(w.came) for w in plain.walks["main"]]
    assert {"quiet"} <= set(book.walks["main"][0].promises.made)
    assert ("main", "note") in book.moves_used


def test_one_that_raises_is_walked(tmp_path: Path) -> None:
    book = spoken(tmp_path, do="raise")
    assert "quiet" in book.walks["main"][0].promises.ids


def test_the_districts_that_ship_walk_none() -> None:
    model = named("nanling")
    for walk in Book(model).walks["main"]:
        assert not silent(model.flows["main"]) & set(walk.promises.ids)


def test_one_that_is_never_made_is_told(tmp_path: Path) -> None:
    rule = (QUIET % "supervise").replace('["working", "move:note"]', '["move:note"]')
    never = NOTE.replace(
        'needs = ["note"]', 'needs = ["note"], when = { grade = ["urgent"], low = true, in_grid = false }'
    )
    text = changed(changed(MODEL, FIRST_MOVE, FIRST_MOVE + never), FIRST_PROMISE, FIRST_PROMISE + rule)
    codes = {f.code[:3] for f in check(write(tmp_path, text)).findings}
    assert "E02" in codes
