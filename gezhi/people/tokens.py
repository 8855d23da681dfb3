"""Keys for programs. The secret is shown once and only its SHA-256 is kept; a key acts as one term."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.unseen import straight

from .models import Term, Token
from .queries import as_uuid

PREFIX = "gz_"
SCOPES = ("read", "report", "act", "push")
"""What a key may be for: reading; opening matters; what is done on matters; addresses that events are pushed to."""


def scope_name(scope: str) -> str:
    """What people call a scope."""
    names = {
        "read": _("读事项"),
        "report": _("登记事项"),
        "act": _("办理事项"),
        "push": _("管理推送"),
    }
    return names[scope]


class Known(NamedTuple):
    """What one statement says of a key and of the instance: enough to act without asking again.

    `clock_ahead` is in microseconds (`ledger.clock.ahead` makes the present moment of it); a caller checks
    `runs_on(day)` with the day of that moment.
    """

    token: UUID
    term: UUID
    account: UUID
    post: str
    department: str
    unit: UUID
    from_on: date
    to_on: date | None
    revision: int
    kind: str
    clock_ahead: int
    scopes: str = " ".join(SCOPES)

    def runs_on(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


def digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@transaction.atomic
def issue(
    name: str,
    term: UUID,
    *,
    by: Actor,
    at: datetime,
    id: UUID | None = None,
    scopes: Sequence[str] = SCOPES,
) -> str:
    """Make a key that acts as the term, within `scopes`. Returns the secret, which nobody can read again.

    `id` is the key's own, if the caller chose one: the same form sent twice makes one key, and the second is `Refused`.
    """
    name, kept = _checked(name, scopes)
    standing = Term.objects.filter(id=term).values_list("standing", flat=True).first()
    if standing is None:
        raise NotFound(_("没有这个任期。"))
    if standing:
        raise Refused(_("代理的岗位不发钥匙：钥匙会比代理用得久。"), code="token_standing", field="term")
    secret = PREFIX + secrets.token_urlsafe(32)
    row = Token(
        id=id or new_id(),
        digest=digest_of(secret),
        name=name,
        term_id=term,
        made_at=at,
        scopes=" ".join(kept),
    )
    try:
        with transaction.atomic():
            Token.objects.bulk_create([row])
    except IntegrityError as again:
        sentence = _("这把钥匙已经发过，只显示过那一次，现在没有再发。没有抄下来，就让它作废，另发一把。")
        raise Refused(sentence, code="token_again") from again
    record("token.issued", row.id, by=by, at=at, term=term, scopes=kept)
    return secret


def _checked(name: str, scopes: Sequence[str]) -> tuple[str, list[str]]:
    """Name and scopes as they are kept. Raises `Refused`, naming the field."""
    name = straight(name).strip()
    if not 1 <= len(name) <= 60:
        raise Refused(_("请给钥匙起名，1到60个字，写明哪个程序使用它。"), code="token_name", field="name")
    kept = [one for one in SCOPES if one in scopes]
    if not kept:
        raise Refused(_("请至少选一样这把钥匙能做的事。"), code="token_scopes", field="scopes")
    return name, kept


@transaction.atomic
def end(token: UUID, *, by: Actor, at: datetime) -> None:
    """Make a key worthless from now on."""
    if not Token.objects.filter(id=token, ended_at=None).update(ended_at=at):
        raise NotFound(_("没有这把钥匙，或它已经作废。"))
    record("token.ended", token, by=by, at=at)


class Going(Protocol):
    """Where a term at a unit that ends goes on; see `services.regrouping`."""

    @property
    def term(self) -> UUID: ...
    @property
    def unit(self) -> UUID: ...
    @property
    def to(self) -> UUID | None: ...
    @property
    def lacks(self) -> str: ...


class KeyGoing(NamedTuple):
    """An open key at a unit that a plan ends, by its name: the unit it goes to with its term; none: it ends with it."""

    name: str
    term: UUID
    unit: UUID
    to: UUID | None


def goings(going: Iterable[Going], heirs: Mapping[UUID, tuple[UUID, ...]]) -> tuple[KeyGoing, ...]:
    """What becomes of the keys of these terms: one follows to an heir of its unit, and nowhere else."""
    terms = {one.term: one for one in going}
    rows = Token.objects.filter(term__in=list(terms), ended_at=None).order_by("name", "id")
    found = []
    for name, term in rows.values_list("name", "term_id"):
        one = terms[term]
        to = one.to if one.to in heirs.get(one.unit, ()) and not one.lacks else None
        found.append(KeyGoing(name, term, one.unit, to))
    return tuple(found)


@transaction.atomic
def follow(
    plan: UUID, heirs: Mapping[UUID, tuple[UUID, ...]], on: date, *, by: Actor, at: datetime
) -> tuple[UUID, ...]:
    """Let the open keys of terms that a plan ended act as the terms in which their holders go on. Returns those keys.

    If, and only if, the holder has exactly one term of the same post at an heir of the old unit that day. A key that
    follows nobody acts no more: its term has ended.
    """
    moved = []
    rows = Token.objects.filter(term__ended_by=plan, term__to_on__lte=on, ended_at=None).order_by("id")
    for key in rows.select_related("term"):
        old = key.term
        seats = Term.objects.filter(
            account=old.account_id, post=old.post, department=old.department, standing=False,
            unit__in=heirs.get(old.unit, ()), from_on__lte=on,
        ).filter(Q(to_on=None) | Q(to_on__gt=on))  # fmt: skip
        new = list(seats.values_list("id", flat=True)[:2])
        if len(new) != 1:
            continue
        Token.objects.filter(id=key.id, term=old).update(term=new[0])
        record("token.moved", key.id, by=by, at=at, was=old.id, term=new[0], plan=plan)
        moved.append(key.id)
    return tuple(moved)


class TokenLine(NamedTuple):
    """A key as the list of keys shows it."""

    token: UUID
    name: str
    term: UUID
    made_at: datetime
    ended_at: datetime | None
    scopes: str = ""


def issued() -> list[TokenLine]:
    """Every key, newest first; never a secret."""
    rows = Token.objects.order_by("-made_at", "-id").values_list(
        "id", "name", "term_id", "made_at", "ended_at", "scopes"
    )
    return [TokenLine(*row) for row in rows]


LOOKUP = (
    "SELECT k.id, t.id, t.account_id, t.post, t.department, t.unit, t.from_on, t.to_on,"
    " i.revision, i.kind, i.clock_ahead, k.scopes"
    " FROM people_token k JOIN people_term t ON t.id = k.term_id"
    " JOIN people_account a ON a.id = t.account_id AND a.is_active"
    " JOIN ledger_instance i ON i.id = 1"
    " WHERE k.digest = %s AND k.ended_at IS NULL"
)


def lookup(secret: str) -> Known | None:
    """Whom a key acts as, and the state of the instance. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(LOOKUP, [digest_of(secret)])
        row = cursor.fetchone()
    if row is None:
        return None
    token, term, account, post, department, unit, from_on, to_on, *state = row
    if isinstance(from_on, str):  # SQLite keeps days as text
        from_on = date.fromisoformat(from_on)
        to_on = date.fromisoformat(to_on) if to_on else None
    ids = as_uuid(token), as_uuid(term), as_uuid(account)
    return Known(*ids, post, department, as_uuid(unit), from_on, to_on, *state)
