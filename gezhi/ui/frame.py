"""What the page frame is told by a face. It knows no domain: only words, addresses and counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Door:
    """One entry of the rail. `key` is compared with the page's own `here`, `count` printed as it stands."""

    key: str
    href: str
    icon: str
    word: str
    count: str = ""


@dataclass(frozen=True)
class Seat:
    """One person of the demo whose place may be taken."""

    value: str
    name: str
    post: str
    here: bool = False


@dataclass(frozen=True)
class Leap:
    """One way to move the clock of a demo instance forward."""

    value: str
    word: str


@dataclass(frozen=True)
class Frame:
    """Who is here, what they can see, and where they can go."""

    name: str
    post: str
    scope: str
    scope_more: str
    doors: tuple[Door, ...]
    find_href: str
    new_href: str
    seats: tuple[tuple[str, tuple[Seat, ...]], ...] = ()
    leaps: tuple[Leap, ...] = ()
    now_words: str = ""
    keys_href: str = ""  # where keys of programs are made, for whoever may
    phrases_href: str = ""  # where canned answers are kept, for whoever keeps any
    groups_href: str = ""  # where chat groups are registered, for whoever oversees any
    drawn_for: str = ""  # what a form says of whom it was drawn for; see `desk.carried`
    teams_href: str = ""  # where standing teams are kept, for whoever has a desk that handles

    @property
    def elsewhere(self) -> tuple[Door, ...]:
        """The doors behind which something waits, but the inbox's own."""
        return tuple(door for door in self.doors if door.count and door.key != "inbox")

    @property
    def initial(self) -> str:
        return self.name[:1]
