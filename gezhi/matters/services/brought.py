"""A record of another system, as it is brought and on its way to a matter; and what those of one batch share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from gezhi.ledger.actor import Actor
from gezhi.ledger.instance import Pulse
from gezhi.ledger.many import Said
from gezhi.ledger.pouring import Moment
from gezhi.matters.services.locating import Spot
from gezhi.matters.services.reports import Report
from gezhi.matters.services.ways import Known, Way
from gezhi.promises.services import Judged, Prepared
from gezhi.rules.model import Item
from gezhi.vault.services import SecretRow


@dataclass(frozen=True, slots=True)
class Brought:
    """One record, read. `key` is its source's number, `moves` what persons did there, in order (house moves follow).

    `due_at` answers promises of length "source". `ended_at` goes with moves that lead to an end, and only then.
    `parent` is its source's number of the record that this one repeats, `transfers` how often it was passed on (-1:
    not said), `answer` what the reporter was told, `rated` a word of `matters.rated` or empty.
    """

    id: UUID
    source: str
    key: str
    report: Report
    at: datetime
    ended_at: datetime | None = None
    due_at: datetime | None = None
    department: str = ""
    moves: tuple[str, ...] = ()
    to: str = ""  # instead of moves: the step it came to, or how it closed
    parent: str = ""
    transfers: int = -1
    answer: str = ""
    rated: str = ""
    secret: SecretRow | None = None  # the reporter, sealed


@dataclass(frozen=True, slots=True)
class Setting:
    """What the records of one batch share."""

    recorded: Moment
    on: date
    known: Known
    pulse: Pulse
    by: Actor

    @property
    def recorded_at(self) -> datetime:
        return self.recorded.at

    @property
    def revision(self) -> int:
        return self.pulse.revision


@dataclass(slots=True)
class Coming:
    """One record on its way to a matter, in memory."""

    record: Brought
    key: str  # of the client that its source is
    item: Item
    way: Way
    spot: Spot
    department: str
    texts: list[tuple[UUID, UUID, str, str, bytes]]
    began: Moment
    ended: Moment | None
    at: Moment  # how far its time has come
    accepted: Moment | None = None
    running: dict[str, Prepared] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)
    entries: list[Said] = field(default_factory=list)
    asked: dict[str, None] = field(default_factory=dict)  # departments that were asked on the way
    asked_last: str = ""
    desk: str = ""
