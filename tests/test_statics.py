"""Static files over the line: text goes gzipped to whoever takes it, each form under its own ETag; what is small or no text
goes as it lies."""

from __future__ import annotations

import gzip

import pytest
from django.conf import settings
from django.test import Client

from gezhi.config.statics import PACKAGE
from gezhi.ui.packed import takes_gzip

SHEET = f"{settings.STATIC_URL}ui/gezhi.css"
LIES = (PACKAGE / "ui/static/ui/gezhi.css").read_bytes()


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_text_goes_packed_and_says_so() -> None:
    got = Client().get(SHEET, headers={"accept-encoding": "gzip, deflate, br"})
    packed = body(got)
    assert gzip.decompress(packed) == LIES
    assert len(packed) < len(LIES) / 3
    assert (got["Content-Encoding"], got["Vary"]) == ("gzip", "Accept-Encoding")
    assert got["Content-Length"] == str(len(packed))
    assert got["Content-Type"] == 'text/css; charset="utf-8"'
    assert "immutable" in got["Cache-Control"]


def test_whoever_takes_no_gzip_gets_the_file_and_caches_are_told() -> None:
    for accepted in ("", "identity", "br", "gzip;q=0", "gzip; q=0.0, *"):
        got = Client().get(SHEET, headers={"accept-encoding": accepted})
        assert body(got) == LIES
        assert "Content-Encoding" not in got
        assert got["Vary"] == "Accept-Encoding"
        assert got["Content-Length"] == str(len(LIES))


def test_accept_encoding_is_read_as_it_is_meant() -> None:
    for said in ("gzip", "GZIP", "deflate, gzip;q=0.5", "*", "br, *;q=0.1"):
        assert takes_gzip(said), said
    for said in ("", "identity", "x-gzip2", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *"):
        assert not takes_gzip(said), said


def test_a_head_says_what_a_get_would() -> None:
    for accepted in ("gzip", "identity"):
        got = Client().get(SHEET, headers={"accept-encoding": accepted})
        head = Client().head(SHEET, headers={"accept-encoding": accepted})
        assert dict(head.headers) == dict(got.headers)
        assert body(head) == b""
        body(got)


def test_each_form_has_an_etag_and_is_not_sent_twice() -> None:
    tags = {}
    for accepted in ("gzip", "identity"):
        first = Client().get(SHEET, headers={"accept-encoding": accepted})
        body(first)
        tags[accepted] = first["ETag"]
        for kept in (first["ETag"], f'"another", W/{first["ETag"]}', "*"):
            again = Client().get(SHEET, headers={"accept-encoding": accepted, "if-none-match": kept})
            assert (again.status_code, body(again)) == (304, b"")
            assert (again["ETag"], again["Vary"]) == (first["ETag"], "Accept-Encoding")
        since = Client().get(
            SHEET, headers={"accept-encoding": accepted, "if-modified-since": first["Last-Modified"]}
        )
        assert since.status_code == 304
    assert tags["gzip"] != tags["identity"]
    for accepted, known in (("gzip", tags["identity"]), ("identity", tags["gzip"])):
        asked = {
            "accept-encoding": accepted,
            "if-none-match": known,
            "if-modified-since": first["Last-Modified"],
        }
        other = Client().get(SHEET, headers=asked)
        assert other.status_code == 200  # another form is known, and that it is no newer does not count
        body(other)


def test_a_range_is_one_of_the_file_as_it_lies() -> None:
    asked = {"accept-encoding": "gzip", "range": "bytes=10-19"}
    part = Client().get(SHEET, headers=asked)
    assert (part.status_code, body(part)) == (206, LIES[10:20])
    assert "Content-Encoding" not in part
    assert part["Content-Range"] == f"bytes 10-19/{len(LIES)}"
    same = Client().get(SHEET, headers=asked | {"if-range": part["ETag"]})
    assert (same.status_code, body(same)) == (206, LIES[10:20])
    other = Client().get(SHEET, headers=asked | {"if-range": '"of-another-form"'})
    assert (other.status_code, gzip.decompress(body(other))) == (200, LIES)


@pytest.mark.parametrize("name", ["ui/icons.svg", "ui/map.mjs", "portal/portal.css", "ui/frame.js"])
def test_every_kind_of_text_goes_packed(name: str) -> None:
    got = Client().get(settings.STATIC_URL + name, headers={"accept-encoding": "gzip"})
    assert got["Content-Encoding"] == "gzip"
    file = next(PACKAGE.glob(f"*/static/{name}"))
    assert gzip.decompress(body(got)) == file.read_bytes()


def test_what_fits_one_packet_goes_as_it_lies() -> None:
    small = (PACKAGE / "ui/static/ui/mark.svg").read_bytes()
    got = Client().get(f"{settings.STATIC_URL}ui/mark.svg", headers={"accept-encoding": "gzip"})
    assert len(small) < 1_000
    assert "Content-Encoding" not in got
    assert body(got) == small


def test_nothing_is_put_there() -> None:
    assert Client().post(SHEET, headers={"accept-encoding": "gzip"}).status_code == 405
