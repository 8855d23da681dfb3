"""Which model a word means: one that ships, a folder, or a version in the store of an instance."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from gezhi.cli.main import enter
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused

if TYPE_CHECKING:
    from gezhi.rules.model import Model

HASH = re.compile(r"[0-9a-f]{6,16}")


def model_of(word: str, home: Path | None = None) -> tuple[Model, Path | None]:
    """The model and the folder it stands in; no folder for a version from the store.

    A name that ships comes first, then a folder, then a version (six hex digits or more) of the instance at `home`.
    Raises `Refused` with what there is, `ModelError` for a folder that cannot be read.
    """
    from gezhi.rules.folder import DISTRICTS
    from gezhi.rules.load import load_model, shipped

    folder = DISTRICTS / word if word in shipped() else Path(word)
    if (folder / "model.toml").is_file():
        return load_model(folder.resolve()), folder.resolve()
    if HASH.fullmatch(word):
        return stored(word, home), None
    known = _("、").join(shipped())
    told = _("没有治理模型 {model}。自带的有：{known}；也可以写一个目录，或某个实例里的版本号（配 --home）。")
    raise Refused(told.format(model=word, known=known), code="model_missing")


def stored(begin: str, home: Path | None) -> Model:
    """The one version in the store of an instance that begins so. Raises `Refused` for none or several."""
    enter(home)
    from gezhi.matters import editions
    from gezhi.matters.models import Edition

    rows = Edition.objects.filter(version__startswith=begin).order_by("adopted_at")
    found = list(rows.values_list("version", flat=True))
    if len(found) == 1:
        return editions.of_version(found[0])
    every = Edition.objects.order_by("adopted_at").values_list("version", flat=True)
    told = (
        _("这个实例里没有版本 {version}，有的是：{known}。")
        if not found
        else _("版本 {version} 不止一个：{known}。")
    )
    raise Refused(
        told.format(version=begin, known=_("、").join(found or every)), code="version_missing", field="model"
    )
