"""Whom a matter is kept from: a table of its own, and a column that says whether to look there."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0013_saved_filters")]

    operations = [
        migrations.AddField(
            model_name="matter",
            name="walled",
            field=models.BooleanField(null=True),
        ),
        migrations.CreateModel(
            name="Wall",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("matter", models.UUIDField()),
                ("blocked", models.CharField(max_length=60)),
                ("why", models.CharField(max_length=8)),
                ("spares", models.CharField(blank=True, default="", max_length=80)),
                ("set_by", models.UUIDField(null=True)),
                ("since", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at", None)),
                        fields=["blocked", "matter"],
                        name="matters_walls_of",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("matter", "blocked"),
                        name="matters_walls_live",
                    )
                ],
            },
        ),
    ]
