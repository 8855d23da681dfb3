"""LibreOffice, where it is installed: what a clerk's spreadsheet makes of our files."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.shares import WHOLE

SOFFICE = shutil.which("soffice")
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
"""Commas, quotes, UTF-8, cells as they are shown: what “save as CSV” offers."""
CHARSETS = {"utf-8-sig": 76, "utf-8": 76, "gb18030": 85}
"""Numbers under which LibreOffice knows an encoding; a person chooses it in the window that asks when a CSV is opened."""
WHY = "LibreOffice is not installed here" if SOFFICE is None else "opened in LibreOffice by GEZHI_WHOLE=1"
needed = pytest.mark.skipif(SOFFICE is None or not WHOLE, reason=WHY)


def saved(files: Iterable[Path], to: str, folder: Path, *, encoding: str = "") -> dict[str, Path]:
    """The files opened in LibreOffice and saved in another form, by name without ending. `encoding` is that of a CSV."""
    assert SOFFICE is not None
    files = list(files)
    opened_as = [f"--infilter=CSV:44,34,{CHARSETS[encoding]},1"] if encoding else []
    profile = f"-env:UserInstallation=file://{folder.parent.parent / 'soffice'}"
    command = [SOFFICE, profile, "--headless", *opened_as, "--convert-to", to, "--outdir", str(folder)]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, timeout=180, check=False)
    made = {path.stem: path for path in folder.glob(f"*.{to.partition(':')[0]}")}
    assert set(made) >= {path.stem for path in files}, done.stderr.decode(errors="replace")
    return made
