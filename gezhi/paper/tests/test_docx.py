"""Word forms: opened warily, filled whole, and printed with the same words that Word reads."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from PIL import Image
from pypdf import PdfReader

from gezhi.paper import archive, docx_fill, docx_read, named, sheet_press
from gezhi.paper.archive import UnfitError
from gezhi.paper.docx_build import Gallery, Picture, Table
from gezhi.paper.docx_fill import Filling

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def built(*paragraphs: str | list[str]) -> bytes:
    """A form as Word writes it: each paragraph of one run, or of several."""
    made = docx.Document()
    for one in paragraphs:
        paragraph = made.add_paragraph()
        for run in [one] if isinstance(one, str) else one:
            paragraph.add_run(run)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def changed(body: bytes, name: str, old: str, new: str) -> bytes:
    """The same file with something else in one part."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as was, zipfile.ZipFile(target, "w") as now:
        for info in was.infolist():
            said = was.read(info)
            if info.filename == name:
                assert old.encode() in said
                said = said.replace(old.encode(), new.encode(), 1)
            now.writestr(info.filename, said)
    return target.getvalue()


def with_part(body: bytes, name: str, said: bytes) -> bytes:
    target = io.BytesIO(body)
    with zipfile.ZipFile(target, "a") as packed:
        packed.writestr(name, said)
    return target.getvalue()


def codes(body: bytes) -> list[str]:
    try:
        parts = archive.opened(body)
        return [one.code for one in docx_read.look(parts)[1]]
    except UnfitError as unfit:
        return [one.code for one in unfit.faults]


def words_of(body: bytes) -> list[str]:
    return [one.text for one in docx.Document(io.BytesIO(body)).paragraphs]


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_a_place_is_filled_however_word_cut_it() -> None:
    parts = archive.opened(built(["编号 {", "{编", "号}} 与", " {{事项}}。"], "｛｛编号｝｝！"))
    assert docx_fill.places(parts) == ("编号", "事项")
    made = docx_fill.filled(parts, Filling({"编号": "柳〔2026〕1", "事项": "占道"}, {}))
    assert words_of(made) == ["编号 柳〔2026〕1 与 占道。", "柳〔2026〕1！"]


def test_lines_become_paragraphs_that_look_alike() -> None:
    parts = archive.opened(built("甲", "{{事实}}", "乙"))
    made = docx_fill.filled(parts, Filling({"事实": "第一段。\n\n第二段。"}, {}))
    assert words_of(made) == ["甲", "第一段。", "第二段。", "乙"]


def test_words_are_data_and_never_markup() -> None:
    parts = archive.opened(built("{{事实}}"))
    made = docx_fill.filled(parts, Filling({"事实": "</w:t><evil/>&amp; #eval(1) {{编号}}"}, {}))
    assert words_of(made) == ["</w:t><evil/>&amp; #eval(1) {{编号}}"]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("{{编好}}", "unknown_place", "编好"),
        ("{{编号}", "braces", ""),
        ("见 {{经过}}", "not_alone", "经过"),
    ],
)
def test_what_nothing_fills_is_told_with_its_paragraph(text: str, code: str, said: str) -> None:
    found = docx_fill.faults(archive.opened(built("好", text)), ["编号"], ["经过"])
    assert [(one.code, one.part, one.number, one.said) for one in found] == [(code, "body", 2, said)]


def test_what_runs_or_reaches_out_is_refused() -> None:
    plain = built("好")
    assert codes(plain) == []
    assert codes(b"PK nonsense") == ["no_docx"]
    assert codes(with_part(plain, "word/vbaProject.bin", b"x")) == ["runs"]
    assert codes(with_part(plain, "word/embeddings/oleObject1.bin", b"x")) == ["runs"]
    link = '<Relationship Id="x" Type="http://x/image" Target="http://example.org/a.png" TargetMode="External"/></Rel'
    assert codes(changed(plain, "word/_rels/document.xml.rels", "</Rel", link)) == ["reaches_out"]
    entity = '<!DOCTYPE w [<!ENTITY a "b">]><w:document'
    assert codes(changed(plain, "word/document.xml", "<w:document", entity)) == ["entities"]
    assert codes(b"0" * (archive.MOST + 1)) == ["too_large"]
    assert codes(with_part(plain, "word/media/big.png", b"\0" * (archive.UNPACKED + 1))) == ["too_large"]


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<w:r><w:br w:type="page"/></w:r>', "page_break"),
        ("<w:ins><w:r><w:t>改</w:t></w:r></w:ins>", "unknown"),
        ("<w:r><w:pict/></w:r>", "unknown"),
        ('<w:r><w:footnoteReference w:id="1"/></w:r>', "unknown"),
        ('<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>', "auto_number"),
    ],
)
def test_what_a_print_could_not_say_is_refused(inside: str, code: str) -> None:
    assert codes(changed(built("好"), "word/document.xml", "<w:r><w:t>好", f"{inside}<w:r><w:t>好")) == [code]


def test_word_and_print_say_the_same(tmp_path: Path) -> None:
    photos = [tmp_path / f"{n}.jpg" for n in range(1, 8)]
    for n, photo in enumerate(photos):
        Image.new("RGB", (320, 240), (90, 20 * n, 110)).save(photo)
    made = docx.Document()
    made.sections[0].footer.paragraphs[0].text = "页脚 {{文号}}"
    made.add_paragraph("标题 {{文号}}")
    table = made.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "合并 {{编号}}"
    table.cell(0, 1).text, table.cell(1, 1).text = "右上", "右下"
    for place in ("{{经过}}", "{{照片}}", "{{事实}}"):
        made.add_paragraph(place)
    target = io.BytesIO()
    made.save(target)
    rows = tuple((f"{n} 日", f"第 {n} 步") for n in range(1, 61))
    pictures = tuple(Picture(one, 0.75, one.stem, f"照 {one.stem}") for one in photos)
    insets = {"经过": Table(("时间", "做了什么"), rows, (1, 2)), "照片": Gallery(pictures, 3)}
    words = {
        "文号": "柳信复〔2026〕7号",
        "编号": "柳望〔2026〕1120-0001号",
        "事实": "一。\n二，面积 12.5 平方米。",
    }
    file = tmp_path / "paper.docx"
    with file.open("wb") as stream:
        docx_fill.write(archive.opened(target.getvalue()), Filling(words, insets), stream)
    again = docx.Document(str(file))
    assert len(again.inline_shapes) == 7
    assert "柳信复〔2026〕7号" in again.sections[0].footer.paragraphs[0].text
    sheet = docx_read.read(archive.opened(file.read_bytes()))
    printed = PdfReader(io.BytesIO(sheet_press.pdf(sheet, file, title="试", made_at=AT)))
    said = bare("".join(page.extract_text() for page in printed.pages))
    cells = {cell.text for table in again.tables for row in table.rows for cell in row.cells}
    for text in [*(one.text for one in again.paragraphs), *cells]:
        for line in text.splitlines():
            assert bare(line) in said, line
    assert said.count("时间做了什么") == len([p for p in printed.pages if "做了什么" in p.extract_text()]) > 1
    assert sum(len(page.images) for page in printed.pages) == 7
    assert not named.names_in(said)


def test_the_same_paper_is_the_same_bytes(tmp_path: Path) -> None:
    parts = archive.opened(built("好 {{编号}}"))
    one, two = (docx_fill.filled(parts, Filling({"编号": "甲"}, {})) for _n in range(2))
    assert one == two


def test_a_character_without_a_glyph_is_named_and_not_printed(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(built("姓 𠮷 的"))
    sheet = docx_read.read(archive.opened(file.read_bytes()))
    assert list(sheet_press.missing(sheet.text())) == ["𠮷"]
    with pytest.raises(sheet_press.CharactersMissingError):
        sheet_press.pdf(sheet, file, title="试", made_at=AT)
