"""What is written again and again: canned answers, forms of papers, and the papers that were issued."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Phrase(models.Model):
    """One version of one canned answer. `thread` is the answer over all its versions; the newest is `live` until it is
    retired. `keeper` says whose it is: "department:housing", or "unit:" with the identity of a unit.
    """

    id = models.UUIDField(primary_key=True)
    thread = models.UUIDField()
    version = models.PositiveIntegerField()
    keeper = models.CharField(max_length=60)
    title = models.CharField(max_length=60)
    body = models.TextField()
    use = models.CharField(max_length=8)  # answer ask extend decline void merge note
    items = models.CharField(max_length=400, blank=True)  # ids of items with commas around each; empty: all
    live = models.BooleanField()
    account = models.UUIDField(null=True)  # who wrote this version
    post = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "version"], name="documents_phrase_version"),
            models.UniqueConstraint(
                fields=["thread"], condition=Q(live=True), name="documents_one_live_phrase"
            ),
        ]
        indexes = [models.Index(fields=["keeper", "use"], condition=Q(live=True), name="documents_phrases")]


class Form(models.Model):
    """One version of the Word form of one kind of paper, as somebody handed it in. Of the published ones the newest
    counts; where there is none, the one that ships (version 0, no row)."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10)  # waiting published declined
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    account = models.UUIDField(null=True)  # who handed it in
    made_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="documents_form_version"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state="waiting"), name="documents_one_waiting_form"
            ),
        ]


class Series(models.Model):
    """How papers of one kind are numbered, and which office issues them: 柳信复〔{年}〕{序}号."""

    kind = models.CharField(max_length=12, primary_key=True)
    pattern = models.CharField(max_length=40)
    office = models.CharField(max_length=40)
    changed_at = models.DateTimeField()


class Counter(models.Model):
    """The last number of a kind in a year. Counted up in the transaction that issues, so there is never a gap."""

    pk = models.CompositePrimaryKey("kind", "year")
    kind = models.CharField(max_length=12)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField()


class Paper(models.Model):
    """An issued paper. Nothing of it changes after; a voided one keeps its number. `said` are the words that fill its
    places, as JSON; both files lie sealed (`vault.SealedFile`), written by a job while the state is waiting."""

    id = models.UUIDField(primary_key=True)
    matter = models.UUIDField()
    kind = models.CharField(max_length=12)
    year = models.PositiveIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=60)
    form = models.PositiveIntegerField()  # version of the form
    said = models.TextField()
    state = models.CharField(max_length=8)  # waiting ready failed gone
    tries = models.PositiveIntegerField(default=0)
    docx = models.UUIDField(null=True)
    pdf = models.UUIDField(null=True)
    account = models.UUIDField(null=True)  # who issued it
    post = models.CharField(max_length=80)
    issued_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "year", "serial"], name="documents_one_paper_a_number")
        ]
        indexes = [
            models.Index(fields=["matter", "issued_at"], name="documents_papers"),
            models.Index(fields=["issued_at"], condition=Q(state="waiting"), name="documents_waiting"),
        ]
