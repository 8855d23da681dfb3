"""核对地点: a matter whose place was unknown or wrong is put where it lies, and the desk there is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.services import record
from gezhi.matters import access, events, routing, scenes
from gezhi.matters.models import Matter
from gezhi.matters.scenes import Scene
from gezhi.matters.services import indexing, intake, locating, moving, reports, walling
from gezhi.matters.services.handling import Stepped
from gezhi.matters.services.locating import Spot
from gezhi.people.queries import Person, Seat
from gezhi.unseen import straight


@dataclass(frozen=True, slots=True)
class Where:
    """A point (degrees in `datum`), an address of the register, or the path of a unit: the first given counts."""

    lon: float | None = None
    lat: float | None = None
    datum: str = "wgs84"
    address: str = ""
    unit: str = ""


def place(number: str, where: Where, *, by: Person, at: datetime | None, seen: int | None) -> Stepped:
    """Say where a matter lies, if, and only if, one of the person's seats accepts it (`scenes.placing_seat`).

    1. Look the place up. 2. Path, ancestors, command, point and how it is known are changed if nobody moved
    the matter since `seen`. 3. Who is asked is decided anew; promises keep their start and their due moment.
    4. One entry. Raises `NotFound` for unknown and hidden alike, `Refused` in words. `at` None is now.
    """
    matter = access.matter_for(by, number)
    if matter is None:
        raise NotFound(_("没有这一件，或者您看不到它。请核对编号。"))
    if seen is not None and seen != matter.moved:
        raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")
    recorded_at = clock.now()
    at = at or recorded_at
    reports.check_time("", at, recorded_at, not_before=matter.at)
    scene = scenes.scene_of(matter, recorded_at)
    seat = scenes.placing_seat(scene, by)
    if seat is None:
        raise Refused(_("地点由受理的岗位在受理前后核对；这一件我改不了地点。"), code="no_duty")
    spot = _found(where, scene, recorded_at)
    with transaction.atomic():
        moving.hold(matter)
        _put(scene, spot, by=(by, seat), at=at, recorded_at=recorded_at)
        walling.keep_from_the_place(scene, by=by.acting(seat), at=recorded_at)
    return Stepped(matter.number, matter.step, matter.desk, matter.moved)


def _found(where: Where, scene: Scene, now: datetime) -> Spot:
    """Where that is. Raises `Refused`, naming the field, when it does not say one place in the district."""
    where = replace(where, address=straight(where.address))
    reports.check_place(where)
    spot = locating.locate(where, scene.ground, on=timezone.localdate(now))
    if spot.how != "none":
        return spot
    told = {
        "rounded": (_("坐标只到百分之一度（约一公里），分不清在哪个网格。请在图上点准。"), "lon"),
        "outside": (_("这个点在全区边界之外。请重新点，或退回不予受理。"), "lon"),
        "missing": (_("请点一下地图，从名册里选一处地址，或直接指定网格。"), "address"),
    }
    reason, field = told[spot.flag]
    if where.address and spot.flag == "missing":
        reason = _("名册里找不到这处地址，或不止一处。请从出现的地址里选一处，或在图上点。")
    raise Refused(reason, code=f"place_{spot.flag}", field=field)


def _put(scene: Scene, spot: Spot, *, by: tuple[Person, Seat], at: datetime, recorded_at: datetime) -> None:
    matter = scene.matter
    was, old, command = matter.desk, matter.path, _commands(matter, spot.path)
    lie = replace(scene.lie, path=spot.path, command=command)
    facts = replace(scenes.facts_of(scene), command=routing.level_at(scene.ground, command))
    route = routing.asked_at(scene.model, scene.flow, facts, lie, scene.roster)
    depths = (f"a{depth}" for depth in range(1, intake.DEPTHS + 1))
    changed: dict[str, object] = {
        "path": spot.path,
        **dict(zip(depths, intake.ancestors(spot.path), strict=True)),
        "command": command,
        "lon": spot.lon,
        "lat": spot.lat,
        "datum": spot.datum,
        "located": spot.how,
        "place_flag": spot.flag,
        "address": spot.address or matter.address,
        "desk": route.desk,
        "asked_department": route.asked_last(matter.asked_department),
        "moved": matter.moved + 1,
    }
    indexing.unlearn(matter.id)
    if not Matter.objects.filter(id=matter.id, moved=matter.moved).update(**changed):
        raise Refused(_("这一件刚刚有人办过一步。请刷新后再看下一步。"), code="moved_meanwhile")
    person, seat = by
    moving.show_to(matter, intake.departments_of(route, person.acting(seat)), since=recorded_at)
    for column, value in changed.items():
        setattr(matter, column, value)
    record(
        events.PLACED,
        matter.id,
        by=person.acting(seat),
        at=at,
        path=spot.path,
        how=spot.how,
        step=matter.step,
        **{"from": old, "was": was},
        **moving.routed(route),
    )


def _commands(matter: Matter, path: str) -> str:
    """Who commands then: whoever it was raised to keeps it while the new place lies within their unit."""
    raised = matter.command != matter.path and path.startswith(matter.command)
    return matter.command if raised else path
