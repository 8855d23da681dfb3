"""A plate's code leads to its address and to nobody's home; it is random, and an ended one leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters.tests import liuxi
from gezhi.places import plates, queries
from gezhi.places.models import Building, Plate
from gezhi.places.services import BuildingRow, plating, put_buildings
from gezhi.words import signs


@pytest.fixture
def root(db: None) -> Iterator[str]:
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        liuxi.build()
        lon, lat = liuxi.INSIDE
        rows = [BuildingRow(f"望湖路 {n} 号", lon, lat) for n in range(1, 4)]
        put_buildings(rows, on=clock.today(), by=HOUSE, at=clock.now())
        ground = queries.tree(clock.today())
        assert ground.root is not None
        yield ground.root.path
    liuxi.forget()


def issue(path: str) -> int:
    return plating.issue(path, by=HOUSE, at=clock.now(), on=clock.today())


def test_each_building_gets_one_and_again_gets_none(root: str) -> None:
    many = Building.objects.count()
    assert (issue(root), issue(root)) == (many, 0)
    codes = list(Plate.objects.values_list("code", flat=True))
    assert len(set(codes)) == many
    assert all(len(code) == plates.LENGTH and set(code) <= set(signs.SIGNS) for code in codes)


def test_a_code_as_somebody_types_it_leads_to_its_address(root: str) -> None:
    issue(root)
    code, address, unit = next(plates.running(root, clock.today()))
    typed = f" {code[:4].lower()}-{code[4:]} ".replace("0", "o").replace("1", "l")
    found = plates.plated(typed, clock.today())
    assert found is not None
    assert (found.code, found.address, found.names[-1]) == (code, address, unit)


def test_unknown_and_ended_codes_lead_nowhere_alike(root: str) -> None:
    issue(root)
    code = next(plates.running(root, clock.today()))[0]
    plating.end(code, by=HOUSE, at=clock.now())
    assert plates.plated(code, clock.today()) is None
    assert plates.plated("00000000", clock.today()) is None
    assert plates.plated("", clock.today()) is None
    with pytest.raises(NotFound):
        plating.end(code, by=HOUSE, at=clock.now())
    assert issue(root) == 1
    assert code not in [one for one, _address, _unit in plates.running(root, clock.today())]


def test_pages_of_plates_leave_none_out(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    many = issue(root)
    monkeypatch.setattr(plates, "PAGE", 1)
    assert len(list(plates.running(root, clock.today()))) == many


def test_a_unit_that_is_not_there_gets_none(root: str) -> None:
    with pytest.raises(Refused):
        issue("9999")


@pytest.mark.parametrize(
    ("address", "sign"),
    [
        ("云栖路 289 号 2 幢", ("云栖路", "289", "2 幢")),
        ("望湖路38号", ("望湖路", "38", "")),
        ("桥东小区", ("桥东小区", "", "")),
        ("2 号岗亭", ("2 号岗亭", "", "")),
    ],
)
def test_an_address_is_parted_as_it_stands_on_a_plate(address: str, sign: tuple[str, str, str]) -> None:
    assert plates.Plated("", address, "", (), 0.0, 0.0).parted == sign
