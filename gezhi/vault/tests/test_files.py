"""Files under seal: whole or not opened, every opening an entry, gone for good when destroyed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.vault import events, keys, queries
from gezhi.vault.models import SealedFile
from gezhi.vault.services import add_key, remove_key, reseal
from gezhi.vault.services.files import CHUNK, bytes_of, destroy_file, open_file, path_of, seal_file

from .conftest import LIN, NOON
from .test_rotation import age_newest_key

BODY = os.urandom(2 * CHUNK + 17)
ABOUT = new_id()


def sealed(body: bytes = BODY) -> UUID:
    id = new_id()
    with transaction.atomic():
        seal_file(id, body, kind="original", about=ABOUT, at=NOON)
    return id


def where(id: UUID) -> bytes:
    return path_of(id, SealedFile.objects.get(id=id).key).read_bytes()


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1])
def test_what_is_sealed_comes_back_whole(cipher: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, cipher=cipher))
    add_key(by=HOUSE, at=NOON)
    id = sealed(BODY[:size])
    assert bytes_of(id) == BODY[:size]
    assert keys.ring().newest.cipher == cipher
    assert size < 16 or BODY[:16] not in where(id)


def test_sealing_and_every_opening_are_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    id = sealed()
    assert open_file(id, "case", by=LIN, at=NOON) == BODY
    told = {e.what: e for e in Entry.objects.filter(about=ABOUT)}
    assert hashlib.sha256(BODY).hexdigest() in str(told[events.FILE_SEALED].facts)
    assert told[events.FILE_OPENED].by == LIN.account
    assert "case" in str(told[events.FILE_OPENED].facts)
    with pytest.raises(Refused, match="查看目的"):
        open_file(id, "curiosity", by=LIN, at=NOON)
    with pytest.raises(Refused, match="只能由人"):
        open_file(id, "case", by=HOUSE, at=NOON)
    assert Entry.objects.filter(about=ABOUT, what=events.FILE_OPENED).count() == 1


def cut(body: bytes) -> bytes:
    """Without its last chunk, as somebody would who wants the end not to be seen."""
    length = int.from_bytes(body[:4], "big") + 4
    return body[: 2 * length]


def swapped(body: bytes) -> bytes:
    length = int.from_bytes(body[:4], "big") + 4
    return body[length : 2 * length] + body[:length] + body[2 * length :]


@pytest.mark.parametrize(
    "harm",
    [lambda b: b[:-1] + bytes([b[-1] ^ 1]), lambda b: b[:-40], cut, swapped, lambda b: b""],
    ids=["a bit", "cut off", "a chunk less", "swapped", "empty"],
)
def test_an_altered_file_is_not_opened_and_no_opening_is_recorded(harm: Callable[[bytes], bytes]) -> None:
    id = sealed()
    path_of(id, 1).write_bytes(harm(where(id)))
    with pytest.raises(Refused, match="打不开"):
        open_file(id, "case", by=LIN, at=NOON)
    assert not Entry.objects.filter(what=events.FILE_OPENED).exists()


def test_a_file_moved_to_another_name_does_not_open() -> None:
    one, other = sealed(b"one"), sealed(b"two")
    path_of(one, 1).write_bytes(where(other))
    with pytest.raises(Refused, match="打不开"):
        bytes_of(one)


def test_a_change_of_key_takes_the_files_along(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    id = sealed()
    add_key(by=HOUSE, at=NOON)
    age_newest_key()
    assert queries.sealed_otherwise()
    with pytest.raises(Refused, match="重新封存"):
        remove_key(1, by=HOUSE, at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        assert [reseal(by=HOUSE, at=NOON), reseal(by=HOUSE, at=NOON)] == [1, 0]
    assert not path_of(id, 1).exists()
    remove_key(1, by=HOUSE, at=NOON)
    assert bytes_of(id) == BODY


def test_destroyed_is_gone_with_all_that_a_cut_off_change_of_key_left(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    id = sealed()
    path_of(id, 9).write_bytes(where(id))
    with django_capture_on_commit_callbacks(execute=True):
        assert destroy_file(id, "retention_over", by=HOUSE, at=NOON)
    assert list(path_of(id, 1).parent.glob(f"{id.hex}*")) == []
    with pytest.raises(NotFound):
        open_file(id, "case", by=LIN, at=NOON)
    assert not destroy_file(id, "retention_over", by=HOUSE, at=NOON)
    assert Entry.objects.filter(what=events.FILE_DESTROYED).count() == 1
