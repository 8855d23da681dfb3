"""items.csv and published.csv, opened in LibreOffice and saved again: the same model, whatever they were written in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gezhi.rules.folder import DISTRICTS, decoded
from gezhi.rules.load import load_model, named
from gezhi.rules.published import read_published
from tests import libreoffice

pytestmark = [libreoffice.needed, pytest.mark.slow]
FILES = ("items.csv", "published.csv")
NAMES = ["nanling", "guanlan", "jianghai", "guangming-2023", "guangming"]


def recoded(place: Path, encoding: str) -> list[Path]:
    """Every list of the districts in one encoding, named by its district."""
    place.mkdir()
    made = []
    for name in NAMES:
        for file in FILES:
            path = place / f"{name}_{file}"
            path.write_bytes(decoded((DISTRICTS / name / file).read_bytes()).encode(encoding))
            made.append(path)
    return made


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_what_comes_back_is_the_same_model(tmp_path: Path, encoding: str) -> None:
    books = libreoffice.saved(
        recoded(tmp_path / "csv", encoding), "xlsx", tmp_path / "xlsx", encoding=encoding
    )
    back = libreoffice.saved(books.values(), libreoffice.CSV, tmp_path / "back")
    for name in NAMES:
        folder = tmp_path / "again" / name
        folder.mkdir(parents=True)
        shutil.copy(DISTRICTS / name / "model.toml", folder)
        for file in FILES:
            shutil.copy(back[f"{name}_{file.removesuffix('.csv')}"], folder / file)
        assert load_model(folder).version == named(name).version
        metrics = named(name).metrics
        assert read_published(folder, metrics) == read_published(DISTRICTS / name, metrics)
