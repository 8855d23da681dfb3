"""The staffing audit on the published figures: 321 ≥ 272, 383 ≥ 380 with 3 over, 168/190 with the list of the 22."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Instance
from gezhi.people import auditing, queries, services
from gezhi.people.auditing import Line
from gezhi.people.models import Account, Term
from gezhi.people.services import CountRow
from gezhi.places import queries as places
from gezhi.places.models import Unit
from gezhi.rules.load import named
from gezhi.rules.model import Model

from .liuxi import BEGAN, NOON, TODAY

pytestmark = pytest.mark.django_db


def plant(level: str, number: int) -> list[UUID]:
    """Invented units of one level under one root; what lies between does not matter to a staffing rule."""
    queries.forget()
    places.forget()
    Instance.objects.update_or_create(id=1, defaults={"kind": "simulation"})
    identities = [new_id() for _ in range(number)]
    rows = [("0001", "district", "柳溪县", new_id())]
    rows += [(f"0001{n:04d}", level, f"{n:03d}格", identity) for n, identity in enumerate(identities, 1)]
    Unit.objects.bulk_create(
        Unit(id=new_id(), identity=identity, level=level, path=path, name=name, valid_from=BEGAN)
        for path, level, name, identity in rows
    )
    return identities


def hold(post: str, units: list[UUID], numbers: list[int]) -> None:
    """So many people hold the post at each of these units."""
    accounts, terms = [], []
    for unit, number in zip(units, numbers, strict=True):
        for _ in range(number):
            one = Account(id=new_id(), sign_in=f"s{len(accounts)}.{post}", name="样本", made_at=NOON)
            accounts.append(one)
            terms.append(Term(id=new_id(), account=one, post=post, unit=unit, from_on=BEGAN))
    Account.objects.bulk_create(accounts)
    Term.objects.bulk_create(terms)


def audited(model: Model, on: date = TODAY) -> dict[str, Line]:
    queries.forget()
    lines = auditing.audit(model, places.tree(on), queries.roster(on), on)
    return {f"{line.rule}/{line.what}": line for line in lines}


def counted(model: Model, what: str, numbers: dict[UUID, int], source: str = "区委组织部") -> None:
    rows = [CountRow(unit, what, number, source, TODAY) for unit, number in numbers.items()]
    services.put_counts(rows, model, by=HOUSE, at=NOON)


def test_guangming_321_instructors_for_272_subgrids() -> None:
    model, units = named("guangming"), plant("subgrid", 272)
    hold("instructor", units, [2] * 49 + [1] * 223)
    line = audited(model)["one_head/instructor"]
    assert (line.units, line.required, line.present, line.missing, line.surplus) == (272, 272, 321, 0, 49)
    assert (line.filled, line.whole, line.basis) == (272, True, "terms")
    assert len(line.over) == 49


def test_jianghai_383_workers_for_190_grids_of_two_are_three_over() -> None:
    model, units = named("jianghai"), plant("grid", 190)
    hold("worker", units, [3] * 3 + [2] * 187)
    line = audited(model)["one_grid_two/worker"]
    assert (line.required, line.present, line.missing, line.surplus) == (380, 383, 0, 3)
    assert (line.filled, line.units, line.whole) == (190, 190, True)


def test_a_surplus_here_fills_no_gap_there() -> None:
    """383 people in 190 grids, and still eight missing: the total alone says nothing."""
    model, units = named("jianghai"), plant("grid", 190)
    hold("worker", units, [1] * 8 + [3] * 11 + [2] * 171)
    line = audited(model)["one_grid_two/worker"]
    assert (line.required, line.present, line.missing, line.surplus) == (380, 383, 8, 11)
    assert (line.filled, line.whole) == (182, False)
    assert [gap.names[-1] for gap in line.short] == [f"{n:03d}格" for n in range(1, 9)]
    assert {(gap.there, gap.wanted) for gap in line.short} == {(1, 2)}


def test_jianghai_168_of_190_grids_have_a_party_organisation_and_22_are_listed() -> None:
    model, units = named("jianghai"), plant("grid", 190)
    counted(model, "party", dict.fromkeys(units[22:], 1) | dict.fromkeys(units[:22], 0))
    line = audited(model)["one_grid_two/party"]
    assert (line.kind, line.filled, line.units, line.whole) == ("shared", 168, 190, False)
    assert [gap.names[-1] for gap in line.short] == [f"{n:03d}格" for n in range(1, 23)]
    assert (line.required, line.missing, line.surplus) == (None, None, None)
    assert line.sources == (("区委组织部", TODAY),)
    assert line.uncounted == 0


def test_units_without_a_number_are_told_apart_from_nought() -> None:
    model, units = named("jianghai"), plant("grid", 190)
    counted(model, "party", dict.fromkeys(units[22:], 1))
    line = audited(model)["one_grid_two/party"]
    assert (line.filled, line.uncounted) == (168, 22)


def test_one_branch_each_is_one_and_not_two() -> None:
    model, units = named("guangming"), plant("subgrid", 272)
    counted(model, "branch", dict.fromkeys(units, 1))
    assert audited(model)["one_head/branch"].whole
    counted(model, "branch", {units[0]: 2, units[1]: 0}, "更正")
    line = audited(model)["one_head/branch"]
    assert (line.kind, line.required, line.present) == ("one", 272, 272)
    assert (line.missing, line.surplus, line.filled, line.whole) == (1, 1, 271, False)
    assert [source for source, _day in line.sources] == ["区委组织部", "更正"]


def test_nothing_counted_is_no_number_and_nobody_appointed_is_everybody_missing() -> None:
    model = named("jianghai")
    plant("grid", 5)
    lines = audited(model)
    party = lines["one_grid_two/party"]
    assert (party.basis, party.present, party.filled, party.short) == ("none", None, None, ())
    worker = lines["one_grid_two/worker"]
    assert (worker.basis, worker.required, worker.present, worker.missing) == ("terms", 10, 0, 10)


def test_a_level_without_units_is_not_covered() -> None:
    model = named("jianghai")
    plant("grid", 3)
    line = audited(model)["unit_each/unit_head"]
    assert (line.units, line.required, line.filled, line.whole) == (0, 0, 0, False)


def test_a_post_without_accounts_is_counted_by_what_was_brought_in() -> None:
    model, units = named("jianghai"), plant("grid", 4)
    counted(model, "worker", dict(zip(units, (2, 2, 3, 1), strict=True)), "人社局名册汇总")
    line = audited(model)["one_grid_two/worker"]
    assert (line.basis, line.present, line.missing, line.surplus) == ("counts", 8, 1, 1)
    hold("worker", units, [2, 0, 0, 0])
    line = audited(model)["one_grid_two/worker"]
    assert (line.basis, line.present, line.missing) == ("terms", 2, 6)


def cast_list(model: Model, number: int) -> list[UUID]:
    """The second grid's worker only, and `number` people at the centre: nobody between."""
    grids = plant("grid", 2)
    root = Unit.objects.get(path="0001")
    Unit.objects.filter(path="0001").update(level=model.root.id)
    hold("centre", [root.identity], [number])
    hold("grid_worker", grids[1:], [1])
    return grids


@pytest.mark.parametrize(("number", "kept"), [(1, False), (2, True)])
def test_where_one_person_is_all_there_is_separation_cannot_be_kept(number: int, kept: bool) -> None:
    """With one person at the centre and nobody else above a grid, nobody is left to verify what that person did."""
    model = named("nanling")
    cast_list(model, number)
    queries.forget()
    places.forget()
    found = auditing.unkept(model, places.tree(TODAY), queries.roster(TODAY))
    assert bool(found) is not kept
    for one in found:
        assert one.people == 1
        assert model.flows[one.flow].step[one.step]
        assert all(model.duties[duty].kind == "verify" for duty in one.duties)
        assert ("00010001", ("柳溪县", "001格")) in one.units
        if one.step == "done":  # there the second grid's own worker can verify
            assert "00010002" not in {path for path, _names in one.units}
    assert kept or "done" in {one.step for one in found}


def test_the_audit_is_of_its_day_and_stand_ins_are_nobody() -> None:
    model, units = named("jianghai"), plant("grid", 2)
    hold("worker", units, [2, 2])
    leaves = TODAY + timedelta(days=3)
    gone = Term.objects.filter(unit=units[0])[0]
    Term.objects.filter(id=gone.id).update(to_on=leaves)
    other = Term.objects.filter(unit=units[1])[0]
    Term.objects.create(
        id=new_id(),
        account_id=other.account_id,
        post="worker",
        unit=units[0],
        from_on=leaves,
        to_on=leaves + timedelta(days=9),
        standing=True,
    )
    assert audited(model)["one_grid_two/worker"].missing == 0
    assert audited(model, leaves)["one_grid_two/worker"].missing == 1
