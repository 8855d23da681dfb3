"""What was chosen and uploaded and is not confirmed yet: files of the home, gone once it is confirmed or dropped."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.rules import load
from gezhi.rules.folder import DISTRICTS
from gezhi.rules.model import Model
from gezhi.rules.proof.check import Proof, check
from gezhi.rules.texts import Texts

OWN = "own"
MADE = "made.json"  # of which published model the own one was made
PLAN = "plan"
LARGEST_MODEL = 2_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """The uploaded workbook: what it was called, its digest, the day from which it shall hold."""

    name: str
    digest: str
    on: str

    @property
    def day(self) -> date:
        return date.fromisoformat(self.on)


@dataclass(frozen=True, slots=True)
class Outline:
    """The uploaded borders and how they shall be read. `make` lets shapes that match no unit become new ones; `called`
    says of names in the file which unit's name stands for them; `under` of features, by their number in the file, the
    path of the unit from which they shall hang if they become new ones."""

    name: str
    level: str
    column: str
    datum: str = ""
    sure: bool = False
    parent: str = ""
    meridian: str = ""
    make: bool = False
    called: dict[str, str] = field(default_factory=dict)
    under: dict[str, str] = field(default_factory=dict)


def folder() -> Path:
    home: Path = settings.HOME.setup
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def chosen() -> str:
    """The name of the chosen model; empty before one was."""
    return str(_read("choice.json").get("model", ""))


def chosen_model() -> Model | None:
    name = chosen()
    return model_of(name) if name else None


def choose(name: str) -> None:
    """Choose a published model by its name, or one's own. Raises `Refused` for one that does not hold."""
    if name != OWN and name not in offered():
        raise Refused(_("没有这个治理模型。请从卡片里选。"), code="model_missing", field="model")
    if not proof_of(name).holds:
        raise Refused(_("这个治理模型还有要改的地方，不能用。"), code="model_unproved", field="model")
    _write("choice.json", {"model": name})


def offered() -> tuple[str, ...]:
    """Published models that a live instance can take, the smallest first."""
    models = {name: _shipped(name) for name in load.shipped() if name != "base"}
    live = [name for name, model in models.items() if not model.about.replay]
    return tuple(sorted(live, key=lambda name: (len(models[name].levels), len(models[name].items))))


def model_of(name: str) -> Model:
    return load.load_model(folder() / OWN) if name == OWN else _shipped(name)


@lru_cache(maxsize=16)
def _shipped(name: str) -> Model:
    return load.named(name)


def proof_of(name: str) -> Proof:
    """What `gezhi model check` says of it; a published one is walked once in this process."""
    return check(folder() / OWN) if name == OWN else _proof_of_shipped(name)


@lru_cache(maxsize=16)
def _proof_of_shipped(name: str) -> Proof:
    return check(DISTRICTS / name)


def keep_own(files: dict[str, bytes]) -> None:
    """Keep a model of one's own: model.toml, items.csv and whatever else lies in its folder."""
    names = {Path(name.replace("\\", "/")).name: body for name, body in files.items()}
    if "model.toml" not in names:
        raise Refused(
            _("请选 model.toml，有事项清单的连 items.csv 一起选。"), code="model_files", field="own"
        )
    if sum(map(len, names.values())) > LARGEST_MODEL or len(names) > 8:
        raise Refused(_("这些文件太大。治理模型只有几个文本文件。"), code="model_files", field="own")
    _write_own(names)
    (folder() / MADE).unlink(missing_ok=True)


def keep_named(texts: Texts, readme: str, of: str) -> None:
    """Keep, and choose, a model under the district's own names, made of a published one (`of`; empty of one's own)."""
    files = {"model.toml": texts.toml, "README.md": readme} | (
        {"items.csv": texts.items} if texts.items else {}
    )
    _write_own({name: text.encode() for name, text in files.items()})
    _write(MADE, {"of": of})
    _write("choice.json", {"model": OWN})


def made_of() -> str:
    """Of which published model the one of one's own was made by names; empty where it came as files."""
    of = str(_read(MADE).get("of", ""))
    return of if of in offered() else ""


def _write_own(names: dict[str, bytes]) -> None:
    """Put another model in the place of one's own, whole: nobody reads half of it."""
    own, fresh = folder() / OWN, folder() / f"{OWN}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    for name, body in names.items():
        if name in ("model.toml", "items.csv", "published.csv", "README.md"):
            (fresh / name).write_bytes(body)
    shutil.rmtree(own, ignore_errors=True)
    fresh.rename(own)


def has_own() -> bool:
    return (folder() / OWN / "model.toml").is_file()


def keep_workbook(name: str, body: bytes, on: date) -> None:
    (folder() / "workbook.xlsx").write_bytes(body)
    _write("workbook.json", asdict(Sheet(name[:80], hashlib.sha256(body).hexdigest(), on.isoformat())))


def workbook() -> tuple[Sheet, bytes] | None:
    """The uploaded workbook that waits to be confirmed."""
    said, file = _read("workbook.json"), folder() / "workbook.xlsx"
    return (Sheet(**said), file.read_bytes()) if said and file.is_file() else None


def drop_workbook() -> None:
    for name in ("workbook.json", "workbook.xlsx"):
        (folder() / name).unlink(missing_ok=True)


def keep_outline(said: Outline, body: bytes | None = None) -> None:
    if body is not None:
        (folder() / "borders.bin").write_bytes(body)
    _write("borders.json", asdict(said))


def outline() -> tuple[Outline, bytes] | None:
    """The uploaded borders that wait to be confirmed."""
    said, file = _read("borders.json"), folder() / "borders.bin"
    return (Outline(**said), file.read_bytes()) if said and file.is_file() else None


def drop_outline() -> None:
    for name in ("borders.json", "borders.bin"):
        (folder() / name).unlink(missing_ok=True)


def keep_plan(text: str, files: dict[str, bytes] | None = None) -> None:
    """Keep a plan of the ground and the borders it names; without files those that are there stay."""
    own = folder() / PLAN
    if files is not None:
        shutil.rmtree(own, ignore_errors=True)
    own.mkdir(mode=0o700, exist_ok=True)
    for name, body in (files or {}).items():
        (own / Path(name.replace("\\", "/")).name).write_bytes(body)
    (own / "plan.toml").write_text(text, encoding="utf-8")


def plan() -> Path | None:
    """The plan of the ground that waits to be confirmed, its borders beside it."""
    file = folder() / PLAN / "plan.toml"
    return file if file.is_file() else None


def drop_plan() -> None:
    shutil.rmtree(folder() / PLAN, ignore_errors=True)


def keep_address(address: str) -> None:
    """Keep the address that slips are printed with."""
    _write("address.json", {"address": address})


def _read(name: str) -> dict[str, Any]:
    file = folder() / name
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except ValueError:
        return {}
    return found


def _write(name: str, said: dict[str, Any]) -> None:
    """Replace a file of the draft in one move, so that another process reads the old one or the new."""
    fresh = folder() / f"{name}.new"
    fresh.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    fresh.replace(folder() / name)
