"""A model from the two texts somebody edits, without a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from gezhi.rules.load import LANGUAGE, Opened, from_canonical, opened
from gezhi.rules.model import Model
from gezhi.rules.proof.check import Proof, check
from gezhi.rules.writing import Rows, Tree, csv_of, parts_of, toml_of


@dataclass(frozen=True, slots=True)
class Texts:
    """model.toml and items.csv as they were typed; `items` is empty for a model without lists."""

    toml: str
    items: str = ""

    @property
    def digest(self) -> str:
        """16 hex of both texts."""
        return sha256(f"{self.toml}\0{self.items}".encode()).hexdigest()[:16]


def texts_of(tables: Tree, rows: Rows) -> Texts:
    return Texts(toml_of(tables), csv_of(rows) if rows else "")


def texts_of_model(model: Model) -> Texts:
    """The model written out, standing alone."""
    return texts_of(*parts_of(model))


@lru_cache(maxsize=8)
def read(texts: Texts) -> Opened:
    """The model of the texts, with the line of everything. Raises `ModelError` with all findings."""
    with _folder(texts) as folder:
        return opened(folder)


@lru_cache(maxsize=8)
def checked(texts: Texts) -> Proof:
    """What `gezhi model check` says of the texts. Files are named model.toml and items.csv."""
    with _folder(texts) as folder:
        return check(folder)


def holding_from(model: Model, since: date) -> Model:
    """The same model, standing alone, whose first day is `since`."""
    tables, rows = parts_of(model)
    about = tables["model"] | {"valid_from": since.isoformat()}
    said = {"tables": tables | {"model": about}, "items": rows, "language": LANGUAGE}
    return from_canonical(json.dumps(said, ensure_ascii=False))


@contextmanager
def _folder(texts: Texts) -> Iterator[Path]:
    """The texts as the loader wants them: files in a folder, gone afterwards."""
    with TemporaryDirectory(prefix="gezhi-model-") as name:
        folder = Path(name) / "draft"
        folder.mkdir()
        (folder / "model.toml").write_text(texts.toml, encoding="utf-8")
        if texts.items:
            (folder / "items.csv").write_text(texts.items, encoding="utf-8")
        yield folder
