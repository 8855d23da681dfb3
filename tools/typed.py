"""mypy, strict, with a scratch home: its Django plugin imports the settings, and settings are read from a home."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import scratch_home  # noqa: F401  # names the home in the environment

ROOT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":
    sys.exit(subprocess.run([sys.executable, "-m", "mypy", *sys.argv[1:]], cwd=ROOT, check=False).returncode)
