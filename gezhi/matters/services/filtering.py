"""Filters that somebody keeps: named, shared, renamed, removed.

A filter is how somebody looks, not what happened to a matter: it has no entry in the ledger.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.ids import new_id
from gezhi.matters.filters import shareable
from gezhi.matters.models import SavedFilter
from gezhi.matters.services.lines import line
from gezhi.people.queries import Person
from gezhi.places.tree import Tree

MOST = 20
LONGEST = 20
MOST_ASKED = 400


def keep_filter(
    name: str, asked: str, shared_with: str, *, by: Person, ground: Tree, at: datetime
) -> SavedFilter:
    """Keep a filter by a name. Raises `Refused` for a bad name, a name one has, or more than `MOST`."""
    if not asked:
        raise Refused(_("还没有筛选。请先筛，再存。"), code="filter_empty")
    if len(asked) > MOST_ASKED:
        raise Refused(_("条件太长，存不下。请少写几个词。"), code="filter_long")
    if SavedFilter.objects.filter(account=by.account).count() >= MOST:
        told = _("最多存 {n} 个常用筛选。请先删掉不用的。")
        raise Refused(told.format(n=MOST), code="filter_many")
    made = SavedFilter(
        id=new_id(), account=by.account, name=_name(name), asked=asked, made_at=at,
        shared_with=_shared(shared_with, by, ground),
    )  # fmt: skip
    return _stored(made)


def change_filter(id: UUID, name: str, shared_with: str, *, by: Person, ground: Tree) -> SavedFilter:
    """Rename a filter of one's own, or share it with others. Another's looks as if it did not exist."""
    found = _own(id, by)
    found.name, found.shared_with = _name(name), _shared(shared_with, by, ground)
    return _stored(found)


def remove_filter(id: UUID, *, by: Person) -> str:
    """Forget a filter of one's own. Returns its name."""
    found = _own(id, by)
    found.delete()
    return found.name


def _own(id: UUID, by: Person) -> SavedFilter:
    found = SavedFilter.objects.filter(id=id, account=by.account).first()
    if found is None:
        raise NotFound(_("没有这个常用筛选，或者它是别人的。"))
    return found


def _name(typed: str) -> str:
    return line(typed, LONGEST, field="name", missing=_("请给它起个名。"))


def _shared(word: str, by: Person, ground: Tree) -> str:
    if word and word not in shareable(by, ground):
        raise Refused(_("只能共享给自己的岗位、部门或单元。"), code="filter_shared", field="shared")
    return word


def _stored(made: SavedFilter) -> SavedFilter:
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise Refused(
            _("已经有一个叫这个名的常用筛选。请换个名称。"), code="filter_twice", field="name"
        ) from None
    return made
