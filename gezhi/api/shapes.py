"""The shapes that go in and out of /api/v1. From these types the OpenAPI description is made."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from .file_shapes import BASE64, ConsentSent, FilesSent, PaperSent
from .file_shapes import FileRead as FileRead

Moment = Annotated[datetime, Meta(tz=True, description="RFC 3339 with a time zone.")]
_CONTROLS = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufdd0-\ufdef\ufffe\uffff"
_UNSEEN = r"\s\u0085\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
PLAIN = f"^[^{_CONTROLS}]*$"
"""A pattern: no control characters. What is sent is looked at by the services; the pattern is for those who read."""
SHOWN = f"^[^{_CONTROLS}]*[^{_CONTROLS}{_UNSEEN}][^{_CONTROLS}]*[^{_CONTROLS}{_UNSEEN}][^{_CONTROLS}]*$"
"""A pattern: at least two characters that can be seen."""
_LINE = r"^[^\u0000-\u001f\u007f]*$"


def described(most: int = 0, pattern: str = PLAIN, **more: Any) -> dict[str, Any]:
    """What the description says of a text whose limits a service keeps, with its own sentence."""
    return {"pattern": pattern} | ({"maxLength": most} if most else {}) | more


Limit = Annotated[int, Meta(ge=1, le=200, description="How many at most.")]
After = Annotated[
    str,
    Meta(max_length=120, description="`next` of the page before.", extra_json_schema={"pattern": _LINE}),
]
Cursor = Annotated[str, Meta(pattern=r"^(?:[0-4][0-9a-f]{46})?$", description="`next` of the page before.")]
Row = Annotated[str, Meta(pattern=r"^(?:[0-9a-f]{32})?$", description="`next` of the page before.")]
Word = Annotated[str, Meta(max_length=40, extra_json_schema={"pattern": _LINE})]
Path = Annotated[
    str, Meta(max_length=40, description="Path of a unit.", extra_json_schema={"pattern": _LINE})
]
Note = Annotated[
    str,
    Meta(
        description="What is said of it, at most 4,000 characters; no name, no number.",
        extra_json_schema=described(4000),
    ),
]
Seen = Annotated[int, Meta(ge=0, le=2**31 - 1, description="`moved` as you read it.")]
Public = Annotated[
    bool, Meta(description="A telephone number in the note is public; no identity number ever is.")
]
Photos = Annotated[
    list[Annotated[bytes, Meta(extra_json_schema={"pattern": BASE64})]],
    Meta(
        max_length=9,
        description="Pictures (JPEG, PNG, WebP), each in base64. A whole body has at most 2 MB: shrink them to 2,048 px.",
    ),
]


class NewMatter(Struct, forbid_unknown_fields=True, kw_only=True):
    """A report. Place it by a point, an address or a unit; what cannot be placed is flagged, never guessed."""

    text: Annotated[
        str,
        Meta(
            description="What happened: 2 to 4,000 characters.",
            examples=["路灯不亮"],
            extra_json_schema=described(4000, SHOWN),
        ),
    ]
    item: Annotated[str, Meta(description="Code of an item of the district's list.", max_length=40)]
    channel: Annotated[str, Meta(description="By which channel of the model it came.", max_length=40)] = (
        "phone"
    )
    reporting: Literal["anonymous", "confidential", "named", "staff"] = "confidential"
    lon: Annotated[
        float | None,
        Meta(
            description="Longitude in degrees, in `datum`.",
            extra_json_schema={"minimum": -180, "maximum": 180},
        ),
    ] = None
    lat: Annotated[
        float | None,
        Meta(
            description="Latitude in degrees, in `datum`.", extra_json_schema={"minimum": -90, "maximum": 90}
        ),
    ] = None
    datum: Literal["wgs84", "cgcs2000", "gcj02", "bd09"] = "wgs84"
    address: Annotated[str, Meta(extra_json_schema=described(120))] = ""
    unit: Annotated[str, Meta(description="Path of a unit, when it is known.", max_length=40)] = ""
    name: Annotated[
        str,
        Meta(description="The reporter's name; sealed, never returned.", extra_json_schema=described(40)),
    ] = ""
    contact: Annotated[
        str,
        Meta(description="The reporter's contact; sealed, never returned.", extra_json_schema=described(40)),
    ] = ""
    client_key: Annotated[
        str,
        Meta(description="Your own key: sent twice, it makes one matter.", extra_json_schema=described(200)),
    ] = ""
    at: Annotated[Moment | None, Meta(description="When it happened, if it was not now.")] = None
    late_reason: Annotated[
        str,
        Meta(
            description="Why it is recorded late (补录), when `at` has passed.",
            extra_json_schema=described(500),
        ),
    ] = ""
    about: Annotated[
        list[Annotated[str, Meta(extra_json_schema=described(80))]],
        Meta(
            max_length=20,
            description="Whom it complains of, as words of `parties`: they neither handle nor see it.",
        ),
    ] = []
    photos: Photos = []


class MatterOpened(Struct):
    """What came of a report. `again` is true when the same key had opened it before."""

    number: str
    id: UUID
    step: str
    desk: Annotated[str, Meta(description="Who is asked now.", examples=["grid_worker@0001000A"])]
    due_at: datetime | None
    again: bool


class MatterQuery(Struct, forbid_unknown_fields=True, kw_only=True):
    """Which open matters: those that wait for the key's own desk, or all that its post may see."""

    waiting: Literal["mine", "all"] = "all"
    unit: Path = ""
    step: Word = ""
    limit: Limit = 50
    after: Cursor = ""


class MatterLine(Struct):
    """One row of a list."""

    number: str
    id: UUID
    headline: str
    item: str
    category: str
    grade: str
    step: str
    phase: str
    path: str
    desk: str
    department: str
    due_at: datetime | None
    at: datetime
    recorded_at: datetime
    origin: Annotated[str, Meta(description="live, late (补录) or import")]
    place_flag: Annotated[
        str,
        Meta(
            description="rounded, missing or outside when the place is not known; redrawn when a change of the ground left it open"
        ),
    ]


class MatterList(Struct):
    """A page of matters in the order of their due moments; `next` is empty on the last one."""

    matters: list[MatterLine]
    next: str


class PromiseRead(Struct):
    """One promise of a matter; `id` is what a longer time is asked for by."""

    id: UUID
    name: str
    made_at: datetime
    due_at: datetime
    met_at: datetime | None
    missed_at: datetime | None
    void_at: datetime | None
    lapsed_at: Annotated[
        datetime | None,
        Meta(description="When the waiting for somebody outside ran out; never a broken promise."),
    ]
    stands_since: Annotated[
        datetime | None,
        Meta(description="Since when its clock stands still; due_at is then what it was counted to before."),
    ]


class MoveRead(Struct):
    """A move that this key may take now, and what it needs."""

    id: str
    name: str
    needs: list[str]


class MoveRefused(Struct):
    """A move of this step that this key may not take, and why."""

    id: str
    name: str
    code: str
    reason: str


class Event(Struct):
    """One entry of the story."""

    id: UUID
    verb: str
    post: str
    at: datetime
    recorded_at: datetime
    note: str


class AsideRead(Struct):
    """What this key may do beside the steps, and what it needs."""

    id: str
    name: str
    needs: list[str]


class Extendable(Struct):
    """What can be done about the length of one promise; `most` of `unit` at once. `wish` waits for `desk`."""

    promise: UUID
    most: int
    unit: str
    may_ask: bool
    may_grant: bool
    may_decide: bool
    may_withdraw: bool
    why_not: str
    wish: str
    desk: str


class PhotoRead(Struct):
    """One picture: waiting while the worker has not drawn it anew, ready or refused."""

    id: UUID
    kind: str
    state: str
    width: int
    height: int


class ProposalRead(Struct):
    """A step that waits for a second person."""

    id: UUID
    move: str
    at: datetime
    note: str
    reason: str
    own: bool
    may: Annotated[bool, Meta(description="This key may confirm or decline it.")]


class Bonds(Struct):
    """How it hangs together with others, as numbers of those that this key may see."""

    reports: Annotated[
        int, Meta(description="How many reports it stands for; what staff saw themselves counts as one, too.")
    ]
    people: Annotated[int, Meta(description="How many people reported: the figure that reporters are told.")]
    merged: list[str]
    into: str
    parts: list[str]
    whole: str
    undo: Annotated[bool, Meta(description="This key may undo the merging.")]


class MatterRead(Struct):
    """One matter. Who reported it is not here and cannot be asked for."""

    number: str
    id: UUID
    text: str
    text_erased: bool
    item: str
    item_name: str
    category: str
    grade: str
    grade_name: str
    step: str
    step_name: str
    phase: str
    closing: str
    channel: str
    origin: str
    reporting: str
    path: str
    place: list[str]
    place_flag: str
    lon: float | None
    lat: float | None
    datum: str
    address: str
    desk: str
    desk_name: str
    department: str
    at: datetime
    recorded_at: datetime
    ended_at: datetime | None
    moved: Annotated[int, Meta(description="Moves taken so far; send it as `seen` with a step.")]
    promises: list[PromiseRead]
    moves: list[MoveRead]
    not_now: list[MoveRefused]
    asides: list[AsideRead]
    extensions: list[Extendable]
    photos: list[PhotoRead]
    files: list[FileRead]
    proposal: ProposalRead | None
    bonds: Bonds
    story: list[Event]


class NewStep(Struct, forbid_unknown_fields=True, kw_only=True):
    """A step to take. With `seen`, nothing is done if somebody moved the matter meanwhile."""

    move: Annotated[str, Meta(max_length=40)]
    note: Annotated[
        str, Meta(description="What was done, at most 4,000 characters.", extra_json_schema=described(4000))
    ] = ""
    department: Annotated[str, Meta(max_length=40, description="For moves that call one.")] = ""
    seen: Seen | None = None
    at: Annotated[Moment | None, Meta(description="When it was done, if it was not now.")] = None
    late_reason: Annotated[
        str,
        Meta(description="Why it is recorded late, when `at` has passed.", extra_json_schema=described(500)),
    ] = ""
    reason: Annotated[str, Meta(max_length=40, description="One of the move's reasons.")] = ""
    receipt: Annotated[
        str, Meta(max_length=60, description="The number under which another unit took it; one line.")
    ] = ""
    into: Annotated[
        str, Meta(max_length=40, description="Number of the matter that this one is merged into.")
    ] = ""
    photos: Photos = []
    files: FilesSent = []
    paper: PaperSent = ""
    consent: ConsentSent | None = None
    public_number: Public = False


class StepTaken(Struct):
    """Where the matter stands after the step."""

    number: str
    step: str
    desk: str
    moved: int
    proposed: Annotated[bool, Meta(description="It waits for a second person instead.")] = False


class UnitQuery(Struct, forbid_unknown_fields=True, kw_only=True):
    """Which units of the day's tree."""

    within: Path = ""
    level: Word = ""
    limit: Limit = 200
    after: After = ""


class UnitLine(Struct):
    """One unit. `identity` stays when it is renamed or moved; `path` is its place in today's tree."""

    path: str
    identity: UUID
    level: str
    name: str
    names: list[str]
    code: str
    lon: float | None
    lat: float | None


class UnitList(Struct):
    """A page of units in the order of their paths; `next` is empty on the last one."""

    units: list[UnitLine]
    next: str
