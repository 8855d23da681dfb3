"""Requests about personal information are listed page by page: their indexes hold the whole key."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0023_relayed")]

    operations = [
        migrations.RemoveIndex("RightAsked", "matters_rights_open"),
        migrations.RemoveIndex("RightAsked", "matters_rights_ended"),
        migrations.AddIndex(
            "RightAsked",
            models.Index(
                fields=["due_at", "id"], condition=models.Q(state="open"), name="matters_rights_open"
            ),
        ),
        migrations.AddIndex(
            "RightAsked",
            models.Index(
                fields=["-ended_at", "-id"], condition=~models.Q(state="open"), name="matters_rights_ended"
            ),
        ),
    ]
