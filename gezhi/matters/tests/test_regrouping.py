"""People at units that a plan ends: each term goes where the plan says, and none is left dangling."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.matters.services import grounds
from gezhi.matters.services.grounds import StaffSaid
from gezhi.people import certificates
from gezhi.people import queries as people
from gezhi.people import services as staff
from gezhi.people.models import Certificate, Shift, Term
from gezhi.people.vacancies import vacant
from gezhi.places import queries as places
from gezhi.places.changes import Merge
from gezhi.places.services import adopt_plan, levels_of

from . import ground_plans as plans
from .ground_plans import DECEMBER, halved, merged, taken, unit_called
from .liuxi import BEGAN, GRID, World

Row = tuple[str, date, date | None]


def terms(world: World, name: str) -> list[Row]:
    """Somebody's terms: the unit's name, from, to."""
    rows = Term.objects.filter(account=world.accounts[name]).order_by("from_on", "id")
    return [(name_of(r.unit, r.from_on), r.from_on, r.to_on) for r in rows]


def name_of(unit: UUID, on: date) -> str:
    return places.tree(on).by_identity[unit].name


def everything() -> list[tuple[object, ...]]:
    return sorted(
        Term.objects.values_list("id", "unit", "from_on", "to_on", "begun_by", "ended_by", "else_to")
    )


def test_whoever_sits_at_a_merged_grid_goes_into_the_new_one(world: World) -> None:
    plan = taken(world, merged(world))
    assert terms(world, "lin") == [("桥东 01 格", BEGAN, DECEMBER), ("桥东大格", DECEMBER, None)]
    assert terms(world, "song") == [("桥东 02 格", BEGAN, DECEMBER), ("桥东大格", DECEMBER, None)]
    old, new = Term.objects.filter(account=world.accounts["lin"]).order_by("from_on")
    assert (old.ended_by, new.begun_by) == (plan, plan)
    for term, what in ((old, "term.ended"), (new, "term.began")):
        last = ledger.story(term.id)[-1]
        assert (last.what, UUID(last.facts["plan"])) == (what, plan)
    day_before = people.roster(DECEMBER - timedelta(days=1))
    assert [h.name for h in day_before.at_desk(f"grid_worker@{GRID}")] == ["林样本"]
    plans.first_of_december()
    big = unit_called("桥东大格")
    assert [h.name for h in people.roster(DECEMBER).at_desk(f"grid_worker@{big}")] == ["林样本", "宋样本"]


def test_what_a_post_demands_comes_along(world: World) -> None:
    """Qiao is the head of the grid because she is cadre of the community; both units end on one day."""
    community = world.units["community"]
    taken(world, Merge(units=(community, _second(world)), key="c", name="桥东大社区"), merged(world))
    assert terms(world, "qiao")[2:] == [("桥东大社区", DECEMBER, None), ("桥东大格", DECEMBER, None)]


def test_a_divided_grid_asks_where_its_people_go(world: World) -> None:
    before = everything()
    with pytest.raises(Refused) as refused:
        taken(world, halved(world))
    assert refused.value.code == "staff_unsaid"
    assert everything() == before
    assert len(places.tree(DECEMBER).by_path) == 5  # the ground is not changed either
    said = [
        StaffSaid(unit=world.units["grid"], post="网格员", to="e"),
        StaffSaid(unit=world.units["grid"], post="grid_head"),
    ]
    taken(world, halved(world), staff=said)
    assert terms(world, "lin")[1] == ("桥东中格", DECEMBER, None)
    assert [row for row in terms(world, "qiao") if row[0].endswith("格")] == [("桥东 01 格", BEGAN, DECEMBER)]


def test_one_person_can_go_elsewhere_than_the_others(world: World) -> None:
    unit, fan = world.units["grid"], staff.make_account("fan", "范样本", "", by=HOUSE, at=clock.now())
    staff.appoint(
        staff.Appointment(account=fan, post="grid_worker", unit=unit, from_on=clock.today()),
        world.model, by=HOUSE, at=clock.now(),
    )  # fmt: skip
    said = [
        StaffSaid(unit=unit, post="grid_worker", to="w"),
        StaffSaid(unit=unit, post="grid_worker", who="fan", to="e"),
        StaffSaid(unit=unit, post="grid_head", to="w"),
    ]
    taken(world, halved(world), staff=said)
    assert terms(world, "lin")[1][0] == "桥东西格"
    assert name_of(Term.objects.get(account=fan, begun_by__isnull=False).unit, DECEMBER) == "桥东中格"


def test_a_post_left_unstaffed_is_a_vacancy(world: World) -> None:
    unit = world.units["grid"]
    said = [StaffSaid(unit=unit, post="grid_head", to="w"), StaffSaid(unit=unit, post="grid_worker")]
    taken(world, halved(world), staff=said)
    plans.first_of_december()
    ground, roster = places.tree(DECEMBER), people.roster(DECEMBER)
    empty = {(one.post, one.path) for one in vacant(world.model, ground, roster)}
    assert ("grid_worker", unit_called("桥东西格")) in empty
    assert ("grid_worker", unit_called("桥东中格")) in empty


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"post": "nobody"}, "post_unknown"),
        ({"post": "grid_worker", "who": "ghost"}, "not_found"),
        ({"post": "grid_worker", "to": "nowhere"}, "staff_nowhere"),
    ],
)
def test_what_a_plan_says_of_people_must_be_there(world: World, said: dict[str, str], error: str) -> None:
    with pytest.raises((Refused, NotFound)) as refused:
        taken(world, merged(world), staff=[StaffSaid(unit=world.units["grid"], **said)])
    assert error in (getattr(refused.value, "code", ""), "not_found")


def test_undone_the_terms_stand_as_if_there_had_been_no_plan(world: World) -> None:
    term = Term.objects.get(account=world.accounts["lin"])
    staff.put_shift(
        term.id, staff.Hours(from_on=clock.today(), day=0, starts=480, ends=1080), by=HOUSE, at=clock.now()
    )
    before, shifts = everything(), list(Shift.objects.values_list("id", "term", "to_on"))
    plan = taken(world, merged(world))
    assert everything() != before
    assert Shift.objects.count() == 2
    grounds.undo(plan, by=HOUSE, at=clock.now())
    assert everything() == before
    assert list(Shift.objects.values_list("id", "term", "to_on")) == shifts


def test_a_term_that_a_plan_begins_goes_with_the_plan_alone(world: World) -> None:
    plan = taken(world, merged(world))
    new = Term.objects.get(account=world.accounts["lin"], begun_by=plan)
    with pytest.raises(Refused) as refused:
        staff.undo_term(new.id, world.model, by=HOUSE, at=clock.now())
    assert refused.value.code == "term_of_plan"


def test_the_rota_goes_along(world: World) -> None:
    term = Term.objects.get(account=world.accounts["lin"])
    staff.put_shift(
        term.id, staff.Hours(from_on=clock.today(), day=0, starts=480, ends=1080), by=HOUSE, at=clock.now()
    )
    taken(world, merged(world))
    new = Shift.objects.exclude(term=term).get()
    assert (new.from_on, new.to_on, new.day, new.starts) == (DECEMBER, None, 0, 480)
    assert name_of(new.unit, DECEMBER) == "桥东大格"


def stood_in(world: World) -> Term:
    """Song, worker of the other grid, stands in for Lin until the twentieth of December."""
    away = Term.objects.get(account=world.accounts["lin"])
    until = date(2026, 12, 20)
    wanted = staff.StandIn(account=world.accounts["song"], from_on=clock.today(), to_on=until, term=away.id)
    return Term.objects.get(id=staff.stand_in(wanted, world.model, by=HOUSE, at=clock.now()))


def test_whoever_stands_in_goes_along_and_comes_back(world: World) -> None:
    stood_in(world)
    before, unit = everything(), world.units["grid"]
    said = [StaffSaid(unit=unit, post=post, to="w") for post in ("grid_worker", "grid_head")]
    plan = taken(world, halved(world), staff=said)
    new = Term.objects.get(begun_by=plan, standing=True)
    assert new.stands_for == Term.objects.get(begun_by=plan, account=world.accounts["lin"])
    assert (name_of(new.unit, DECEMBER), new.from_on, new.to_on) == ("桥东西格", DECEMBER, date(2026, 12, 20))
    grounds.undo(plan, by=HOUSE, at=clock.now())
    assert everything() == before


def test_whoever_sits_there_by_right_stands_in_no_more(world: World) -> None:
    term = stood_in(world)
    plan = taken(world, merged(world))
    assert not Term.objects.filter(begun_by=plan, standing=True).exists()
    term.refresh_from_db()
    assert (term.to_on, term.else_to, term.ended_by) == (DECEMBER, date(2026, 12, 20), plan)


def test_the_same_person_at_both_grids_holds_the_new_one_once(world: World) -> None:
    wanted = staff.Appointment(
        account=world.accounts["lin"], post="grid_worker", unit=world.units["other"], from_on=clock.today()
    )
    staff.appoint(wanted, world.model, by=HOUSE, at=clock.now())
    plan = taken(world, merged(world))
    assert Term.objects.filter(account=world.accounts["lin"], begun_by=plan).count() == 1
    assert Term.objects.filter(account=world.accounts["lin"], ended_by=plan).count() == 2
    grounds.undo(plan, by=HOUSE, at=clock.now())
    assert Term.objects.filter(account=world.accounts["lin"], to_on=None).count() == 2


def test_a_term_that_begins_after_the_unit_has_ended_must_be_undone_first(world: World) -> None:
    fan = staff.make_account("fan", "范样本", "", by=HOUSE, at=clock.now())
    wanted = staff.Appointment(
        account=fan, post="grid_worker", unit=world.units["grid"], from_on=date(2026, 12, 15)
    )
    staff.appoint(wanted, world.model, by=HOUSE, at=clock.now())
    with pytest.raises(Refused) as refused:
        taken(world, merged(world))
    assert refused.value.code == "staff_later"


def test_a_term_that_came_after_the_plan_goes_along_when_the_day_comes(world: World) -> None:
    taken(world, merged(world))
    fan = staff.make_account("fan", "范样本", "", by=HOUSE, at=clock.now())
    wanted = staff.Appointment(
        account=fan, post="grid_worker", unit=world.units["grid"], from_on=clock.today()
    )
    staff.appoint(wanted, world.model, by=HOUSE, at=clock.now())
    plans.first_of_december()
    rows = Term.objects.filter(account=fan).order_by("from_on")
    assert [(name_of(r.unit, r.from_on), r.to_on) for r in rows] == [
        ("桥东 01 格", DECEMBER),
        ("桥东大格", None),
    ]


def test_a_plan_written_without_a_word_of_people_leaves_nobody_dangling(world: World) -> None:
    """The ground alone was changed, as an import does; on its day nobody can be asked, so the seat is vacant."""
    adopt_plan([halved(world)], levels_of(world.model), on=DECEMBER, by=HOUSE, at=clock.now())
    plans.first_of_december()
    stands = set(places.tree(DECEMBER).by_identity)
    running = Term.objects.filter(to_on=None)
    assert {term.unit for term in running} <= stands
    assert terms(world, "lin") == [("桥东 01 格", BEGAN, DECEMBER)]


def test_a_plan_of_a_day_that_has_passed_ends_no_term_before_today(world: World) -> None:
    taken(world, merged(world), on=clock.today() - timedelta(days=3))
    assert terms(world, "lin")[0][2] == clock.today() == terms(world, "lin")[1][1]


def _second(world: World) -> UUID:
    """A second community, empty."""
    from gezhi.places.changes import Add

    adopt_plan(
        [Add(key="n", under=world.units["town"], level="community", name="北桥社区")],
        levels_of(world.model), on=clock.today(), by=HOUSE, at=clock.now(),
    )  # fmt: skip
    return next(u.identity for u in places.tree(clock.today()).by_path.values() if u.name == "北桥社区")


def test_a_certificate_goes_along_as_it_was_seen_and_back_again(world: World) -> None:
    old = Term.objects.get(account=world.accounts["lin"])
    seen = {
        "kind": "网格员证",
        "valid_until": date(2027, 5, 1),
        "seen_on": BEGAN,
        "seen_by": world.accounts["he"],
    }
    Certificate.objects.create(id=new_id(), term=old, **seen)

    plan = taken(world, merged(world))
    new = Term.objects.get(account=world.accounts["lin"], from_on=DECEMBER)
    assert Certificate.objects.filter(term=new, **seen).count() == 1
    assert certificates.held(new.id, DECEMBER) == {"网格员证"}

    grounds.undo(plan, by=HOUSE, at=clock.now())
    assert Certificate.objects.get().term_id == old.id
