"""Browsers that asked to be told: of one matter by whoever follows it, of one unit by whoever wants to know what happens there.

Nobody is known here: a browser is an address at its push service and two keys, sealed in the vault and deleted, not emptied, when
it is not wanted any more. What is told is a number and the name of a telling: a lock screen is read by whoever holds the phone.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.ids import new_id
from gezhi.matters import bonds, sentences
from gezhi.matters import queries as matters
from gezhi.notify.doors import webpush
from gezhi.notify.doors.outcomes import Outcome
from gezhi.notify.doors.webpush import Reached
from gezhi.notify.models import Browser, Door, Message
from gezhi.notify.queries import BROWSER
from gezhi.notify.tellings import MOST as LONGEST
from gezhi.notify.tellings import Told
from gezhi.places import queries as places
from gezhi.rules.model import Telling
from gezhi.vault.services import sealing

SEALED_AS = "browser"
AboutKind = Literal["matter", "unit"]
MOST: dict[str, int] = {"matter": 5, "unit": 2000}
"""Browsers of one subject: the devices of one household; a good part of those who live in a grid."""
OF_ONE = 20
"""Subjects that one browser is told of."""
ENDED = timedelta(days=30)
SILENT = timedelta(days=365)
"""How long a browser is kept after its matter ended, and after its service last took something."""
WRONG_KEYS = 3
"""Refusals of our key, one after another, that stop the door, where nothing was taken for a day: a single one may be due to a
browser that was set up with somebody else's key, and nobody shall shut the door for others with that."""
_SALT = "gezhi.notify.browsers"


def public_key() -> str:
    """The key that a browser is told when it asks to be told; empty while there is no such door. One statement."""
    row = _open_door()
    return str(msgspec.json.decode(row.setting).get("public", "")) if row else ""


def _open_door() -> Door | None:
    return Door.objects.filter(channel=BROWSER, state="on").first()


def count() -> int:
    """How many browsers are told something, each as often as it is told of different things."""
    return Browser.objects.count()


def subscribe(kind: AboutKind, about: UUID, reached: Reached, *, language: str, at: datetime) -> UUID:
    """Tell this browser from now on what moves there, in this language. The same one again changes its keys and nothing else.

    Of a matter the browser that asked first gives way to one too many; of a unit it is refused. Raises `Refused` where the
    door is shut, the push service is none of those the home names, or the keys are none.
    """
    if _open_door() is None:
        raise Refused(_("现在不能提醒。请凭编号和查询码看进度。"), code="push_shut")
    webpush.check(reached)
    mark = _mark(reached.endpoint)
    try:
        with transaction.atomic():
            _drop(Browser.objects.filter(about_kind=kind, about=about, mark=mark))
            _make_room(kind, about, mark)
            key = msgspec.json.encode(reached).decode()
            row = Browser(id=new_id(), about_kind=kind, about=about, mark=mark, language=language, made_at=at)
            row.secret = sealing.seal_key(SEALED_AS, key, at=at)
            row.save(force_insert=True)
            return row.id
    except IntegrityError:  # pressed twice at the same moment: one of the two stands
        return Browser.objects.values_list("id", flat=True).get(about_kind=kind, about=about, mark=mark)


def _make_room(kind: AboutKind, about: UUID, mark: str) -> None:
    there = Browser.objects.filter(about_kind=kind, about=about)
    over = there.count() - MOST[kind] + 1
    if over > 0 and kind == "unit":
        raise Refused(_("这里要提醒的设备已经满了，暂时加不进。"), code="push_full")
    if over > 0:
        _drop(Browser.objects.filter(id__in=list(there.order_by("id").values_list("id", flat=True)[:over])))
    if Browser.objects.filter(mark=mark).count() >= OF_ONE:
        told = _("这台设备已经在等 {most} 件事的提醒了。请先停掉不再要的。").format(most=OF_ONE)
        raise Refused(told, code="push_many")


def unsubscribe(kind: AboutKind, about: UUID, endpoint: str) -> bool:
    """Tell this browser no more of that. Returns whether it is told of nothing any more, so that it may forget us too."""
    mark = _mark(endpoint)
    _drop(Browser.objects.filter(about_kind=kind, about=about, mark=mark))
    return not Browser.objects.filter(mark=mark).exists()


def is_told(kind: AboutKind, about: UUID, endpoint: str) -> bool:
    """Whether this browser is told what moves there."""
    return Browser.objects.filter(about_kind=kind, about=about, mark=_mark(endpoint)).exists()


def told(kind: AboutKind, about: UUID) -> Sequence[Browser]:
    """The browsers that are told what moves there, the oldest first. One statement."""
    return list(Browser.objects.filter(about_kind=kind, about=about).order_by("id"))


def _mark(endpoint: str) -> str:
    return salted_hmac(_SALT, endpoint, algorithm="sha256").hexdigest()


# what is told


@dataclass(frozen=True, slots=True)
class News:
    """What moved. `key` makes each message once, however often it is told; `said` is called once for each browser, in its
    language: nobody's words and no place of anybody may be in it. `url` is a path of this site, without a secret."""

    key: str
    telling: str
    said: Callable[[], str]
    url: str
    urgent: bool = False
    until: datetime | None = None
    """When it is of no use any more; none: a day after it was written."""


def tell(kind: AboutKind, about: UUID, news: News, *, at: datetime) -> int:
    """Write one message for each browser of a subject; the sender delivers them. Returns how many were written, none while the
    door is shut. Must run inside the transaction of what happened."""
    if _open_door() is None:
        return 0
    found = messages(told(kind, about), news, at=at)
    Message.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def messages(browsers: Sequence[Browser], news: News, *, at: datetime, to: str = "") -> list[Message]:
    """One message for each of these browsers; `to` is who reads it, where it is told of a matter to its reporter."""
    title = places.district_name(timezone.localdate(at)) if browsers else ""
    return [_message(one, news, title, to or f"browser:{one.id.hex}", at) for one in browsers]


def _message(one: Browser, news: News, title: str, to: str, at: datetime) -> Message:
    with translation.override(one.language):
        text = news.said()[:LONGEST]
    urgency = "high" if news.urgent else "normal"
    words = {"title": title, "url": news.url, "tag": _topic(one), "urgency": urgency}
    if news.until:
        words["until"] = news.until.isoformat()
    return Message(
        id=new_id(), key=f"{news.key}:{one.id.hex}", matter=one.about, telling=news.telling, to=to, door=BROWSER,
        text=text, words=msgspec.json.encode(words).decode(), urgent=news.urgent, through=one.id, state="waiting",
        try_at=at, made_at=at,
    )  # fmt: skip


def of_telling(
    key: str, said: Told, telling: Telling, browsers: Sequence[Browser], at: datetime
) -> list[Message]:
    """A telling to a reporter, for the browsers of that matter: its number, and what the telling is called."""
    if not browsers:
        return []
    number = matters.number_of(said.matter)
    news = News(
        key,
        telling.id,
        lambda: f"{number} · {sentences.label(telling)}",
        f"/follow#n={number}",
        said.urgent,
    )
    return messages(browsers, news, at=at, to=said.to)


def watching() -> Callable[[UUID], Sequence[Browser]]:
    """Which browsers are told of a matter: each is looked up once, and none while the door is shut."""
    known: dict[UUID, Sequence[Browser]] = {}
    shut: list[bool] = []

    def of(matter: UUID) -> Sequence[Browser]:
        if not shut:
            shut.append(_open_door() is None)
        if matter not in known:
            known[matter] = [] if shut[0] else told("matter", matter)
        return known[matter]

    return of


def _topic(browser: Browser) -> str:
    """A word by which what is newer replaces what is older and not delivered yet (RFC 8030, 5.4): 32 signs at most."""
    digest = salted_hmac(
        f"{_SALT}.topic", f"{browser.about_kind}{browser.about.hex}", algorithm="sha256"
    ).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


# what came of it


def reached(browser: UUID | None) -> str:
    """Where a browser is reached, as its door is given it. Raises `Refused` for one that is not told anything any more."""
    row = Browser.objects.filter(id=browser).first() if browser else None
    if row is None:
        raise Refused(_("这个浏览器已经不再要提醒。"), code="push_gone")
    return sealing.opened_key(SEALED_AS, row.secret)


def came_of(door: Door, message: Message, outcome: Outcome, *, at: datetime) -> Outcome:
    """Write down of the browser what came of it. Returns what follows for the message and its door."""
    row = Browser.objects.filter(id=message.through).first() if message.through else None
    if row is None or outcome.kind == "later":
        return outcome
    if outcome.kind == "taken":
        Browser.objects.filter(id=row.id).update(taken_at=at, failures=0)
        door.failures = 0
    elif outcome.why in {"gone", "address"}:
        _drop(Browser.objects.filter(mark=row.mark))
    elif outcome.kind == "stopped":
        return _key_refused(door, row, outcome, at)
    return outcome


def _key_refused(door: Door, row: Browser, outcome: Outcome, at: datetime) -> Outcome:
    """That a service does not take our key is the door's fault where it is so again and again, else that of this browser."""
    door.failures += 1
    Door.objects.filter(id=door.id).update(failures=door.failures)
    lately = door.taken_at is not None and at - door.taken_at < timedelta(days=1)
    if door.failures >= WRONG_KEYS and not lately:
        return outcome
    if row.failures + 1 >= WRONG_KEYS:
        _drop(Browser.objects.filter(mark=row.mark))
    else:
        Browser.objects.filter(id=row.id).update(failures=row.failures + 1)
    return Outcome("refused", outcome.code, outcome.why)


# when it ends


def forget(kind: AboutKind, about: Collection[UUID]) -> int:
    """Tell nobody any more of these. Returns how many were told."""
    return _drop(Browser.objects.filter(about_kind=kind, about__in=list(about)))


def forget_reporter(token: UUID) -> int:
    """Whoever had their name and telephone number destroyed is known to no push service either. Returns how many went."""
    ours = Browser.objects.filter(about_kind="matter")
    return forget("matter", bonds.of_reporter(token, ours.values("about")))


def forget_all() -> int:
    """The door is removed: no browser can be told with another key. Returns how many went."""
    return _drop(Browser.objects.all())


def forget_what_is_over(*, at: datetime) -> int:
    """Drop browsers of matters that ended a month ago and of units where no service took anything for a year."""
    over = Q(about_kind="matter", about__in=bonds.over_before(at - ENDED))
    silent = Q(made_at__lt=at - SILENT) & (Q(taken_at=None) | Q(taken_at__lt=at - SILENT))
    return _drop(Browser.objects.filter(over | silent))


@transaction.atomic
def _drop(rows: QuerySet[Any]) -> int:
    """Delete these with their keys; what waited for them is told them no more."""
    found = list(rows.values_list("id", "secret"))
    if found:
        ids = [id for id, _secret in found]
        Browser.objects.filter(id__in=ids).delete()
        sealing.delete_keys(SEALED_AS, [secret for _id, secret in found])
        waiting = Message.objects.filter(through__in=ids, door=BROWSER, state="waiting")
        waiting.update(state="gone", try_at=None, why="gone")
    return len(found)
