"""A department sees a matter from the moment it is asked. Who was asked before is read from the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import migrations, models
from django.db.models.functions import Concat

BATCH = 500
DESK = "department:"


def read_who_was_asked(apps: Any, _editor: Any) -> None:
    """Every department that an entry of a matter names as the desk asked, or as the post that acted."""
    matter = apps.get_model("matters", "Matter").objects
    chunk: list[Any] = []
    for row in matter.order_by("id").only("id").iterator(chunk_size=BATCH):
        chunk.append(row)
        if len(chunk) == BATCH:
            _backfill(apps, chunk)
            chunk = []
    _backfill(apps, chunk)


def _backfill(apps: Any, matters: list[Any]) -> None:
    asked, last = {}, {}
    for about, department, since, by_turn in _departments(apps, [row.id for row in matters]):
        asked.setdefault((department, about), since)
        if by_turn:
            last[about] = department
    model = apps.get_model("matters", "Asked")
    model.objects.bulk_create(
        [model(department=d, matter=about, since=since) for (d, about), since in asked.items()],
        batch_size=BATCH,
    )
    named = [row for row in matters if row.id in last]
    for row in named:
        row.asked_department = last[row.id]
    apps.get_model("matters", "Matter").objects.bulk_update(named, ["asked_department"], batch_size=100)


def _departments(apps: Any, subjects: list[Any]) -> Iterator[tuple[Any, str, Any, bool]]:
    """(matter, department, when, whether it was asked rather than acting), oldest first."""
    entries = apps.get_model("ledger", "Entry").objects
    rows = entries.filter(about__in=subjects, what__in=("matter.opened", "matter.stepped", "matter.placed"))
    for about, post, facts, at in rows.order_by("id").values_list("about", "post", "facts", "recorded_at"):
        if post.startswith(DESK):
            yield about, post.removeprefix(DESK), at, False
        desk = json.loads(facts).get("desk", "")
        if desk.startswith(DESK):
            yield about, desk.removeprefix(DESK), at, True


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Asked",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "department", "matter", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("department", models.CharField(max_length=40)),
                ("matter", models.UUIDField()),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.RemoveIndex(model_name="matter", name="matters_department"),
        migrations.AddField(
            model_name="matter",
            name="asked_department",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.RunPython(read_who_was_asked, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("ended_at", None), models.Q(("asked_department", ""), _negated=True)),
                fields=["asked_department", "next_due_at", "id"],
                name="matters_asked_department",
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("desk__startswith", "department:"), _negated=True),
                    ("desk", Concat(models.Value("department:"), "asked_department")),
                    _connector="OR",
                ),
                name="matters_asked_desk_is_last_asked",
            ),
        ),
    ]
