"""What is told to whom, by which door, and whether it arrived."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Message(models.Model):
    """One telling for one receiver. `key` makes it once, however often the same entry is read."""

    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=120, unique=True)  # entry:telling:receiver
    matter = models.UUIDField(db_index=True)
    telling = models.CharField(max_length=40)
    to = models.CharField(max_length=80)  # "reporter:<vault token>" or a desk
    door = models.CharField(max_length=16)  # of the model's language, by_hand, or web_push
    text = models.CharField(max_length=500)
    words = models.TextField(blank=True, default="")  # JSON: what fills the text, for a provider's template
    urgent = models.BooleanField(default=False)  # a promise waits for it: it goes at night too
    owed = models.BooleanField(default=False)  # what does not go out is told by telephone
    budgeted = models.BooleanField(default=False)  # it counts among the few that one person gets in a day
    through = models.UUIDField(null=True)  # the one door of several it goes by; of web_push the browser
    why = models.CharField(max_length=16, blank=True, default="")  # why it is told by hand or was given up
    code = models.CharField(max_length=60, blank=True, default="")  # what the provider called it
    state = models.CharField(max_length=8)  # waiting sent dead merged gone
    passed_on_by = models.UUIDField(null=True)  # who told it by hand
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["try_at"], name="notify_to_send", condition=Q(state="waiting")),
            models.Index(
                fields=["to", "sent_at"], name="notify_sms_sent", condition=Q(state="sent", door="sms")
            ),
            models.Index(
                fields=["sent_at"],
                name="notify_contacts",
                condition=Q(state="sent", door__in=("sms", "by_hand")),
            ),
            models.Index(fields=["-id"], name="notify_not_told", condition=Q(state="dead")),
            models.Index(fields=["id"], name="notify_by_hand", condition=Q(state="waiting", door="by_hand")),
        ]


class Door(models.Model):
    """A way out of the house: a provider of text messages, a group's robot, a mail server.

    `setting` is JSON without any key; `secret` names the sealed key in the vault.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=8)  # aliyun tencent wecom smtp webpush
    channel = models.CharField(max_length=12)  # sms wecom_robot email web_push
    name = models.CharField(max_length=60)
    setting = models.TextField()
    secret = models.UUIDField()
    state = models.CharField(max_length=8, default="on")  # on paused stopped ended
    why = models.CharField(max_length=16, blank=True, default="")  # why it stopped
    code = models.CharField(max_length=60, blank=True, default="")  # what the provider called it
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)  # when the provider last took something
    try_at = models.DateTimeField(null=True)  # nothing before
    failures = models.PositiveIntegerField(default=0)  # one after another
    reports = models.CharField(
        max_length=64, blank=True, default=""
    )  # digest of the secret of its report address

    class Meta:
        indexes = [
            models.Index(fields=["state"], name="notify_doors_on", condition=Q(state="on")),
            models.Index(fields=["reports"], name="notify_doors_reports", condition=~Q(reports="")),
        ]


class Browser(models.Model):
    """A browser that asked to be told when something moves, of one matter or of one unit. Never whose it is.

    `secret` names in the vault where its push service is reached and with which keys what is said to it is sealed; `mark` is
    a keyed digest of that address, by which one and the same browser is known again.
    """

    id = models.UUIDField(primary_key=True)
    about_kind = models.CharField(max_length=8)  # matter unit
    about = models.UUIDField()
    secret = models.UUIDField()
    mark = models.CharField(max_length=64)
    language = models.CharField(max_length=8)  # in which it is told
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)  # when its service last took something
    failures = models.PositiveSmallIntegerField(default=0)  # one after another

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about_kind", "about", "mark"], name="notify_browser_once")
        ]
        indexes = [models.Index(fields=["mark"], name="notify_browsers_marked")]


class Handing(models.Model):
    """One handing over of a message to a door, and what came of it: no number, no word of what was said."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, models.CASCADE, related_name="handings")
    door = models.UUIDField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8)  # taken later refused stopped
    why = models.CharField(max_length=16, blank=True, default="")
    code = models.CharField(max_length=60, blank=True, default="")
    receipt = models.CharField(max_length=80, blank=True, default="")  # the provider's own number for it
    arrived = models.CharField(max_length=4, blank=True, default="")  # yes no, as the provider reported later
    arrived_at = models.DateTimeField(null=True)  # when that was reported

    class Meta:
        indexes = [
            models.Index(fields=["receipt"], name="notify_reported", condition=Q(outcome="taken", arrived=""))
        ]


class Untold(models.Model):
    """An entry that could not be turned into messages. It is tried again until it can; the others go on."""

    entry = models.UUIDField(primary_key=True)
    tries = models.PositiveIntegerField(default=1)
    try_at = models.DateTimeField(db_index=True)
    fault = models.CharField(max_length=80)  # kind of the last fault, never its words


class Hook(models.Model):
    """An address that is told, thinly, what happens on the matters that one seat may see.

    `secret` and `before` name sealed keys of the vault: what is pushed is signed with both, until the older is ended.
    """

    id = models.UUIDField(primary_key=True)
    term = models.UUIDField(db_index=True)  # whose seat
    name = models.CharField(max_length=60)
    url = models.CharField(max_length=400)
    kinds = models.CharField(max_length=1200)  # events of `hooks.KINDS`, a space between them
    secret = models.UUIDField()
    before = models.UUIDField(null=True)
    state = models.CharField(max_length=8, default="on")  # on paused ended
    why = models.CharField(max_length=12, blank=True, default="")  # by_hand failing gone no_seat
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)  # one after another
    try_at = models.DateTimeField(null=True)  # not before

    class Meta:
        indexes = [models.Index(fields=["state"], name="notify_hooks_on", condition=Q(state="on"))]


class Push(models.Model):
    """One event for one address. It has the same `event` however often it is tried."""

    id = models.UUIDField(primary_key=True)
    hook = models.ForeignKey(Hook, models.CASCADE, related_name="pushes")
    event = models.UUIDField()  # the entry of the ledger, or an id of its own where it is a trial
    what = models.CharField(max_length=40)
    matter = models.UUIDField(null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=8)  # waiting sent dead
    tries = models.PositiveIntegerField(default=0)
    try_at = models.DateTimeField(null=True)
    since = models.DateTimeField()  # when it was made, or asked for again
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hook", "event"], name="notify_push_once")]
        indexes = [
            models.Index(fields=["hook", "try_at"], name="notify_to_push", condition=Q(state="waiting")),
            models.Index(fields=["hook", "-id"], name="notify_pushes_of_hook"),
            models.Index(fields=["since"], name="notify_pushes_by_age"),
        ]


class PushTry(models.Model):
    """One try to deliver a push: when, how long, what came back."""

    id = models.BigAutoField(primary_key=True)
    push = models.ForeignKey(Push, models.CASCADE, related_name="all_tries")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(default=0)  # of HTTP; 0 where none came
    fault = models.CharField(max_length=16, blank=True, default="")
    said = models.CharField(max_length=200, blank=True, default="")  # the first of what was answered
    millis = models.PositiveIntegerField(default=0)


class ChatGroup(models.Model):
    """A chat group of residents, as a channel: where it belongs, how large it is, which post keeps it. Never who is in it,
    never what is said there.

    `unit` is an identity of the ground; `tier` the level of that unit, or `building` for a group of one house.
    """

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=40)  # the district's own number for it
    name = models.CharField(max_length=60)
    tier = models.CharField(max_length=24)  # a level of the model, or building
    unit = models.UUIDField()
    building = models.CharField(max_length=60, blank=True, default="")
    size = models.PositiveIntegerField()  # people in it, a count
    owner = models.CharField(max_length=24)  # a post of the model
    door = models.UUIDField(null=True)  # the robot in it; null: told by hand
    checked_on = models.DateField(null=True)
    state = models.CharField(max_length=8, default="on")  # on ended
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="notify_group_once", condition=Q(state="on")),
            models.UniqueConstraint(fields=["door"], name="notify_robot_once", condition=Q(state="on")),
        ]
        indexes = [
            models.Index(fields=["unit", "code"], name="notify_groups_of", condition=Q(state="on")),
            models.Index(fields=["tier", "code"], name="notify_groups_tier", condition=Q(state="on")),
        ]


class Broadcast(models.Model):
    """One text to many groups: written and planned by one person, sent only when another has confirmed it.

    `unit` is the identity of the unit from which it was written; `asked` says which units and tiers were meant.
    """

    id = models.UUIDField(primary_key=True)
    unit = models.UUIDField(db_index=True)
    text = models.CharField(max_length=2048)
    asked = models.TextField()  # JSON: units (identities) and tiers
    state = models.CharField(max_length=10)  # drawn planned sending stopped done withdrawn declined
    why = models.CharField(max_length=200, blank=True, default="")  # of whoever declined
    groups = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    writer = models.UUIDField()
    post = models.CharField(max_length=80)  # the desk it was written from
    confirmer = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state"], name="notify_broadcasts_on")]


class BroadcastPart(models.Model):
    """The part of a broadcast that goes to one group: by the robot in it (`door`), or by whoever keeps it."""

    id = models.UUIDField(primary_key=True)
    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="postings")
    group = models.UUIDField()
    name = models.CharField(max_length=60)
    unit = models.UUIDField()
    owner = models.CharField(max_length=24)
    size = models.PositiveIntegerField()
    door = models.UUIDField(null=True)  # null: posted by hand
    state = models.CharField(max_length=8)  # planned waiting sent dead stopped
    why = models.CharField(max_length=16, blank=True, default="")
    code = models.CharField(max_length=60, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    passed_on_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["broadcast", "group"], name="notify_posting_once")]
        indexes = [
            models.Index(fields=["broadcast", "state", "id"], name="notify_postings_of"),
            models.Index(
                fields=["try_at"], name="notify_to_post", condition=Q(state="waiting", door__isnull=False)
            ),
            models.Index(
                fields=["owner", "unit", "id"],
                name="notify_to_post_by_hand",
                condition=Q(state="waiting", door=None),
            ),
        ]
