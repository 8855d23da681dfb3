"""Run inside a home: counts the Python calls of one report through the whole WSGI application, by part.

A call, of Python or of C, counts for the part whose function is entered last: entering `parse` and all that
it calls counts for "validate", until it returns.
"""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import random
import sys
from collections import Counter
from types import FrameType
from typing import Any

from bench.district import report

PARTS = {
    ("gezhi/people/tokens.py", "lookup"): "key",
    ("gezhi/api/edge.py", "caller_of"): "key",
    ("gezhi/api/parsing.py", "read_body"): "validate",
    ("gezhi/matters/services/reports.py", "check"): "validate",
    ("gezhi/matters/services/locating.py", "locate"): "locate",
    ("gezhi/matters/routing.py", "asked_at"): "route",
    ("gezhi/matters/services/promising.py", "made"): "promise",
    ("gezhi/matters/services/intake.py", "_entry"): "ledger",
    ("gezhi/ledger/digests.py", "of"): "ledger",
    ("gezhi/vault/services/sealing.py", "prepared_reporter"): "vault",
    ("gezhi/matters/services/intake.py", "_matter"): "matter",
    ("gezhi/matters/services/intake.py", "numbering"): "matter",
    ("gezhi/matters/services/writer.py", "write"): "write",
    ("gezhi/matters/services/intake.py", "open_matter"): "intake, the rest",
    ("gezhi/api/edge.py", "run"): "API edge",
}
REST = "Django and middleware"


class Counting:
    """A profiler that counts calls by the part that is entered last."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.parts = [REST]
        self.frames: list[FrameType] = []

    def __call__(self, frame: FrameType, event: str, _what: Any) -> None:
        if event == "c_call":
            self.calls[self.parts[-1]] += 1
        elif event == "call":
            code = frame.f_code
            place = code.co_filename[code.co_filename.rfind("/gezhi/") + 1 :]
            if part := PARTS.get((place, code.co_name)):
                self.parts.append(part)
                self.frames.append(frame)
            self.calls[self.parts[-1]] += 1
        elif event == "return" and self.frames and self.frames[-1] is frame:
            self.frames.pop()
            self.parts.pop()


def main(words: list[str]) -> int:
    from gezhi.config.wsgi import application

    key, top = words[0], int(words[1])
    chance = random.Random(7)
    for n in range(12):  # fills what a process keeps, and lets the driver prepare its statements
        ask(application, key, report(chance, n))
    counting = Counting()
    given = environ(key, report(chance, 100))
    sys.setprofile(counting)
    list(application(given, lambda *_: None))
    sys.setprofile(None)
    said: dict[str, Any] = {"parts": counting.calls.most_common(), "all": counting.calls.total() - 1}
    said |= {"statements": statements(application, environ(key, report(chance, 101)))}
    said |= {"list statements": statements(application, environ(key, None))}
    print(json.dumps(said | {"top": busiest(application, key, chance, top)}))
    return 0


def ask(application: Any, key: str, sent: dict[str, Any]) -> None:
    answers: list[str] = []
    body = b"".join(application(environ(key, sent), lambda status, _headers: answers.append(status)))
    if not answers[0].startswith("201"):
        raise RuntimeError(f"{answers[0]} {body.decode()}")


def environ(key: str, sent: dict[str, Any] | None) -> dict[str, Any]:
    """A request: the report that is sent, or the work list when nothing is."""
    body = json.dumps(sent, ensure_ascii=False).encode() if sent else b""
    return {
        "REQUEST_METHOD": "POST" if sent else "GET",
        "PATH_INFO": "/api/v1/matters",
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_AUTHORIZATION": f"Bearer {key}",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }


def statements(application: Any, given: dict[str, Any]) -> int:
    """How many times the database is asked, as its driver sees it; transactions' own words included."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    list(application(dict(given), lambda *_: None))  # fills what the process keeps
    again = environ_again(given)
    if connection.vendor == "sqlite":
        sent: list[str] = []
        connection.connection.set_trace_callback(sent.append)
        list(application(again, lambda *_: None))
        connection.connection.set_trace_callback(None)
        return len(sent)
    with CaptureQueriesContext(connection) as said:
        list(application(again, lambda *_: None))
    return len(said)


def environ_again(given: dict[str, Any]) -> dict[str, Any]:
    body = given["wsgi.input"].getvalue().replace(b"bench-", b"again-")
    return given | {"wsgi.input": io.BytesIO(body)}


def busiest(application: Any, key: str, chance: random.Random, most: int) -> str:
    """The functions with the most calls, as cProfile sees them."""
    if not most:
        return ""
    profile = cProfile.Profile()
    profile.runcall(ask, application, key, report(chance, 102))
    text = io.StringIO()
    pstats.Stats(profile, stream=text).strip_dirs().sort_stats("ncalls").print_stats(most)
    return text.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
