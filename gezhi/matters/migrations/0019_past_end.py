"""Ends that were undone."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0018_attachment")]

    operations = [
        migrations.CreateModel(
            name="PastEnd",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("matter", models.UUIDField()),
                ("ended_at", models.DateTimeField()),
                ("ended_recorded_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField()),
                ("undone_recorded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["undone_recorded_at"], name="matters_past_ends"),
                    models.Index(fields=["undone_at"], name="matters_past_ends_claimed"),
                ]
            },
        ),
    ]
