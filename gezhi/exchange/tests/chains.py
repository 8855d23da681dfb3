"""A county of two chains: 县 > 镇 > 社区 > 网格 and 县 > 园区 > 网格. Made of 南陵's folder by three lines."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from gezhi.rules.folder import DISTRICTS
from gezhi.rules.model import Model
from gezhi.rules.proof.check import proved_model

_LINES = {
    'id = "nanling"': 'id = "two_chains"',
    'grid      = { name = "网格", english = "Grid", under = "community",': (
        'park      = { name = "园区", english = "Park", under = "county", count = 2 }\n'
        'grid      = { name = "网格", english = "Grid", under = ["community", "park"],'
    ),
    'levels = ["community"], also = ["grid_head"]': 'levels = ["community", "park"], also = ["grid_head"]',
}


@cache
def two_chains() -> Model:
    """The model, proved: each chain on its own."""
    with TemporaryDirectory() as folder:
        return proved_model(written(Path(folder)))


def written(folder: Path) -> Path:
    """Its folder."""
    made = Path(shutil.copytree(DISTRICTS / "nanling", folder / "two_chains"))
    file = made / "model.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in _LINES.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return made
