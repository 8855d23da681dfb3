"""The reporter's word for programs: his rating, and that an end was none; recorded by whoever heard it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from gezhi.matters.services import reporting_back
from gezhi.matters.services.reporting_back import Word

from .edge import Call, Operation
from .matters import PROBLEMS, without_identity
from .shapes import Note, Public, Seen, StepTaken

How = Annotated[
    Literal["phone", "visit", "letter", "other"],
    Meta(description="How the word came; never who was spoken to."),
]


class NewRating(Struct, forbid_unknown_fields=True, kw_only=True):
    """How the reporter found the outcome, as somebody heard it; `unreached` moves nothing and is counted."""

    rating: Literal["content", "fair", "discontent", "unreached"]
    how: How
    note: Note = ""
    seen: Seen | None = None
    public_number: Public = False


class NewReopening(Struct, forbid_unknown_fields=True, kw_only=True):
    """That the reporter says within the window that an end was none, and why."""

    how: How
    note: Note
    seen: Seen | None = None
    public_number: Public = False


def rate_one(call: Call, sent: NewRating, *, number: str) -> StepTaken:
    """Record a rating."""
    without_identity(sent.note, public=sent.public_number)
    word = Word(sent.how, sent.note, call.seen(sent.seen))
    done = reporting_back.record_rating(number, sent.rating, word, by=call.caller.person)
    return StepTaken(done.number, done.step, done.desk, done.moved)


def reopen_one(call: Call, sent: NewReopening, *, number: str) -> StepTaken:
    """Record a reopening."""
    without_identity(sent.note, public=sent.public_number)
    done = reporting_back.reopen(
        number, Word(sent.how, sent.note, call.seen(sent.seen)), by=call.caller.person
    )
    return StepTaken(done.number, done.step, done.desk, done.moved)


OPERATIONS = (
    Operation(
        method="POST",
        path="matters/<str:number>/ratings",
        name="ratings",
        summary="记下报告人的评价 · Record the reporter's rating",
        view=rate_one,
        body=NewRating,
        answer=StepTaken,
        scope="act",
        status=201,
        matched=True,
        problems=PROBLEMS,
    ),
    Operation(
        method="POST",
        path="matters/<str:number>/reopenings",
        name="reopenings",
        summary="重新打开 · Open again",
        view=reopen_one,
        body=NewReopening,
        answer=StepTaken,
        scope="act",
        status=201,
        matched=True,
        problems=PROBLEMS,
    ),
)
