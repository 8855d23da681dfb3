"""Accounts of staff, and the posts they hold for a time."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q


class Account(AbstractBaseUser):
    """Somebody who signs in. A resident never needs one."""

    id = models.UUIDField(primary_key=True)
    sign_in = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    language = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(default=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    USERNAME_FIELD = "sign_in"
    objects = BaseUserManager["Account"]()


class Invitation(models.Model):
    """A one-time code with which an account gets its first password. Only a digest of account and code is kept.

    The row goes when the code is used, when another is given out, and when the account is closed.
    """

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True)
    code = models.CharField(max_length=128)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class Term(models.Model):
    """A post held at a unit from a day until a day (exclusive). Rights come from terms and nothing else.

    `post` is a word of the governance model, or "department" with the department's word beside it. `standing`
    is true for somebody who only stands in (代理): for the holder whose term `stands_for` names, who is away on
    these days; for a vacant post where it names none.

    `begun_by` and `ended_by` are the plans of the ground that began it and that ended it; `else_to` is the day until
    which it would have run without the one that ended it, none where it was open.

    `note` says why it was registered after its first day.
    """

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="terms")
    post = models.CharField(max_length=40)
    department = models.CharField(max_length=40, blank=True)
    unit = models.UUIDField()  # identity of the unit
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    standing = models.BooleanField(default=False)
    stands_for = models.ForeignKey("self", models.PROTECT, null=True, related_name="stand_ins")
    begun_by = models.UUIDField(null=True)
    ended_by = models.UUIDField(null=True)
    else_to = models.DateField(null=True)
    note = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_term_ends_after_start", condition=Q(to_on=None) | Q(to_on__gt=F("from_on"))
            ),
            models.CheckConstraint(
                name="people_standing_in_ends",
                condition=(Q(standing=False) & Q(stands_for=None))
                | (Q(standing=True) & Q(to_on__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["unit", "post"], name="people_holders")]


class Certificate(models.Model):
    """That a certificate was shown for a term: its kind, its last valid day (none: it has none), who saw it and when.

    A fact about the appointment, which goes with it: no number, no picture, no list of who can do what. A renewed
    certificate is a row more.
    """

    id = models.UUIDField(primary_key=True)
    term = models.ForeignKey(Term, models.CASCADE, related_name="certificates")
    kind = models.CharField(max_length=60)
    valid_until = models.DateField(null=True)
    seen_on = models.DateField()
    seen_by = models.UUIDField(null=True)  # an account; none: the operator of the instance

    class Meta:
        indexes = [models.Index(fields=["valid_until"], name="people_certificate_ends")]


class Shift(models.Model):
    """A shift of the duty rota (值班表): in which hours somebody is to be reached at a unit, as the holder of a term.

    `day` is a day of every week: 0 Monday … 6 Sunday, 7 each working day, 8 each day off, by the work calendar.
    None is an exception: on the dates from `from_on` until `to_on` (exclusive) these shifts stand in place of the
    week's, for this post at this unit; without a term nobody is on duty then. `starts` and `ends` are minutes of
    the local day; a shift that ends no later than it starts ends on the next day. What was worked is not kept.
    """

    WORKING, OFF = 7, 8

    id = models.UUIDField(primary_key=True)
    term = models.ForeignKey(Term, models.PROTECT, null=True, related_name="shifts")
    unit = models.UUIDField()  # identity of the unit
    post = models.CharField(max_length=40)
    department = models.CharField(max_length=40, blank=True)
    day = models.PositiveSmallIntegerField(null=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    starts = models.PositiveSmallIntegerField()
    ends = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_shift_is_in_a_day",
                condition=Q(starts__lt=1440, ends__lte=1440) & (Q(day=None) | Q(day__lte=8)),
            ),
            models.CheckConstraint(
                name="people_shift_of_dates_ends",
                condition=(Q(day__isnull=False) & Q(term__isnull=False))
                | (Q(day=None) & Q(to_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="people_shift_ends_after_start", condition=Q(to_on=None) | Q(to_on__gt=F("from_on"))
            ),
        ]
        indexes = [models.Index(fields=["unit", "post", "from_on"], name="people_rota")]


class UnitCount(models.Model):
    """How many of something a unit has on a day, by a source: a number, and never a list of whom.

    `what` is an overlay or a post of the governance model, or a word of `counts.KINDS`.
    """

    id = models.UUIDField(primary_key=True)
    unit = models.UUIDField()  # identity of the unit
    what = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=80)
    counted_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["what", "unit", "counted_on"], name="people_one_count_a_day"),
            models.CheckConstraint(name="people_count_has_a_source", condition=~Q(source="")),
        ]


class Session(AbstractBaseSession):
    """A signed-in browser; its owner sees the list and can end any of them.

    `session_key` is the SHA-256 (first 40 hex characters) of the key in the cookie, so that whoever reads
    this table cannot sign in with it.
    """

    account = models.UUIDField(null=True, db_index=True)
    device = models.CharField(max_length=40, blank=True)  # "Chrome · Windows", never an address
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta(AbstractBaseSession.Meta):
        db_table = "people_session"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from .sessions import SessionStore  # the store keeps its rows here

        return SessionStore


class Token(models.Model):
    """A key for a program. Only its SHA-256 is kept; it acts as one term and never beyond, and does what its scopes say."""

    id = models.UUIDField(primary_key=True)
    digest = models.BinaryField(max_length=32, unique=True)
    name = models.CharField(max_length=60)
    term = models.ForeignKey(Term, models.PROTECT, related_name="tokens")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    scopes = models.CharField(
        max_length=60, default="read report act push", db_default="read report act push"
    )  # words of `tokens.SCOPES`, a space between them


class KeptAnswer(models.Model):
    """What a program was answered to a request with an idempotency key: asked again, it reads the same."""

    digest = models.BinaryField(
        max_length=32, primary_key=True
    )  # of the program's key and the idempotency key
    request = models.BinaryField(max_length=32)  # digest of method, address and body
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True, default="")
    ends_at = models.DateTimeField(db_index=True)


class PublicContact(models.Model):
    """How residents reach a post at a unit: a telephone of the office, never of a person, and when it is answered."""

    unit = models.UUIDField()  # identity of the unit
    post = models.CharField(max_length=40)
    phone = models.CharField(max_length=40)
    hours = models.CharField(max_length=60, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "post"], name="people_one_contact_a_post")]
