"""Identities and contacts, sealed; who asked to open them, why, and when that ended."""

from __future__ import annotations

from django.db import models


class Secret(models.Model):
    """A sealed record about one person. `sealed` = key id byte + nonce + ciphertext of JSON.

    Associated data is "vault_secret.sealed:<id>", so that a ciphertext cannot be moved to another row.
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
    secret = models.ForeignKey(Secret, models.CASCADE, related_name="openings")
    about = models.UUIDField()  # the matter it was asked for
    purpose = models.CharField(max_length=24)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    allowed_by = models.UUIDField(null=True)
    allowed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="vault_second_person_is_another",
                condition=models.Q(allowed_by=None) | ~models.Q(allowed_by=models.F("asked_by")),
            )
        ]


class Salt(models.Model):
    """The salt of one day's rate-limit digests; destroyed within 24 hours of its end."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField(max_length=32)


class Attempt(models.Model):
    """How often one digest knocked in one window. No address is ever stored."""

    bucket = models.BinaryField(max_length=16, primary_key=True)  # digest of salt + kind + who + window
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)
