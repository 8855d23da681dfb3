"""Lists of the centre's page: built without standing in the way of whoever writes."""

from __future__ import annotations

from django.db import migrations, models

from gezhi.ledger.index_beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("matters", "0011_centre")]

    operations = [
        AddIndexBeside(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["step", "next_due_at", "id"],
                name="matters_open_step",
            ),
        ),
        AddIndexBeside(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("ended_at", None), ("located", "none")),
                fields=["next_due_at", "id"],
                name="matters_nowhere",
            ),
        ),
    ]
