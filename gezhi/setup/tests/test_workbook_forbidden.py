"""A workbook with a column that may not be collected is refused before it lies anywhere; nothing of it stays."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from .test_opening import example

pytestmark = pytest.mark.django_db
NUMBER = "34022319800101002X"


def spoilt(edit: Any) -> SimpleUploadedFile:
    book = load_workbook(example().file)
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("柳溪.xlsx", out.getvalue())


def kept() -> list[Path]:
    """Every file of the draft but the choice of the model."""
    return [one for one in settings.HOME.setup.rglob("*") if one.is_file() and one.name != "choice.json"]


def numbered(book: Any) -> None:
    book["人员"]["H1"], book["人员"]["H2"] = "身份证号", NUMBER


def on_a_sheet_of_its_own(book: Any) -> None:
    page = book.create_sheet("备用")
    page["B3"], page["B4"] = "人脸照片", "x"


@pytest.mark.parametrize(
    ("edit", "which"), [(numbered, "人员的“身份证号”"), (on_a_sheet_of_its_own, "备用的“人脸照片”")]
)
def test_it_is_refused_with_the_column_and_nothing_is_kept(clerk: Client, edit: Any, which: str) -> None:
    clerk.post("/setup/model", {"model": "nanling"})

    answer = clerk.post("/setup/workbook", {"workbook": spoilt(edit)})

    assert answer.status_code == 422
    assert f"{which}不得采集，这个文件没有存下。" in answer.content.decode()
    assert kept() == []


def test_a_workbook_that_was_good_stays_when_the_next_one_is_refused(clerk: Client) -> None:
    clerk.post("/setup/model", {"model": "nanling"})
    clerk.post("/setup/workbook", {"workbook": example()})
    before = {one: one.read_bytes() for one in kept()}

    assert clerk.post("/setup/workbook", {"workbook": spoilt(numbered)}).status_code == 422

    assert {one: one.read_bytes() for one in kept()} == before
    assert before
