"""Identities and contacts, sealed; who asked to open them, why, and when that ended."""

from __future__ import annotations

from django.db import models


class Secret(models.Model):
    """A sealed record about one person. `sealed` = key id byte + nonce + ciphertext of JSON.

    Associated data is "vault_secret.sealed:<id>", so that a ciphertext cannot be moved to another row.
    Erasing empties `sealed` and `blind`; the row stays, so that who looked can still be told.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=16)  # reporter
    sealed = models.BinaryField()
    blind = models.BinaryField(max_length=16, null=True)  # HMAC of the normalised contact
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["blind"], name="vault_blind")]


class Opening(models.Model):
    """One request to read one secret: purpose first, a second person for a reporter, ends by itself."""

    id = models.UUIDField(primary_key=True)
    secret = models.ForeignKey(Secret, models.PROTECT, related_name="openings")
    about = models.UUIDField()  # the matter it was asked for
    purpose = models.CharField(max_length=24)
    asked_by = models.UUIDField()
    asked_post = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    answered_by = models.UUIDField(null=True)
    answered_post = models.CharField(max_length=80, blank=True)
    allowed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)  # first reading

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="vault_second_person_is_another",
                condition=models.Q(answered_by=None) | ~models.Q(answered_by=models.F("asked_by")),
            ),
            models.CheckConstraint(
                name="vault_read_only_when_allowed",
                condition=models.Q(read_at=None) | models.Q(allowed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="vault_waiting",
                condition=models.Q(allowed_at=None, refused_at=None),
            )
        ]


class Salt(models.Model):
    """The salt of one half-day's rate-limit digests; destroyed when the half-day is over."""

    period = models.PositiveIntegerField(primary_key=True)  # half-days since 1970, UTC
    salt = models.BinaryField(max_length=32)


class Attempt(models.Model):
    """How often one digest knocked in one window. No address is ever stored."""

    bucket = models.BinaryField(max_length=16, primary_key=True)  # digest of salt + kind + who + window
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)


class SealedFile(models.Model):
    """A file that lies sealed in the home, chunk by chunk, until its time is over; see `services.files`.

    The row stays when the file is destroyed, so that who looked, and what was there, can still be told.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12)  # original, uncovered
    about = models.UUIDField()  # the matter it belongs to
    key = models.PositiveSmallIntegerField(db_index=True)  # number of the sealing key; 0 once it is destroyed
    size = models.PositiveIntegerField()  # bytes before sealing
    sha256 = models.BinaryField(max_length=32)  # of the bytes before sealing
    made_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
