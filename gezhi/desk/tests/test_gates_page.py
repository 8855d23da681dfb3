"""The form of a step that asks for a document and for consent, and the document as a file."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gezhi.ledger import clock
from gezhi.matters.models import Attachment, Matter
from gezhi.matters.services import attaching
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_gates import DOCX
from gezhi.matters.tests.test_gates import gated as gated
from gezhi.matters.tests.test_path import opened

from .conftest import Sit

pytestmark = pytest.mark.django_db


def test_consent_and_a_document_are_asked_for_kept_and_handed_out(gated: World, sit: Sit) -> None:
    number = opened(gated).number
    he, lin = sit("he"), sit("lin")
    accept = f"/desk/m/{number}/step/accept"
    form = he.get(accept).content.decode()
    assert all(f'name="{name}"' in form for name in ("agreed", "agreed_how", "agreed_on"))
    assert 'name="documents"' not in form
    refused = he.post(accept, {"moved": "0"})
    assert refused.status_code == 422
    assert "当事人没有同意" in refused.content.decode()
    said = {"moved": "0", "agreed": "guardian", "agreed_how": "in_person", "agreed_on": "2026-11-20"}
    assert he.post(accept, said).status_code == 302
    assert "监护人当面同意，2026-11-20。" in he.get(reverse("desk:matter", args=[number])).content.decode()

    finish, moved = f"/desk/m/{number}/step/finish_grid", str(Matter.objects.get().moved)
    assert 'name="documents"' in lin.get(finish).content.decode()
    bare = lin.post(finish, {"moved": moved, "note": "已清。"})
    assert "这一步要附文件" in bare.content.decode()
    page = SimpleUploadedFile("协议书.docx", b"<html><script>1</script></html>", "application/msword")
    wrong = lin.post(finish, {"moved": moved, "note": "已清。", "documents": page})
    assert (wrong.status_code, "不是收的文件" in wrong.content.decode()) == (422, True)
    word = SimpleUploadedFile("协议书.docx", DOCX, "text/html")
    assert lin.post(finish, {"moved": moved, "note": "已清。", "documents": word}).status_code == 302
    assert "正在检查" in lin.get(reverse("desk:matter", args=[number])).content.decode()

    attaching.seal_waiting(at=clock.now())
    shown = lin.get(reverse("desk:matter", args=[number])).content.decode()
    href = re.search(rf'href="(/desk/m/[^"]+/file/{Attachment.objects.get().id})"', shown)
    assert href is not None
    assert "协议书.docx" in shown
    taken = he.get(href[1])
    assert taken.content == DOCX
    assert taken.headers["Content-Type"] == attaching.TYPES["docx"]
    assert taken.headers["Content-Disposition"].startswith("attachment;")
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    assert sit("song").get(href[1]).status_code == 404
