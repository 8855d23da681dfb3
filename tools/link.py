"""Make `gezhi` of this folder known to its .venv: one path file and the `gezhi` command.

Nothing is built and nothing is fetched, so that an install needs the lock and nothing else.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = """#!{python}
import sys

from gezhi.cli.main import main

sys.exit(main())
"""


def main() -> None:
    Path(sysconfig.get_path("purelib"), "gezhi.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = Path(sysconfig.get_path("scripts"), "gezhi")
    command.write_text(COMMAND.format(python=sys.executable), encoding="utf-8")
    command.chmod(0o755)


if __name__ == "__main__":
    main()
