"""What the product stands on may be passed on with it: each licence is on the list and in docs/licences.md."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "run.lock"
PAGE = ROOT / "docs" / "licences.md"
OURS = "a6a765109ad2bba127fd7a0aafdae9b79d1d5702904a8b3b38be1c68d102d7ce"
"""SHA-256 of MulanPSL-2.0 in both its languages as the SPDX licence list 3.28 has it, and a line end."""
VENDORED = (
    ROOT / "gezhi" / "ui" / "static" / "vendor" / "vendored.json",
    ROOT / "gezhi" / "paper" / "fonts" / "vendored.json",
)
ALLOWED = (
    "MIT", "MIT-CMU", "BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "Apache", "ISC", "PSF-2.0",
    "MIT-0", "CC0-1.0", "MPL-2.0", "HPND", "LGPL", "LGPL-3.0-only", "OFL-1.1", "Zlib", "0BSD", "Unlicense", "MulanPSL-2.0",
)  # fmt: skip


def ours_is_whole() -> Iterator[str]:
    """LICENSE is the published text to the letter; whose the work is stands in the README."""
    if hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() != OURS:
        yield "LICENSE: not the published text of MulanPSL-2.0, Chinese and English, to the letter"


def allowed_and_listed() -> Iterator[str]:
    """Each run dependency and each vendored library is on the page, under a licence that we may pass on."""
    page = PAGE.read_text(encoding="utf-8").lower() if PAGE.exists() else ""
    for name in locked():
        try:
            said = licence_of(distribution(name))
        except PackageNotFoundError:
            yield f"requirements/run.lock: {name} is not installed"
            continue
        if not words_allowed(said):
            yield f"licences: {name} says {said!r}, which is on no list of ours"
        if f"`{name}`" not in page:
            yield f"docs/licences.md: {name} ({said}) is not listed"
    for taken in (one for file in VENDORED for one in json.loads(file.read_text(encoding="utf-8"))):
        if not words_allowed(taken["licence"]):
            yield f"licences: {taken['name']} says {taken['licence']!r}, which is on no list of ours"
        if f"`{taken['name']}`" not in page:
            yield f"docs/licences.md: vendored {taken['name']} is not listed"


def locked() -> list[str]:
    return re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)


def licence_of(found: Distribution) -> str:
    """What the package says of itself: expression first, then classifier, then its first words."""
    meta = found.metadata
    if meta.get("License-Expression"):
        return str(meta["License-Expression"])
    trove = [c.split(" :: ")[-1] for c in meta.get_all("Classifier") or [] if c.startswith("License ::")]
    short = {
        "MIT License": "MIT",
        "BSD License": "BSD",
        "Apache Software License": "Apache-2.0",
        "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    }
    if trove:
        return " AND ".join(short.get(t, t) for t in trove)
    return str(meta.get("License") or "nothing").splitlines()[0]


def words_allowed(said: str) -> bool:
    """Of an OR one word is enough, of an AND each is needed."""
    choices = re.split(r"\s+OR\s+", said.strip("() "))
    return any(all(w.strip("() ") in ALLOWED for w in re.split(r"\s+AND\s+", c)) for c in choices)
