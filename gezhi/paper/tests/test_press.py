"""One paper, twice: as a page that needs nothing else, and as a print that an archive takes."""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gezhi.paper import page, press
from gezhi.paper.blocks import (
    Bullets,
    Captions,
    Card,
    Document,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Span,
    Table,
    plain,
    texts,
)

AT = datetime(2026, 3, 2, 8, 0, 1, 250, tzinfo=UTC)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="30" viewBox="0 0 80 30"><text y="20">图</text></svg>'


def paper(*more: str) -> Document:
    blocks = (
        Heading(1, "环节", "steps"),
        Paragraph((Span("一件事项"), Span("怎样走", "strong"), Span("见", "link", to="step-a"))),
        Heading(2, "主流程", "main"),
        Card(
            (Span("受理"), Span("受理", "chip", "act")),
            "step-a",
            "act",
            (Facts((("反映人看到", plain("已受理。")),)), Paragraph((Span("没有的", "link", to="nowhere"),))),
        ),
        Table(("操作", "谁"), ((plain("受理"), (Span("中心\n或镇"), Span("示例", "mark"))),), (1, 2)),
        Bullets((plain("一"), plain("二"))),
        Picture(SVG, "一张图", 80, 30),
        *(Paragraph(plain(text)) for text in more),
    )
    return Document("办法", "手册", "zh", Captions("目录", "{n}/{all}"), (("版本", plain("00ab")),), blocks)


def test_the_print_is_an_archive_file_and_the_same_each_time() -> None:
    made = press.pdf(paper(), made_at=AT)
    assert made.startswith(b"%PDF-1.7")
    assert b"pdfaid:part" in made
    assert b"pdfuaid:part" in made
    assert made == press.pdf(paper(), made_at=AT)
    assert made != press.pdf(paper("另一句。"), made_at=AT)


def test_only_fonts_of_the_house_are_in_the_print() -> None:
    names = set(re.findall(rb"/FontName\s*/[A-Z]{6}\+([A-Za-z-]+)", press.pdf(paper(), made_at=AT)))
    assert names
    assert all(name.startswith((b"NotoSansSC", b"NotoSerifSC")) for name in names)


@pytest.mark.parametrize("text", ["𠮷祥饭店", "收到👍"])
def test_a_character_that_no_font_has_stops_the_print_and_is_named(text: str) -> None:
    with pytest.raises(press.CharactersMissingError) as told:
        press.pdf(paper(text), made_at=AT)
    ((char, around),) = told.value.characters.items()
    assert char in text
    assert around == text


def test_a_character_in_a_drawing_counts_too() -> None:
    drawn = Picture(SVG.replace("图", "𠮷"), "", 80, 30)
    document = paper()
    with pytest.raises(press.CharactersMissingError):
        press.pdf(
            Document(document.title, "", "zh", document.captions, (), (Heading(1, "图", "a"), drawn)),
            made_at=AT,
        )


def test_a_lent_font_prints_it(tmp_path: Path) -> None:
    whole = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
    if not whole.exists():
        pytest.skip("needs fonts-noto-cjk")
    (tmp_path / "more.ttc").symlink_to(whole)
    assert b"NotoSansCJK" in press.pdf(paper("𠮷祥饭店"), made_at=AT, fonts=tmp_path)


def test_words_are_never_markup() -> None:
    sharp = '#panic("x") *a* $x$ "] ) \\ <label> @ref //'
    assert press.pdf(paper(sharp), made_at=AT)
    said = page.html(paper("<script>alert(1)</script>"))
    assert "<script" not in said
    assert "&lt;script&gt;" in said


def test_without_typst_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    press._compiler.cache_clear()
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(press.NoPressError):
        press.pdf(paper(), made_at=AT)
    press._compiler.cache_clear()


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_page_needs_nothing_else_and_allows_nothing_else() -> None:
    said = page.html(paper())
    tags = _Tags()
    tags.feed(said)
    assert not {tag for tag, _ in tags.seen} & {"script", "link", "img", "iframe", "object"}
    assert not [a for _, a in tags.seen if a.keys() & {"style", "src", "onclick"}]
    assert "url(" not in said
    assert "@import" not in said
    (policy,) = [a["content"] or "" for tag, a in tags.seen if tag == "meta" and "http-equiv" in a]
    style = said[said.index("<style>") + 7 : said.index("</style>")]
    assert f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'")


def test_every_text_reaches_the_page() -> None:
    document = paper()
    said = page.html(document)
    for text in texts(document):
        if text != document.captions.page:
            assert text.split("\n")[0] in said
