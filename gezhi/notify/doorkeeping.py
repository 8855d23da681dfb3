"""Doors out of the house, as whoever administers the machine sets them up; their keys lie in the vault."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Case, Count, F, Q, UUIDField, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import editions
from gezhi.notify import browsers, outside, staleness, whys
from gezhi.notify.doors import webpush
from gezhi.notify.doors.opened import CHANNELS, open_line
from gezhi.notify.doors.outcomes import Letter, Outcome, Setting
from gezhi.notify.doors.sms_aliyun import LONGEST
from gezhi.notify.models import Door, Message
from gezhi.notify.queries import BROWSER
from gezhi.people import queries as people
from gezhi.unseen import straight
from gezhi.vault.services import sealing

SEALED_AS = "door"
_TEMPLATE = re.compile(r"^(\*|[a-z][a-z0-9_]*)=([A-Za-z0-9_]{1,40})(?::([A-Za-z0-9_=,]*))?$")
_MAIL = re.compile(r"^[^\s@<>,;:\"]+@[^\s@<>,;:\"]+$")
_CONTACT = re.compile(r"^(?:mailto:[^\s@<>,;:\"]+@[^\s@<>,;:\"]+|https://[^\s<>\"]+)$")
_ONE = frozenset(("sms", BROWSER))
"""Channels whose messages go by whichever door there is, and not by one of several."""
_SERVER = re.compile(r"^[A-Za-z0-9.\-]+(?::\d{1,5})?$")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of a door, as it is kept: no key. `desks` are desks or kinds of desk, each with its mailbox where
    the door is mail; `templates` are as they are written: telling=CODE:word,word."""

    endpoint: str = ""
    region: str = ""
    app: str = ""
    sign: str = ""
    longest: int | None = None
    templates: tuple[str, ...] = ()
    desks: Mapping[str, str] = field(default_factory=dict)
    tellings: tuple[str, ...] = ()
    sender: str = ""
    secure: str = "starttls"
    inquiry: bool = False
    contact: str = ""  # whom a push service writes to
    public: str = ""  # the key that browsers are told; made here with the other one

    @classmethod
    def of(cls, row: Door) -> Said:
        return msgspec.json.decode(row.setting, type=cls)

    def box_of(self, desk: str) -> str:
        """The mailbox of a desk."""
        return self.desks.get(desk) or self.desks.get(desk.split("@")[0], "")


@dataclass(frozen=True, slots=True)
class DoorView:
    """A door as it is shown; never a key."""

    id: UUID
    kind: str
    channel: str
    name: str
    state: str
    why: str
    code: str
    taken_at: datetime | None
    try_at: datetime | None
    waiting: int = 0
    dead: int = 0
    reports: bool = False  # whether its provider was given an address to report to

    @property
    def why_words(self) -> str:
        return whys.words(self.why) if self.why else ""


def every() -> list[DoorView]:
    """The doors that were not removed, with what waits for each and what it could not deliver."""
    counts = _counts()
    return [_view(row, counts) for row in Door.objects.exclude(state="ended").order_by("id")]


def page(*, after: UUID | None = None, most: int) -> list[DoorView]:
    """The next of them in the order in which they were set up: there may be a robot in each of many groups."""
    rows, counts = Door.objects.exclude(state="ended").order_by("id"), _counts()
    return [_view(row, counts) for row in (rows.filter(id__gt=after) if after else rows)[:most]]


def one(door: UUID) -> tuple[DoorView, Said]:
    """A door that was not removed, and what was said of it; never its key. Raises `NotFound`."""
    row = Door.objects.filter(id=door).exclude(state="ended").first()
    if row is None:
        raise NotFound(_("没有这条渠道，或者它已经移除。"))
    return _view(row, _counts()), Said.of(row)


def stopped() -> list[DoorView]:
    """The doors that stopped by themselves and wait for somebody to look. One statement."""
    return [_view(row, {}) for row in Door.objects.filter(state="stopped").order_by("id")]


def _counts() -> dict[tuple[str, UUID | None], tuple[int, int]]:
    by = Case(When(door__in=_ONE, then=Value(None)), default=F("through"), output_field=UUIDField())
    rows = Message.objects.filter(door__in=set(CHANNELS.values())).annotate(by=by).values_list("door", "by")
    found = rows.annotate(
        waiting=Count("id", filter=Q(state="waiting")), dead=Count("id", filter=Q(state="dead"))
    )
    return {(door, through): (waiting, dead) for door, through, waiting, dead in found}


def _view(row: Door, counts: Mapping[tuple[str, UUID | None], tuple[int, int]]) -> DoorView:
    waiting, dead = counts.get((row.channel, None if row.channel in _ONE else row.id), (0, 0))
    said = (row.id, row.kind, row.channel, row.name, row.state, row.why, row.code)
    return DoorView(*said, row.taken_at, row.try_at, waiting, dead, bool(row.reports))


@transaction.atomic
def add(kind: str, name: str, said: Said, key: str, *, by: Actor, at: datetime) -> UUID:
    """Set a door up; it is used from now on. Raises `Refused` with what is missing."""
    name = straight(name).strip()
    if kind not in CHANNELS:
        raise Refused(_("没有这种渠道，可用：{kinds}。").format(kinds=" ".join(CHANNELS)), code="door_kind")
    if not 1 <= len(name) <= 60 or not name.isprintable():
        raise Refused(_("请给渠道起个名，1到60个字。"), code="door_name", field="name")
    if Door.objects.filter(name=name).exclude(state="ended").exists():
        raise Refused(_("已经有叫「{name}」的渠道。").format(name=name), code="door_name_taken", field="name")
    if kind == "webpush":
        said, key = _only_one(said)
    _check(kind, said, key)
    token = sealing.seal_key(SEALED_AS, key, at=at)
    row = Door(id=new_id(), kind=kind, channel=CHANNELS[kind], name=name, secret=token)
    row.setting, row.made_at, row.changed_at = msgspec.json.encode(said).decode(), at, at
    row.save(force_insert=True)
    record("door.added", row.id, by=by, at=at, kind=kind)
    return row.id


def _only_one(said: Said) -> tuple[Said, str]:
    """What was said, with a fresh pair of keys: nobody has to make one. There is one such door, since a browser keeps to the key
    it was told first."""
    if Door.objects.filter(channel=BROWSER).exclude(state="ended").exists():
        raise Refused(_("网页推送只设一条，已经有了。"), code="door_one")
    key, public = webpush.new_keys()
    return replace(said, public=public), key


def _check(kind: str, said: Said, key: str) -> None:
    if not key.isprintable() or (kind != "smtp" and not key):
        raise Refused(_("没有读到密钥。请从标准输入给出，或放在环境变量里。"), code="door_key", field="key")
    if kind in {"aliyun", "tencent"}:
        _check_sms(kind, said, key)
    elif kind == "smtp" and not said.desks:
        raise Refused(_("请写明给哪些岗位或部门看。"), code="door_desks", field="desks")
    if kind == "webpush" and not _CONTACT.match(said.contact):
        told = _("请写推送服务出了事找谁：mailto: 开头的邮箱，或 https: 开头的网址。")
        raise Refused(told, code="door_contact", field="contact")
    if kind == "smtp":
        _check_mail(said)
    elif said.endpoint:
        outside.target_of(said.endpoint, chosen_here=True)
    _templates(said.templates)


def _check_sms(kind: str, said: Said, key: str) -> None:
    id, _colon, secret = key.partition(":")
    if not id or not secret:
        told = _("密钥写成 编号:密码，中间一个冒号。")
        raise Refused(told, code="door_key", field="key")
    if not said.sign or not said.templates or (kind == "tencent" and not said.app):
        told = _("短信渠道要有审核通过的签名和至少一个模板；腾讯云还要应用编号（SdkAppId）。")
        raise Refused(told, code="door_incomplete")


def _check_mail(said: Said) -> None:
    if not _SERVER.match(said.endpoint) or not _MAIL.match(said.sender):
        told = _("邮件渠道要有服务器（如 mail.example.gov.cn:587）和发件地址。")
        raise Refused(told, code="door_incomplete")
    wrong = [desk for desk, box in said.desks.items() if not _MAIL.match(box)]
    if wrong:
        told = _("{desk} 没有写对邮箱，请写成 岗位=邮箱。").format(desk=wrong[0])
        raise Refused(told, code="door_box", field="desks")


def _templates(written: Sequence[str]) -> dict[str, tuple[str, tuple[tuple[str, str], ...]]]:
    """telling=CODE:word,word or telling=CODE:variable=word,… as (code, ((variable, word), …)). Raises `Refused`."""
    found = {}
    for one in written:
        parts = _TEMPLATE.match(one)
        if parts is None:
            told = _("模板「{one}」看不懂，请写成 告知=模板编号:词,词，例如 received=SMS_123:number,link。")
            raise Refused(told.format(one=one), code="door_template", field="templates")
        pairs = [word.partition("=") for word in (parts[3] or "").split(",") if word]
        found[parts[1]] = (parts[2], tuple((variable, word or variable) for variable, _is, word in pairs))
    return found


def setting_of(row: Door) -> Setting:
    """What its module is given, with the key; for the time of one batch."""
    said = Said.of(row)
    longest = said.longest if said.longest is not None else LONGEST if row.kind == "aliyun" else 0
    return Setting(
        row.kind, sealing.opened_key(SEALED_AS, row.secret), said.endpoint, said.region, said.app, said.sign,
        longest, _templates(said.templates), said.sender or said.contact, said.secure, said.inquiry,
    )  # fmt: skip


def named(name: str) -> Door:
    """A door that was not removed, by its name. Raises `NotFound`."""
    row = Door.objects.filter(name=name).exclude(state="ended").first()
    if row is None:
        raise NotFound(_("没有叫「{name}」的渠道。gezhi doors list 列出全部。").format(name=name))
    return row


def try_out(name: str, to: str) -> Outcome:
    """Hand a letter of no matter to a door, whatever its state, and say what came of it. Nothing of it is kept."""
    row = named(name)
    if row.channel == BROWSER:
        told = _(
            "网页推送只发给自己要提醒的浏览器：要试，就打开一件的进度页，按“有进展时在这台设备上提醒我”。"
        )
        raise Refused(told, code="no_trial")
    setting = setting_of(row)
    telling = next(iter(setting.templates), "test")
    _code, filling = setting.templates.get(telling, ("", ()))
    words = {word: _("测试") for _variable, word in filling} | {"name": _("格治渠道测试")}
    line = open_line(setting)
    try:
        return line.hand_over(
            Letter(secrets.token_hex(16), telling, to, _("格治渠道测试：这条渠道能用。"), words)
        )
    finally:
        line.close()


@transaction.atomic
def change(name: str, said: Said, key: str, *, by: Actor, at: datetime) -> None:
    """Set a door up anew; an empty key leaves the one it has. What is wrong changes nothing. Raises `NotFound`, `Refused`."""
    row = named(name)
    if row.kind == "webpush":
        said, key = replace(said, public=Said.of(row).public), ""
    _check(row.kind, said, key or sealing.opened_key(SEALED_AS, row.secret))
    row.setting, row.changed_at = msgspec.json.encode(said).decode(), at
    if key:
        sealing.destroy_key(SEALED_AS, row.secret)
        row.secret = sealing.seal_key(SEALED_AS, key, at=at)
    row.save(update_fields=["setting", "changed_at", "secret"])
    record("door.changed", row.id, by=by, at=at, key=bool(key))


@transaction.atomic
def pause(name: str, *, by: Actor, at: datetime) -> None:
    """Use a door no more until `start`; what waits for a text message is told by hand meanwhile."""
    row = named(name)
    Door.objects.filter(id=row.id).update(state="paused", why="by_hand", code="", changed_at=at)
    record("door.paused", row.id, by=by, at=at, why="by_hand")


@transaction.atomic
def start(name: str, *, by: Actor, at: datetime) -> int:
    """Use a door again. What lay with people because of it for a day at most and was told by nobody yet goes out by it: returns
    how many. What is older stays with people: it would be taken for news."""
    row = named(name)
    Door.objects.filter(id=row.id).update(state="on", why="", code="", failures=0, try_at=None, changed_at=at)
    record("door.started", row.id, by=by, at=at)
    if row.channel != "sms":
        return 0
    lying = Message.objects.filter(
        door="by_hand", state="waiting", why="door_stopped", made_at__gt=staleness.was_news_since(at)
    )
    return lying.update(door="sms", why="", code="", tries=0, try_at=at)


@transaction.atomic
def remove(name: str, *, by: Actor, at: datetime) -> None:
    """End a door for good: its key is destroyed; what waited for a group or a mailbox is given up."""
    row = named(name)
    if row.channel == BROWSER:
        browsers.forget_all()
    sealing.destroy_key(SEALED_AS, row.secret)
    Door.objects.filter(id=row.id).update(state="ended", changed_at=at)
    Message.objects.filter(through=row.id, state="waiting").update(state="dead", try_at=None, why="no_door")
    record("door.ended", row.id, by=by, at=at)


def halt(door: UUID, why: str, code: str, *, at: datetime) -> None:
    """The house itself stops a door and tells whoever administers it, once. Must run inside a transaction."""
    open_one = Door.objects.filter(id=door, state="on")
    if not open_one.update(state="stopped", why=why, code=code, changed_at=at):
        return
    record("door.paused", door, by=HOUSE, at=at, why=why)
    row = Door.objects.get(id=door)
    told = _("渠道「{name}」停了：{why}（{code}）。{mend}改好以后运行 gezhi doors start。")
    text = told.format(name=row.name, why=whys.words(why), code=code, mend=whys.mend(why))
    for desk in _administering(at):
        Message.objects.create(
            id=new_id(), key=f"door:{new_id().hex}:{desk}"[:120], matter=door, telling="door", to=desk,
            door="inbox", text=text[:500], state="waiting", try_at=at, made_at=at,
        )  # fmt: skip


def _administering(at: datetime) -> list[str]:
    """The desks from which this instance is administered."""
    on = timezone.localdate(at)
    try:
        model = editions.current(on)
    except Refused:
        return []
    posts = {post.id for post in model.posts.values() if post.administers == "system"}
    seats = (seat for person in people.roster(on).people.values() for seat in person.terms)
    return sorted({seat.desk for seat in seats if seat.post in posts})
