"""The due moment itself keeps a promise: the watcher looks one tick after it, and no sooner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import migrations
from django.db.models import F

TICK = timedelta(microseconds=1)


def look_after_the_due_moment(apps: Any, _editor: Any) -> None:
    """What was judged stays as it was judged; what waits to be judged is judged by the new rule."""
    promises = apps.get_model("promises", "Promise").objects
    promises.filter(look_at=F("due_at")).update(look_at=F("due_at") + TICK)
    promises.filter(imported=True, missed_at=F("due_at")).update(missed_at=F("due_at") + TICK)


def look_at_the_due_moment(apps: Any, _editor: Any) -> None:
    promises = apps.get_model("promises", "Promise").objects
    promises.filter(look_at=F("due_at") + TICK).update(look_at=F("due_at"))
    promises.filter(imported=True, missed_at=F("due_at") + TICK).update(missed_at=F("due_at"))


class Migration(migrations.Migration):
    dependencies = [("promises", "0001_initial")]

    operations = [migrations.RunPython(look_after_the_due_moment, look_at_the_due_moment)]
