"""What is kept of acts beside the flow: that they were done, and who was brought in by them."""

from __future__ import annotations

from django.db import models


class ActBeside(models.Model):
    """An act beside the flow that was done on a matter from a desk. Counted by matter, never by person."""

    id = models.UUIDField(primary_key=True)
    matter = models.UUIDField()
    aside = models.CharField(max_length=24)  # its id in the model
    desk = models.CharField(max_length=80)  # from which it was done
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["matter", "at"], name="matters_beside")]


class Helper(models.Model):
    """A department that was asked to help with a matter, or that the list names for it: from then on it sees it, and may
    say what it did. A post that the list names stands as "@" and its id, and `desk` is where it was found.
    """

    pk = models.CompositePrimaryKey("department", "matter")
    department = models.CharField(max_length=40)
    matter = models.UUIDField(db_index=True)
    since = models.DateTimeField()
    said_at = models.DateTimeField(null=True)  # when it last said what it did
    desk = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["desk", "since"], condition=~models.Q(desk=""), name="matters_helper_desk")
        ]


class Referred(models.Model):
    """A desk to which a matter was referred: it sees it from then until it ends."""

    pk = models.CompositePrimaryKey("desk", "matter")
    desk = models.CharField(max_length=80)
    matter = models.UUIDField(db_index=True)
    since = models.DateTimeField()


class Request(models.Model):
    """A wish to lengthen a promise: open until it is granted, declined or withdrawn. One open at a time for a promise.

    `desk` is who is asked for a word; `reason` the text that says why. What was granted without being asked for has the
    same desk twice.
    """

    id = models.UUIDField(primary_key=True)
    matter = models.UUIDField(db_index=True)
    promise = models.UUIDField()
    more = models.CharField(max_length=16)  # a length of the model's language
    state = models.CharField(max_length=10, default="open")  # open granted declined withdrawn
    reason = models.UUIDField()
    asked_from = models.CharField(max_length=80)  # desk
    asked_by = models.UUIDField(null=True)  # account: whoever asks does not grant
    asked_at = models.DateTimeField()
    desk = models.CharField(max_length=80)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["promise"], condition=models.Q(state="open"), name="matters_one_open_request"
            )
        ]
        indexes = [
            models.Index(
                fields=["desk", "asked_at"], condition=models.Q(state="open"), name="matters_requests_open"
            )
        ]


class Returned(models.Model):
    """How often a matter came back for rework: from checking, answering or an end to work. Kept where it moves."""

    matter = models.UUIDField(primary_key=True)
    times = models.PositiveSmallIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["last_at"], condition=models.Q(times__gte=2), name="matters_returned_twice")
        ]


class DutyNote(models.Model):
    """What whoever is on duty wrote down for the next shift. The words are a `Text`; the ledger has their digest."""

    id = models.UUIDField(primary_key=True)
    path = models.CharField(max_length=40)  # the unit whose duty it is
    desk = models.CharField(max_length=80)
    by = models.UUIDField()  # account
    at = models.DateTimeField()
    text = models.UUIDField()
    hands_over = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["path", "at"], name="matters_duty_notes")]
