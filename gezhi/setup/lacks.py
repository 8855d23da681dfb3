"""What a district still lacks: each with what follows from it, and the door to the place where it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.ledger import clock
from gezhi.matters import sentences
from gezhi.people import directory, queries, vacancies
from gezhi.people.queries import Roster
from gezhi.people.vacancies import Vacancy
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.model import Model
from gezhi.setup import seats
from gezhi.setup.starters import Starter, starters

NAMED = 6
EXAMPLE = "示例"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is still missing: how many, what follows from it, where it is mended, and which they are."""

    count: int
    said: str
    why: str
    href: str
    names: str


def missing(model: Model, ground: Tree, staff: Roster) -> list[Missing]:
    """All of it that there is any of, what stops matters before what only spoils a picture."""
    staffed = reverse("setup:staff" if queries.anybody_can_sign_in() else "setup:workbook")
    empty = vacancies.vacant(model, ground, staff)
    found = [
        _vacant(empty, model, ground, staffed),
        _starting(to_begin(staff, empty), staffed),
        _unhandled(model, staff, staffed),
        *_bare(model, ground),
        _examples(model),
        *_absent(staff),
    ]
    return [one for one in found if one.count]


def to_begin(staff: Roster, empty: Sequence[Vacancy]) -> list[Starter]:
    """Seats that are empty until somebody begins there, but those that are told as vacant."""
    told = {(one.post, one.department, one.unit) for one in empty}
    found = starters(seats.day(clock.today()), staff)
    return [one for one in found if (one.term.post, one.term.department, one.term.unit) not in told]


def _vacant(empty: Sequence[Vacancy], model: Model, ground: Tree, href: str) -> Missing:
    names = sorted((_seat(model, ground, one) for one in empty), key=lambda name: EXAMPLE in name)
    return Missing(
        len(empty),
        ngettext("个岗位空缺", "个岗位空缺", len(empty)),
        _("空缺时，事情报给上一级。"),
        href,
        named(names),
    )


def _starting(found: Sequence[Starter], href: str) -> Missing:
    why = _("到那天才有人，那天以前这个岗位没有人办。")
    return Missing(
        len(found),
        ngettext("个岗位要等到任", "个岗位要等到任", len(found)),
        why,
        href,
        named(one.said for one in found),
    )


def _unhandled(model: Model, staff: Roster, href: str) -> Missing:
    items = [one for one in model.items.values() if one.handler and not _has_handler(one.handler, staff)]
    last = next((post for post in model.posts.values() if post.never_vacant), None)
    why = _("派下去没有人接，落回{post}手里。").format(post=sentences.label(last) if last else _("上一级"))
    return Missing(
        len(items),
        ngettext("类事项没有人承办", "类事项没有人承办", len(items)),
        why,
        href,
        named(map(sentences.label, items)),
    )


def _bare(model: Model, ground: Tree) -> list[Missing]:
    """Units without a border: those in which places are found, and those above them."""
    bare = [unit for unit in ground.by_path.values() if unit.lon is None]
    leaves, above = [one for one in bare if one.leaf], [one for one in bare if not one.leaf]
    href = reverse("setup:borders")
    why = _("在图上点的地点找不到它，要手工指定。")
    higher = _("图上画不出它；下级的边界齐了，可以由下级拼成。")
    names = [_unit(unit, model) for unit in above]
    return [
        Missing(
            len(leaves),
            ngettext("个网格没有边界", "个网格没有边界", len(leaves)),
            why,
            href,
            named(unit.name for unit in leaves),
        ),
        Missing(
            len(above),
            ngettext("个上级单元没有边界", "个上级单元没有边界", len(above)),
            higher,
            href,
            named(names),
        ),
    ]


def _unit(unit: TreeUnit, model: Model) -> str:
    known = model.levels.get(unit.level)
    return _("{unit}（{level}）").format(
        unit=unit.name, level=sentences.label(known) if known else unit.level
    )


def _examples(model: Model) -> Missing:
    """Promises whose length no local paper gives: the model's own guess."""
    flows = {
        flow.id: [one for one in flow.promise.values() if one.basis == EXAMPLE]
        for flow in model.flows.values()
    }
    every = [one for found in flows.values() for one in found]
    first = next((flow for flow, found in flows.items() if found), "")
    why = _("多长是示例，不是本区的规定。请照本区的文件改，并写上依据。")
    href = f"{reverse('setup:model')}#promises-{first}"
    return Missing(
        len(every),
        ngettext("个时限还是示例", "个时限还是示例", len(every)),
        why,
        href,
        named(map(sentences.label, every)),
    )


def _absent(staff: Roster) -> list[Missing]:
    """Who never signed in: those without a slip, and those who have one in their hands."""
    able, slips = queries.able_to_sign_in(), directory.with_good_slips(clock.now())
    absent = [person for person in staff.people.values() if person.account not in able]
    bare = [person.name for person in absent if person.account not in slips]
    late = [person.name for person in absent if person.account in slips]
    href = reverse("setup:people")
    return [
        Missing(
            len(bare),
            ngettext("个人还没有登录单", "个人还没有登录单", len(bare)),
            _("打印登录单，当面给本人。"),
            href,
            named(bare),
        ),
        Missing(
            len(late),
            ngettext("个人有登录单，还没有来过", "个人有登录单，还没有来过", len(late)),
            _("请他们照单子登录。单子丢了才再印：旧单当场作废。"),
            href,
            named(late),
        ),
    ]


def _has_handler(word: str, staff: Roster) -> bool:
    kind, _colon, code = word.partition(":")
    if code:
        return bool(staff.department_holders(code))
    return any(seat.post == kind for person in staff.people.values() for seat in person.terms)


def _seat(model: Model, ground: Tree, one: Vacancy) -> str:
    known = model.departments.get(one.department) if one.department else model.posts.get(one.post)
    label = sentences.label(known) if known else one.post
    unit = ground.by_path.get(one.path)
    return label if one.department or unit is None else f"{unit.name} · {label}"


def named(words: Iterable[str]) -> str:
    """The first of them, and how many there are in all, those of one name counted each."""
    every = list(words)
    found = list(dict.fromkeys(every))
    more = _("等 {n} 个").format(n=len(every)) if len(found) > NAMED else ""
    return _("、").join(found[:NAMED]) + more
