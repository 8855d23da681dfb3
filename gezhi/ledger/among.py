"""The lookup `among`: one of these values, given as one parameter, however many they are.

`in` writes a mark for each value, so that a statement about two hundred rows is another text than one about seventy:
spelt, read and planned anew each time. With `among` it is the same text, which the database has prepared.
"""

from __future__ import annotations

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Lookup
from django.db.models.sql.compiler import SQLCompiler


@Field.register_lookup
class Among(Lookup):
    """`field__among=values`: true if, and only if, the field has one of them. Of none it is never true."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]  # SQL of lookups is a tuple of words and values
        said, given = self.process_lhs(compiler, connection)
        field = self.lhs.output_field
        values = [field.get_db_prep_value(one, connection) for one in self.rhs]
        if connection.vendor == "postgresql":
            return f"{said} = ANY(%s)", [*given, values]
        return f"{said} IN (SELECT value FROM json_each(%s))", [*given, json.dumps(values)]  # noqa: S608  # a name of the model
