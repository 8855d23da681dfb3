"""属地和主管: an item of the list may name both the territorial unit and the line department; exactly one of them leads.

Column 承办 names who leads, 协办 who helps from the moment the matter is accepted. 首接负责: whoever was given it first
answers for it until the one it was handed to has taken a step of their own. 北京市接诉即办工作条例 art. 14: the first unit
leads, the others report to it; 潍坊 art. 22 and 济南 art. 29: of several units one 主办, the others 协办.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.ledger.queries import Happened
from gezhi.matters import events, routing, sentences
from gezhi.matters.desks import desk_words
from gezhi.matters.models import Helper
from gezhi.matters.scenes import Scene
from gezhi.people.queries import Person
from gezhi.rules import who
from gezhi.rules.lists import Item
from gezhi.rules.model import Model

POST = "@"
"""How a row of a helping post begins where that of a department has its code."""
HANDED = frozenset((events.OPENED, events.STEPPED, events.RECLASSED, events.PLACED))


@dataclass(frozen=True, slots=True)
class Party:
    """Who helps from the start: the row's name for it, and its desk."""

    key: str
    desk: str

    @property
    def post_desk(self) -> str:
        """Its desk where it is a post; a department is known by its code."""
        return self.desk if self.key.startswith(POST) else ""


def from_the_list(scene: Scene) -> tuple[Party, ...]:
    """Who helps with this matter because the list says so: departments, and posts at the nearest desk with somebody at
    it. Whoever leads it, and whoever steps aside, is not among them."""
    found = []
    for word in scene.item.helpers:
        one = who.parse(word)
        key = one.id if one.kind == "department" else f"{POST}{one.id}"
        desk = routing.desk_of(word, scene.lie, scene.roster)
        aside = one.kind == "department" and routing.department_at(desk) != one.id
        if desk and not aside and not leads(scene, word, desk):
            found.append(Party(key, desk))
    return tuple(found)


def leads(scene: Scene, word: str, desk: str) -> bool:
    """Whether this party is the one that has the matter now, or whose department is to handle it."""
    matter = scene.matter
    return desk == matter.desk or word == f"department:{matter.department}"


def desks_named(person: Person, model: Model) -> tuple[str, ...]:
    """The desks of this person at which posts sit that some item of the list names to help."""
    named = {word for item in model.items.values() for word in item.helpers}
    return tuple(dict.fromkeys(seat.desk for seat in person.terms if seat.post in named))


def words_of(item: Item, model: Model) -> str:
    """Who leads and who helps, by the list: 牵头：县住建局；协同：社区干部. Empty where nobody helps."""
    if not item.helpers or not item.handler:
        return ""
    return _("牵头：{lead}；协同：{others}").format(
        lead=sentences.who_words((item.handler,), model), others=sentences.who_words(item.helpers, model)
    )


def told(scene: Scene, story: Iterable[Happened]) -> str:
    """Who is which party to a matter, who leads, and who answers for it until the lead has taken it up, as its `story`
    tells. Empty for an item that names one party only."""
    if not scene.item.helpers:
        return ""
    item, lead = scene.item, _lead(scene)
    parties = list(dict.fromkeys((item.handler, *item.helpers)))
    ground = [_named(word, scene) for word in parties if who.parse(word).kind == "post"]
    line = [_named(word, scene) for word in parties if who.parse(word).kind == "department"]
    said = [_("属地：{who}").format(who=_("、").join(ground))] if ground else []
    said += [_("主管：{who}").format(who=_("、").join(line))] if line else []
    first = _first(scene, story)
    if first and first != lead:
        taken = _("牵头：{lead}，接手以前由先接的{first}负责（首接负责）")
        said.append(taken.format(lead=desk_words(lead, scene), first=desk_words(first, scene)))
    else:
        said.append(_("牵头：{lead}，首接负责").format(lead=desk_words(lead, scene)))
    return _("；").join(said)


def _lead(scene: Scene) -> str:
    """The desk that leads: the department that is to handle it, else who has it, else whom the list names."""
    matter = scene.matter
    if matter.department and not _aside(scene, matter.department):
        return f"department:{matter.department}"
    return matter.desk or routing.desk_of(scene.item.handler, scene.lie, scene.roster)


def _aside(scene: Scene, department: str) -> bool:
    return scene.roster.aside is not None and department in scene.roster.aside.departments


def _first(scene: Scene, story: Iterable[Happened]) -> str:
    """Who handed it on last, while who was given it has done nothing yet; empty where they have, or it ended."""
    if scene.matter.ended_at is not None:
        return ""
    acts = [e.post for e in story if e.by and e.what in HANDED]
    return acts[-1] if acts else ""


def _named(word: str, scene: Scene) -> str:
    desk = routing.desk_of(word, scene.lie, scene.roster)
    if desk:
        return desk_words(desk, scene)
    return sentences.who_words((word,), scene.model)


def helping(matter: UUID) -> frozenset[str]:
    """The departments by code, and the desks of posts, that help with a matter. One statement."""
    return known_as(helpers_of(matter))


def helpers_of(matter: UUID) -> list[Helper]:
    """Who helps with a matter, oldest first. One statement."""
    return list(Helper.objects.filter(matter=matter).order_by("since", "department"))


def known_as(helpers: Iterable[Helper]) -> frozenset[str]:
    """Those who help, departments by code and posts by desk."""
    return frozenset(one.desk or one.department for one in helpers)
