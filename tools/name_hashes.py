"""Write tests/names.sha256 from a list of real people's names that lies outside this repository.

    tools/name_hashes.py NAMES.txt

One name a line. A name of the list must occur in one of the documents of ../shared/sources, so that the list
is of the people whom the product's sources speak of. The names themselves never enter the repository.
"""

from __future__ import annotations

import hashlib
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT.parent / "shared" / "sources"
TARGET = ROOT / "tests" / "names.sha256"


def digest(name: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}{name}".encode()).hexdigest()


def main() -> int:
    names = sorted(
        {n.strip() for n in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines() if n.strip()}
    )
    said = "".join(p.read_text(encoding="utf-8") for p in SOURCES.glob("*.txt"))
    if strangers := [name for name in names if name not in said]:
        print(f"in none of the sources: {', '.join(strangers)}")
        return 1
    salt = secrets.token_hex(16)
    lines = [f"salt {salt}", *sorted(f"{len(name)} {digest(name, salt)}" for name in names)]
    TARGET.write_text("\n".join(lines) + "\n", encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
