"""拆分: what one report holds for several departments becomes parts, each with its own handler and clock.

The whole keeps the reporter and alone speaks to them; it is not done before its parts are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.ledger.services import record
from gezhi.matters import access, bonds, events, scenes, walls
from gezhi.matters.models import Matter, Part
from gezhi.matters.scenes import Scene
from gezhi.matters.services import intake, moving
from gezhi.matters.services.reports import Report
from gezhi.people.queries import Person

MOST = 9


@dataclass(frozen=True, slots=True)
class PartGiven:
    """One part: what it is about, in words that name nobody, which item of the list it is, and in which row of a form
    it was written, so that a refusal names that row (0: its place among the parts)."""

    text: str
    item: str
    row: int = 0


def part(
    number: str,
    parts: Sequence[PartGiven],
    *,
    by: Person,
    key: str,
    at: datetime | None = None,
    seen: int | None = None,
) -> list[str]:
    """Take parts out of a matter, if, and only if, the person could class it anew. Returns their numbers.

    All of them or none. The same `key` makes them once, however often it comes. Raises `NotFound` for unknown and hidden
    alike, `Refused`, naming the part by its place (`parts-2`), in words.
    """
    matter = access.matter_for(by, number)
    if matter is None:
        raise NotFound(_("没有这一件，或者您看不到它。请核对编号。"))
    if seen is not None and seen != matter.moved:
        raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")
    now = at or clock.now()
    scene = scenes.scene_of(matter, now)
    seat = scenes.reclassing_seat(scene, by)
    if seat is None:
        raise Refused(_("拆分由受理的岗位在办结之前做；这一件我拆不了。"), code="no_duty")
    _check(matter, parts)
    with transaction.atomic():
        moving.hold(matter)
        made = [_one(scene, n, given, by.acting(seat), key) for n, given in enumerate(parts, 1)]
        new = [one for one in made if not one.again]
        Part.objects.bulk_create([Part(matter=one.id, whole=matter.id, since=now) for one in new])
        if new:
            ids = [one.id.hex for one in new]
            record(events.PARTED, matter.id, by=by.acting(seat), at=now, parts=ids)
    return [one.number for one in made]


def _check(matter: Matter, parts: Sequence[PartGiven]) -> None:
    if bonds.whole_of(matter.id) is not None:
        raise Refused(_("这一件自己就是拆出来的，不能再拆。请回到原来那一件去拆。"), code="part_of_part")
    if not parts:
        raise Refused(_("请写至少一件要拆出去的事。"), code="parts_missing", field="parts-1")
    if len(bonds.parts_of(matter.id)) + len(parts) > MOST:
        raise Refused(_("一件最多拆成 {most} 件。").format(most=MOST), code="parts_too_many")


def _one(scene: Scene, n: int, given: PartGiven, by: Actor, key: str) -> intake.Opened:
    matter = scene.matter
    kept = walls.of_matter(matter).standing
    pointed = matter.located == "point" and matter.lon is not None and matter.lat is not None
    report = Report(
        text=given.text,
        item=given.item,
        channel=matter.channel,
        reporting="staff",
        lon=matter.lon if pointed else None,
        lat=matter.lat if pointed else None,
        datum="wgs84",
        address=matter.address,
        unit="" if pointed or matter.located == "none" else matter.path,
        client_key=f"part-{key}-{n}",
        about=tuple(one.blocked for one in kept if one.why == walls.ABOUT),
        recused=tuple(one.blocked for one in kept if one.why == walls.RECUSED),
    )
    try:
        return intake.open_matter(report, by=by)
    except Refused as refusal:
        row = given.row or n
        where = f"parts-{row}" if refusal.field in {"", "text", "item", None} else refusal.field
        told = _("第 {n} 件：{reason}").format(n=row, reason=refusal.reason)
        raise Refused(told, code=refusal.code, field=where) from None
