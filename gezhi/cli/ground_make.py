"""`gezhi ground make MODEL`: an invented ground of the counts that a model states, as a rehearsal home or as a file."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gezhi.cli import ground, run, upgrade
from gezhi.cli.account import operator
from gezhi.cli.main import enter
from gezhi.cli.words import gettext as _
from gezhi.cli.words import language
from gezhi.errors import Refused
from gezhi.home import SETTINGS, home_path, make_home

if TYPE_CHECKING:
    from gezhi.places.growing import Grown
    from gezhi.rules.model import Model


def declare(verbs: Any) -> None:
    to = ground.verb(verbs, "make", _("按治理模型写明的数目造一片示例网格图：新建演练实例，或写成文件"))
    to.add_argument("model", metavar=_("治理模型"), help=_("自带模型的名字，例如 nanling"))
    to.add_argument("--geojson", type=Path, metavar=_("文件"), help=_("只写成 GeoJSON 文件，不建实例"))


def act_make(said: argparse.Namespace) -> int:
    from gezhi.rules.load import named

    began = time.monotonic()
    model = named(said.model)
    if not said.geojson:
        _make_home(said, model)
    from gezhi.places.growing import as_geojson, grown, wishes_of

    wishes, nets, left_open = wishes_of(model)
    made = grown(wishes, nets)
    if said.geojson:
        said.geojson.write_text(as_geojson(made), encoding="utf-8")
    else:
        _plant(made, said)
    counts = {wish.level: wish.count for wish in wishes} | {net.overlay: net.count for net in nets}
    told = {"counts": counts, "not_stated": left_open, "seconds": round(time.monotonic() - began, 1)}
    if said.json:
        print(json.dumps(told, ensure_ascii=False))
        return 0
    names = {**{k: v.name for k, v in model.levels.items()}, **{k: v.name for k, v in model.overlays.items()}}
    print(_("示例网格图，用时 {s} 秒：").format(s=told["seconds"]))
    for word, count in counts.items():
        note = _("（模型没有写明，随意取的）") if word in left_open else ""
        print(f"  {names[word]}　{count}{note}")
    return 0


def _make_home(said: argparse.Namespace, model: Model) -> None:
    """A new home of kind simulation. A home that is there already must be one, and still without units."""
    path = (said.home or home_path()).absolute()
    if not (path / SETTINGS).exists():
        words = {"model": said.model, "language": language(), "timezone": model.timezone}
        make_home(path, kind="simulation", name=model.name, synchronous="NORMAL", **words)
        run.upgrade(path)
    enter(said.home)
    from django.conf import settings

    if settings.HOME.kind == "live":
        raise Refused(_("正式实例里不造示例网格图。请换一个 --home。"), code="live_instance", field="home")
    upgrade.take_model(settings.HOME)
    upgrade.learn_calendar()


def _plant(made: Grown, said: argparse.Namespace) -> None:
    from django.db import transaction

    from gezhi.ledger import clock
    from gezhi.places.services import OverlayRow, plant_tree, put_overlay

    on, at = ground.day(said), clock.now()
    _model, levels = ground.model_and_levels(on)
    with transaction.atomic():
        planted = plant_tree(made.units, levels, on=on, by=operator(), at=at)
        for overlay, units in made.overlays.items():
            rows = [
                OverlayRow(name=u.name, inside=planted.identities[u.inside], border=u.border) for u in units
            ]
            put_overlay(overlay, rows, on=on, by=operator(), at=at)
