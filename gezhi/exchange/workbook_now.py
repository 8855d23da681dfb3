"""A district as it stands, as rows of its workbook: uploaded as it is, it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from gezhi.exchange.workbook_layout import DEPARTMENT, PARTED, UNTIL
from gezhi.exchange.workbook_standing import Standing
from gezhi.people import certificates
from gezhi.people.certificates import Seen
from gezhi.people.counts import counts
from gezhi.people.models import Term
from gezhi.people.queries import DEPARTMENT as SEATED_IN
from gezhi.places.paths import parent
from gezhi.rules.model import Model


def rows(model: Model, standing: Standing) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Units from the top down; everybody who holds a post on the day or will, by sign-in name."""
    ground, keys = standing.ground, standing.keys
    told = counts("households", standing.on)
    units: list[Mapping[str, Any]] = []
    for unit in ground.by_path.values():
        above = ground.by_path.get(parent(unit.path))
        count = told.get(unit.identity)
        units.append(
            {
                "code": keys[unit.identity],
                "name": unit.name,
                "level": model.levels[unit.level].name if unit.level in model.levels else unit.level,
                "parent": keys[above.identity] if above else "",
                "short": unit.short,
                "households": count.number if count else None,
                "source": count.source if count else "",
            }
        )
    return {"units": units, "people": _people(model, standing)}


def _people(model: Model, standing: Standing) -> list[Mapping[str, Any]]:
    names: dict[UUID, tuple[str, str]] = {
        one.id: (sign_in, one.name) for sign_in, one in standing.accounts.items() if one.active
    }
    held = [term for term in standing.terms if _stands(term, standing) and term.account_id in names]
    held.sort(key=lambda term: (names[term.account_id], term.from_on))
    shown = certificates.seen(term.id for term in held)
    return [_row(term, names[term.account_id], model, standing, shown.get(term.id, ())) for term in held]


def _stands(term: Term, standing: Standing) -> bool:
    running = term.to_on is None or term.to_on > standing.on
    return running and not term.standing and term.unit in standing.keys


def _row(
    term: Term, who: tuple[str, str], model: Model, standing: Standing, shown: Sequence[Seen]
) -> Mapping[str, Any]:
    department = model.departments.get(term.department)
    post = model.posts.get(term.post)
    return {
        "sign_in": who[0],
        "name": who[1],
        "post": DEPARTMENT if term.post == SEATED_IN else post.name if post else term.post,
        "unit": "" if term.post == SEATED_IN else standing.keys[term.unit],
        "department": department.name if department else "",
        "from_on": term.from_on,
        "to_on": term.to_on - timedelta(days=1) if term.to_on else None,
        "certificate": PARTED.join(
            f"{kind}{UNTIL}{until.isoformat()}" if until else kind
            for kind, until in certificates.latest(shown).items()
        ),
    }
