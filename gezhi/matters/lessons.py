"""What `gezhi learn` learns from: words and item of ended matters; and how often suggestions were taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from gezhi.ledger import queries as ledger
from gezhi.matters import events
from gezhi.matters.models import Matter, Text

MOST = 50_000  # of the newest; more teach little and take long
LEAST_OF_ITEM = 5
_NOT_MEANT = ("void", "refused", "merged")  # what was none, or is told by another one
_PART = 500


@dataclass(frozen=True)
class Lesson:
    """Ended matters, the oldest first: what was reported, and which item it was."""

    texts: list[str]
    items: list[str]
    departments: Mapping[
        str, Mapping[str, int]
    ]  # item → department that was asked last ("" for none) → how many

    def __len__(self) -> int:
        return len(self.texts)


@dataclass
class Taken:
    """How often suggestions were shown when a matter was opened, and what was chosen then."""

    shown: int = 0
    first: int = 0
    other: int = 0
    by: Counter[str] = field(default_factory=Counter)  # shown first, by what

    @property
    def neither(self) -> int:
        return self.shown - self.first - self.other


def lesson() -> Lesson:
    """The newest ended matters whose words are kept: a text that was erased is gone and teaches nothing.

    Items with fewer than five of them are left out, and what ended as void, refused or merged.
    """
    ended = Matter.objects.filter(ended_at__isnull=False).exclude(closing__in=_NOT_MEANT)
    newest = ended.order_by("-ended_recorded_at", "-id").values_list("id", "item", "asked_department")[:MOST]
    rows = list(newest)[::-1]
    often = Counter(item for _id, item, _department in rows)
    departments: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for _id, item, department in rows:
        departments[item][department] += 1
    kept = [(id, item) for id, item, _department in rows if often[item] >= LEAST_OF_ITEM]
    bodies = _bodies([id for id, _item in kept])
    told = [(bodies[id], item) for id, item in kept if bodies.get(id, "").strip()]
    return Lesson(
        [text for text, _item in told],
        [item for _text, item in told],
        {item: dict(departments[item]) for item in sorted({item for _text, item in told})},
    )


def _bodies(matters: list[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for start in range(0, len(matters), _PART):
        texts = Text.objects.filter(matter__in=matters[start : start + _PART], kind="report")
        found.update(texts.values_list("matter", "body"))
    return found


def taken() -> Taken:
    """From the ledger: of the matters at whose opening something was suggested, how many took the first, or another one."""
    found = Taken()
    for facts in ledger.facts_holding(events.OPENED, "suggested"):
        codes = [code.partition(":") for code in facts["suggested"]]
        if not codes:
            continue
        items = [item for _by, _colon, item in codes]
        found.shown += 1
        found.by[codes[0][0]] += 1
        if items[0] == facts["item"]:
            found.first += 1
        elif facts["item"] in items:
            found.other += 1
    return found
