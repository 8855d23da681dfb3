"""The drill: what was backed up is restored, on either database, or nothing is."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from gezhi.cli.backup import check
from gezhi.errors import Refused

from .conftest import Command

READ = """
import django; django.setup()
from gezhi.cli.ledger import proof
from gezhi.ledger.actor import Actor
from gezhi.ledger.clock import now
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import seal
from gezhi.vault.queries import secrets_of
from gezhi.vault.services import *
before = proof()
secret, = secrets_of("138 0000 0007")
one, two = Actor(new_id(), "clerk@0001"), Actor(new_id(), "lead@0001")
opening = ask_to_open(secret, secret, "danger", by=one, at=now())
allow_opening(opening, by=two, at=now())
print(before.entries, before.faults, read_opened(opening, by=one, at=now()).name, seal(at=now()))
"""


def restore(gezhi: Command, file: Path, home: Path, *words: str, code: int = 0) -> str:
    done = gezhi("restore", file, "--home", home, "--passphrase-file", gezhi.passphrase, *words, code=code)
    assert not home.with_name(f".{home.name}.restoring").exists()
    return done.stderr


def test_the_drill_restores_everything_and_the_instance_goes_on(gezhi: Command, liuxi: Path) -> None:
    new = gezhi.folder / "new"
    assert "行数与内容逐表相等" in restore(gezhi, liuxi / "it.gezhi", new)
    for file in ("files/photos/ab/one.jpg", "files/photos/ab/empty.jpg", "keys/index.key"):
        assert (new / file).read_bytes() == (liuxi / "home" / file).read_bytes()
    assert gezhi.python(new, READ).strip() == "41 [] 何敏 4"


def test_the_published_days_go_with_the_backup_and_stay_as_they_are(gezhi: Command, liuxi: Path) -> None:
    new = gezhi.folder / "new"
    roots = gezhi("ledger", "days", "--home", liuxi / "home").stdout
    (day,) = json.loads(roots)["days"]
    assert (day["batches"], day["entries"]) == (1, 40)
    restore(gezhi, liuxi / "it.gezhi", new)
    assert gezhi("ledger", "days", "--home", new).stdout == roots
    head, line = gezhi("ledger", "days", "--csv", "--since", day["day"], "--home", new).stdout.splitlines()
    assert head == "day,first,last,batches,entries,root,before,chain"
    assert line == ",".join(map(str, day.values()))
    assert gezhi.json("ledger", "verify", "--home", new)["days"] == 1
    with sqlite3.connect(new / "gezhi.sqlite3") as link, pytest.raises(sqlite3.IntegrityError, match="never"):
        link.execute("DELETE FROM ledger_dayroot")


@pytest.mark.postgres
def test_the_drill_from_sqlite_to_postgresql_and_back(gezhi: Command, liuxi: Path, postgresql: str) -> None:
    home, new = gezhi.folder / "home", gezhi.folder / "new"
    shutil.copytree(liuxi / "home", home)

    said = gezhi("move", postgresql, "--schema", "liuxi", "--home", home).stderr
    assert "行数与内容逐表相等" in said
    assert not (home / "gezhi.sqlite3").exists()
    assert (home / "gezhi.sqlite3.before-move").exists()
    assert not list(gezhi.folder.glob(".*"))
    assert gezhi.python(home, READ).strip() == "41 [] 何敏 4"

    file = gezhi.backup(home)
    assert "已有内容，不会覆盖" in restore(gezhi, file, new, code=1)
    restore(gezhi, file, new, "--schema", "liuxi_2")
    assert gezhi.python(new, READ).strip() == "44 [] 何敏 3"
    restore(gezhi, file, gezhi.folder / "back", "--database", "sqlite")
    assert gezhi.python(gezhi.folder / "back", READ).strip() == "44 [] 何敏 3"


def test_a_backup_holds_no_salt_no_session_and_no_word_in_clear(gezhi: Command, liuxi: Path) -> None:
    file = liuxi / "it.gezhi"
    manifest, settings = check(file, (liuxi / "passphrase").read_text("utf-8").strip())
    assert not {"vault_salt", "vault_attempt", "people_session"} & set(manifest["tables"])
    assert manifest["tables"]["ledger_entry"]["rows"] == manifest["ledger"]["entries"] == 41
    assert 'name = "柳溪县"' in settings
    for word in ("何敏", "路灯", "柳溪", "vault-1", "ledger_entry"):
        assert word.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("code", ["backup_cut", "backup_damaged", "not_a_backup", "wrong_passphrase"])
def test_a_file_that_is_not_whole_is_refused_with_its_reason(code: str, liuxi: Path, tmp_path: Path) -> None:
    body, passphrase = (liuxi / "it.gezhi").read_bytes(), (liuxi / "passphrase").read_text("utf-8").strip()
    half = len(body) // 2
    cases = {
        "backup_cut": [body[:half], body[:-1], body[:300]],
        "backup_damaged": [body[:half] + bytes([body[half] ^ 1]) + body[half + 1 :], body + b"x"],
        "not_a_backup": [b"PK" + body, b""],
        "wrong_passphrase": [body],
    }
    for altered in cases[code]:
        (tmp_path / "it").write_bytes(altered)
        with pytest.raises(Refused) as refused:
            check(tmp_path / "it", passphrase if code != "wrong_passphrase" else "another horse")
        assert refused.value.code == code


def test_a_refused_restore_leaves_nothing(gezhi: Command, liuxi: Path) -> None:
    gezhi.passphrase.write_text("wrong horse battery")
    done = gezhi(
        *("restore", liuxi / "it.gezhi", "--home", gezhi.folder / "new"),
        *("--passphrase-file", gezhi.passphrase, "--json"),
        code=1,
    )
    assert json.loads(done.stdout)["error"]["code"] == "wrong_passphrase"
    assert "已有内容" in restore(gezhi, liuxi / "it.gezhi", gezhi.folder, code=1)
    assert [p.name for p in gezhi.folder.iterdir()] == ["passphrase"]


def test_a_full_disk_leaves_no_half_file(gezhi: Command, liuxi: Path) -> None:
    words = ("backup", gezhi.folder / "it", "--home", liuxi / "home")
    full = gezhi(*words, "--passphrase-file", gezhi.passphrase, code=1, blocks=100)
    assert "磁盘已满" in full.stderr
    assert not list(gezhi.folder.glob("it*"))


def test_a_passphrase_is_long_and_a_backup_is_never_overwritten(gezhi: Command, liuxi: Path) -> None:
    words = ("backup", gezhi.folder / "it", "--home", liuxi / "home")
    assert "--passphrase-file" in gezhi(*words, code=1).stderr
    gezhi.passphrase.write_text("short")
    assert "至少 10 个字符" in gezhi(*words, "--passphrase-file", gezhi.passphrase, code=1).stderr
    (gezhi.folder / "it").touch()
    assert "不会覆盖" in gezhi(*words, "--passphrase-file", gezhi.passphrase, code=1).stderr


def test_a_ledger_that_does_not_agree_is_not_backed_up_as_if_it_did(gezhi: Command, liuxi: Path) -> None:
    home = gezhi.folder / "home"
    shutil.copytree(liuxi / "home", home)
    gezhi.python(
        home,
        "import django; django.setup()\n"
        "from gezhi.matters.models import Text\n"
        "Text.objects.filter(id=Text.objects.first().id).update(body='路灯亮')",
    )
    words = ("backup", gezhi.folder / "it", "--home", home, "--passphrase-file", gezhi.passphrase)
    assert "账本核对不上" in gezhi(*words, code=1).stderr
    assert not list(gezhi.folder.glob("it*"))
