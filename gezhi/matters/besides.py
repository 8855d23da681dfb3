"""Acts beside the flow: which somebody may do on a matter, from which seat, and how often it was urged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from gezhi.matters import access, editions, events, parties, routing, scenes, sentences, walls
from gezhi.matters.desks import desk_words
from gezhi.matters.models import ActBeside, Helper, Matter, Referred
from gezhi.matters.scenes import Scene
from gezhi.people.queries import Person, Seat
from gezhi.rules import asides
from gezhi.rules.model import Aside, Model
from gezhi.rules.steps import EVERYTHING, ActorFacts, Given, Reason


@dataclass(frozen=True, slots=True)
class Beside:
    """An act beside the flow that this person may do now. `needs` are gates; departments or posts where it names some."""

    id: str
    name: str
    needs: tuple[str, ...]


def offered(
    scene: Scene, person: Person, helpers: Sequence[Helper], *, member: bool = False
) -> tuple[tuple[Beside, ...], tuple[tuple[str, str], ...]]:
    """What this person may do beside the flow, and what not: (name, why not). A `member` of the team says what they did
    by the act of whoever helps."""
    if scene.flow.steps[scene.matter.step].ends:
        return (), ()
    allowed, refused, helping = [], [], parties.known_as(helpers)
    for aside in asides.offered(scene.model):
        if aside.joint == "helps" and not (helping or member):
            continue  # nobody was asked to help: there is nothing to say of it
        seat, reason = seat_for(scene, aside, person, EVERYTHING, helping, member=member)
        if seat is not None:
            allowed.append(Beside(aside.id, sentences.label(aside), _needs(aside)))
        elif reason is not None:
            refused.append((sentences.label(aside), sentences.why_not(reason, scene)))
    return tuple(allowed), tuple(refused)


def _needs(aside: Aside) -> tuple[str, ...]:
    more = ("departments",) if aside.joint == "asks" else ()
    return (*aside.needs, *more, *(("posts",) if len(aside.refers) > 1 else ()))


def seat_for(
    scene: Scene,
    aside: Aside,
    person: Person,
    given: Given,
    helping: Collection[str],
    *,
    member: bool = False,
) -> tuple[Seat | None, Reason | None]:
    """The seat from which this person may do it, or the reason why none of them may; nearest to a yes is told."""
    step, told = scene.flow.steps[scene.matter.step], None
    for seat in person.terms:
        says = member and aside.joint == "helps"
        duties = frozenset(aside.duty) if says else _duties(scene, aside, seat, helping)
        actor = ActorFacts(
            duties=duties,
            is_handler=person.account == scene.matter.handler,
            certificates=scenes.certificates_shown(scene, aside.needs, seat),
        )
        reason = asides.why_not(scene.model, aside, step, actor, given)
        if reason is None:
            return seat, None
        if told is None or told.code == "no_duty":
            told = reason
    if told is not None and told.code == "no_duty" and aside.joint:
        told = Reason("not_helper" if aside.joint == "helps" else "not_lead", {"aside": aside.id})
    return None, told


def _duties(scene: Scene, aside: Aside, seat: Seat, helping: Collection[str]) -> frozenset[str]:
    """Duties of a seat on this matter. A department that was asked to help holds those of the one that handles, for
    saying what it did and for nothing else; the one that handles does not help itself."""
    lie = scene.lie
    if aside.joint == "asks" and seat.desk != scene.matter.desk:
        return frozenset()  # whoever leads asks for help, and nobody over their head
    if aside.joint == "helps":
        if not seat.department and seat.desk in helping:
            return frozenset(aside.duty)  # a post that helps because the list names it
        if seat.department not in helping:
            return frozenset()
        lie = replace(lie, department=seat.department)
    return routing.duties_at(scene.model, seat.desk, lie, scene.roster)


@dataclass(frozen=True, slots=True)
class Joined:
    """Who helps, by name; since when, when it last said what it did, and whether the list names it."""

    name: str
    since: datetime
    said_at: datetime | None
    listed: bool = False


def joined(scene: Scene, helpers: Sequence[Helper]) -> tuple[Joined, ...]:
    """The departments and posts that help with a matter, in words."""
    desks = ((row, row.desk or f"{routing.DEPARTMENT}{row.department}") for row in helpers)
    listed = set(scene.item.helpers)
    return tuple(
        Joined(
            desk_words(desk, scene), row.since, row.said_at, bool({row.department.lstrip("@"), desk} & listed)
        )
        for row, desk in desks
    )


def noted(what: str, facts: Mapping[str, Any], scene: Scene) -> list[str]:
    """What an entry says by itself: by how much a promise was made longer, who was brought in. Empty for others."""
    if what in {events.BESIDE, events.HELPED}:
        return [_("、").join(desk_words(one, scene) for one in facts["brought"])] if facts["brought"] else []
    return [sentences.extended(facts)] if what.startswith("extension.") else []


def done_on(matter: UUID) -> int:
    """How many acts beside the flow were done on a matter: what a page saw."""
    return ActBeside.objects.filter(matter=matter).count()


class Urged(NamedTuple):
    """How often a matter was urged, by which act, and when last."""

    times: tuple[tuple[str, int], ...]
    last_at: datetime


def urged(matters: Collection[UUID], model: Model) -> Mapping[UUID, Urged]:
    """Which of these matters were urged, and how often. One statement, none where there are no matters."""
    names = [aside.id for aside in model.asides.values() if aside.urges]
    if not matters or not names:
        return {}
    rows = ActBeside.objects.filter(matter__in=matters, aside__in=names).order_by()
    found: dict[UUID, Urged] = {}
    counted = rows.values_list("matter", "aside").annotate(n=Count("id"), last=Max("at"))
    for matter, aside, n, last in sorted(counted, key=lambda row: names.index(row[1])):
        before = found.get(matter)
        times = (*before.times, (aside, n)) if before else ((aside, n),)
        found[matter] = Urged(times, max(last, before.last_at) if before else last)
    return found


def urged_words(one: Urged, model: Model) -> str:
    """How often a matter was urged: 催办 2 次、督办 1 次."""
    said = (
        _("{aside} {n} 次").format(aside=sentences.label(model.asides[aside]), n=n) for aside, n in one.times
    )
    return _("、").join(said)


@dataclass(frozen=True, slots=True)
class ForMe:
    """An open matter that somebody beside its way was brought to: its number and headline, and since when."""

    number: str
    headline: str
    since: datetime
    referred: bool


MOST = 50


def for_me(person: Person) -> tuple[ForMe, ...]:
    """Open matters with which a person's departments were asked to help and have said nothing yet, and those that were
    referred to their desks; oldest first, at most so many. Two statements at most."""
    departments = tuple({seat.department for seat in person.terms if seat.department})
    rows: list[tuple[UUID, datetime, bool]] = []
    desks = parties.desks_named(person, editions.today())
    if departments or desks:
        mine = Q(department__in=departments) | (Q(desk__in=desks) & ~Q(desk=""))
        asked = Helper.objects.filter(mine, said_at=None)
        rows += [(m, since, False) for m, since in asked.order_by("since").values_list("matter", "since")]
    if posts := access.referable(person, editions.today()):
        shown = Referred.objects.filter(desk__in=posts).order_by("since")
        rows += [(m, since, True) for m, since in shown.values_list("matter", "since")]
    if not rows:
        return ()
    shown_to = walls.open_to(walls.reader(person))
    open_ones = Matter.objects.filter(shown_to, id__in={row[0] for row in rows}, ended_at=None)
    known = {
        m: (number, headline) for m, number, headline in open_ones.values_list("id", "number", "headline")
    }
    found = [ForMe(*known[m], since, referred) for m, since, referred in rows if m in known]
    return tuple(sorted(found, key=lambda one: one.since)[:MOST])


def desks_of(scene: Scene, posts: Iterable[str]) -> dict[str, str]:
    """The nearest desk of each of these posts at which somebody sits; posts that nobody holds are left out."""
    found = {post: scene.roster.nearest(post, scene.matter.path) for post in posts}
    return {post: f"{post}@{path}" for post, path in found.items() if path}
