"""Every character that is printed is in a font, or is named."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from gezhi.paper import glyphs

ROOT = Path(__file__).parents[3]
OWN = glyphs.files(glyphs.FONTS)
WHOLE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


def test_the_fonts_are_as_written_down() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    spec = importlib.util.spec_from_file_location("vendor_fonts", ROOT / "tools" / "vendor_fonts.py")
    assert spec
    assert spec.loader
    vendor = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(vendor)
    assert vendor.strangers() == []
    size = sum(path.stat().st_size for path in glyphs.FONTS.iterdir())
    assert size < 12_000_000
    for one in json.loads((glyphs.FONTS / "vendored.json").read_text(encoding="utf-8")):
        assert one["licence"] == "OFL-1.1"
        assert all(len(glyphs.characters(glyphs.FONTS / f)) == n for f, n in one["characters"].items())


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_the_table_is_read_as_fonttools_reads_it(path: Path) -> None:
    assert glyphs.characters(path) == set(TTFont(path).getBestCmap())


@pytest.mark.skipif(not WHOLE.exists(), reason="needs fonts-noto-cjk")
def test_a_collection_and_both_formats_are_read() -> None:
    whole = TTFont(WHOLE, fontNumber=0)
    assert set(whole.getBestCmap()) <= glyphs.characters(WHOLE)
    for table in whole["cmap"].tables:
        if table.format == 4:
            assert set(table.cmap) <= glyphs.characters(WHOLE)


def test_every_character_of_every_shipped_model_is_there() -> None:
    districts = ROOT / "gezhi" / "districts"
    read = [p.read_text("utf-8-sig") for p in districts.rglob("*") if p.suffix in {".toml", ".csv", ".md"}]
    assert len(read) > 15
    assert glyphs.missing(read, OWN) == {}


def test_names_of_persons_and_places_are_there() -> None:
    assert glyphs.missing(["喆堃琤赟玥珺祎彧旻偲婳翀翯璟瑄甯仝逄亓覃昇鄑𬭎𬬭𫖮邡鄠滘圳埗"], OWN) == {}


def test_what_is_missing_is_named_with_its_words() -> None:
    lacking = glyphs.missing(["柳溪县𠮷祥饭店门前积水", "好了👍"], OWN)
    assert list(lacking) == ["👍", "𠮷"]
    assert "𠮷祥饭店" in lacking["𠮷"]


def test_a_further_font_lends_its_characters() -> None:
    if not WHOLE.exists():
        pytest.skip("needs fonts-noto-cjk")
    assert "𠮷" not in glyphs.missing(["𠮷"], OWN, [WHOLE])


def test_a_file_that_is_no_font_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "not.ttf").write_bytes(b"\0" * 40)
    with pytest.raises(ValueError, match=r"not\.ttf"):
        glyphs.characters(tmp_path / "not.ttf")
