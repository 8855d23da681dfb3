"""What a restore does to a database around the rows: its schema, and tables as an older version had them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from gezhi.cli.words import gettext as _
from gezhi.errors import Refused

if TYPE_CHECKING:
    from django.apps.registry import Apps


def must_be_free(schema: str) -> None:
    """Raise `Refused` if the schema holds a table: somebody lives there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", [schema])
        if cursor.fetchone()[0]:
            raise Refused(
                _("数据库里的 schema {schema} 已有内容，不会覆盖。请用 --schema 另取一个名称。").format(
                    schema=schema
                ),
                code="schema_not_empty",
            )


def make_anew(schema: str) -> None:
    """An empty schema of this name; what an earlier attempt left there goes."""
    _run(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE', f'CREATE SCHEMA "{schema}"')


def rename(schema: str, to: str) -> None:
    """Give the finished schema its name, in one move."""
    from django.db import transaction

    with transaction.atomic():
        _run(f'DROP SCHEMA IF EXISTS "{to}" RESTRICT', f'ALTER SCHEMA "{schema}" RENAME TO "{to}"')


def drop_quietly(schema: str) -> None:
    """Take a half-built schema away, if the database still answers."""
    from django.conf import settings
    from django.db import DatabaseError, connection

    if settings.configured and connection.vendor == "postgresql":
        with contextlib.suppress(DatabaseError):
            connection.close()
            _run(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')


def migrate_to(applied: list[tuple[str, str]]) -> Apps:
    """Make the tables as they were when exactly these migrations were applied. Returns the models of then."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.nodes
    apps = {app for app, _name in nodes}
    wanted = [one for one in applied if one[0] in apps]
    if unknown := [one for one in wanted if one not in nodes]:
        raise newer(".".join(unknown[0]))
    if wanted:
        executor.migrate(wanted)
    registry: Apps = executor.loader.project_state(wanted).apps
    return registry


def newer(unknown: str) -> Refused:
    return Refused(
        _("备份来自别的版本的程序（{unknown}）。请换成备份时的版本再恢复。").format(unknown=unknown),
        code="backup_is_newer",
    )


def _run(*statements: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
