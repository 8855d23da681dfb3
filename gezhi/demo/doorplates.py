"""What 柳溪 tells its residents: a plate on every building, and the telephone of every office. Numbers are invented."""

from __future__ import annotations

from datetime import date, datetime

from gezhi.ledger.actor import HOUSE
from gezhi.matters import answerable
from gezhi.people.contacts import Contact, set_contact
from gezhi.people.queries import roster
from gezhi.places import queries as places
from gezhi.places import service_points
from gezhi.places.service_points import Point
from gezhi.places.services import plating
from gezhi.places.tree import Tree
from gezhi.rules.model import Model

DAYTIME, ALWAYS = "工作日 8:30–17:30", "24 小时"


def publish(model: Model, *, on: date, at: datetime) -> None:
    """Plates for all buildings, and a telephone for each office above the grids and for the posts of each grid."""
    ground, staff = places.tree(on), roster(on)
    if ground.root is None:
        return
    plating.issue(ground.root.path, by=HOUSE, at=at, on=on)
    offices = (
        (unit, post.id)
        for unit in ground.by_path.values()
        for post in answerable.posts_of(unit, model)
        if staff.holders(post.id, unit.path)
    )
    for number, (unit, post) in enumerate(offices, 1):
        hours = ALWAYS if unit is ground.root else DAYTIME
        set_contact(Contact(unit.identity, post, f"0000-620-{number:04d}", hours), by=HOUSE, at=at)
    _counters(ground, at=at)


def _counters(ground: Tree, *, at: datetime) -> None:
    """A counter in each community and one in each town, with telephones behind those of the offices."""
    kinds = {
        "community": ("党群服务站", "开证明、社保医保、帮办代办"),
        "town": ("便民服务中心", "办证办照、劳动保障、法律咨询"),
    }
    served = [unit for unit in ground.by_path.values() if unit.level in kinds]
    for number, unit in enumerate(served, 1):
        name, does = kinds[unit.level]
        point = Point(
            unit.identity,
            f"{unit.name}{name}",
            does,
            f"{unit.name}样本楼一楼",
            f"0000-640-{number:04d}",
            DAYTIME,
        )
        service_points.put(point, by=HOUSE, at=at)
