"""Keys change while the vault is in use; nothing becomes unreadable."""

from __future__ import annotations

import os
from dataclasses import replace
from uuid import UUID

import pytest
from django.conf import settings

from gezhi.errors import Refused
from gezhi.ledger.actor import HOUSE
from gezhi.vault import keys, queries
from gezhi.vault.models import Secret
from gezhi.vault.services import (
    Reporter,
    add_key,
    allow_opening,
    ask_to_open,
    read_opened,
    remove_key,
    reseal,
    rotation,
    seal_reporter,
    sealing,
)

from .conftest import LIN, NOON, QIAO


def read(secret: UUID) -> Reporter:
    opening = ask_to_open(secret, secret, "danger", by=LIN, at=NOON)
    allow_opening(opening, by=QIAO, at=NOON)
    return read_opened(opening, by=LIN, at=NOON)


def age_newest_key() -> None:
    """As if the newest key had been made two hours ago."""
    file = keys.key_file(keys.ring().newest)
    old = file.stat().st_mtime - 7200
    os.utime(file, (old, old))


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_a_rotation_reseals_in_batches_and_everything_stays_readable(
    cipher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    tokens = [seal_reporter(f"人{n}", f"1380000000{n}", at=NOON) for n in range(5)]
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, cipher=cipher))

    assert add_key(by=HOUSE, at=NOON) == 2
    between = seal_reporter("新人", "13900000000", at=NOON)
    assert [reseal(by=HOUSE, at=NOON) for _ in range(4)] == [2, 2, 1, 0]

    assert {bytes(s)[0] for s in Secret.objects.values_list("sealed", flat=True)} == {2}
    assert keys.ring().newest.cipher == cipher
    for n, token in enumerate(tokens):
        assert token is not None
        assert read(token) == Reporter(f"人{n}", f"1380000000{n}")
        assert queries.secrets_of(f"1380000000{n}") == (token,)
    assert between is not None
    assert read(between).name == "新人"


def test_the_keys_of_machines_are_sealed_anew_too() -> None:
    """What doors and hooks sign with has no contact in it."""
    token = sealing.seal_key("door", "编号:密码", at=NOON)
    old = bytes(Secret.objects.get(id=token).sealed)[0]
    add_key(by=HOUSE, at=NOON)
    while reseal(by=HOUSE, at=NOON):
        pass
    row = Secret.objects.get(id=token)
    assert bytes(row.sealed)[0] != old
    assert row.blind is None
    assert sealing.opened_key("door", token) == "编号:密码"


def test_half_way_through_a_change_of_cipher_both_halves_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    old = seal_reporter("老人", "13800000000", at=NOON)
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, cipher="sm4"))
    add_key(by=HOUSE, at=NOON)
    new = seal_reporter("新人", "13900000000", at=NOON)
    assert queries.secrets_of("13800000000") == (old,)
    assert queries.secrets_of("13900000000") == (new,)


def test_an_old_key_goes_only_when_nothing_uses_it(secret: UUID) -> None:
    with pytest.raises(Refused, match="只能移除已被替换的旧密钥"):
        remove_key(1, by=HOUSE, at=NOON)
    add_key(by=HOUSE, at=NOON)
    with pytest.raises(Refused, match="未满一小时"):
        remove_key(1, by=HOUSE, at=NOON)
    age_newest_key()
    with pytest.raises(Refused, match="请先完成重新封存"):
        remove_key(1, by=HOUSE, at=NOON)
    reseal(by=HOUSE, at=NOON)
    remove_key(1, by=HOUSE, at=NOON)
    assert sorted(keys.ring().keys) == [2]
    assert read(secret).name == "何敏"


def test_a_home_without_its_keys_says_where_to_get_them(secret: UUID) -> None:
    for file in keys.folder().glob("vault-*.key"):
        file.unlink()
    with pytest.raises(Refused, match="请从备份恢复 keys 目录"):
        keys.ring()
