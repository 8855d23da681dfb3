"""Eight faults that an early study of the language let pass, made again in the models that ship: each is found now."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from gezhi.rules.findings import ModelError
from gezhi.rules.load import LANGUAGE, from_canonical, named
from gezhi.rules.proof.check import prove

pytestmark = pytest.mark.proof

Tables = dict[str, Any]


def no_department(tables: Tables) -> None:
    tables["duty"]["in_dept"]["held_by"] = []


def no_way_out(tables: Tables) -> None:
    del tables["flow"]["mediation"]["move"]["decline"]


def longer_than_the_law(tables: Tables) -> None:
    tables["flow"]["mediation"]["promise"]["mediate"]["length"] = "60日"


def a_least_beside_the_staffing(tables: Tables) -> None:
    tables["post"]["worker"]["min"] = 1


def phase(flow: str, step: str, said: str) -> Callable[[Tables], None]:
    def lie(tables: Tables) -> None:
        assert tables["flow"][flow]["step"][step]["phase"] != said
        tables["flow"][flow]["step"][step]["phase"] = said

    return lie


EIGHT = [
    ("guangming-2023", no_department, "E06"),
    ("guangming-2023", no_way_out, "E24"),
    ("guangming-2023", longer_than_the_law, "E26"),
    ("jianghai", phase("summons", "summoned", "checking"), "E25"),
    ("jianghai", no_department, "E06"),
    ("jianghai", a_least_beside_the_staffing, "L11"),
    ("nanling", phase("issue", "collected", "checking"), "E25"),
    ("nanling", phase("summons", "present", "checking"), "E25"),
]


@pytest.mark.parametrize(("name", "spoil", "code"), EIGHT)
def test_it_is_found(name: str, spoil: Callable[[Tables], None], code: str) -> None:
    stored = json.loads(named(name).canonical)
    spoil(stored["tables"])
    text = json.dumps({"tables": stored["tables"], "items": stored["items"], "language": LANGUAGE})
    try:
        found = [finding.code for finding in prove(from_canonical(text)).findings]
    except ModelError as error:
        found = [finding.code for finding in error.findings]
    assert code in found
