"""A contact sheet holds every shot of every page, and is light enough for the docs."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def screens() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screens", ROOT / "tools" / "screens.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_a_row_a_page_and_every_shot_in_it(screens: ModuleType) -> None:
    shots = [Image.new("RGB", (1440, 900), colour) for colour in ("#ffffff", "#0d1312")]
    phones = [Image.new("RGB", (390, 844), colour) for colour in ("#98131f", "#0b4386")]
    made = screens.sheet([("/desk", "centre", [*shots, *phones]), ("/", "", phones)])
    assert made.size == (16 + 2 * (576 + 16) + 2 * (156 + 16), 16 + (360 + 26 + 16) + (338 + 26 + 16))
    middles = [made.getpixel((16 + x, 16 + 26 + 100)) for x in (288, 592 + 288, 1184 + 78, 1356 + 78)]
    assert middles == [(255, 255, 255), (13, 19, 18), (152, 19, 31), (11, 67, 134)]
    assert made.getpixel((16 + 78, 16 + 402 + 26 + 100)) == (152, 19, 31)


def test_a_sheet_is_as_light_as_a_picture_may_be(
    screens: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "MOST_BYTES", 20_000)  # small pictures, else this packs for a minute
    assert len(screens.packed(Image.effect_noise((150, 150), 60).convert("RGB"))) <= screens.MOST_BYTES
    with pytest.raises(SystemExit, match="fewer pages"):
        screens.packed(Image.effect_noise((400, 400), 120).convert("RGB"))
