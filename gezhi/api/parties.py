"""Whom a report may complain of, looked for by name: the words that `about` of a report takes."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from gezhi.matters import wall_words

from .edge import Call, Operation


class PartyQuery(Struct, forbid_unknown_fields=True, kw_only=True):
    """A part of a name."""

    name: Annotated[
        str, Meta(min_length=1, max_length=40, extra_json_schema={"pattern": r"^[^\u0000-\u001f\u007f]+$"})
    ]


class PartyRead(Struct):
    """A unit, a department, or somebody with a post there; `hint` tells namesakes apart."""

    word: Annotated[str, Meta(description="For `about` of a report.", examples=["department:housing"])]
    name: str
    hint: str


class PartyList(Struct):
    """At most so many of them; `more` says that there are others: write more of the name."""

    parties: list[PartyRead]
    more: bool


def list_parties(call: Call, asked: PartyQuery) -> PartyList:
    """Who is called so, among those whom this key may name."""
    found, more = wall_words.sought(call.caller.person, asked.name, at=call.caller.now)
    return PartyList([PartyRead(one.word, one.name, one.hint) for one in found], more)


OPERATIONS = (
    Operation(
        method="GET", path="parties", name="parties", summary="反映的可以是谁 · Whom a report may complain of",
        view=list_parties, query=PartyQuery, answer=PartyList, scope="report", problems=(401, 403, 422, 429, 503),
    ),
)  # fmt: skip
