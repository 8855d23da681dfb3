"""Whatever people do, in whatever order: 受理 = 已解决 + 在办 + 作废 + 转出 + 撤回 + 未解决, at every instant."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.clock import Fixed
from gezhi.matters import queries
from gezhi.matters.models import Matter
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.liuxi import BESIDE, FRIDAY, INSIDE, World
from gezhi.reporting import figures
from gezhi.reporting.counting import Basis
from gezhi.reporting.figures import APART, PARTS

PEOPLE = ("he", "qiao", "lin", "song", "zhu")
PLACES = (INSIDE, BESIDE)


def act(world: World, chance: random.Random) -> None:
    """Open a matter, perhaps as 补录, or let somebody take a step that the model allows them."""
    if chance.random() < 0.35 or not Matter.objects.exists():
        late = timedelta(hours=chance.choice([0, 0, 30]))
        lon, lat = chance.choice(PLACES)
        report = Report("楼道堆物。", chance.choice(["N01", "N12"]), lon=lon, lat=lat, reporting="anonymous")
        report = Report(
            **{n: getattr(report, n) for n in report.__slots__}
            | {"late_reason": "没有网络。" if late else ""}
        )
        open_matter(report, by=world.clerk(), at=clock.now() - late)
        return
    number = chance.choice(list(Matter.objects.order_by("id").values_list("number", flat=True)))
    who = world.person(chance.choice(PEOPLE))
    page = queries.page(who, number)
    if page is None or not page.next_moves:
        return
    move = chance.choice(page.next_moves)
    given = StepGiven(note="说明。", department="housing", late_reason="没有网络。")
    at = max(matter_at(number), clock.now() - timedelta(hours=chance.choice([0, 0, 26])))
    with suppress(Refused):
        take_step(number, move.id, by=who, at=at, given=given)


def matter_at(number: str) -> datetime:
    return Matter.objects.get(number=number).at


@pytest.mark.parametrize("seed", range(3))
def test_the_parts_add_up_at_every_instant_through_random_steps(world: World, seed: int) -> None:
    chance = random.Random(seed)
    moments = []
    with clock.fixed(FRIDAY) as moving:
        for _ in range(80):
            act(world, chance)
            moments.append(clock.now())
            tick(moving, chance)
        check(world, moments)


def tick(moving: Fixed, chance: random.Random) -> None:
    moving.tick(seconds=chance.choice([1, 60, 7200]))
    while keep_promises(at=clock.now()):
        pass


def check(world: World, moments: list[datetime]) -> None:
    person = world.person("he")
    days = {"first": timezone.localdate(FRIDAY) - timedelta(days=9), "last": timezone.localdate(clock.now())}
    whole = None
    for as_of in moments[::4] + moments[-1:]:
        for basis in ("known", "happened"):
            page = figures.page(person, **days, as_of=as_of, basis=basis)
            whole = page.whole
            assert whole.partition.adds_up
            assert whole.closed.numerator <= (whole.closed.denominator or 0) <= whole.accepted.numerator
            below = Counter({part: sum(getattr(u.partition, part) for u in page.below) for part in PARTS})
            assert all(below[part] == getattr(whole.partition, part) for part in PARTS)
    ended = Counter(
        Matter.objects.exclude(closing="").exclude(closing__in=APART).values_list("closing", flat=True)
    )
    assert whole is not None
    assert {part: n for part, _name, n in whole.partition.parts() if part != "open" and n} == dict(ended)
    assert sum(ended.values()) > 0


def test_late_entries_stand_on_the_day_they_happened_only_when_asked_so(world: World) -> None:
    yesterday = FRIDAY - timedelta(days=1)
    opened = open_matter(
        Report("楼道堆物。", "N01", unit="0001000100010001", reporting="anonymous", late_reason="没有网络。"),
        by=world.clerk(),
        at=yesterday,
    )
    take_step(
        opened.number,
        "accept",
        by=world.person("he"),
        at=yesterday,
        given=StepGiven(late_reason="没有网络。"),
    )
    day = timezone.localdate(yesterday)
    found: dict[Basis, int] = {}
    for basis in ("known", "happened"):
        page = figures.page(world.person("he"), first=day, last=day, as_of=clock.now(), basis=basis)
        found[basis] = page.whole.accepted.numerator
        assert page.whole.late.numerator == found[basis]
    assert found == {"known": 0, "happened": 1}
