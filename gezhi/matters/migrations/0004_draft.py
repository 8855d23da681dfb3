"""A change of the model is drafted on its pages; editions have their turn, and may be taken back before their day."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def give_turns(apps: Any, _editor: Any) -> None:
    """In the order in which they were adopted."""
    editions = apps.get_model("matters", "Edition").objects
    for turn, version in enumerate(
        editions.order_by("adopted_at", "since").values_list("version", flat=True), start=1
    ):
        editions.filter(version=version).update(turn=turn)


class Migration(migrations.Migration):
    dependencies = [("matters", "0003_carried_over")]

    operations = [
        migrations.AddField(model_name="edition", name="turn", field=models.PositiveIntegerField(default=0)),
        migrations.AddField(model_name="edition", name="withdrawn_at", field=models.DateTimeField(null=True)),
        migrations.RunPython(give_turns, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("live", models.BooleanField(null=True, unique=True)),
                ("state", models.CharField(max_length=10)),
                ("base", models.CharField(max_length=16)),
                ("toml", models.TextField()),
                ("items", models.TextField()),
                ("findings", models.TextField()),
                ("since", models.DateField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("version", models.CharField(blank=True, max_length=16)),
                ("trial", models.TextField(blank=True)),
                ("began_at", models.DateTimeField()),
                ("edited_by", models.UUIDField()),
                ("edited_at", models.DateTimeField()),
                ("submitted_by", models.UUIDField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("published_by", models.UUIDField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
