"""A text to many groups: planned, read by another, sent once to each under one number, stopped and gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry, Instance
from gezhi.matters.tests.liuxi import COMMUNITY, GRID, World
from gezhi.notify import broadcasts, doorkeeping, groups_file, posting
from gezhi.notify.broadcasts import Around
from gezhi.notify.doorkeeping import Said
from gezhi.notify.models import Broadcast, BroadcastPart, ChatGroup, Door, Message
from gezhi.notify.tests.providers import ROBOT, Wecom, open_here
from gezhi.notify.tests.test_groups import HEAD, ground, take, three, unit
from gezhi.people import queries as people

TEXT = "明早八点起停水两小时，请先存水。问事打 12345。"


def around(world: World, name: str = "he") -> Around:
    return Around(world.person(name), world.model, ground())


@pytest.fixture
def live(world: World) -> Iterator[World]:
    Instance.objects.update(kind="live")
    instance.forget()
    yield world
    instance.forget()


@pytest.fixture
def wecom() -> Iterator[Wecom]:
    with open_here(Wecom()) as provider:
        yield provider


def robot(provider: Wecom, key: str = ROBOT) -> None:
    doorkeeping.add("wecom", "一格机器人", Said(endpoint=provider.url), key, by=HOUSE, at=clock.now())


def drawn(world: World, *units: UUID, tiers: tuple[str, ...] = ()) -> UUID:
    return broadcasts.plan(TEXT, units, tiers, around(world), at=clock.now())


def asks(world: World, one: UUID, who: str = "he") -> int:
    return broadcasts.ask_others(one, around(world, who), people.roster(clock.today()), at=clock.now())


def planned(world: World, *units: UUID, tiers: tuple[str, ...] = ()) -> UUID:
    one = drawn(world, *units, tiers=tiers)
    asks(world, one)
    return one


def with_robot(world: World, provider: Wecom, key: str = ROBOT) -> UUID:
    """Three groups, one of them with a robot, and a broadcast that was confirmed."""
    robot(provider, key)
    lines = three(world)
    take(world, lines[0], lines[1].replace("人工", "一格机器人"), lines[2])
    one = planned(world)
    broadcasts.confirm(one, around(world, "wu"), at=clock.now())
    return one


def states(one: UUID) -> dict[str, str]:
    return dict(BroadcastPart.objects.filter(broadcast=one).values_list("name", "state"))


def test_it_is_planned_for_chosen_units_and_tiers_and_nothing_goes_out(world: World) -> None:
    take(world, *three(world))
    assert Broadcast.objects.get(id=planned(world)).people == 664
    assert Broadcast.objects.get(id=planned(world, tiers=("building",))).groups == 1
    assert Broadcast.objects.get(id=planned(world, world.units["grid"])).groups == 2
    assert not BroadcastPart.objects.exclude(state="planned").exists()
    with pytest.raises(Refused, match="没有登记过的群"):
        planned(world, world.units["other"])
    assert Broadcast.objects.count() == 3
    with pytest.raises(Refused, match="督办"):
        broadcasts.plan(TEXT, (), (), around(world, "lin"), at=clock.now())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_missing"),
        ("水" * 683, "text_long"),
        ("找小王 138-0013-8000", "text_personal"),
        ("证件号 110101199003070011", "text_personal"),
    ],
)
def test_a_text_that_may_not_go_out_is_refused(world: World, text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        broadcasts.checked(text)
    assert refusal.value.code == code
    assert broadcasts.checked("水" * 682) == "水" * 682


def test_another_person_confirms_and_only_once(world: World) -> None:
    take(world, *three(world))
    one = drawn(world)
    assert asks(world, one) >= 1
    with pytest.raises(Refused, match="已经请人看过"):
        asks(world, one)
    assert Message.objects.filter(telling="broadcast", door="inbox").exists()
    with pytest.raises(Refused, match="另一个人"):
        broadcasts.confirm(one, around(world), at=clock.now())
    with pytest.raises(Refused, match="另一个人"):
        broadcasts.decline(one, "不合适", around(world), at=clock.now())
    with pytest.raises(NotFound):
        broadcasts.confirm(one, around(world, "lin"), at=clock.now())
    ChatGroup.objects.filter(code="P-3").update(state="ended")
    assert broadcasts.waiting(around(world, "wu")) == 1
    assert broadcasts.confirm(one, around(world, "wu"), at=clock.now()) == 2
    assert states(one)["3 栋邻里群"] == "stopped"
    with pytest.raises(Refused, match="已经有人看过"):
        broadcasts.confirm(one, around(world, "wu"), at=clock.now())
    with pytest.raises(Refused, match="已经有人看过"):
        broadcasts.withdraw(one, around(world), at=clock.now())
    assert Entry.objects.filter(what="broadcast.confirmed").count() == 1


def test_a_no_needs_a_reason_and_nothing_goes_out(world: World) -> None:
    take(world, *three(world))
    one, other = planned(world), planned(world)
    with pytest.raises(Refused, match="理由"):
        broadcasts.decline(one, " ", around(world, "wu"), at=clock.now())
    broadcasts.decline(one, "时间写错了", around(world, "wu"), at=clock.now())
    with pytest.raises(Refused, match="只有写的人"):
        broadcasts.withdraw(other, around(world, "wu"), at=clock.now())
    broadcasts.withdraw(other, around(world), at=clock.now())
    assert set(states(one).values()) == set(states(other).values()) == {"stopped"}
    assert posting.cards(around(world, "lin")) == []


def test_a_robot_gets_it_once_and_people_get_cards(live: World, wecom: Wecom) -> None:
    one = with_robot(live, wecom)
    assert posting.is_due(at=clock.now())
    assert posting.deliver(at=clock.now()) == 1
    assert posting.deliver(at=clock.now()) == 0
    assert [said["text"]["content"] for said in wecom.taken] == [TEXT]
    (card,) = posting.cards(around(live, "lin"))
    assert (card.text, [name for _id, name, _unit in card.groups]) == (TEXT, ["3 栋邻里群"])
    posting.posted(card.groups[0][0], around(live, "lin"), at=clock.now())
    with pytest.raises(Refused, match="已经贴过"):
        posting.posted(card.groups[0][0], around(live, "lin"), at=clock.now())
    with pytest.raises(Refused, match="没有这一条"):
        posting.posted(card.groups[0][0], around(live, "song"), at=clock.now())
    assert Broadcast.objects.get(id=one).state == "sending"
    (card,) = posting.cards(around(live, "qiao"))
    posting.posted(card.groups[0][0], around(live), at=clock.now())
    assert Broadcast.objects.get(id=one).state == "done"
    robots, hands = broadcasts.ways(Broadcast.objects.get(id=one))
    assert (robots.by_hand, robots.groups, robots.many("sent")) == (False, 1, 1)
    assert (hands.by_hand, hands.groups, hands.many("sent")) == (True, 2, 2)


def test_a_sender_that_dies_is_followed_under_the_same_number(live: World, wecom: Wecom) -> None:
    with_robot(live, wecom)
    (leased,) = posting._leased(clock.now())
    assert posting.deliver(at=clock.now()) == 0
    assert posting.deliver(at=clock.now() + posting.LEASE) == 1
    assert BroadcastPart.objects.get(id=leased.id).state == "sent"
    assert len(wecom.taken) == 1


def test_what_is_stopped_stays_and_goes_on_when_it_is_wanted(live: World, wecom: Wecom) -> None:
    one = with_robot(live, wecom)
    assert broadcasts.stop(one, around(live), at=clock.now()) == 3
    assert posting.deliver(at=clock.now()) == 0
    assert posting.cards(around(live, "lin")) == []
    with pytest.raises(Refused, match="最新"):
        broadcasts.stop(one, around(live), at=clock.now())
    assert broadcasts.go_on(one, around(live, "wu"), at=clock.now()) == 3
    assert posting.deliver(at=clock.now()) == 1
    assert len(wecom.taken) == 1


def test_a_robot_that_is_gone_stops_its_door_and_people_post_instead(live: World, wecom: Wecom) -> None:
    one = with_robot(live, wecom, key="no-such-key")
    posting.deliver(at=clock.now())
    assert Door.objects.get().state == "stopped"
    assert states(one)["一格平安群"] == "waiting"
    assert broadcasts.shut(Broadcast.objects.get(id=one)) == 1
    assert not posting.is_due(at=clock.now() + timedelta(hours=1))
    BroadcastPart.objects.filter(name="一格平安群").update(state="dead", why="robot")
    assert broadcasts.by_hand(one, around(live), at=clock.now()) == 1
    assert "一格平安群" in [
        name for card in posting.cards(around(live, "lin")) for _id, name, _u in card.groups
    ]


def test_a_provider_that_is_busy_is_asked_again_later_and_not_for_ever(live: World, wecom: Wecom) -> None:
    one = with_robot(live, wecom)
    wecom.says = [(200, {"errcode": 45009}), (503, {})]
    posting.deliver(at=clock.now())
    assert states(one)["一格平安群"] == "waiting"
    assert posting.deliver(at=clock.now()) == 0
    posting.deliver(at=clock.now() + timedelta(hours=25))
    assert states(one)["一格平安群"] == "dead"
    assert wecom.taken == []


def test_at_night_nothing_goes_into_groups(live: World, wecom: Wecom) -> None:
    with_robot(live, wecom)
    night = clock.now() + timedelta(hours=5)
    assert not posting.is_due(at=night)
    assert posting.deliver(at=night + timedelta(hours=11)) == 1


def test_in_an_invented_district_nothing_leaves(world: World, wecom: Wecom) -> None:
    with_robot(world, wecom)
    assert posting.deliver(at=clock.now()) == 1
    assert wecom.asked == 0


def test_planning_costs_few_statements_however_many_groups(world: World) -> None:
    line = three(world)[0]
    text = HEAD + "\n".join(line.replace("P-1", f"P-{n:05}") for n in range(2500)) + "\n"
    groups_file.take(text, world.model, ground(), by=HOUSE, at=clock.now())
    with CaptureQueriesContext(connection) as asked:
        one = drawn(world)
    assert len(asked) <= (80 if connection.vendor == "sqlite" else 16)
    assert BroadcastPart.objects.filter(broadcast=one).count() == 2500
    with CaptureQueriesContext(connection) as asked:
        asks(world, one)
    assert len(asked) <= 12
    with CaptureQueriesContext(connection) as asked:
        broadcasts.confirm(one, around(world, "wu"), at=clock.now())
    assert len(asked) <= 14


def test_what_is_drawn_up_is_seen_by_its_writer_alone_and_changed_or_dropped_without_a_trace(
    world: World,
) -> None:
    take(world, *three(world))
    one = drawn(world, tiers=("building",))
    mine, theirs = around(world), around(world, "wu")
    assert [row.id for row in broadcasts.page(mine)] == [one]
    assert (broadcasts.page(theirs), broadcasts.waiting(theirs)) == ([], 0)
    for act in (broadcasts.confirm, broadcasts.withdraw):
        with pytest.raises(NotFound):
            act(one, theirs, at=clock.now())
    with pytest.raises(NotFound):
        asks(world, one, "wu")
    assert broadcasts.drawn(one, theirs) is None
    assert broadcasts.drawn(one, mine) == (one, TEXT, [], ["building"])
    assert not Message.objects.filter(telling="broadcast").exists()
    assert not broadcasts.drop(one, theirs)
    broadcasts.withdraw(one, mine, at=clock.now())
    assert not Broadcast.objects.exists()
    assert not BroadcastPart.objects.exists()
    assert broadcasts.drawn(one, mine) is None


def test_a_unit_of_another_ground_is_refused(world: World) -> None:
    take(world, *three(world))
    with pytest.raises(Refused, match="范围"):
        planned(world, UUID(int=7))
    assert unit(COMMUNITY) in unit(GRID)


def test_the_same_form_twice_is_one_broadcast_and_nobody_elses(world: World) -> None:
    take(world, *three(world))
    key = new_id()
    twice = [broadcasts.plan(TEXT, (), (), around(world), at=clock.now(), key=key) for _ in range(2)]
    assert twice == [key, key]
    assert Broadcast.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        broadcasts.plan(TEXT, (), (), around(world, "wu"), at=clock.now(), key=key)
