"""文书 in the setup: a form is taken home, edited, handed in, seen with examples and published by somebody else."""

from __future__ import annotations

import io

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gezhi.documents import forms
from gezhi.documents.models import Form
from gezhi.paper.tests.test_docx import built
from gezhi.people.tests.browsing import signed_in
from gezhi.setup.tests.corner import Corner, corner

__all__ = ["corner"]
pytestmark = pytest.mark.django_db
PAGE = "/setup/papers/transfer"


def hand_in(browser: Client, body: bytes) -> tuple[int, str]:
    answer = browser.post(PAGE, {"file": SimpleUploadedFile("a.docx", body)}, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_form_goes_out_and_comes_back_and_another_publishes_it(corner: Corner) -> None:
    assert "转办单" in corner.lu.get("/setup/papers").content.decode()
    word = docx.Document(io.BytesIO(corner.lu.get(f"{PAGE}/0.docx").content))
    word.paragraphs[1].runs[0].text = "事项转办单"
    target = io.BytesIO()
    word.save(target)
    status, page = hand_in(corner.lu, target.getvalue())
    assert status == 200
    assert "第 1 版等发布" in page
    assert "事项转办单" in page.partition('class="papersheet"')[2]
    assert "发布这一版" not in page
    refused = corner.lu.post(PAGE, {"what": "publish", "version": "1"})
    assert refused.status_code == 422
    assert "不能自己发布" in refused.content.decode()
    assert "发布这一版" in corner.bai.get(PAGE).content.decode()
    assert corner.bai.post(PAGE, {"what": "publish", "version": "1"}).status_code == 302
    assert forms.version_of("transfer") == 1
    assert corner.lu.get(f"{PAGE}/1.docx").content == target.getvalue()
    assert corner.lu.get(f"{PAGE}/2.docx").status_code == 404


def test_a_form_that_cannot_be_used_is_told_and_not_kept(corner: Corner) -> None:
    status, page = hand_in(corner.lu, built("{{文号}} {{转往单位名}}"))
    assert status == 422
    assert "是不是想写 {{转往单位}}？" in page
    assert "少了 {{转办意见}}" in page
    assert hand_in(corner.lu, b"no word file")[0] == 422
    assert not Form.objects.exists()


def test_numbers_are_written_here_and_only_who_administers_comes_in(corner: Corner) -> None:
    said = {"what": "series", "pattern": "柳转〔{年}〕{序}号", "office": "柳溪县信访局"}
    assert corner.lu.post(PAGE, {**said, "pattern": "柳转{序}号"}).status_code == 422
    assert corner.lu.post(PAGE, said).status_code == 302
    assert "柳转〔{年}〕{序}号" in corner.lu.get("/setup/papers").content.decode()
    outside = signed_in(corner.who("he"))
    for address in ("/setup/papers", PAGE, f"{PAGE}/0.docx"):
        assert outside.get(address).status_code in {302, 403, 404}
    assert outside.post(PAGE, said).status_code in {302, 403, 404}
    assert corner.lu.get("/setup/papers/nothing").status_code == 404
