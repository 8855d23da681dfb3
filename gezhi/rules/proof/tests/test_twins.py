"""Departments that nothing tells apart: walking one of them finds what walking each of them finds."""

from __future__ import annotations

import json
from itertools import permutations, product
from pathlib import Path

import pytest

from gezhi.rules.load import from_canonical, load_model, named
from gezhi.rules.model import Model
from gezhi.rules.proof import twins
from gezhi.rules.proof.bodies import seat_word
from gezhi.rules.proof.book import Book
from gezhi.rules.proof.check import prove
from gezhi.rules.proof.pieces import Core
from gezhi.rules.proof.tests.small import MODEL, changed, write
from gezhi.rules.proof.tests.test_obligations import BESIDE, WALKED, Case
from gezhi.rules.proof.twins import Twins

pytestmark = pytest.mark.proof

MORE = ("fire", "roads", "parks", "power", "gas", "housing", "schools")
IN_DEPT = 'kind = "handle", held_by = ["department"]'
VERIFY = 'verify = { name = "核查", kind = "verify", apart_from = ["handle"], held_by = ["office"]'


def with_departments(text: str, number: int, *, verify: str = "") -> str:
    """The small model with so many departments more, each of them named where something is handled; `verify` are words
    of those who verify.
    """
    more = "".join(f'{one} = {{ name = "{one}局", level = "town" }}\n' for one in MORE[:number])
    named = "".join(f', "department:{one}"' for one in MORE[:number])
    text = changed(text, 'water = { name = "水务站"', f'{more}water = {{ name = "水务站"')
    text = changed(text, IN_DEPT, IN_DEPT.replace('"department"', f'"department"{named}'))
    return changed(text, VERIFY, VERIFY.replace('["office"]', f"[{verify}]")) if verify else text


def model_of(place: Path, text: str) -> Model:
    return load_model(write(place, text))


def found(model: Model) -> set[tuple[str, str]]:
    return {(one.code, one.place) for one in prove(model).findings}


def each_told_apart(_model: Model, department: str) -> frozenset[tuple[str, str]]:
    return frozenset({("duty", department)})


def broken(case: Case) -> str:
    text = changed(MODEL, case.old, case.new)
    return changed(text, *BESIDE[case.code]) if BESIDE.get(case.code, ("",))[0] else text


SPOILED = [case for case in WALKED if IN_DEPT not in case.old]


@pytest.mark.parametrize("case", SPOILED, ids=lambda case: case.code)
def test_one_of_them_finds_what_each_finds(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = model_of(tmp_path, with_departments(broken(case), 3))
    assert set(Twins(model).of) == {"fire", "roads", "parks"}
    cut = found(model)
    assert cut
    monkeypatch.setattr(twins, "_named_by", each_told_apart)
    assert Twins(model).of == {}
    assert found(model) == cut


JUDGES = [
    '"department:fire"',
    '"department:fire", "department:roads"',
    '"department:fire", "department:roads", "department:parks"',
    '"office", "department:parks"',
    '"worker", "department:water"',
    '"worker"',
]


@pytest.mark.parametrize("verify", JUDGES)
def test_departments_that_verify_are_told_from_those_that_handled(
    verify: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = model_of(tmp_path, with_departments(MODEL, 3, verify=verify))
    cut = found(model)
    alike = {one for one in ("fire", "roads", "parks") if one in verify}
    kinds = [kind for kind in (alike, {"fire", "roads", "parks"} - alike) if len(kind) > 1]
    assert set(Twins(model).of) == {one for kind in kinds for one in kind}
    monkeypatch.setattr(twins, "_named_by", each_told_apart)
    assert found(model) == cut
    assert bool({"E15", "E06"} & {code for code, _ in cut}) == (
        verify in (JUDGES[0], JUDGES[4], JUDGES[5])
    ), cut


SLOTS = ("", "water", "fire", "roads", "parks")


def renamed(core: Core, names: dict[str, str]) -> Core:
    seats = {seat_word(one): seat_word(other) for one, other in names.items()}
    handler = core.handler and frozenset(seats.get(seat, seat) for seat in core.handler)
    return core._replace(
        now=names.get(core.now, core.now), called=names.get(core.called, core.called), handler=handler
    )


@pytest.mark.parametrize("own", ["", "water", "roads"])
def test_a_state_keeps_who_is_who_whatever_they_are_called(own: str, tmp_path: Path) -> None:
    """The name under which a state is walked comes of an exchange of twins, and all exchanges come to the same."""
    alike = Twins(model_of(tmp_path, with_departments(MODEL, 3)))
    kind = alike.of["fire"]
    orders = [dict(zip(kind, order, strict=True)) for order in permutations(kind)]
    fixing = [names for names in orders if names.get(own, own) == own]
    handlers = [None, frozenset({"office"}), *(frozenset({seat_word(one), "office"}) for one in SLOTS[1:])]
    handlers += [frozenset(map(seat_word, SLOTS[1:]))]
    for now, called, handler in product(SLOTS, SLOTS, handlers):
        core = Core("working", 0, now, called, handler, 0)
        walked = alike.canonical(core, own)
        assert walked in [renamed(core, names) for names in fixing]
        assert {alike.canonical(renamed(core, names), own) for names in fixing} == {walked}


def test_many_are_walked_as_fast_as_three(tmp_path: Path) -> None:
    three = prove(model_of(tmp_path, with_departments(MODEL, 3))).totals
    seven = prove(model_of(tmp_path, with_departments(MODEL, 7))).totals
    assert seven.states == three.states


def test_every_state_is_one_that_was_walked_and_no_other_name_of_it(tmp_path: Path) -> None:
    model = model_of(tmp_path, with_departments(MODEL, 4))
    for walks in Book(model).walks.values():
        for walk in walks:
            own, alike = walk.machine.profile.department, walk.machine.spec.twins
            assert all(alike.canonical(core, own) == core for core in walk.first)


def test_a_duty_that_names_every_department_holds_and_is_soon_walked() -> None:
    """Handing a matter on to another of them is still something that happened."""
    stored = json.loads(named("nanling").canonical)
    words = [f"department:{one}" for one in stored["tables"]["department"]]
    stored["tables"]["duty"]["in_dept"]["held_by"] = [*words, "department"]
    proof = prove(from_canonical(json.dumps(stored)))
    assert [str(one) for one in proof.findings] == []
    assert len(words) > 10
    assert proof.totals.states < 15_000
