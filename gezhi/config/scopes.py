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

SCOPES: dict[str, Scope] = {}


def scope_of(view_name: str) -> Scope:
    """The scope of an address by the name of its pattern; sign-in when none was declared."""
    return SCOPES.get(view_name, SIGNED_IN)
