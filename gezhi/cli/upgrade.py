"""`gezhi upgrade`: bring the database of an instance up to this version of the program."""

from __future__ import annotations

import argparse
from pathlib import Path

from gezhi.cli import stamp
from gezhi.cli.main import enter, home_option
from gezhi.cli.tables import bring_up_tables
from gezhi.cli.words import gettext as _
from gezhi.cli.words import say
from gezhi.errors import Refused
from gezhi.home import Home


def about() -> str:
    return _("把实例的数据库升级到本版本")


def declare(parser: argparse.ArgumentParser) -> None:
    home_option(parser)
    parser.add_argument("--quiet", action="store_true", help=_("成功时不说话"))


def act(said: argparse.Namespace) -> int:
    enter(said.home)
    from django.conf import settings

    bring_up(settings.HOME)
    if not said.quiet:
        say(_("{path} 已是本版本。").format(path=settings.HOME.path))
    return 0


def bring_up(home: Home) -> None:
    """1. The schema. 2. The tables. 3. What the instance is, once for ever. 4. The lock on the ledger.

    5. A live instance gets its governance model, if it has none, and the days that were published since. The
    others begin at a moment of their own; whoever fills them brings both.
    """
    make_schema(home.schema)
    bring_up_tables()
    open_and_lock(home)
    if home.kind == "live":
        take_model(home)
        learn_calendar()
    stamp.write(home)


def take_model(home: Home) -> None:
    """The model that the settings name, if the instance has none yet. Raises `Refused` for no such model,
    `ModelError` for one that is not proved."""
    from gezhi.ledger.actor import HOUSE
    from gezhi.ledger.clock import now
    from gezhi.matters.models import Edition
    from gezhi.matters.services.editions import adopt
    from gezhi.rules.folder import DISTRICTS
    from gezhi.rules.proof.check import proved_model

    if Edition.objects.exists():
        return
    folder = DISTRICTS / home.model if (DISTRICTS / home.model).is_dir() else Path(home.model)
    if not (folder / "model.toml").is_file():
        raise Refused(
            _("没有治理模型 {model}。请在 settings.toml 里写自带模型的名字，或一个目录。").format(
                model=home.model
            ),
            code="model_missing",
        )
    adopt(proved_model(folder), by=HOUSE, at=now())


def learn_calendar() -> None:
    """Days from last year to two years on. A day that was officially published, or set by hand, stays.

    Where a year that was provisional is published with this version, promises counted on it are counted again.
    """
    from django.utils import timezone

    from gezhi.ledger.actor import HOUSE
    from gezhi.ledger.clock import now
    from gezhi.promises import calendars
    from gezhi.promises.services import put_calendar
    from gezhi.rules import seed

    at = now()
    today = timezone.localdate(at)
    known = calendars.known()
    rows = [
        row
        for row in seed.days(today.year - 1, today.year + 2)
        if known.get(row[0]) in {None, "provisional"} and (row[0] not in known or row[2] == "official")
    ]
    if plain := [row for row in rows if row[0] not in known or row[0] < today]:
        put_calendar(plain)
    calendars.change([row for row in rows if row[0] in known and row[0] >= today], by=HOUSE, at=at)


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
