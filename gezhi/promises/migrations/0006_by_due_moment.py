"""What fell due in a period is found by its due moment. On PostgreSQL the index is built while others write."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


class AddIndexBeside(migrations.AddIndex):
    """An index of a table that may hold tens of millions of rows: on PostgreSQL nobody waits for it.

    A build that was broken off leaves an invalid index behind; it is dropped before the next begins.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute(f'DROP INDEX IF EXISTS "{self.index.name}"')
        schema_editor.execute(self.index.create_sql(model, schema_editor, concurrently=True))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("promises", "0005_counted_once")]

    operations = [
        AddIndexBeside("promise", models.Index(fields=["name", "due_at"], name="promises_due")),
    ]
