"""Every address and who may come there. An address without a line here fails the build.

This is the first gate (who comes through the door at all); what of the ground somebody sees behind it is
decided in `matters.access` and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Who = Literal["open", "signed_in", "seated", "demo", "token"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Who may come: everybody, who is signed in, who holds a post today, anybody in an instance that is not
    live, or a program with a key. `ground` says that the address names a thing that lies somewhere: whoever
    may not see it gets the same answer as for a thing that does not exist.
    """

    who: Who
    why: str
    ground: bool = False


SIGNED_IN = Scope("signed_in", "the default: nothing is open that was not opened on purpose")

SCOPES: dict[str, Scope] = {
    "home": Scope("open", "leads on to the desk"),
    "sign_in": Scope("open", "the door itself"),
    "complain": Scope("open", "everybody may complain"),
    "set_language": Scope("open", "a page in one's own language"),
    "ui": Scope("demo", "the sample sheet; it shows no record"),
    "sign_out": Scope("signed_in", "one's own session"),
    "sessions": Scope("signed_in", "one's own sessions"),
    "seat": Scope("demo", "somebody else's place in an invented district"),
    "clock": Scope("demo", "the clock of an invented district"),
    "desk:inbox": Scope("signed_in", "what waits at one's own desks"),
    "desk:matters": Scope("seated", "matters open to the person, by access"),
    "desk:new": Scope("seated", "a report is typed in from a seat"),
    "desk:addresses": Scope("seated", "buildings within the ground of one's seats"),
    "desk:borders": Scope("seated", "borders are public ground"),
    "desk:ledger": Scope("seated", "seals and the proof; no record"),
    "desk:drawer": Scope("demo", "what was told in an invented district"),
    "desk:matter": Scope("seated", "one matter", ground=True),
    "desk:taken": Scope("seated", "where one's own report went"),
    "desk:step": Scope("seated", "one matter's step", ground=True),
    "desk:photo": Scope("seated", "one matter's picture", ground=True),
    "desk:ask_reporter": Scope("seated", "asking for one matter's reporter", ground=True),
    "desk:reporter": Scope("seated", "answering for one matter's reporter", ground=True),
    "desk:why": Scope("seated", "one matter's derivations", ground=True),
    "desk:why_due": Scope("seated", "one promise of one matter", ground=True),
}


def scope_of(view_name: str) -> Scope:
    """The scope of an address by the name of its pattern; sign-in when none was declared."""
    return SCOPES.get(view_name, SIGNED_IN)
