"""The colours: readable by day and by night as WCAG 2.2 counts it; and style sheets that Chromium 86 reads as we do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2]
TOKENS = PACKAGE / "ui" / "static" / "ui" / "tokens.css"
SHEETS = sorted(path for path in PACKAGE.rglob("*.css") if "vendor" not in path.parts)
PAGES = sorted(PACKAGE.rglob("*.html"))
SCRIPTS = [p for kind in ("js", "mjs") for p in sorted(PACKAGE.rglob(f"*.{kind}")) if "vendor" not in p.parts]
WORD, SIGN = 4.5, 3.0
GROUNDS = ("surface", "paper")
SPOKEN = (  # what is written in a colour, and on which grounds it stands
    *(("ink", on) for on in (*GROUNDS, "sunken", "raised", "brandsoft")),
    *(("ink2", on) for on in (*GROUNDS, "sunken", "raised", "brandsoft")),
    *(("ink3", on) for on in (*GROUNDS, "sunken", "raised")),
    *(("link", on) for on in (*GROUNDS, "sunken", "raised", "brandsoft")),
    *((state, on) for state in ("wait", "act", "soon", "late", "ok", "done", "void") for on in GROUNDS),
    *((state, f"{state}soft") for state in ("wait", "act", "soon", "late", "ok", "done", "void")),
    ("onbtn", "btn"),
    ("onbtn", "btnhover"),
    ("onbrand", "brand"),
    ("onlate", "late"),
    ("ondone", "done"),
    ("onplate", "plate"),
    ("onplate2", "plate"),
    ("onbar", "bar"),
    ("paper", "ink"),
)
SHOWN = (  # what is told apart without words: borders, marks, lines of charts
    *(("edge", on) for on in GROUNDS),
    ("btn", "surface"),
    *(("brand", on) for on in (*GROUNDS, "raised")),
    *((line, "surface") for line in ("f1", "f2", "f3", "f4")),
    ("late", "ground"),
    ("act", "ground"),
    ("late", "h0"),
    ("late", "h2"),
    ("surface", "act"),
    ("surface", "late"),
)
TABLE = {  # some of the table that the looks were drawn by, so that the arithmetic here is held to it
    ("ink", "surface"): (16.7, 14.6),
    ("soon", "soonsoft"): (4.7, 8.6),
    ("ok", "oksoft"): (4.8, 9.2),
    ("onbtn", "btn"): (9.16, 5.81),
    ("edge", "surface"): (3.66, 4.45),
    ("late", "h2"): (5.29, 3.90),
}
TOO_YOUNG = {  # what a sheet must not use: browsers from Chromium 86 draw the same page
    "color-mix": r"color-mix\(",
    "light-dark": r"light-dark\(",
    ":has": r":has\(",
    ":is and :where": r":(?:is|where)\(",
    ":not of several": r":not\([^()]*,",
    "container queries": r"@container|container-type",
    "layers": r"@layer",
    "inset": r"(?<![\w-])inset\s*:",
    "aspect-ratio": r"(?<![\w(-])aspect-ratio\s*:",
    "overflow: clip": r"overflow(?:-[xy])?\s*:\s*clip",
    "subgrid": r"subgrid",
    "media ranges": r"@media[^{]*[<>]",
    "translate, rotate, scale alone": r"(?<![\w-])(?:translate|rotate|scale)\s*:",
}


def blocks(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The selectors of a sheet without nesting but for media, each with its custom properties."""
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", bare):
        said = dict(re.findall(r"--([\w-]+)\s*:\s*([^;]+)", body))
        yield selector.strip(), {name: value.strip() for name, value in said.items()}


@pytest.fixture(scope="module")
def themes() -> dict[str, dict[str, str]]:
    found = list(blocks(TOKENS.read_text(encoding="utf-8")))
    day = dict(next(said for selector, said in found if selector.startswith(':root, [data-theme="light"]')))
    night, chosen = (
        next(said for selector, said in found if selector.endswith(end))
        for end in ('not([data-theme="light"])', '[data-theme="dark"]')
    )
    return {"day": day, "night": day | night, "chosen": day | chosen}


def light(colour: str) -> float:
    """The relative luminance of #RRGGBB, 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["day", "night"])
def test_what_is_written_is_read_and_what_is_shown_is_seen(
    themes: dict[str, dict[str, str]], theme: str
) -> None:
    colours = themes[theme]
    need = [(pair, WORD) for pair in SPOKEN] + [(pair, SIGN) for pair in SHOWN]
    weak = {
        f"{front} on {back}": round(found, 2)
        for (front, back), least in need
        if (found := contrast(colours[front], colours[back])) < least
    }
    assert weak == {}


def test_the_table_of_the_looks_is_what_is_counted(themes: dict[str, dict[str, str]]) -> None:
    for (front, back), (day, night) in TABLE.items():
        assert contrast(themes["day"][front], themes["day"][back]) == pytest.approx(day, abs=0.06)
        assert contrast(themes["night"][front], themes["night"][back]) == pytest.approx(night, abs=0.06)


def test_the_night_that_comes_and_the_night_that_is_chosen_are_one(themes: dict[str, dict[str, str]]) -> None:
    assert themes["night"] == themes["chosen"]
    assert themes["night"] != themes["day"]


def test_a_colour_is_six_hex_digits(themes: dict[str, dict[str, str]]) -> None:
    others = ("t-", "lh-", "s-", "r-", "hit", "quick", "calm", "ease", "lift", "font", "song")
    odd = {
        name: value
        for theme in themes.values()
        for name, value in theme.items()
        if not name.startswith(others) and not re.fullmatch(r"#[0-9A-F]{6}", value)
    }
    assert odd == {}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_sheet_uses_what_chromium_86_knows(sheet: Path) -> None:
    bare = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [name for name, sign in TOO_YOUNG.items() if re.search(sign, bare)] == []
    assert nested(bare) == []


def nested(bare: str) -> list[str]:
    """Rules inside rules; only what begins with an @ may hold others."""
    opened: list[str] = []
    found = []
    for piece in re.findall(r"[^{};]*\{|\}", bare):
        if piece == "}":
            opened.pop()
            continue
        if any(not above.startswith("@") for above in opened):
            found.append(piece)
        opened.append(piece.strip())
    return found


def test_a_rule_inside_a_rule_is_found() -> None:
    assert nested(".a { color: red; .b { color: blue; } }")
    assert not nested("@media print { .a { color: red; } } .b { color: blue; }")


def test_every_token_that_is_used_is_there(themes: dict[str, dict[str, str]]) -> None:
    unknown = {}
    for sheet in (path for path in SHEETS if "static" in path.parts):
        text = sheet.read_text(encoding="utf-8")
        own = set(re.findall(r"--([\w-]+)\s*:", text))
        if lost := set(re.findall(r"var\(--([\w-]+)\)", text)) - own - set(themes["day"]):
            unknown[sheet.name] = lost
    assert unknown == {}


def test_no_page_carries_a_style_of_its_own() -> None:
    found = [
        f"{page.relative_to(PACKAGE)}: {said}"
        for page in PAGES
        for said in re.findall(r"<style\b|\sstyle\s*=", page.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_script_uses_what_chromium_86_lacks() -> None:
    young = r"\.at\(|structuredClone|Object\.hasOwn|\.findLast\(|\.toSorted\(|\.toReversed\(|static \{"
    found = {
        path.name: said for path in SCRIPTS if (said := re.findall(young, path.read_text(encoding="utf-8")))
    }
    assert found == {}
