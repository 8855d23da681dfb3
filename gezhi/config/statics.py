"""The address under which static files stand: it changes when any of them does, so a browser keeps them for ever.

No build step and no copy: WhiteNoise serves each room's `static` folder in place. Relative links inside
style sheets and scripts go on working, because the whole tree moves together. What is text goes over the line
gzipped: each process makes that once of each file, at the first request for it, and keeps it.
"""

from __future__ import annotations

import gzip
import hashlib
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.responders import Response, StaticFile  # type: ignore[import-untyped]

from gezhi.ui.packed import takes_gzip

PACKAGE = Path(__file__).parent.parent
LEAST = 1_000  # bytes: below it both forms fill one packet
TEXT = ("text/", "application/json", "application/geo+json", "application/manifest+json", "image/svg+xml")
ASKED_BEFORE = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
KEPT = ("Cache-Control", "Vary", "Last-Modified")  # what "not modified" says again, beside the ETag


def revision() -> str:
    """Ten letters made of every static file's name, size and time. About a millisecond for two hundred files."""
    seen = hashlib.sha256()
    for folder in sorted(PACKAGE.glob("*/static")):
        for file in sorted(folder.rglob("*")):
            said = file.stat()
            seen.update(f"{file.relative_to(PACKAGE)} {said.st_size} {said.st_mtime_ns}\n".encode())
    return seen.hexdigest()[:10]


def is_for_ever(path: str, url: str) -> bool:
    """Every static address names the revision, so what it answers never changes."""
    del path, url
    return True


class Packed(StaticFile):  # type: ignore[misc]
    """A text file with its gzipped form, each under an ETag of its own. A range is always one of the file as it lies."""

    def __init__(self, path: str, headers: list[tuple[str, str]], stat_cache: Any = None) -> None:
        super().__init__(path, [*headers, ("Vary", "Accept-Encoding")], stat_cache=stat_cache)
        self.file = Path(path)
        self.said: dict[str, str] = _headers(self)
        self.plain_etag = self.said["ETag"]
        self.body: bytes | None = None

    def get_response(self, method: str, request_headers: dict[str, str]) -> Response:
        asked = dict(request_headers)
        if asked.get("HTTP_IF_RANGE", self.plain_etag) != self.plain_etag:
            asked.pop("HTTP_RANGE", None)  # a part of something else: the whole again
        packed = "HTTP_RANGE" not in asked and takes_gzip(asked.get("HTTP_ACCEPT_ENCODING", ""))
        etag = f'{self.plain_etag[:-1]}-gzip"' if packed else self.plain_etag
        if method not in ("GET", "HEAD"):
            return super().get_response(method, asked)
        if self._is_known(asked, etag):
            kept = {name: self.said[name] for name in KEPT if name in self.said}
            return Response(HTTPStatus.NOT_MODIFIED, list((kept | {"ETag": etag}).items()), None)
        asked = {name: value for name, value in asked.items() if name not in ASKED_BEFORE}
        return self._whole(method, etag) if packed else super().get_response(method, asked)

    def _whole(self, method: str, etag: str) -> Response:
        if self.body is None:
            self.body = gzip.compress(self.file.read_bytes(), 9, mtime=0)
        said = self.said | {"Content-Encoding": "gzip", "Content-Length": str(len(self.body)), "ETag": etag}
        return Response(HTTPStatus.OK, list(said.items()), BytesIO(self.body) if method == "GET" else None)

    def _is_known(self, asked: dict[str, str], etag: str) -> bool:
        kept = asked.get("HTTP_IF_NONE_MATCH")
        return bool(self.is_not_modified(asked)) if kept is None else _names(kept, etag)


def _names(kept: str, etag: str) -> bool:
    """Whether an `If-None-Match` names this ETag; weak or not does not matter there (RFC 9110, 13.1.2)."""
    return kept.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in kept.split(","))


class Statics(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise, that packs what is text and longer than a packet."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        found = super().get_static_file(path, url, stat_cache)
        said = _headers(found)
        if not said["Content-Type"].startswith(TEXT) or int(said.pop("Content-Length")) < LEAST:
            return found
        return Packed(path, list(said.items()), stat_cache)


def _headers(file: StaticFile) -> dict[str, str]:
    """Of the file as it lies; the last of the forms that WhiteNoise knows."""
    _pattern, _path, said = file.alternatives[-1]
    return dict(said)
