"""A plan of the ground taken whole: the units, and the terms of people at units that end. One write, taken back whole.

The matters follow when its day has come: see `carrying`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import Actor
from gezhi.matters.foreseen import Foreseen, foreseen
from gezhi.people import services as staff
from gezhi.people.queries import DEPARTMENT, account_named
from gezhi.people.services import Wish
from gezhi.places import services as places
from gezhi.places import succession
from gezhi.places.changes import Change, StaffSaid
from gezhi.places.planting import levels_of
from gezhi.places.queries import tree
from gezhi.places.services import Preview
from gezhi.places.succession import Succession
from gezhi.rules.model import Model


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan before it is taken: its changes, what it says of people, its day and its title."""

    changes: Sequence[Change]
    staff: Sequence[StaffSaid]
    on: date
    title: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """A proposal looked at: what it does to the ground, what it makes of units, and of open matters and people."""

    preview: Preview
    turn: Succession
    foreseen: Foreseen


def looked_at(proposal: Proposal, model: Model, *, at: datetime) -> Looked:
    """What a proposal would do; nothing is written. Raises `Refused` where it cannot be."""
    on = proposal.on
    preview = places.previewed(proposal.changes, levels_of(model), on=on)
    turn = succession.of_outcome(preview.outcome, preview.links, tree(on), on)
    wishes = wishes_of(proposal.staff, model, turn, dict(preview.outcome.keys))
    return Looked(preview, turn, foreseen(turn, wishes, since=_since(on, at)))


@transaction.atomic
def adopt(proposal: Proposal, model: Model, *, by: Actor, at: datetime) -> UUID:
    """Write a plan from its day on: units and terms, all or nothing. Returns its id; `undo` takes it back until then.

    Raises `Refused` for what cannot be, and for people at units that end of whom the plan must speak and does not.
    """
    on = proposal.on
    plan = places.adopt_plan(proposal.changes, levels_of(model), on=on, by=by, at=at, title=proposal.title)
    turn = succession.of_plan(plan, on)
    wishes = wishes_of(proposal.staff, model, turn, places.keys_of(plan))
    since = _since(on, at)
    staff.regroup(plan, since, staff.goings(turn.heirs, wishes, since), model, by=by, at=at)
    return plan


@transaction.atomic
def undo(plan: UUID, *, by: Actor, at: datetime) -> None:
    """Take a plan back until its day: units and terms stand as if it had never been. Afterwards make another plan."""
    places.undo_plan(plan, by=by, at=at)
    staff.ungroup(plan, by=by, at=at)


def _since(on: date, at: datetime) -> date:
    """The day from which terms change: what was in force is not rewritten, whatever day the plan says."""
    return max(on, timezone.localdate(at))


def wishes_of(said: Sequence[StaffSaid], model: Model, turn: Succession, keys: dict[str, UUID]) -> list[Wish]:
    """What a plan says of people with its words read. Raises `Refused` for a post, a person or a unit there is not."""
    return [_wish(one, model, turn, keys) for one in said]


def _wish(one: StaffSaid, model: Model, turn: Succession, keys: dict[str, UUID]) -> Wish:
    post, department = _post(one.post, model)
    account = account_named(one.who) if one.who else None
    if one.who and account is None:
        raise NotFound(_("没有登录名“{who}”的账号。").format(who=one.who))
    to = keys.get(one.to) if isinstance(one.to, str) else one.to
    if one.to is not None and (to is None or to not in turn.after.by_identity):
        raise Refused(
            _("方案里让人去的单元，在生效那天不存在：{said}。").format(said=one.to),
            code="staff_nowhere",
            field="staff",
        )
    return Wish(unit=one.unit, post=post, department=department, account=account, to=to)


def _post(said: str, model: Model) -> tuple[str, str]:
    """A post by its word or its name; department:WORD, or the name of a department."""
    word, _colon, office = said.partition(":")
    if word == DEPARTMENT and office in model.departments:
        return DEPARTMENT, office
    for post in model.posts.values():
        if said in (post.id, post.name):
            return post.id, ""
    for one in model.departments.values():
        if said in (one.id, one.name):
            return DEPARTMENT, one.id
    raise Refused(_("治理模型里没有岗位“{said}”。").format(said=said), code="post_unknown", field="staff")
