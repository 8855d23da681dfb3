"""Who may set the instance up: whoever holds a post that administers it; before anybody can sign in, the setup code."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.home import Home
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import Actor
from gezhi.matters import access, drafts, editions
from gezhi.people import queries as people
from gezhi.people.queries import Person
from gezhi.people.visitor import visitor
from gezhi.rules.model import Model
from gezhi.ui.caller import address_of
from gezhi.vault import limits

MARK = "setup"
OPERATOR = Actor(None, "operator")


@dataclass(frozen=True, slots=True)
class Setter:
    """Who sets up. `person` is none for whoever came by the code."""

    by: Actor
    person: Person | None


def is_due() -> bool:
    """Whether this live instance still waits for somebody who can sign in, and has a code to come in by."""
    home: Home = settings.HOME
    if instance.kind() != "live" or not home.setup_code:
        return False
    if people.anybody_can_sign_in():
        home.end_setup_code()
        return False
    return True


def admits(request: HttpRequest) -> Setter | None:
    """Who sets up behind this request; none for anybody else."""
    person = visitor(request)
    if person is not None:
        model = model_in_force()
        seat = access.seat_of_office(person, model) if model else None
        return Setter(person.acting(seat), person) if seat else None
    kept = request.session.get(MARK, "")
    if kept and is_due() and hmac.compare_digest(kept, _mark_of(settings.HOME.setup_code)):
        return Setter(OPERATOR, None)
    return None


def setter(request: HttpRequest) -> Setter:
    """The same, for pages that only they reach."""
    found = admits(request)
    if found is None:
        raise Refused(_("这一页只给管理这个实例的人用。"), code="not_yours")
    return found


def keeps(request: HttpRequest) -> Setter | None:
    """Who may come to the pages of the model: who sets up, and who administers the security and so may publish."""
    if found := admits(request):
        return found
    person, model = visitor(request), model_in_force()
    if person is None or model is None:
        return None
    seat = drafts.seat_of(person, drafts.PUBLISHES, model)
    return Setter(person.acting(seat), person) if seat else None


def keeper(request: HttpRequest) -> Setter:
    """The same, for pages that only they reach."""
    found = keeps(request)
    if found is None:
        raise Refused(_("这一页只给管理这个实例的人用。"), code="not_yours")
    return found


def show_code(request: HttpRequest, typed: str) -> None:
    """Let whoever knows the code in. Raises `Refused` for another one, or when there have been too many."""
    limits.knock("setup_code", address_of(request), at=clock.now(), most=20, seconds=900)
    home: Home = settings.HOME
    plain = "".join(sign for sign in typed[:80].lower() if sign.isalnum())
    if not is_due() or not hmac.compare_digest(plain, home.setup_code.replace("-", "")):
        told = _("开张码不对，或者已经作废。开张码在 gezhi run 打印出来的地址里。")
        raise Refused(told, code="setup_code_wrong", field="code")
    request.session.cycle_key()
    request.session[MARK] = _mark_of(home.setup_code)


def model_in_force() -> Model | None:
    """The model that holds today, if there is one."""
    try:
        return editions.today()
    except Refused:
        return None


def _mark_of(code: str) -> str:
    return hashlib.sha256(b"setup\0" + code.encode()).hexdigest()[:40]
