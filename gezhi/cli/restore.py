"""`gezhi restore FILE --home DIR`: an instance from its backup, on SQLite or PostgreSQL.

Everything is built beside its place (a folder `.DIR.restoring`, a schema `…_restoring`) and moved there last,
so that a restore which fails or is killed leaves nothing that could be taken for an instance.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from gezhi.cli import schemas, stamp
from gezhi.cli.backup import check
from gezhi.cli.main import enter, json_option
from gezhi.cli.passphrase import known_passphrase, passphrase_option
from gezhi.cli.vessel import Reader, damaged
from gezhi.cli.words import Progress, say
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused
from gezhi.home import open_home, settings_text, write_settings

SUFFIX = "_restoring"


@dataclass(frozen=True)
class Work:
    """One restore: what is read, where it is built, what it will be."""

    file: Path
    passphrase: str
    manifest: dict[str, Any]
    home: Path
    staging: Path
    settings: dict[str, Any]  # as they will be, with the final schema

    @property
    def schema(self) -> str:
        return str(self.settings.get("schema", ""))


def about() -> str:
    return _("从备份恢复一个实例；可同时换数据库")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar=_("文件"), help=_("备份文件"))
    parser.add_argument(
        "--home", type=Path, required=True, metavar=_("目录"), help=_("恢复到哪个目录（须不存在或为空）")
    )
    parser.add_argument(
        "--database", metavar=_("地址"), help=_("sqlite 或 postgresql://…（不写则与备份时相同）")
    )
    parser.add_argument("--schema", metavar=_("名称"), help=_("PostgreSQL 中本实例的 schema（默认 gezhi）"))
    passphrase_option(parser)
    json_option(parser)


def act(said: argparse.Namespace) -> int:
    """Check everything first; then build, compare, prove, and move into place."""
    home = said.home.absolute()
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise Refused(
            _("{home} 里已有内容，不会覆盖。请指定一个空目录。").format(home=home), code="home_not_empty"
        )
    passphrase = known_passphrase(said.passphrase_file)
    manifest, settings = check(said.file, passphrase)
    work = Work(
        said.file,
        passphrase,
        manifest,
        home,
        home.with_name(f".{home.name}.restoring"),
        _settings(tomllib.loads(settings), said.database, said.schema),
    )
    try:
        found = build(work)
        into_place(work)
    except BaseException:
        give_up(work)
        raise
    tell(work, found, as_json=said.json)
    return 0


def build(work: Work) -> dict[str, Any]:
    """Make the instance in its staging place. Returns the tables as they were read back."""
    shutil.rmtree(work.staging, ignore_errors=True)
    for folder in (work.staging, work.staging / "keys", work.staging / "files"):
        folder.mkdir(mode=0o700, parents=True)
    schema = work.schema + SUFFIX if work.schema else ""
    write_settings(work.staging, settings_text({**work.settings, "schema": schema}))
    for file, body in _plain_files(work, "keys/"):
        _put(file, body)
    enter(work.staging)
    if work.schema:
        schemas.must_be_free(work.schema)
        schemas.make_anew(schema)
    return _fill(work)


def _fill(work: Work) -> dict[str, Any]:
    """1. The tables as they were at the backup. 2. The rows. 3. Compared. 4. Up to this version. 5. Proved."""
    from django.core.management import call_command
    from django.db import transaction

    from gezhi.cli.backup import proved_ledger
    from gezhi.cli.rows import Table, set_counters, tables
    from gezhi.cli.upgrade import open_and_lock

    registry = schemas.migrate_to([(app, name) for app, name in work.manifest["migrations"]])
    columns = {name: tuple(one["columns"]) for name, one in work.manifest["tables"].items()}
    known = {t.name: Table(t.model, columns[t.name]) for t in tables(registry) if t.name in columns}
    if lacking := columns.keys() - known.keys():
        raise schemas.newer(sorted(lacking)[0])
    with transaction.atomic():
        _load(work, known)
        set_counters(list(known.values()))
    found = {name: known[name].tally().said() for name in work.manifest["tables"]}
    if found != work.manifest["tables"]:
        raise Refused(_("恢复后的数据与备份不一致，已撤销。"), code="restore_differs")
    call_command("migrate", verbosity=0, interactive=False)
    proved = proved_ledger()
    if proved["head"] != work.manifest["ledger"]["head"]:
        raise Refused(_("恢复后的数据与备份不一致，已撤销。"), code="restore_differs")
    open_and_lock(open_home(work.staging))
    return found


def _load(work: Work, known: dict[str, Any]) -> None:
    """Rows into their tables, files into their folders."""
    from gezhi.cli.rows import decode

    total = sum(t["rows"] for t in work.manifest["tables"].values())
    bar, done = Progress(_("恢复"), total), 0
    for name, blocks in _parts(work):
        if name.startswith("files/"):
            _put(_inside(work.staging, name), blocks)
            continue
        table = known.get(name.removeprefix("table/")) if name.startswith("table/") else None
        for block in blocks:
            if table is not None:
                rows = decode(block)
                done += len(rows)
                table.load(rows)
                bar.step(done)


def into_place(work: Work) -> None:
    """The schema gets its name, then the settings, then the folder."""
    from django.db import connection

    if work.schema:
        schemas.rename(work.schema + SUFFIX, work.schema)
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    write_settings(work.staging, settings_text(work.settings))
    stamp.write(open_home(work.staging))
    if work.home.exists():
        work.home.rmdir()
    work.home.parent.mkdir(parents=True, exist_ok=True)
    work.staging.rename(work.home)


def give_up(work: Work) -> None:
    """Take away what was built so far."""
    if work.schema:
        schemas.drop_quietly(work.schema + SUFFIX)
    shutil.rmtree(work.staging, ignore_errors=True)


def tell(work: Work, found: dict[str, Any], *, as_json: bool) -> None:
    """The table of counts: before and after are equal, or we would not be here."""
    if as_json:
        print(
            json.dumps(
                {"home": str(work.home), "settings": _public(work), "tables": found}, ensure_ascii=False
            )
        )
        return
    before = work.manifest["tables"]
    width = max(map(len, found))
    say(f"{_('表'):<{width}} {_('备份'):>10} {_('恢复'):>10}")
    for name, one in found.items():
        say(f"{name:<{width}} {before[name]['rows']:>11} {one['rows']:>11}")
    say(
        _(
            "已恢复到 {home}（备份于 {at}）。行数与内容逐表相等，账本无误。运行：gezhi run --home {home}"
        ).format(home=work.home, at=work.manifest["made_at"])
    )


def _public(work: Work) -> dict[str, Any]:
    return {"kind": work.manifest["kind"], "schema": work.schema, "made_at": work.manifest["made_at"]}


def _settings(said: dict[str, Any], database: str | None, schema: str | None) -> dict[str, Any]:
    """The settings of the backup, with the database that was asked for."""
    said = {**said, "database": database or said.get("database", "sqlite")}
    if said["database"] == "sqlite":
        said.pop("schema", None)
        return said
    if not said["database"].startswith(("postgresql://", "postgres://")):
        raise Refused(_("--database 只能是 sqlite 或 postgresql:// 开头的地址。"), code="database_unknown")
    said["schema"] = schema or said.get("schema") or "gezhi"
    return said


def _parts(work: Work) -> Iterator[tuple[str, Iterator[bytes]]]:
    with work.file.open("rb") as stream:
        yield from Reader(stream, work.passphrase).parts()


def _plain_files(work: Work, under: str) -> Iterator[tuple[Path, Iterator[bytes]]]:
    for name, blocks in _parts(work):
        if name.startswith(under):
            yield _inside(work.staging, name), blocks
        elif name.startswith("table/"):
            return
        else:
            for _block in blocks:
                pass


def _inside(folder: Path, name: str) -> Path:
    """The path of a part below the folder; a name that would lead out of it is no name we wrote."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or pure.parts[0] not in {"keys", "files"}:
        raise damaged()
    return folder / pure


def _put(file: Path, blocks: Iterator[bytes]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.open("wb") as stream:
        file.chmod(0o600)
        for block in blocks:
            stream.write(block)
