"""Lists of the centre's page: built without standing in the way of whoever writes."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


class AddIndexBeside(migrations.AddIndex):
    """An index of a large table: PostgreSQL builds it while others write."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute(self.index.create_sql(model, schema_editor, concurrently=True), params=None)


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
