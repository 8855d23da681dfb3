"""What is kept of a matter that a unit let somebody outside work on, and of what they said."""

from __future__ import annotations

from django.db import models


class Handover(models.Model):
    """That somebody outside (a company, a contractor) was asked to do something about a matter, through a link.

    The link's code is kept as a digest only. It opens until `until`, while `ended_at` is empty. `desk` is who handed
    over and answers for it; `said` is the last word that came from outside.
    """

    id = models.UUIDField(primary_key=True)
    matter = models.UUIDField(db_index=True)
    desk = models.CharField(max_length=80)
    company = models.CharField(max_length=60)
    contact = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=20, blank=True)  # of the unit, for whoever has a question
    place = models.CharField(max_length=120, blank=True)
    asked = models.UUIDField()  # a text
    code = models.CharField(max_length=64, unique=True)  # SHA-256
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=12, blank=True)  # withdrawn moved closed
    said = models.CharField(max_length=12, blank=True)  # received working done cannot
    said_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["until"], condition=models.Q(ended_at=None), name="matters_handovers_open")
        ]


class PassedPhoto(models.Model):
    """A picture of a matter that whoever has the link may see: under its boxes, or small where it has none."""

    pk = models.CompositePrimaryKey("handover", "photo")
    handover = models.UUIDField()
    photo = models.UUIDField()


class OutsideWord(models.Model):
    """One word from outside. Its id comes with the form: the same form sent twice is one word."""

    id = models.UUIDField(primary_key=True)
    handover = models.UUIDField(db_index=True)
    what = models.CharField(max_length=12)  # received working done cannot
    text = models.UUIDField(null=True)
    photos = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
