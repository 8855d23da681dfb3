"""What waits for somebody outside lapses, it is not missed. Which promises wait is read from the models in use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import migrations, models


def mark_what_waits(apps: Any, _editor: Any) -> None:
    """Only what is still to be judged: a miss that stands in the ledger stays as it stands there."""
    promises = apps.get_model("promises", "Promise").objects
    matters = apps.get_model("matters", "Matter").objects
    for version, body in apps.get_model("matters", "Edition").objects.values_list("version", "body"):
        for flow, names in _waiting(json.loads(body)):
            of_them = matters.filter(model=version, flow=flow).values("id")
            waits = promises.filter(flow=flow, name__in=names, look_at__isnull=False, missed_at=None)
            waits.filter(about__in=of_them).update(outside=True)


def _waiting(model: Any) -> Iterator[tuple[str, list[str]]]:
    """The promises of each flow that a move of somebody outside keeps and after which only the clock moves."""
    for id, flow in model["tables"].get("flow", {}).items():
        moves = flow.get("move", {})
        names = [
            name
            for name, rule in flow.get("promise", {}).items()
            if rule.get("missed")
            and all(follows["do"] == "move" for follows in rule["missed"])
            and any(_keeps(word, move, rule) for word, move in moves.items())
        ]
        if names:
            yield id, names


def _keeps(word: str, move: Any, rule: Any) -> bool:
    met = {move.get("to", "same"), f"move:{word}"} & set(rule.get("met", ()))
    return bool(move.get("who") and met and set(move["from"]) & set(rule.get("starts", ())))


class Migration(migrations.Migration):
    dependencies = [("promises", "0003_calendar_changes"), ("matters", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="promise",
            name="outside",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(mark_what_waits, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(("missed_at", None), ("outside", False), _connector="OR"),
                name="promises_missed_by_the_house_only",
            ),
        ),
    ]
