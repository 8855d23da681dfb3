"""Run inside a home: prints the one statement of intake with its values in place, as a script of pgbench."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

import django
import msgspec

TOWN = "5"


def statement() -> str:
    """Ids are chosen anew each time, and so is the town, whose counter numbers the matter."""
    from bench import bare, columns

    rows = bare.rows_of(
        msgspec.convert(
            {
                "text": "院门口路灯不亮，第 1 次看到，请来看一下。",
                "item": "N12",
                "lon": 118.2,
                "lat": 30.2,
                "address": "桥东路 12 号院",
            },
            bare.NewMatter,
        )
    )
    rows = rows._replace(serial=f"0001000{TOWN} day", before=f"柳{TOWN}〔2026〕1121-")
    values = [literal(value) for value in columns.parameters(rows)]
    sql = re.sub("%s", lambda _mark: values.pop(0), columns.statement(1, 1, True))
    return f"\\set town random(0, 9)\n{sql};\n"


def literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, UUID):
        return "gen_random_uuid()"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea"
    if isinstance(value, datetime):
        return f"'{value.isoformat()}'::timestamptz"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return word(str(value))


def word(said: str) -> str:
    if len(said) == 64:  # the client key
        return "md5(gen_random_uuid()::text)"
    for mark in (f"0001000{TOWN} ", f"柳{TOWN}"):
        if said.startswith(mark):
            return f"'{said[: mark.index(TOWN)]}' || :town::text || '{said[mark.index(TOWN) + 1 :]}'"
    return "'" + said.replace("'", "''") + "'"


if __name__ == "__main__":
    django.setup()
    print(statement())
