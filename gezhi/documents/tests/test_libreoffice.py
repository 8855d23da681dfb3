"""The forms in LibreOffice: opened and saved there they are still forms, and what it prints of them says what ours says."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from gezhi.documents.form_faults import looked_at
from gezhi.documents.kinds import KINDS, places_of, shipped
from gezhi.paper import archive, docx_fill, docx_read, sheet_press
from gezhi.paper.docx_fill import Filling
from gezhi.paper.tests.test_docx import bare
from tests import libreoffice

WRITER = Path(libreoffice.SOFFICE or "soffice").resolve().with_name("libswlo.so")
writer = pytest.mark.skipif(not WRITER.exists(), reason="LibreOffice Writer is not installed here")
pytestmark = [libreoffice.needed, writer, pytest.mark.slow]


def words_of(pdf: bytes) -> str:
    """What a print says, without the numbers of its pages and without marks: one that hangs over the edge is lost."""
    said = bare("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))
    return re.sub(r"\W+", "", re.sub(r"—\d+—", "", said))


def test_a_form_saved_there_is_still_a_form_and_says_the_same(tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    ours.mkdir()
    for kind in KINDS:
        (ours / f"{kind}.docx").write_bytes(shipped(kind))
    theirs = libreoffice.saved(ours.iterdir(), "docx:MS Word 2007 XML", tmp_path / "theirs")
    for kind in KINDS.values():
        parts, reasons = looked_at(theirs[kind.id].read_bytes(), kind)
        assert reasons == []
        assert docx_read.read(parts).text() == docx_read.read(archive.opened(shipped(kind.id))).text()


def test_their_print_says_what_ours_says(tmp_path: Path) -> None:
    file = tmp_path / "answer.docx"
    words = dict.fromkeys(places_of(KINDS["answer"]), "写明的话")
    file.write_bytes(docx_fill.filled(archive.opened(shipped("answer")), Filling(words, {})))
    sheet = docx_read.read(archive.opened(file.read_bytes()))
    ours = sheet_press.pdf(sheet, file, title="试", made_at=datetime(2026, 11, 20, tzinfo=UTC))
    theirs = libreoffice.saved([file], "pdf", tmp_path / "printed")["answer"].read_bytes()
    said = [words_of(one) for one in (ours, theirs)]
    for line in sheet.text().splitlines()[:-1]:  # the last is the number of the page
        assert all(re.sub(r"\W+", "", line) in one for one in said), line
