"""`gezhi ground import FILE`: polygons of a file into the tree or an overlay: looked at first, then all or nothing."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gezhi.cli import ground
from gezhi.cli.account import operator
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused

if TYPE_CHECKING:
    from datetime import date

    from gezhi.places.audit import Fault
    from gezhi.places.matching import Columns
    from gezhi.places.planting import Levels
    from gezhi.places.staging import Reading, Stage
    from gezhi.rules.model import Model

MOST = 20


def declare(verbs: Any) -> None:
    to = ground.verb(
        verbs, "import", _("导入边界：GeoJSON、Shapefile 或它们的压缩包；先看，加 --write 才写入")
    )
    to.add_argument("file", type=Path, metavar=_("文件"), help=_(".geojson、.shp（旁边要有 .dbf）或 .zip"))
    to.add_argument("--level", default="", metavar=_("层级"), help=_("图形是哪一级，代码或名称"))
    to.add_argument("--overlay", default="", metavar=_("叠加网"), help=_("图形是哪张叠加网，代替 --level"))
    to.add_argument("--name", required=True, metavar=_("列名"), help=_("哪一列是名称"))
    for word, help_ in (
        ("code", _("哪一列是代码")),
        ("short", _("哪一列是简称")),
        ("parent", _("哪一列是上级")),
    ):
        to.add_argument(f"--{word}", default="", metavar=_("列名"), help=help_)
    to.add_argument(
        "--above",
        action="append",
        default=[],
        metavar=_("层级=列名"),
        help=_("上面某一级的名称在哪一列，从上到下写；没有的单元会一并建好"),
    )
    to.add_argument("--root", default="", metavar=_("名称"), help=_("还没有单元树时，最上级单元叫什么"))
    to.add_argument(
        "--datum", default="", metavar=_("坐标系"), help=_("wgs84（CGCS2000）、gcj02、bd09 或 gk:中央子午线")
    )
    to.add_argument("--sure", action="store_true", help=_("确知坐标系就是 --datum 写的，不再对照"))
    to.add_argument("--extent", default="", metavar=_("西,南,东,北"), help=_("本区大致的经纬度范围，供对照"))
    to.add_argument("--mend", action="store_true", help=_("边线自己相交一丝的，自动修补"))
    to.add_argument("--html", type=Path, metavar=_("文件"), help=_("把毛病连图写成网页"))
    to.add_argument("--title", default="", metavar=_("名称"), help=_("方案名称"))
    to.add_argument("--write", action="store_true", help=_("写入；不加就只看"))


def act_import(said: argparse.Namespace) -> int:
    """Exit code 0 if, and only if, every feature could be taken in."""
    from gezhi.places import features
    from gezhi.places.services import stage_file

    on = ground.day(said)
    model, levels = ground.model_and_levels(on)
    columns, levels = _columns(said, model, levels)
    stage = stage_file(features.of_path(said.file), columns, levels, _reading(said), on=on)
    faults: list[Fault] = []
    names: dict[str, str] = {}
    if not stage.problems and not said.overlay:
        faults, names = _looked_at(said, stage, levels, on)
    written = _write(said, stage, levels, on) if said.write else None
    if said.json:
        print(json.dumps(_as_data(stage, faults, written), ensure_ascii=False, indent=1))
    else:
        print("\n".join(_lines(stage, faults, names, written)))
    return 1 if stage.problems else 0


def _columns(said: argparse.Namespace, model: Model, levels: Levels) -> tuple[Columns, Levels]:
    from gezhi.places.matching import Columns
    from gezhi.places.planting import Levels as Given

    if bool(said.level) == bool(said.overlay):
        raise Refused(_("--level 和 --overlay 要写且只写一个。"), code="level_missing", field="level")
    above = {}
    for one in said.above:
        level, _is, column = one.partition("=")
        above[ground.level_named(level.strip(), model)] = column.strip()
    words = {
        "name": said.name,
        "code": said.code,
        "short": said.short,
        "parent": said.parent,
        "root": said.root,
    }
    if said.level:
        return Columns(level=ground.level_named(said.level, model), above=above, **words), levels
    overlay = next((one for k, one in model.overlays.items() if said.overlay in (k, one.name)), None)
    if overlay is None:
        raise Refused(
            _("治理模型里没有叠加网“{said}”。有：{names}。").format(
                said=said.overlay,
                names=_("、").join(
                    _("{code}（{name}）").format(code=k, name=v.name) for k, v in model.overlays.items()
                )
                or _("无"),
            ),
            code="overlay_missing",
            field="overlay",
        )
    under = {**levels.under, overlay.id: overlay.inside}
    return Columns(level=overlay.id, above=above, **words), Given(under, levels.may_skip)


def _reading(said: argparse.Namespace) -> Reading:
    from gezhi.places import reference
    from gezhi.places.staging import Reading

    extent = None
    if said.extent:
        try:
            west, south, east, north = (float(part) for part in said.extent.split(","))
        except ValueError as wrong:
            raise Refused(
                _("--extent 要写四个数：西,南,东,北。"), code="extent_wrong", field="extent"
            ) from wrong
        extent = (west, south, east, north)
    frame = reference.said_frame(said.datum) if said.datum else None
    return Reading(said=frame, sure=said.sure, mend=said.mend, extent=extent)


def _looked_at(
    said: argparse.Namespace, stage: Stage, levels: Levels, on: date
) -> tuple[list[Fault], dict[str, str]]:
    from gezhi.places import audit_report
    from gezhi.places.services import faults_of

    units, faults = faults_of(stage, levels, on=on)
    if said.html:
        said.html.write_text(
            audit_report.page(units, faults, title=said.title or said.file.name, on=on), encoding="utf-8"
        )
    return faults, {unit.key: unit.name for unit in units}


def _write(said: argparse.Namespace, stage: Stage, levels: Levels, on: date) -> str:
    from gezhi.ledger import clock
    from gezhi.places.services import overlay_rows, put_overlay, take_in

    at = clock.now()
    if said.overlay:
        overlay = stage.rows[0].level if stage.rows else said.overlay
        return str(
            put_overlay(overlay, overlay_rows(stage, on=on), on=on, by=operator(), at=at, title=said.title)
        )
    taken = take_in(stage, levels, on=on, by=operator(), at=at, title=said.title)
    if taken.told and not said.json:
        print(taken.told)
    return str(taken.plan or "tree")


def _as_data(stage: Stage, faults: list[Fault], written: str | None) -> dict[str, Any]:
    return {
        "units": len(stage.rows),
        "new": stage.new,
        "datum": stage.frame.word,
        "compared": [
            {
                "with": fit.yardstick,
                "metres": {frame.word: round(off, 1) for frame, off in fit.metres.items()},
            }
            for fit in stage.fits
        ],
        "problems": [{"feature": one.number, "sentence": one.sentence} for one in stage.problems],
        "mended": [one.number for one in stage.mended],
        "faults": [
            {"kind": f.kind, "units": list(f.units), "square_metres": round(f.square_metres, 2)}
            for f in faults
        ],
        "written": written,
    }


def _lines(stage: Stage, faults: list[Fault], names: dict[str, str], written: str | None) -> list[str]:
    from gezhi.places import audit_report, audit_words

    said = [
        _("按 {datum} 读出 {n} 个单元：新设 {new} 个，重画 {old} 个。").format(
            datum=stage.frame.word, n=len(stage.rows), new=stage.new, old=len(stage.rows) - stage.new
        )
    ]
    for fit in stage.fits:
        off = min(fit.metres[stage.frame], 99_999)
        said.append(
            _("  对照{what}，错开约 {n} 米。").format(what=_yardstick(fit.yardstick), n=f"{off:,.0f}")
        )
    if not stage.fits:
        said.append(_("  没有可以对照的边界，坐标系按写明的读。"))
    said += [
        _("第 {n} 个已修补：{what}").format(n=one.number, what=one.sentence) for one in stage.mended[:MOST]
    ]
    said += [_("{who}：{what}").format(who=one.who, what=one.sentence) for one in stage.problems[:MOST]]
    said += [_("{who}：{what}").format(who=one.name, what=one.sentence) for one in stage.unknown[:MOST]]
    if stage.problems:
        return [*said, _("有 {n} 个图形收不下，一个也没有写入。").format(n=len(stage.problems))]
    said.append(audit_report.headline(faults))
    said += [f"  {audit_words.sentence(fault, names)}" for fault in faults[:MOST]]
    return [*said, _("已写入。") if written else _("还没有写入。看好了加 --write。")]


def _yardstick(word: str) -> str:
    from gezhi.places import misfit

    return misfit.yardstick(word)
