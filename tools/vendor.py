"""Fetch the browser libraries by name through the npm client and lay them below gezhi/ui/static/vendor.

Steps: 1. `npm pack NAME@VERSION` into a temporary folder. 2. Copy the few files we serve, with the licence.
3. Draw the icon sprite from the icons that are used. 4. Write `vendored.json`: name, version, licence and
the SHA-256 of each file. The pages never fetch anything from elsewhere. 5. Lay the fonts for paper below
gezhi/paper/fonts (vendor_fonts.py).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import vendor_fonts

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "gezhi" / "ui" / "static" / "vendor"
SPRITE = ROOT / "gezhi" / "ui" / "static" / "ui" / "icons.svg"
LIBRARIES = {
    "maplibre-gl": ("6.17.0", ("LICENSE.txt", "dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs")),
}
ICON_SET, ICON_VERSION = "@tabler/icons", "3.51.0"
ICONS = """
adjustments alert-triangle arrow-back-up arrow-left arrow-right bell book-2 bookmark building calendar camera
chart-bar check chevron-down chevron-left chevron-right clipboard-list clock clock-play copy devices door
download edit eye eye-off file-text flag help history home hourglass id inbox key list-check list-details lock
logout mail map-2 map-pin menu-2 message-2 message-circle minus moon phone photo player-pause plus route rubber-stamp
search send settings shield-lock square square-arrow-right square-check square-half square-x sun
switch-horizontal target text-size trash upload urgent user user-check users volume wifi-off x
"""
_FRAME = re.compile(r"<path stroke=\"none\"[^>]*/>\s*")


def main() -> int:
    """Fetch all, or only look whether what stands here is what was written down (`--check`)."""
    if "--check" in sys.argv:
        wrong = strangers(VENDOR) + vendor_fonts.strangers()
        print("\n".join(wrong) or "vendored files are as written down")
        return 1 if wrong else 0
    with tempfile.TemporaryDirectory() as folder:
        written = [take_library(name, Path(folder)) for name in LIBRARIES]
        written.append(take_icons(Path(folder)))
        vendor_fonts.take(fetch, Path(folder))
    text = json.dumps(written, indent=1, ensure_ascii=False) + "\n"
    (VENDOR / "vendored.json").write_text(text, encoding="utf-8")
    return 0


def take_library(name: str, folder: Path) -> dict[str, object]:
    """Lay the served files of one library into NAME-VERSION/ and return its entry."""
    version, wanted = LIBRARIES[name]
    package = fetch(name, version, folder)
    target = VENDOR / f"{name}-{version}"
    target.mkdir(parents=True, exist_ok=True)
    for path in wanted:
        plain = "LICENSE" if path.startswith("LICENSE") else Path(path).name
        body = re.sub(rb"\n?//# sourceMappingURL=\S+\s*$", b"\n", (package / path).read_bytes())
        (target / plain).write_bytes(body)
        if plain.endswith(".mjs"):  # served to whoever takes it packed, and a third as long on the way
            (target / f"{plain}.gz").write_bytes(gzip.compress(body, 9, mtime=0))
    return entry(name, version, package, sorted(target.iterdir()))


def take_icons(folder: Path) -> dict[str, object]:
    """Draw the sprite: one symbol an icon, without the set's empty background path."""
    package = fetch(ICON_SET, ICON_VERSION, folder)
    symbols = []
    for name in ICONS.split():
        drawn = (package / "icons" / "outline" / f"{name}.svg").read_text(encoding="utf-8")
        inner = _FRAME.sub("", drawn[drawn.index(">", drawn.index("<svg")) + 1 : drawn.rindex("</svg>")])
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24">{re.sub(chr(92) + "s+", " ", inner).strip()}</symbol>'
        )
    SPRITE.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons, MIT; see icons-LICENSE.txt -->\n'
        + "\n".join(symbols)
        + "\n</svg>\n",
        encoding="utf-8",
    )
    licence = SPRITE.with_name("icons-LICENSE.txt")
    licence.write_bytes((package / "LICENSE").read_bytes())
    return entry(ICON_SET, ICON_VERSION, package, [SPRITE, licence])


def fetch(name: str, version: str, folder: Path) -> Path:
    """Let the npm client fetch one package and unpack it; returns the folder of its files."""
    made = subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    target = folder / name.replace("/", "-")
    with tarfile.open(folder / made.stdout.split()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def entry(name: str, version: str, package: Path, files: list[Path]) -> dict[str, object]:
    """What is written down about one library."""
    licence = json.loads((package / "package.json").read_text(encoding="utf-8"))["license"]
    return {
        "name": name,
        "version": version,
        "licence": licence,
        "sha256": {str(f.relative_to(VENDOR.parent)): digest(f) for f in files},
    }


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def strangers(vendor: Path) -> list[str]:
    """Files that differ from what is written down, are missing, or were never written down."""
    known: dict[str, str] = {}
    for one in json.loads((vendor / "vendored.json").read_text(encoding="utf-8")):
        known |= one["sha256"]
    static = vendor.parent
    wrong = [f"{path}: differs or is missing" for path, want in known.items() if not _is(static / path, want)]
    there = {str(f.relative_to(static)) for f in vendor.rglob("*") if f.is_file()} - {"vendor/vendored.json"}
    return wrong + [f"{path}: nobody wrote it down" for path in sorted(there - set(known))]


def _is(file: Path, want: str) -> bool:
    return file.exists() and digest(file) == want


if __name__ == "__main__":
    raise SystemExit(main())
