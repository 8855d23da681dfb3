"""Keeping canned answers: writing one, writing it anew, retiring it. Nothing is ever deleted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gezhi.documents import access, events, values
from gezhi.documents.models import Phrase
from gezhi.documents.queries import USES
from gezhi.errors import NotFound, Refused
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import editions
from gezhi.paper import named
from gezhi.people.queries import Person, Seat
from gezhi.rules.model import Model

LONGEST = 450
"""Characters of a body: a message to a reporter ends after 500 (`notify.tellings.MOST`), and places grow when filled."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One answer as it was typed. `items` are ids of the item list, none for all."""

    keeper: str
    title: str
    body: str
    use: str
    items: tuple[str, ...] = ()


def write(said: Wanted, *, by: Person, at: datetime) -> UUID:
    """Keep a new answer; returns its thread. Raises `Refused` beside the field that is wrong."""
    seat = _seat(by, said.keeper)
    _check(said, editions.today())
    thread = new_id()
    with transaction.atomic():
        _store(thread, 1, said, (by, seat), at)
    return thread


def rewrite(thread: UUID, seen: int, said: Wanted, *, by: Person, at: datetime) -> int:
    """Keep an answer anew, as its next version; returns its number. `seen` is the version that was read.

    A retired answer that is written anew is in use again. Whose it is never changes. Raises `Refused` for the
    loser of a race, `NotFound` for an answer of others.
    """
    row, seat = _row(thread, by)
    said = Wanted(row.keeper, said.title, said.body, said.use, said.items)
    _check(said, editions.today())
    try:
        with transaction.atomic():
            if not Phrase.objects.filter(thread=thread, version=seen, live=True).update(live=False):
                raise Refused(_("别人刚改过这一条。请看一眼现在的写法，再改。"), code="overtaken")
            _store(thread, seen + 1, said, (by, seat), at)
    except IntegrityError as error:
        raise Refused(_("别人刚改过这一条。请看一眼现在的写法，再改。"), code="overtaken") from error
    return seen + 1


def retire(thread: UUID, *, by: Person, at: datetime) -> None:
    """Offer an answer no longer; its versions stay. Retiring twice is the same as once."""
    row, seat = _row(thread, by)
    with transaction.atomic():
        if Phrase.objects.filter(thread=thread, live=True, retired_at=None).update(retired_at=at):
            record(events.PHRASE_RETIRED, thread, by=by.acting(seat), at=at, version=row.version)


def _row(thread: UUID, by: Person) -> tuple[Phrase, Seat]:
    keepers = access.kept_by(by, editions.today())
    row = Phrase.objects.filter(thread=thread, live=True, keeper__in=keepers).first()
    if row is None:
        raise NotFound(_("没有这条常用答复，或者不归我的岗位管。"))
    return row, keepers[row.keeper]


def _seat(by: Person, keeper: str) -> Seat:
    seat = access.kept_by(by, editions.today()).get(keeper)
    if seat is None:
        raise Refused(_("请选这条归哪个单元或部门。"), code="keeper", field="keeper")
    return seat


def _store(thread: UUID, version: int, said: Wanted, who: tuple[Person, Seat], at: datetime) -> None:
    """One version, and its entry: which, and the digest of its words, never the words."""
    by, seat = who
    items = f",{','.join(said.items)}," if said.items else ""
    row = Phrase(id=new_id(), thread=thread, version=version, keeper=said.keeper, live=True)
    row.title, row.body, row.use, row.items = said.title.strip(), said.body.strip(), said.use, items
    row.account, row.post, row.made_at = by.account, seat.desk, at
    Phrase.objects.bulk_create([row])
    digest = hashlib.sha256(f"{row.title}\0{row.body}".encode()).hexdigest()
    record(events.PHRASE_SAVED, thread, by=by.acting(seat), at=at, version=version, sha256=digest)


def _check(said: Wanted, model: Model) -> None:
    if not said.title.strip():
        raise Refused(_("请写一个标题，选的时候认得出来。"), code="title", field="title")
    if not said.body.strip() or len(said.body) > LONGEST:
        told = _("请写正文，不超过 {n} 字：一条短信装得下，才发得出去。").format(n=LONGEST)
        raise Refused(told, code="body", field="body")
    if said.use not in USES:
        raise Refused(_("请选用在哪里。"), code="use", field="use")
    for name in named.names_in(said.body):
        if name not in values.PLACES:
            raise Refused(_unknown(name), code="place_unknown", field="body")
    for item in said.items:
        if item not in model.items:
            told = _("事项清单里没有「{item}」。请写清单里的代码，用顿号隔开；留空就是都能用。")
            raise Refused(told.format(item=item[:20]), code="item_unknown", field="items")


def _unknown(name: str) -> str:
    near = named.nearest(name, values.PLACES)
    told = _("没有叫「{name}」的位置。能用的有：{known}。").format(
        name=name, known=_("、").join(f"{{{{{one}}}}}" for one in values.PLACES)
    )
    return told + (_("是不是想写 {near}？").format(near=f"{{{{{near}}}}}") if near else "")
