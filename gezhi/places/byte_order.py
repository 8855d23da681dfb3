"""Text columns that are compared as ranges: kept in byte order on PostgreSQL, as SQLite keeps them anyway.

A model's `db_collation` cannot name a collation that only one database knows, so a migration sets it.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations


def in_byte_order(app: str, model: str, *fields: str) -> migrations.RunPython:
    """A migration operation that gives the columns COLLATE "C" on PostgreSQL and does nothing on SQLite."""

    def collate(apps: Any, schema_editor: Any) -> None:
        connection = schema_editor.connection
        if connection.vendor != "postgresql":
            return
        options = apps.get_model(app, model)._meta
        quote = connection.ops.quote_name
        for name in fields:
            field = options.get_field(name)
            kind = field.db_parameters(connection=connection)["type"]
            table, column = quote(options.db_table), quote(field.column)
            schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} COLLATE "C"')

    return migrations.RunPython(collate, migrations.RunPython.noop)
