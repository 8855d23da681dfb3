"""Handlers and reporters leave each other words, without a telephone number."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0022_right_asked")]

    operations = [
        migrations.CreateModel(
            "Relayed",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("matter", models.UUIDField()),
                ("own", models.BooleanField()),
                ("call", models.BooleanField(default=False)),
                ("text", models.UUIDField()),
                ("photos", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("moved", models.PositiveIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["matter", "at"], name="matters_relayed_of"),
                    models.Index(
                        fields=["matter"],
                        condition=models.Q(moved__isnull=False),
                        name="matters_relayed_new",
                    ),
                ]
            },
        ),
    ]
