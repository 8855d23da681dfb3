"""What is done beside the steps: urging, supervising, referring, asking others to help; longer times."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from gezhi.matters.services import besides, extending
from gezhi.matters.services.besides import AsideGiven

from .edge import Call, Operation
from .matters import PROBLEMS, without_identity
from .shapes import Note, Photos, Public, Word


class NewAside(Struct, forbid_unknown_fields=True, kw_only=True):
    """An act beside the steps, by its id in `asides` of the matter: 催办, 督办, a referral, asking others to help."""

    aside: Word
    note: Note = ""
    departments: Annotated[list[Word], Meta(max_length=20, description="Who is asked to help.")] = []
    posts: Annotated[
        list[Word],
        Meta(max_length=20, description="To whom it is referred; all that the model names if empty."),
    ] = []
    photos: Photos = []
    public_number: Public = False


class AsideTaken(Struct):
    """What was done beside the steps; `desk` has the matter as before."""

    number: str
    id: UUID
    aside: str
    desk: str


class NewExtension(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is asked for, decided or taken back about the length of one promise (`extensions` of the matter)."""

    promise: UUID
    what: Literal["ask", "grant", "decline", "withdraw"]
    amount: Annotated[
        int | None,
        Meta(description="How many of its unit more: when asking, and when granting what nobody asked for."),
    ] = None
    note: Note = ""
    public_number: Public = False


class ExtensionTaken(Struct):
    """What became of the promise; `due_at` is its new moment in words where it was granted."""

    number: str
    promise: UUID
    what: str
    due_at: str


def aside_one(call: Call, sent: NewAside, *, number: str) -> AsideTaken:
    """Act beside the steps."""
    without_identity(sent.note, public=sent.public_number)
    given = AsideGiven(sent.note, sent.departments, sent.posts, sent.photos, moved=call.seen(None))
    done = besides.take_aside(number, sent.aside, by=call.caller.person, given=given)
    return AsideTaken(done.number, done.id, done.aside, done.desk)


def extend_one(call: Call, sent: NewExtension, *, number: str) -> ExtensionTaken:
    """Ask for a longer time, grant it, decline it, or take the wish back."""
    without_identity(sent.note, public=sent.public_number)
    by, seen, due = call.caller.person, call.seen(None), ""
    if sent.what == "ask":
        extending.ask(number, sent.promise, sent.amount or 0, sent.note, by=by, seen=seen)
    elif sent.what == "grant":
        done = extending.grant(number, sent.promise, sent.note, by=by, amount=sent.amount, seen=seen)
        due = done.due_at.isoformat()
    elif sent.what == "decline":
        extending.decline(number, sent.promise, sent.note, by=by, seen=seen)
    else:
        extending.withdraw(number, sent.promise, by=by, seen=seen)
    return ExtensionTaken(number, sent.promise, sent.what, due)


OPERATIONS = (
    Operation(
        method="POST",
        path="matters/<str:number>/asides",
        name="asides",
        summary="旁的办法：催办、督办、转请、协办 · Act beside the steps",
        view=aside_one,
        body=NewAside,
        answer=AsideTaken,
        scope="act",
        status=201,
        matched=True,
        problems=PROBLEMS,
    ),
    Operation(
        method="POST",
        path="matters/<str:number>/extensions",
        name="extensions",
        summary="延期：申请、批准、不批、撤回 · A longer time: ask, grant, decline, withdraw",
        view=extend_one,
        body=NewExtension,
        answer=ExtensionTaken,
        scope="act",
        status=201,
        matched=True,
        problems=PROBLEMS,
    ),
)
