"""A scanner beside the worker, spoken to as clamd(8) is: what it says decides, and while it says nothing nothing is shown."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.matters import events
from gezhi.matters.models import Photo
from gezhi.matters.services import photos, scanning
from gezhi.matters.services.scanning import ScannerAway, found_in

from .liuxi import World
from .test_photos import jpeg

SIGNATURE = b"X5O!-gezhi-test-signature"


class Clamd:
    """What clamd does with INSTREAM: reads chunks, answers once, and hangs up on a stream longer than its limit."""

    def __init__(self, line: socket.socket, limit: int = 1_000_000) -> None:
        self.line, self.limit, self.heard = line, limit, 0
        self.line.listen()
        self.answer: bytes | None = None  # said instead, where a test gives one
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                asker, _who = self.line.accept()
            except OSError:
                return
            with asker:
                asker.sendall(self.answer if self.answer is not None else self.verdict(asker))

    def verdict(self, asker: socket.socket) -> bytes:
        stream = asker.makefile("rb")
        if stream.read(10) != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND\0"
        body = b""
        while length := struct.unpack("!I", stream.read(4))[0]:
            body += stream.read(length)
            if len(body) > self.limit:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.heard += len(body)
        return b"stream: Gezhi.Test-1 FOUND\0" if SIGNATURE in body else b"stream: OK\0"


@pytest.fixture
def clamd(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clamd]:
    line = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, clamd=f"127.0.0.1:{line.getsockname()[1]}"))
    yield Clamd(line)
    line.close()


def at(clamd: Clamd) -> str:
    return f"127.0.0.1:{clamd.line.getsockname()[1]}"


def test_what_it_says_is_understood(clamd: Clamd) -> None:
    whole = b"x" * (3 * scanning.CHUNK + 5)
    assert found_in(whole, at(clamd)) == ""
    assert clamd.heard == len(whole)
    assert found_in(whole + SIGNATURE, at(clamd)) == "Gezhi.Test-1"
    assert found_in(b"x" * 3_000_000, at(clamd)) == "size"
    assert found_in(b"", at(clamd)) == ""


@pytest.mark.parametrize(
    "answer", [b"", b"stream: Can't allocate memory ERROR\0", b"HTTP/1.1 400 Bad Request\r\n"]
)
def test_what_is_no_verdict_is_none(clamd: Clamd, answer: bytes) -> None:
    clamd.answer = answer
    with pytest.raises(ScannerAway):
        found_in(b"x", at(clamd))


def test_a_socket_of_this_machine_does_as_well(tmp_path: Path) -> None:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.bind(str(tmp_path / "c"))
    Clamd(line)
    assert found_in(SIGNATURE, str(tmp_path / "c")) == "Gezhi.Test-1"
    line.close()


def test_nobody_there_is_said_and_not_taken_for_clean(tmp_path: Path) -> None:
    with pytest.raises(ScannerAway):
        found_in(b"x", str(tmp_path / "nobody"))


def kept(body: bytes) -> None:
    photos.keep(new_id(), [body], kind="report", at=clock.now())


def test_what_carries_something_is_refused_and_gone(world: World, clamd: Clamd) -> None:
    kept(jpeg() + SIGNATURE)
    photos.encode_waiting(at=clock.now())
    row = Photo.objects.get()
    assert (row.state, row.reason) == ("refused", "infected")
    assert not photos.shown_file(row.id).exists()
    assert '"infected"' in Entry.objects.get(what=events.PHOTO_REFUSED).facts


def test_what_is_too_large_for_it_is_refused_in_words(world: World, clamd: Clamd) -> None:
    clamd.limit = 10
    kept(jpeg())
    photos.encode_waiting(at=clock.now())
    assert Photo.objects.get().reason == "unscanned"


def test_while_it_is_away_pictures_wait_and_none_of_their_tries_is_used_up(
    world: World, clamd: Clamd
) -> None:
    kept(jpeg())
    clamd.answer = b""
    for _time in range(5):
        with pytest.raises(ScannerAway):
            photos.encode_waiting(at=clock.now())
    row = Photo.objects.get()
    assert (row.state, row.tries) == ("waiting", 0)
    assert not photos.shown_file(row.id).exists()
    assert photos.raw_file(row.id).exists()
    clamd.answer = None
    photos.encode_waiting(at=clock.now())
    assert Photo.objects.get().state == "ready"
