"""An operation of a migration: an index of a table that may hold millions of rows, built while others write."""

from __future__ import annotations

from typing import Any

from django.db import migrations


class AddIndexBeside(migrations.AddIndex):
    """On PostgreSQL nobody waits for the index: its migration says `atomic = False`. On SQLite a plain index.

    The build itself waits until every transaction that was open has ended, however long that takes, for it stands
    in nobody's way meanwhile. One that was broken off leaves an invalid index behind; it goes before the next begins.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout')")
            before = cursor.fetchone()[0]
            cursor.execute("SET lock_timeout = 0")
            try:
                cursor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
                cursor.execute(str(self.index.create_sql(model, schema_editor, concurrently=True)))
            finally:
                cursor.execute(f"SET lock_timeout = '{before}'")
