"""What the demo hands to somebody outside: a department asks a company, and hears of it on the mornings after."""

from __future__ import annotations

from datetime import datetime
from random import Random

from gezhi.demo import phrases
from gezhi.errors import Refused
from gezhi.ledger.ids import new_id
from gezhi.matters import outside, scenes
from gezhi.matters.models import Handover, Matter
from gezhi.matters.services.outside import HandoverGiven, hand_over
from gezhi.matters.services.outside_door import Word, say
from gezhi.people.queries import Roster


def look(random: Random, staff: Roster, *, at: datetime) -> None:
    """One morning: what was handed over before is heard of, and one matter of a department is handed over."""
    for row in list(
        Handover.objects.filter(ended_at=None, until__gt=at).exclude(said__in=("done", "cannot"))
    ):
        _hear(random, row, at)
    led = Matter.objects.filter(
        ended_at=None, desk__startswith="department:", phase="handling", handed_out=None
    )
    for matter in led.order_by("-at")[:1]:
        _hand(random, matter, staff, at)


def _hear(random: Random, row: Handover, at: datetime) -> None:
    what, some = random.choice(
        (
            ("received", ("",)),
            ("working", phrases.OUTSIDE_WORKING),
            ("done", phrases.OUTSIDE_DONE),
            ("done", phrases.OUTSIDE_DONE),
            ("cannot", phrases.OUTSIDE_CANNOT),
        )
    )
    say(row.id, row.code, Word(new_id(), what, random.choice(some)), at=at)


def _hand(random: Random, matter: Matter, staff: Roster, at: datetime) -> None:
    scene = scenes.scene_of(matter, at)
    given = HandoverGiven(
        new_id(),
        random.choice(phrases.OUTSIDE),
        random.choice(phrases.ASKED_OUTSIDE),
        outside.latest_until(scene, at),
        place=" ".join(scene.ground.names(matter.path)[-2:]),
    )
    for holder in staff.at_desk(matter.desk)[:1]:
        try:
            hand_over(scene, given, by=staff.people[holder.account], at=at)
        except Refused:
            return  # somebody has it no more: the morning goes on
