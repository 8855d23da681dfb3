"""`gezhi ground …`: the units of the district, their borders, codes and changes. Each verb is a module beside this one."""

from __future__ import annotations

import argparse
import importlib
from datetime import date
from typing import TYPE_CHECKING, Any

from gezhi.cli import stamp
from gezhi.cli.account import today
from gezhi.cli.main import day_word, enter, home_option, json_option
from gezhi.cli.words import gettext as _

if TYPE_CHECKING:
    from gezhi.places.planting import Levels
    from gezhi.rules.model import Model

VERBS = {  # verb -> module, function
    "show": "ground_show",
    "lineage": "ground_show",
    "compare": "ground_show",
    "import": "ground_import",
    "plan": "ground_plan",
    "undo": "ground_plan",
    "figures": "ground_figures",
    "audit": "ground_audit",
    "codes": "ground_codes",
    "make": "ground_make",
}


def about() -> str:
    return _("网格图：导入边界、查毛病、改划分、看沿革、管代码")


def declare(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", metavar="|".join(VERBS), required=True)
    for module in dict.fromkeys(VERBS.values()):
        importlib.import_module(f"gezhi.cli.{module}").declare(verbs)


def act(said: argparse.Namespace) -> int:
    part = importlib.import_module(f"gezhi.cli.{VERBS[said.what]}")
    if said.what != "make":
        enter(said.home)
        stamp.must_be_current()
    return int(getattr(part, f"act_{said.what}")(said) or 0)


def verb(verbs: Any, name: str, words: str) -> argparse.ArgumentParser:
    """A verb of `gezhi ground` with what every one of them takes: the home, JSON, and the day it speaks of."""
    to: argparse.ArgumentParser = verbs.add_parser(name, help=words, description=words)
    to.add_argument(
        "--on",
        type=day_word,
        metavar=_("日期"),
        help=_("说的是哪一天，例如 2026-07-01（默认今天）"),
    )
    home_option(to)
    json_option(to)
    return to


def day(said: argparse.Namespace) -> date:
    """The day that is meant: the one said, else the instance's today."""
    on: date | None = said.on
    return today() if on is None else on


def model_and_levels(on: date) -> tuple[Model, Levels]:
    """The governance model of the day and its levels."""
    from gezhi.matters import editions
    from gezhi.places.services import levels_of

    model = editions.current(on)
    return model, levels_of(model)


def level_named(said: str, model: Model) -> str:
    """A level of the model by its code or name. Raises `Refused` with those there are."""
    from gezhi.errors import Refused

    for level in model.levels.values():
        if said in (level.id, level.name, level.english):
            return level.id
    raise Refused(
        _("治理模型里没有层级“{said}”。有：{names}。").format(
            said=said,
            names=_("、").join(
                _("{code}（{name}）").format(code=one.id, name=one.name) for one in model.levels.values()
            ),
        ),
        code="level_unknown",
        field="level",
    )
