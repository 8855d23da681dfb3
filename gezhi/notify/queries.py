"""What was told to whom. A receiver is a desk, or a word that names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, Sum

from gezhi.matters.relays import CALL_BACK
from gezhi.notify import whys
from gezhi.notify.models import Message

HAND = "by_hand"
COPIES = ("wecom_robot", "email")
"""Doors by which a desk is told besides its inbox."""
BROWSER = "web_push"
"""The door to browsers that asked to be told; never instead of another."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message as a page shows it."""

    id: UUID
    matter: UUID
    to: str
    door: str
    text: str
    state: str
    made_at: datetime
    sent_at: datetime | None
    telling: str = ""
    why: str = ""
    code: str = ""

    @property
    def why_words(self) -> str:
        """Why it is told by hand, or did not go out; empty for none."""
        return whys.words(self.why) if self.why else ""

    @property
    def calls_back(self) -> bool:
        """Whether the reporter asked for this telephone call: nothing was to be told, somebody listens to them."""
        return self.telling == CALL_BACK

    @property
    def to_reporter(self) -> bool:
        return self.to.startswith("reporter:")


def about(matter: UUID) -> list[Told]:
    """Everything that was told about one matter, newest first."""
    return told_of(Message.objects.filter(matter=matter).order_by("-id"))


@dataclass(frozen=True, slots=True)
class Contacts:
    """How often residents were written to or called within a span: messages, numbers, and numbers over a bound."""

    messages: int
    numbers: int
    over: int


def contacts(since: datetime, until: datetime, *, most: int) -> Contacts:
    """Text messages and telephone tellings to reporters in [since, until). A number stands for its household: where
    people live is not known here, and two reports from one number count as two until the number is opened.

    One statement, a range of an index. `most` is how many to one are within the budget; 0 for none.
    """
    told = Message.objects.filter(
        state="sent",
        door__in=("sms", "by_hand"),
        sent_at__gte=since,
        sent_at__lt=until,
        to__startswith="reporter:",
    )
    each = told.values("to").annotate(n=Count("id")).order_by()
    row = each.aggregate(
        messages=Sum("n"),
        numbers=Count("to"),
        over=Count("to", filter=Q(n__gt=most) if most else Q(pk__in=[])),
    )
    return Contacts(row["messages"] or 0, row["numbers"], row["over"])


def at_desks(desks: Sequence[str], *, most: int = 50, before: UUID | None = None) -> list[Told]:
    """What these desks were told, newest first."""
    rows = Message.objects.filter(to__in=list(desks)).exclude(door__in=COPIES)
    return told_of((rows.filter(id__lt=before) if before else rows).order_by("-id")[:most])


def drawer(*, most: int = 50, before: UUID | None = None, to_reporter: bool = False) -> list[Told]:
    """The drawer of a demo, simulation or replay: what each person was told, newest first."""
    rows = Message.objects.filter(to__startswith="reporter:") if to_reporter else Message.objects.all()
    return told_of((rows.filter(id__lt=before) if before else rows).order_by("-id")[:most])


def waiting_by_hand(matters: Sequence[UUID]) -> list[Told]:
    """What must still be told by hand about these matters."""
    return told_of(
        Message.objects.filter(matter__in=list(matters), door=HAND, state="waiting").order_by("id")
    )


def not_told(matters: Sequence[UUID]) -> list[Told]:
    """What was given up about these matters, newest first."""
    return told_of(Message.objects.filter(matter__in=list(matters), state="dead").order_by("-id"))


def told_of(rows: object) -> list[Told]:
    """These messages as a page shows them."""
    columns = ("id", "matter", "to", "door", "text", "state", "made_at", "sent_at", "telling", "why", "code")
    return [Told(*row) for row in rows.values_list(*columns)]  # type: ignore[attr-defined]  # any queryset of Message
