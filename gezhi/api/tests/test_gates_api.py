"""A program takes a step that asks for consent and for a document, and takes the document out."""

from __future__ import annotations

from base64 import b64encode

import pytest

from gezhi.ledger import clock
from gezhi.matters.services import attaching
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_gates import PDF
from gezhi.matters.tests.test_gates import gated as gated

from .program import Program, told

pytestmark = pytest.mark.django_db


def test_consent_and_a_document_by_program(gated: World) -> None:
    he, lin, song = (Program.of(gated, name) for name in ("he", "lin", "song"))
    number = told(he.report())["number"]
    bare = he.post(f"matters/{number}/steps", {"move": "accept"})
    assert (bare.status_code, told(bare)["code"]) == (409, "needs_consent")
    agreed = {"who": "party", "how": "signed", "on": "2026-11-20"}
    assert he.post(f"matters/{number}/steps", {"move": "accept", "consent": agreed}).status_code == 201

    finish = {"move": "finish_grid", "note": "已清。"}
    assert told(lin.post(f"matters/{number}/steps", finish))["code"] == "needs_file"
    sent = [{"name": "协议书.pdf", "body": b64encode(PDF).decode()}]
    assert lin.post(f"matters/{number}/steps", finish | {"files": sent}).status_code == 201
    attaching.seal_waiting(at=clock.now())
    (file,) = told(lin.get(f"matters/{number}"))["files"]
    assert (file["name"], file["kind"], file["state"], len(file["sha256"])) == (
        "协议书.pdf",
        "pdf",
        "ready",
        64,
    )
    taken = he.get(f"matters/{number}/files/{file['id']}")
    assert taken.content == PDF
    assert taken.headers["Content-Disposition"].startswith("attachment;")
    assert song.get(f"matters/{number}/files/{file['id']}").status_code == 404
