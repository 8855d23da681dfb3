"""`gezhi upgrade`: bring the database of an instance up to this version of the program."""

from __future__ import annotations

import argparse

from gezhi.cli import stamp
from gezhi.cli.main import enter, home_option
from gezhi.cli.words import gettext as _
from gezhi.cli.words import say
from gezhi.errors import Refused
from gezhi.home import Home


def about() -> str:
    return _("把实例的数据库升级到本版本")


def declare(parser: argparse.ArgumentParser) -> None:
    home_option(parser)


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    from django.conf import settings

    bring_up(settings.HOME)
    say(_("{path} 已是本版本。").format(path=settings.HOME.path))
    return 0


def bring_up(home: Home) -> None:
    """1. The schema. 2. The tables. 3. What the instance is, once for ever. 4. The lock on the ledger."""
    from django.core.management import call_command

    make_schema(home.schema)
    call_command("migrate", verbosity=0, interactive=False)
    open_and_lock(home)
    stamp.write(home)


def make_schema(schema: str) -> None:
    """The PostgreSQL schema of the instance, if it has one and it is not there yet."""
    from django.db import connection

    if schema and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')


def open_and_lock(home: Home) -> None:
    """Write what the instance is, and lock its ledger. Raises `Refused` when settings name another kind."""
    from gezhi.ledger.instance import open_instance
    from gezhi.ledger.lock import lock_tables

    try:
        open_instance(home.kind)
    except ValueError as error:
        raise Refused(
            _("实例的类型开出来就不能改。请把 settings.toml 里的 kind 改回去（{detail}）。").format(
                detail=error
            ),
            code="kind_is_fixed",
        ) from error
    lock_tables()
