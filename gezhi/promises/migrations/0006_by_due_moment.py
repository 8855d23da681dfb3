"""What fell due in a period is found by its due moment. On PostgreSQL the index is built while others write."""

from __future__ import annotations

from django.db import migrations, models

from gezhi.ledger.index_beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("promises", "0005_counted_once")]

    operations = [
        AddIndexBeside("promise", models.Index(fields=["name", "due_at"], name="promises_due")),
    ]
