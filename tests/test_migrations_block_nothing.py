"""What may happen to a big table after the first migration: only what no writer waits for, or what has its reason here.

Big tables grow to millions of rows. On PostgreSQL a column that may be empty, or whose constant default the database
itself keeps, costs nothing, and whoever still runs the older program goes on writing; an index is built beside
(`AddIndexBeside`, in a migration that is not atomic). Anything else is refused until somebody says here why not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

from gezhi.ledger.index_beside import AddIndexBeside

BIG = {
    *("matters.matter", "matters.text", "matters.asked", "matters.sought", "matters.posting"),
    *("promises.promise", "ledger.entry"),
}
COSTS_NOTHING = (
    migrations.RemoveIndex,
    migrations.RemoveConstraint,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
)
UNRELEASED = "it is older than the first release: no district has a database that stands before it"
REASONS = {
    ("matters", "0002_asked"): UNRELEASED,
    ("matters", "0003_carried_over"): UNRELEASED,
    ("matters", "0004_draft"): "it numbers the editions of the model: tens of rows",
    ("promises", "0002_the_due_moment_keeps"): UNRELEASED,
    ("promises", "0004_outside"): UNRELEASED,
}


def faults(app: str, migration: Any) -> Iterator[str]:
    """What of a migration would let writers wait, or break the program that still runs."""
    made: set[str] = set()
    for operation in flat(migration.operations):
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name_lower)
        elif isinstance(operation, (migrations.RunPython, migrations.RunSQL)):
            yield f"{type(operation).__name__}: which rows, and in what pieces?"
        elif (table := table_of(operation)) in made or f"{app}.{table}" not in BIG:
            continue
        elif why := fault(operation, atomic=migration.atomic):
            yield f"{type(operation).__name__} on {app}.{table}: {why}"


def flat(operations: Any) -> Iterator[Any]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from flat(operation.database_operations)
        else:
            yield operation


def table_of(operation: Any) -> str:
    name = getattr(operation, "model_name", None) or getattr(operation, "name", None)
    return str(name or getattr(operation, "old_name", "")).lower()


def fault(operation: Any, *, atomic: bool) -> str:
    if isinstance(operation, COSTS_NOTHING):
        return ""
    if isinstance(operation, AddIndexBeside):
        return "the migration must say atomic = False" if atomic else ""
    if isinstance(operation, migrations.AddField):
        return fault_of_field(operation.field)
    if isinstance(operation, migrations.AddIndex):
        return "writers wait until it is built; take AddIndexBeside"
    return (
        "the table is locked while every row is looked at or written, or the older program no longer knows it"
    )


def fault_of_field(field: Any) -> str:
    if isinstance(field, models.GeneratedField):
        return "every row is written anew"
    if field.unique or field.db_index or field.remote_field:
        return "it brings an index or a foreign key; writers wait until it stands"
    if field.null:
        return ""
    if field.db_default is NOT_PROVIDED or hasattr(field.db_default, "get_source_expressions"):
        return "not null without a constant db_default: the older program can add no row any more"
    return ""


def ours() -> Iterator[tuple[tuple[str, str], Any]]:
    """Every migration of the house after the first of its app."""
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if type(migration).__module__.startswith("gezhi.") and not name.startswith("0001"):
            yield (app, name), migration


def test_no_migration_lets_a_writer_wait() -> None:
    found = {place: said for place, one in ours() if (said := list(faults(place[0], one)))}
    assert {place: said for place, said in found.items() if place not in REASONS} == {}
    assert set(REASONS) <= set(found), "a reason for what is no longer there"
    assert {name for name in BIG if name not in tables()} == set()


def tables() -> set[str]:
    from django.apps import apps

    return {model._meta.label_lower for model in apps.get_models()}


STEP = models.Index(fields=["step"], name="some_index")
CHECK = models.CheckConstraint(name="some_check", condition=models.Q(moved__gte=0))


@pytest.mark.parametrize(
    ("operation", "atomic", "holds"),
    [
        (migrations.AddIndex("matter", STEP), True, False),
        (AddIndexBeside("matter", STEP), True, False),
        (AddIndexBeside("matter", STEP), False, True),
        (migrations.AddIndex("helper", STEP), True, True),
        (migrations.AddConstraint("matter", CHECK), True, False),
        (migrations.AlterField("matter", "step", models.TextField()), True, False),
        (migrations.RenameField("matter", "step", "stage"), True, False),
        (migrations.RemoveField("matter", "step"), True, False),
        (migrations.RenameModel("Matter", "Case"), True, False),
        (migrations.DeleteModel("Matter"), True, False),
        (migrations.AddField("matter", "more", models.IntegerField(null=True)), True, True),
        (migrations.AddField("matter", "more", models.IntegerField(default=0)), True, False),
        (migrations.AddField("matter", "more", models.IntegerField(default=0, db_default=0)), True, True),
        (migrations.AddField("matter", "more", models.IntegerField(null=True, db_index=True)), True, False),
        (migrations.AddField("matter", "more", models.UUIDField(null=True, unique=True)), True, False),
        (migrations.RunPython(migrations.RunPython.noop), True, False),
        (migrations.RunSQL("SELECT 1"), True, False),
        (migrations.SeparateDatabaseAndState([migrations.AddIndex("matter", STEP)]), True, False),
        (migrations.RemoveIndex("matter", "matters_within"), True, True),
    ],
)
def test_what_lets_a_writer_wait_is_known(operation: Any, atomic: bool, holds: bool) -> None:
    one = migrations.Migration("0099_some", "matters")
    one.operations, one.atomic = [operation], atomic
    assert bool(list(faults("matters", one))) is not holds
