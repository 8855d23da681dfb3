"""`gezhi backup FILE`: everything of one instance in one sealed file, while it runs."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gezhi import __version__
from gezhi.cli import stamp
from gezhi.cli.main import enter, home_option, json_option
from gezhi.cli.passphrase import new_passphrase, passphrase_option
from gezhi.cli.vessel import Reader, Writer, damaged
from gezhi.cli.words import Progress, say
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused
from gezhi.home import SETTINGS, Home

BLOCK = 128 * 1024


def about() -> str:
    return _("备份：数据库、文件、密钥和设置，加密成一个文件；运行中也可备份")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar=_("文件"), help=_("备份写到哪个文件（不能已存在）"))
    home_option(parser)
    passphrase_option(parser)
    json_option(parser)


def act(said: argparse.Namespace) -> int:
    """Write, read back and compare; only then does the file get its name."""
    if said.file.exists():
        raise Refused(_("{file} 已存在，不会覆盖。请换一个名字。").format(file=said.file), code="file_exists")
    enter(said.home)
    from django.conf import settings

    home: Home = settings.HOME
    if not stamp.is_current(home):
        raise Refused(_("数据库还是旧版本。请先用旧版程序备份，再升级。"), code="upgrade_due")
    passphrase = new_passphrase(said.passphrase_file)
    fresh = said.file.with_name(said.file.name + ".part")
    try:
        manifest = write(home, fresh, passphrase)
        check(fresh, passphrase)
        fresh.rename(said.file)
    finally:
        fresh.unlink(missing_ok=True)
    tell(manifest, said.file, as_json=said.json)
    return 0


def write(home: Home, to: Path, passphrase: str) -> dict[str, Any]:
    """Write one snapshot of the instance. Returns its manifest.

    1. The snapshot begins: what is read from the database from here on is one moment. 2. The ledger of that
    moment is proved. 3. Settings, keys, tables, files. A file is always stored before the row that names it,
    so files read after the snapshot cover it. 4. The manifest, and the disk is made sure of it.
    """
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream, one_moment():
        manifest = _opening_words(home)
        manifest["ledger"] = proved_ledger()
        writer = Writer(stream, passphrase)
        for file in [home.path / SETTINGS, *sorted(home.keys.iterdir())]:
            _put_file(writer, home, file, manifest)
        manifest["tables"] = _put_tables(writer)
        for file in sorted(home.files.rglob("*")):
            if file.is_file():
                _put_file(writer, home, file, manifest)
        writer.begin("manifest")
        writer.block(json.dumps(manifest, ensure_ascii=False).encode())
        writer.end()
        writer.close()
        stream.flush()
        os.fsync(stream.fileno())
    return manifest


@contextmanager
def one_moment() -> Iterator[None]:
    """Within the block every read sees the database as it was at the first; nobody is kept from writing."""
    from django.db import connection, transaction

    connection.close()
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "postgresql":
        from django.db.backends.postgresql.psycopg_any import IsolationLevel

        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    else:
        options["transaction_mode"] = "DEFERRED"
    with transaction.atomic():
        yield


def proved_ledger() -> dict[str, Any]:
    """What `gezhi ledger verify` finds in this moment. Raises `Refused` when the ledger is not whole."""
    from gezhi.cli.ledger import proof

    verdict = proof()
    if not verdict.whole:
        raise Refused(
            _("账本核对不上，没有备份：{fault}。请先运行 gezhi ledger verify 查看全部。").format(
                fault=verdict.faults[0]
            ),
            code="ledger_broken",
        )
    return {"entries": verdict.entries, "batches": verdict.batches, "head": verdict.head}


def check(file: Path, passphrase: str) -> tuple[dict[str, Any], str]:
    """Read a backup from its first byte to its last. Returns its manifest and its settings.

    Raises `Refused` when a byte, a count or a row is not the one that was written.
    """
    from gezhi.cli.rows import Tally, decode

    found: dict[str, Any] = {}
    settings, manifest = "", None
    with file.open("rb") as stream:
        for name, blocks in Reader(stream, passphrase).parts():
            if name.startswith("table/"):
                tally = Tally([])
                for block in blocks:
                    tally.add(decode(block))
                found[name.removeprefix("table/")] = tally.said()["digest"]
                continue
            body = [block for block in blocks if name in {"manifest", SETTINGS}]
            if name == "manifest":
                manifest = json.loads(b"".join(body))
            settings = b"".join(body).decode() if name == SETTINGS else settings
    if manifest is None or {name: one["digest"] for name, one in manifest["tables"].items()} != found:
        raise damaged()
    return manifest, settings


def tell(manifest: dict[str, Any], file: Path, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"file": str(file), **manifest}, ensure_ascii=False))
        return
    rows = sum(t["rows"] for t in manifest["tables"].values())
    say(
        _(
            "已备份到 {file}：{tables} 张表 {rows} 行，{files} 个文件；写完后重读核对无误，账本 {entries} 条无误。"
        ).format(
            file=file,
            tables=len(manifest["tables"]),
            rows=rows,
            files=len(manifest["files"]),
            entries=manifest["ledger"]["entries"],
        )
    )


def _opening_words(home: Home) -> dict[str, Any]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    from gezhi.ledger import clock

    applied = sorted(MigrationRecorder(connection).applied_migrations())
    return {
        "format": 1,
        "version": __version__,
        "made_at": clock.now().isoformat(),
        "kind": home.kind,
        "name": home.name,
        "database": connection.vendor,
        "migrations": [list(one) for one in applied],
        "files": {},
    }


def _put_file(writer: Writer, home: Home, file: Path, manifest: dict[str, Any]) -> None:
    """One file of the home. One that went away meanwhile (a photo that was erased) is not missed."""
    try:
        stream = file.open("rb")
    except FileNotFoundError:
        return
    name = file.relative_to(home.path).as_posix()
    with stream:
        writer.begin(name)
        size = 0
        while block := stream.read(BLOCK):
            writer.block(block)
            size += len(block)
        manifest["files"][name] = {"bytes": size, "sha256": writer.end()}


def _put_tables(writer: Writer) -> dict[str, Any]:
    from django.apps import apps

    from gezhi.cli.rows import encode, tables

    all_tables = tables(apps)
    bar = Progress(_("备份"), sum(table.count() for table in all_tables))
    done, said = 0, {}
    for table in all_tables:
        writer.begin(f"table/{table.name}")
        tally = table.fresh_tally()
        for batch in table.batches():
            tally.add(batch)
            writer.block(encode(batch))
            bar.step(done + tally.rows)
        writer.end()
        done += tally.rows
        said[table.name] = tally.said()
    return said
