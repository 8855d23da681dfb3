"""The address under which static files stand: it changes when any of them does, so a browser keeps them for ever.

No build step and no copy: WhiteNoise serves each room's `static` folder in place. Relative links inside
style sheets and scripts go on working, because the whole tree moves together.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).parent.parent


def revision() -> str:
    """Ten letters made of every static file's name, size and time. About a millisecond for two hundred files."""
    seen = hashlib.sha256()
    for folder in sorted(PACKAGE.glob("*/static")):
        for file in sorted(folder.rglob("*")):
            said = file.stat()
            seen.update(f"{file.relative_to(PACKAGE)} {said.st_size} {said.st_mtime_ns}\n".encode())
    return seen.hexdigest()[:10]


def is_for_ever(path: str, url: str) -> bool:
    """Every static address names the revision, so what it answers never changes."""
    del path, url
    return True
