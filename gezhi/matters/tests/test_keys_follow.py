"""Keys of programs when a plan ends the unit of their term: they follow it to its heir, or are told before to end."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.matters import foreseen
from gezhi.matters.services import grounds
from gezhi.matters.services.grounds import Proposal, StaffSaid
from gezhi.people import tokens
from gezhi.people.models import Term, Token
from gezhi.people.tokens import Known
from gezhi.places import queries as places
from gezhi.places.changes import Change

from .ground_plans import DECEMBER, first_of_december, halved, merged, taken
from .liuxi import World


def key(world: World, name: str = "对接程序") -> str:
    """A key that acts as lin at the first grid."""
    term = Term.objects.get(account=world.accounts["lin"])
    return tokens.issue(name, term.id, by=HOUSE, at=clock.now())


def known(secret: str) -> Known:
    found = tokens.lookup(secret)
    assert found is not None
    return found


def told(world: World, change: Change, *said: StaffSaid) -> list[str]:
    proposal = Proposal([change], said, DECEMBER)
    looked = grounds.looked_at(proposal, world.model, at=clock.now())
    return foreseen.key_words(looked.foreseen, looked.turn)


def named(unit: UUID, on: date) -> str:
    return places.tree(on).by_identity[unit].name


def test_a_key_follows_its_term_into_the_merged_grid(world: World) -> None:
    secret = key(world)
    assert told(world, merged(world)) == ["桥东 01 格 的钥匙“对接程序”跟着到 桥东大格，程序不用改。"]
    plan = taken(world, merged(world))

    before = known(secret)
    assert before.runs_on(DECEMBER - timedelta(days=1))
    assert not before.runs_on(DECEMBER)
    first_of_december()

    after = known(secret)
    assert after.runs_on(DECEMBER)
    assert named(after.unit, DECEMBER) == "桥东大格"
    assert (after.account, after.post) == (before.account, before.post)
    last = ledger.story(after.token)[-1]
    assert (last.what, UUID(last.facts["plan"]), UUID(last.facts["was"])) == (
        "token.moved",
        plan,
        before.term,
    )


def test_a_key_of_a_divided_grid_follows_its_holder_into_one_of_the_heirs(world: World) -> None:
    unit, secret = world.units["grid"], key(world)
    said = [StaffSaid(unit=unit, post="grid_worker", to="e"), StaffSaid(unit=unit, post="grid_head")]
    taken(world, halved(world), staff=said)
    first_of_december()

    assert known(secret).runs_on(DECEMBER)
    assert named(known(secret).unit, DECEMBER) == "桥东中格"


def test_a_key_goes_nowhere_but_to_an_heir_and_that_is_said_before(world: World) -> None:
    """Lin is sent to the grid beside, which is no heir; the program is not."""
    unit, secret = world.units["grid"], key(world)
    said = [
        StaffSaid(unit=unit, post="grid_worker", to=world.units["other"]),
        StaffSaid(unit=unit, post="grid_head"),
    ]
    assert told(world, halved(world), *said) == [
        "桥东 01 格 的钥匙“对接程序”届时作废：没有它可以跟去的单元。还要用的，请另发一把。"
    ]
    taken(world, halved(world), staff=said)
    first_of_december()

    assert not known(secret).runs_on(DECEMBER)


def test_a_key_that_was_ended_stays_ended(world: World) -> None:
    secret = key(world)
    tokens.end(Token.objects.get().id, by=HOUSE, at=clock.now())
    assert told(world, merged(world)) == []
    taken(world, merged(world))
    first_of_december()

    assert tokens.lookup(secret) is None
    assert Token.objects.get().term.to_on == DECEMBER


def test_a_key_follows_nobody_who_sits_at_two_heirs(world: World) -> None:
    unit, secret = world.units["grid"], key(world)
    said = [StaffSaid(unit=unit, post="grid_worker", to="e"), StaffSaid(unit=unit, post="grid_head")]
    taken(world, halved(world), staff=said)
    one = Term.objects.get(account=world.accounts["lin"], from_on=DECEMBER)
    west = next(u for u in places.tree(DECEMBER).by_path.values() if u.name == "桥东西格")
    Term.objects.create(
        id=new_id(), account_id=one.account_id, post=one.post, unit=west.identity, from_on=DECEMBER
    )
    first_of_december()

    assert not known(secret).runs_on(DECEMBER)
