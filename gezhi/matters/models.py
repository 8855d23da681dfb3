"""A matter: what somebody handed in, where it lies, and how far it has come."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat

from gezhi.matters.attachment_models import Attachment as Attachment
from gezhi.matters.batch_models import Batch as Batch
from gezhi.matters.beside_models import ActBeside as ActBeside
from gezhi.matters.beside_models import DutyNote as DutyNote
from gezhi.matters.beside_models import Helper as Helper
from gezhi.matters.beside_models import Referred as Referred
from gezhi.matters.beside_models import Request as Request
from gezhi.matters.beside_models import Returned as Returned
from gezhi.matters.filter_models import SavedFilter as SavedFilter
from gezhi.matters.outside_models import Handover as Handover
from gezhi.matters.outside_models import OutsideWord as OutsideWord
from gezhi.matters.outside_models import PassedPhoto as PassedPhoto
from gezhi.matters.past_models import PastEnd as PastEnd
from gezhi.matters.relay_models import Relayed as Relayed
from gezhi.matters.right_models import RightAsked as RightAsked
from gezhi.matters.sheet_models import SentSheet as SentSheet
from gezhi.matters.statement_models import Statement as Statement
from gezhi.matters.team_models import Member as Member
from gezhi.matters.team_models import StandingMember as StandingMember
from gezhi.matters.team_models import StandingTeam as StandingTeam
from gezhi.matters.together_models import Merged as Merged
from gezhi.matters.together_models import Part as Part
from gezhi.matters.together_models import Proposal as Proposal
from gezhi.matters.wall_models import Wall as Wall


class Matter(models.Model):
    """One matter. Who reported it is never here: `reporter` is a random word that only the vault can read.

    `path` is the unit it lies in; `a1` … `a6` are the paths of that unit's ancestors by depth, so that the
    list of any unit is one index range. `desk` is who is asked now ("grid_worker@0001000A" or
    "department:housing"), `next_due_at` the earliest open promise. `department` is who is to handle it, which
    figures count by; `asked_department` is the department that was asked last, empty before one is: see `Asked`.
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    client_key = models.CharField(max_length=64, null=True, unique=True)  # null = none given
    model = models.CharField(max_length=16)  # version of the governance model it was opened under
    flow = models.CharField(max_length=24)
    item = models.CharField(max_length=24)
    category = models.CharField(max_length=40)  # class of the item, as the model names it
    grade = models.CharField(max_length=24, blank=True)
    step = models.CharField(max_length=24)
    phase = models.CharField(max_length=12)
    closing = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=24)
    origin = models.CharField(max_length=8)  # live, late (补录) or import
    headline = models.CharField(max_length=80)
    path = models.CharField(max_length=40)
    a1 = models.CharField(max_length=4)
    a2 = models.CharField(max_length=8, blank=True)
    a3 = models.CharField(max_length=12, blank=True)
    a4 = models.CharField(max_length=16, blank=True)
    a5 = models.CharField(max_length=20, blank=True)
    a6 = models.CharField(max_length=24, blank=True)
    command = models.CharField(max_length=40)  # path of the unit that commands it now
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    datum = models.CharField(max_length=8, blank=True)  # wgs84 gcj02 bd09, as it came
    located = models.CharField(max_length=12)  # point address unit none
    place_flag = models.CharField(max_length=12, blank=True)  # rounded missing outside redrawn
    address = models.CharField(max_length=120, blank=True)
    reporting = models.CharField(max_length=12)  # anonymous confidential named staff
    reporter = models.UUIDField(null=True)  # vault token
    desk = models.CharField(max_length=80)
    department = models.CharField(max_length=40, blank=True)
    asked_department = models.CharField(max_length=40, blank=True)
    handler = models.UUIDField(null=True)  # account that handled last
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_recorded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_recorded_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField()  # year 9999 where nothing is promised: it sorts last everywhere
    next_from_at = models.DateTimeField(null=True)  # when that promise was made, for its ruler
    next_promise = models.CharField(max_length=40, blank=True)
    moved = models.PositiveIntegerField(default=0)  # number of steps taken: a page shows which state it saw
    handed_out = models.BooleanField(null=True)  # true once it was handed outside, none else: see `Handover`
    walled = models.BooleanField(null=True)  # true once somebody was kept from it, none else: see `Wall`
    teamed = models.BooleanField(null=True)  # true once it had a team, none else: see `Member`
    parted: bool | None = None
    """Whether parts were taken out of it, where that was read with the row; no column."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="matters_asked_desk_is_last_asked",
                condition=~Q(desk__startswith="department:")
                | Q(desk=Concat(Value("department:"), "asked_department")),
            )
        ]
        indexes = [
            models.Index(
                fields=["desk", "next_due_at", "id"], name="matters_inbox", condition=Q(ended_at=None)
            ),
            models.Index(
                fields=["a1", "next_due_at", "id"], name="matters_open_1", condition=Q(ended_at=None)
            ),
            models.Index(
                fields=["a2", "next_due_at", "id"], name="matters_open_2", condition=Q(ended_at=None)
            ),
            models.Index(
                fields=["a3", "next_due_at", "id"], name="matters_open_3", condition=Q(ended_at=None)
            ),
            models.Index(
                fields=["a4", "next_due_at", "id"], name="matters_open_4", condition=Q(ended_at=None)
            ),
            models.Index(
                fields=["a5", "next_due_at", "id"],
                name="matters_open_5",
                condition=Q(ended_at=None) & ~Q(a5=""),
            ),
            models.Index(
                fields=["a6", "next_due_at", "id"],
                name="matters_open_6",
                condition=Q(ended_at=None) & ~Q(a6=""),
            ),
            models.Index(
                fields=["asked_department", "next_due_at", "id"],
                name="matters_asked_department",
                condition=Q(ended_at=None) & ~Q(asked_department=""),
            ),
            models.Index(
                fields=["step", "next_due_at", "id"], name="matters_open_step", condition=Q(ended_at=None)
            ),
            models.Index(
                fields=["next_due_at", "id"],
                name="matters_nowhere",
                condition=Q(ended_at=None) & Q(located="none"),
            ),
            models.Index(fields=["path", "id"], name="matters_within"),
            models.Index(fields=["accepted_recorded_at"], name="matters_accepted"),
            models.Index(fields=["ended_recorded_at"], name="matters_ended"),
        ]

    @property
    def seen_by_staff(self) -> bool:
        """If, and only if, staff saw it themselves: nobody reported it, so nobody is told and nobody's word is waited for."""
        return self.reporting == "staff" and self.reporter is None


class Asked(models.Model):
    """A department that was asked about a matter, or acted on it: it sees the matter from then on, and not before."""

    pk = models.CompositePrimaryKey("department", "matter")
    department = models.CharField(max_length=40)
    matter = models.UUIDField()
    since = models.DateTimeField()


class Acted(models.Model):
    """Somebody who acted on a matter before the ground below it changed: it stays open to them while they hold a post."""

    pk = models.CompositePrimaryKey("account", "matter")
    account = models.UUIDField()
    matter = models.UUIDField(db_index=True)
    since = models.DateTimeField()


class Former(models.Model):
    """Where a matter lay until a day (exclusive), because a plan of the ground carried it over on that day."""

    pk = models.CompositePrimaryKey("matter", "plan")
    matter = models.UUIDField()
    plan = models.UUIDField()
    until = models.DateField()
    path = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["path", "until"], name="matters_former_place")]


class Carrying(models.Model):
    """How far a plan of the ground in force was carried to the matters it touches; see `services.carrying`.

    `stage` is terms, open (matters), all (what ended too), last (once more) or done; `reached` and `path` are the last
    matter that was looked at in the stage, `place` the range of paths it was found in.
    """

    plan = models.UUIDField(primary_key=True)
    on = models.DateField()
    stage = models.CharField(max_length=8, default="terms")
    place = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=40, blank=True)
    reached = models.UUIDField(null=True)
    carried = models.PositiveIntegerField(default=0)
    undecided = models.PositiveIntegerField(default=0)
    settled = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)


class Text(models.Model):
    """Words about a matter. The ledger holds only their salted digest; erasing destroys words and salt."""

    id = models.UUIDField(primary_key=True)
    matter = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=16)  # report note answer late_reason
    body = models.TextField()
    salt = models.BinaryField(max_length=16)


class Posting(models.Model):
    """Of one piece the places of matters in one block; how they are written: `postings`."""

    pk = models.CompositePrimaryKey("block", "piece")
    block = models.IntegerField()
    piece = models.BigIntegerField()
    places = models.BinaryField()


class Sought(models.Model):
    """A matter that the index of words holds: its place there, and what it belongs to as the index has it.

    `worded` is false while its words are out of the index, because some were erased or its address changed.
    """

    place = models.PositiveIntegerField(primary_key=True)
    matter = models.UUIDField(unique=True)
    belongs = models.TextField()  # open, item, unit, departments; see pieces.of_belonging
    worded = models.BooleanField(default=True)
    reporter = models.UUIDField(null=True)  # vault token

    class Meta:
        indexes = [
            models.Index(
                fields=["reporter"], name="matters_sought_reporter", condition=Q(reporter__isnull=False)
            )
        ]


class Unsought(models.Model):
    """A mark: this matter is new or changed, and the index has still to follow. There may be several of one matter."""

    id = models.BigAutoField(primary_key=True)
    matter = models.UUIDField()


class Seeking(models.Model):
    """How far the index is. One row.

    `reached` is the last matter that was there before the index was and that is in it now; `filled` says that there is
    none left. `folding` is the large block to be folded next, `folded_to` the last piece of it that is.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    next_place = models.PositiveIntegerField(default=0)
    reached = models.UUIDField(null=True)
    filled = models.BooleanField(default=False)
    folding = models.PositiveIntegerField(default=0)
    folded_to = models.BigIntegerField(default=-1)

    class Meta:
        constraints = [models.CheckConstraint(name="matters_one_seeking", condition=Q(id=1))]


class Photo(models.Model):
    """A picture handed in. It waits until the worker has re-encoded it; no metadata survives that.

    `tries` and `begun_at` say how often and when the worker last began on it. `version` counts how often it was drawn
    anew under boxes (`boxes`: JSON, [x, y, width, height] in thousandths of the picture); what it was without them lies
    sealed as `uncovered` until `uncovered_until`. `original` is the sealed file as it came, where the item needs it.
    """

    id = models.UUIDField(primary_key=True)
    matter = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=12)  # report work outside statement
    state = models.CharField(max_length=8)  # waiting ready refused
    reason = models.CharField(max_length=24, blank=True)  # why refused, a code
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    version = models.PositiveSmallIntegerField(default=0)
    boxes = models.TextField(blank=True, default="")
    uncovered = models.UUIDField(null=True)
    uncovered_until = models.DateTimeField(null=True)
    original = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="matters_photos_waiting", condition=Q(state="waiting")),
            models.Index(
                fields=["uncovered_until"],
                name="matters_photos_uncovered",
                condition=Q(uncovered_until__isnull=False),
            ),
            models.Index(fields=["id"], name="matters_photos_originals", condition=Q(original__isnull=False)),
        ]


class Serial(models.Model):
    """The last serial given for one unit on one day."""

    key = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveIntegerField()


class Edition(models.Model):
    """One version of a governance model, kept whole for as long as a matter was opened under it."""

    version = models.CharField(max_length=16, primary_key=True)
    name = models.CharField(max_length=40)
    body = models.TextField()  # canonical form, as gezhi.rules reads it back
    since = models.DateField()
    adopted_at = models.DateTimeField()  # the last time; the ledger has all of them
    turn = models.PositiveIntegerField(default=0)  # of two that hold on a day, the one adopted later
    withdrawn_at = models.DateTimeField(null=True)  # taken back before its first day


class Draft(models.Model):
    """A change of the model in work, until its first day has come or it is dropped. There is one at a time."""

    id = models.UUIDField(primary_key=True)
    live = models.BooleanField(null=True, unique=True)  # true for the one, none for those that are over
    state = models.CharField(max_length=10)  # open submitted published begun dropped
    base = models.CharField(max_length=16)  # the version it was begun from
    toml = models.TextField()
    items = models.TextField()
    findings = models.TextField()  # of exactly these texts, as JSON
    since = models.DateField()
    revision = models.PositiveIntegerField(default=1)  # prevents two people writing over one another
    version = models.CharField(max_length=16, blank=True)  # what was submitted
    trial = models.TextField(blank=True)  # what came of a past month under it, as JSON
    began_at = models.DateTimeField()
    edited_by = models.UUIDField()
    edited_at = models.DateTimeField()
    submitted_by = models.UUIDField(null=True)
    submitted_at = models.DateTimeField(null=True)
    published_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class Application(models.Model):
    """What a department asks: that an item be admitted to the catalogue, or (`leaves`) taken out of it.

    It says the item as items.csv would, and why; the words of it live here and never in the ledger. Free words of
    single steps stand in `words` by the id of their entry; `opinions` is what the review said, by head.
    """

    id = models.UUIDField(primary_key=True)
    admission = models.CharField(max_length=24)  # which [admission] of the model
    leaves = models.BooleanField(default=False)
    state = models.CharField(max_length=10)  # begun sent returned admitted refused withdrawn listed
    desk = models.CharField(max_length=80, db_index=True)  # who applies
    department = models.CharField(max_length=40, blank=True)  # whose task it is
    code = models.CharField(max_length=24, blank=True)  # of what leaves, or given in the batch
    name = models.CharField(max_length=40, blank=True)
    english = models.CharField(max_length=80, blank=True)
    category = models.CharField(max_length=40, blank=True)
    handler = models.CharField(max_length=80, blank=True)
    grade = models.CharField(max_length=24, blank=True)
    length = models.CharField(max_length=16, blank=True)
    evidence = models.CharField(max_length=8, blank=True)
    in_grid = models.BooleanField(default=True)
    task = models.TextField(blank=True)
    law = models.TextField(blank=True)  # on which law or document it rests
    money = models.TextField(blank=True)
    training = models.TextField(blank=True)
    load = models.PositiveIntegerField(null=True)
    per_grid = models.DecimalField(max_digits=7, decimal_places=1, null=True)
    words = models.TextField(blank=True)  # JSON: entry = words
    opinions = models.TextField(blank=True)  # JSON: head = [stands, words]
    revision = models.PositiveIntegerField(default=1)  # prevents two people deciding at once
    begun_by = models.UUIDField()
    begun_at = models.DateTimeField()
    edited_by = models.UUIDField()
    edited_at = models.DateTimeField()
    sent_by = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    batch = models.UUIDField(null=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-edited_at"], name="matters_applications")]
