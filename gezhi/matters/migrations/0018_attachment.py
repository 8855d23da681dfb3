"""Documents that come with a step."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0017_teams")]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("matter", models.UUIDField()),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=8)),
                ("whole", models.BooleanField(default=False)),
                ("state", models.CharField(max_length=8)),
                ("reason", models.CharField(blank=True, max_length=24)),
                ("size", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("begun_at", models.DateTimeField(null=True)),
                ("file", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["matter", "id"], name="matters_attachments"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["id"],
                        name="matters_attachments_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("file__isnull", False)),
                        fields=["id"],
                        name="matters_attachments_kept",
                    ),
                ]
            },
        ),
    ]
