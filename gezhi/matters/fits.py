"""Whether a model fits the district as it stands: its units, and the people who hold its posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils.translation import ngettext

from gezhi.matters.sentences import label
from gezhi.people.models import Term
from gezhi.people.queries import DEPARTMENT, roster
from gezhi.people.vacancies import vacant
from gezhi.places import queries as places
from gezhi.places.paths import parent
from gezhi.places.tree import Tree
from gezhi.rules.model import Model


def unfit(model: Model, before: Model, on: date) -> tuple[str, ...]:
    """Why this model cannot take the place of the one before from that day: a sentence for each level, post and
    department that is in use and would be gone. Empty if, and only if, everybody and everything keeps its place."""
    ground = places.tree(on)
    return (*_levels(model, before, ground), *_seats(model, before, ground, on))


def new_vacancies(model: Model, before: Model, on: date) -> int:
    """How many seats would be vacant that are not, or are not wanted, under the model before."""
    ground, staff = places.tree(on), roster(on)
    there = {one.desk for one in vacant(before, ground, staff)}
    return sum(one.desk not in there for one in vacant(model, ground, staff))


def _levels(model: Model, before: Model, ground: Tree) -> Iterator[str]:
    lost: Counter[str] = Counter()
    for unit in ground.by_path.values():
        level = model.levels.get(unit.level)
        above = ground.by_path.get(parent(unit.path))
        if level is None or (above is not None and above.level not in level.unders):
            lost[unit.level] += 1
    for code, n in lost.items():
        name = label(before.levels[code]) if code in before.levels else code
        yield ngettext(
            "现有 {n} 个“{level}”，这一版里放不下：没有这一层级，或者它的上一级变了。请把层级留着，或者先调整网格。",
            "现有 {n} 个“{level}”，这一版里放不下：没有这一层级，或者它的上一级变了。请把层级留着，或者先调整网格。",
            n,
        ).format(n=n, level=name)


def _seats(model: Model, before: Model, ground: Tree, on: date) -> Iterator[str]:
    """Terms that run on that day or begin later, at posts and departments that would be gone."""
    levels = {unit.identity: unit.level for unit in ground.by_path.values()}
    posts: Counter[str] = Counter()
    departments: Counter[str] = Counter()
    terms = Term.objects.filter(Q(to_on=None) | Q(to_on__gt=on))
    for word, department, unit in terms.values_list("post", "department", "unit"):
        if word == DEPARTMENT:
            departments[department] += department not in model.departments
        else:
            post = model.posts.get(word)
            posts[word] += post is None or levels.get(unit, post.levels[0]) not in post.levels
    for found, named in ((posts, before.posts), (departments, before.departments)):
        for code, n in found.items():
            if n:
                name = label(named[code]) if code in named else code
                yield ngettext(
                    "还有 {n} 人任“{post}”，这一版里没有这个职务。请把它留着，或者先在工作簿里给人改任。",
                    "还有 {n} 人任“{post}”，这一版里没有这个职务。请把它留着，或者先在工作簿里给人改任。",
                    n,
                ).format(n=n, post=name)
