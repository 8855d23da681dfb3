"""The real command in processes of its own, on homes of their own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from gezhi.home import make_home
from tests import forked
from tests.instances import once

SEED = """
import django; django.setup()
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from django.conf import settings
from django.db import transaction
from gezhi.ledger import clock, digests
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.days import close_days
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record, seal
from gezhi.matters.models import Text
from gezhi.people.models import Account
from gezhi.promises.services import put_calendar
from gezhi.vault.limits import knock
from gezhi.vault.services import seal_reporter
at = clock.now()
Account.objects.bulk_create([Account(id=new_id(), sign_in=f"lin{n}", name="林𠮷\\t\\\\N", made_at=at) for n in range(3)])
put_calendar([(date(2026, 10, n), "holiday", "official", "通知") for n in range(1, 9)])
knock("report", "203.0.113.9", at=at, most=3, seconds=60)
for n in range(40):
    with transaction.atomic():
        matter, text, salt = new_id(), new_id(), digests.new_salt()
        body = f"路灯不亮 \\"{n}\\" 换行\\n制表\\t反斜\\\\. é 🔦"
        Text.objects.bulk_create([Text(id=text, matter=matter, kind="report", body=body, salt=salt)])
        record("matter.noted", matter, by=Actor(new_id(), "clerk@0001"), at=at, count=n, texts=[f"{text}:{digests.of(body, salt)}"])
        seal_reporter("何敏", f"1380000{n:04}", at=at)
seal(at=at - timedelta(days=2))
close_days(at=at)
with transaction.atomic():
    record("instance.seeded", matter, by=HOUSE, at=at)
folder = Path(settings.HOME.files) / "photos" / "ab"
folder.mkdir(parents=True)
(folder / "one.jpg").write_bytes(bytes(range(256)) * 3000)
(folder / "empty.jpg").touch()
"""


class Command:
    """`gezhi …` as somebody at a terminal would type it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text("correct horse 电池\n", encoding="utf-8")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "GEZHI_HOME"))}
        self.env = kept | {"LANG": "zh_CN.UTF-8", "DJANGO_SETTINGS_MODULE": "gezhi.config.settings"}

    def __call__(self, *words: object, code: int = 0, blocks: int = 0) -> subprocess.CompletedProcess[str]:
        """Run it; `blocks` is the size in KiB at which every file is refused, as on a full disk."""
        done = forked.command([str(word) for word in words], env=self.env, cwd=self.folder, blocks=blocks)
        assert done.returncode == code, done.stderr
        return done

    def json(self, *words: object) -> Any:
        return json.loads(self(*words, "--json").stdout)

    def python(self, home: Path, program: str) -> str:
        """What a program says in a process of this home."""
        done = forked.program(program, env=self.env | {"GEZHI_HOME": str(home)}, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def backup(self, home: Path, to: str = "it.gezhi") -> Path:
        self("backup", self.folder / to, "--home", home, "--passphrase-file", self.passphrase)
        return self.folder / to


class Homes:
    """Homes that `gezhi upgrade` and a program have made once, for all tests that begin with such a one."""

    def __init__(self, made: pytest.TempPathFactory) -> None:
        self.made = made

    def copy(self, to: Path, program: str = "", *, kind: str = "live", **said: str) -> Path:
        """A home of a test's own, keys and all. What `make_home` is told comes as keywords."""
        words = {"name": "柳溪县", "synchronous": "NORMAL"} | said | {"kind": kind}
        mark = sha256(repr((sorted(words.items()), program)).encode()).hexdigest()[:12]

        def make(folder: Path) -> None:
            gezhi = Command(folder)
            make_home(folder / "home", **words)
            gezhi("upgrade", "--home", folder / "home")
            if program:
                gezhi.python(folder / "home", program)

        return Path(shutil.copytree(once(self.made, f"home-{mark}", make) / "home", to))


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    return Homes(tmp_path_factory)


@pytest.fixture(scope="session")
def liuxi(tmp_path_factory: pytest.TempPathFactory, homes: Homes) -> Path:
    """A folder with `home` (SQLite, some of everything) and its backup `it.gezhi`; to be copied, not changed."""

    def make(folder: Path) -> None:
        Command(folder).backup(homes.copy(folder / "home", SEED, kind="demo"))

    return Path(
        shutil.copytree(once(tmp_path_factory, "liuxi", make), tmp_path_factory.mktemp("cli") / "liuxi")
    )


@pytest.fixture
def gezhi(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def postgresql() -> Iterator[str]:
    """A database of its own on the cluster of this run, taken away afterwards."""
    address = os.environ["GEZHI_TEST_DATABASE"]
    name = f"gezhi_cli_{uuid4().hex[:12]}"
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{name}"')
    yield urlsplit(address)._replace(path=f"/{name}").geturl()
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
