"""回执: what a reporter holds of their report, so that nobody can drop or alter it unseen.

Nothing here is a gate: whoever calls has made sure that it is the reporter who asks (or who acts for them).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.ledger import digests, instance
from gezhi.ledger.inclusion import Inclusion, Line, first_line, inclusion
from gezhi.matters import events
from gezhi.matters.models import Matter, Text
from gezhi.paper import qr
from gezhi.places import queries as places

FORMAT = "gezhi-receipt-1"
TELLABLE = frozenset(
    "model flow item grade step path located flag channel reporting origin desk duty resolver passed texts promises"
    " suggested same own source key parent transfers rated".split()
)
"""What the entry of an opened matter may say for its reporter to hold it. Another fact closes the receipt until somebody has
thought about it."""


SEALED_WITHIN = timedelta(minutes=1)


class Commitment(NamedTuple):
    """The reporter's words as the ledger knows them: HMAC-SHA-256 under a salt of their own, in hexadecimal."""

    id: str  # hexadecimal, as the entry names it
    digest: str
    salt: str
    words: str | None  # only where they were asked for


@dataclass(frozen=True, slots=True)
class Receipt:
    """`entry` are the characters of which `hash` is the SHA-256; none where the entry is not for the reporter to read.
    `proof` is none until the day in which the entry was sealed is closed; `text` is none where there are no words, or
    they were erased."""

    number: str
    house: str
    kind: str
    moment: datetime  # recorded_at
    hash: str
    entry: str | None
    text: Commitment | None
    proof: Inclusion | None


class Shown(NamedTuple):
    """A receipt for eyes and cameras: lines of text, what the square says, the square as inline SVG."""

    lines: tuple[str, ...]
    said: str
    svg: str


def receipt_of(matter: UUID, *, at: datetime, words: bool = False) -> Receipt:
    """The receipt of a matter as it can be given at this moment. Ten statements at most, and nothing is written.

    The proof is in it once the day is closed. `words` puts the reporter's own words in. Raises `LookupError` for a
    matter that is not there.
    """
    row = Matter.objects.filter(id=matter).values_list("number", "walled").first()
    line = first_line(matter, events.OPENED)
    if row is None or line is None:
        raise LookupError(matter)
    number, walled = row
    *_head, recorded, facts = line.said.split("\n")
    said = msgspec.json.decode(facts)
    return Receipt(
        number=number,
        house=places.district_name(timezone.localdate(at)),
        kind=instance.kind(),
        moment=timezone.localtime(digests.moment(int(recorded)), timezone.get_default_timezone()),
        hash=line.hash,
        entry=None if walled else _tellable(line, said),
        text=_commitment(said, words=words),
        proof=inclusion(line.id),
    )


def _tellable(line: Line, facts: dict[str, Any]) -> str | None:
    return line.said if facts.keys() <= TELLABLE else None


def _commitment(facts: dict[str, Any], *, words: bool) -> Commitment | None:
    """The report's own text; the reason of a late record is somebody else's."""
    named = dict(word.split(":", 1) for word in facts.get("texts", ()))
    found = Text.objects.filter(id__in=[UUID(id) for id in named], kind="report").first() if named else None
    if found is None:
        return None
    digest = named[found.id.hex]
    return Commitment(found.id.hex, digest, bytes(found.salt).hex(), found.body if words else None)


def _proved_from(receipt: Receipt) -> str:
    """The first day on which the proof can be there: the day after it was sealed, which is done within a minute."""
    return f"{(receipt.moment + SEALED_WITHIN).date() + timedelta(days=1):%Y-%m-%d}"


def as_data(receipt: Receipt) -> dict[str, Any]:
    """A receipt as its file has it (docs/manual/receipts)."""
    proof = receipt.proof
    return {
        "format": FORMAT,
        "number": receipt.number,
        "house": receipt.house,
        "kind": receipt.kind,
        "moment": receipt.moment.isoformat(timespec="seconds"),
        "hash": receipt.hash,
        "entry": receipt.entry,
        "text": receipt.text._asdict() if receipt.text else None,
        "proof": {**asdict(proof), "day": proof.day.isoformat()} if proof else None,
    }


def as_file(receipt: Receipt) -> str:
    """A receipt as a file: JSON in UTF-8, one to four kilobytes."""
    return json.dumps(as_data(receipt), ensure_ascii=False, indent=1) + "\n"


def shown(receipt: Receipt, *, address: str = "") -> Shown:
    """A receipt to be read, compared by eye and scanned.

    The square says the number, the hash and how to prove it: `address` of a page that tells so, where there is one. No
    secret with which a matter is followed belongs into that address.
    """
    groups = [receipt.hash[at : at + 8] for at in range(0, 64, 8)]
    proof = receipt.proof
    lines = [
        _("{district}　回执").format(district=receipt.house),
        _("编号：{number}").format(number=receipt.number),
        _("登记时间：{moment}").format(moment=f"{receipt.moment:%Y-%m-%d %H:%M:%S}"),
        _("哈希：{hash}").format(hash=" ".join(groups)),
        _("封存在 {day} 的日根之内（第 {batch} 批）。").format(day=proof.day.isoformat(), batch=proof.batch)
        if proof
        else _("证明还没有：要等这一天过完、日根公布，{day} 起再来取一次。").format(
            day=_proved_from(receipt)
        ),
    ]
    if receipt.kind != "live":
        lines.append(_("这是演示，不是真的回执。"))
    said = f"{receipt.number}\n{receipt.hash}\n{address or 'gezhi receipt verify'}"
    return Shown(tuple(lines), said, qr.svg(said, title=_("回执的编号和哈希")))
