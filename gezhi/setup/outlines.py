"""A file of borders that waits: how it is to be read, what it is taken for, what the page says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.places import audit_words, beyond, features, geometry, misfit, reference, stage_picture
from gezhi.places.audit import Drawn, Fault
from gezhi.places.fault_pictures import Scene, picture
from gezhi.places.features import Feature, Source
from gezhi.places.identifying import Unknown, answers
from gezhi.places.matching import Columns, Problem
from gezhi.places.misfit import DatumAsked
from gezhi.places.numerals import names_the_parent
from gezhi.places.services import faults_of, levels_of, stage_file
from gezhi.places.staging import Reading, Stage
from gezhi.rules.model import Model
from gezhi.setup import frame
from gezhi.setup.draft import Outline

MOST = 12
MOST_UNKNOWN = 100
UNDER = "under:"  # before a feature's number: the field that says from which unit it hangs
CHOSEN = "_chosen_above"  # the column in which a file carries what was chosen
DATUMS = ("wgs84", "gcj02", "bd09", "gk", "web")


def said(typed: Mapping[str, str], kept: Outline) -> Outline:
    """How the file shall be read: what the form says, where it says nothing as before."""
    datum = typed.get("datum", kept.datum)
    fresh = {key.removeprefix(UNDER): path for key, path in typed.items() if key.startswith(UNDER) and path}
    fresh = {number: path for number, path in fresh.items() if number.isascii() and number.isdigit()}
    read = {"level": kept.level, "column": kept.column, "datum": kept.datum}
    same = all(typed.get(key, was) == was for key, was in read.items())
    return replace(
        kept,
        under={**kept.under, **fresh} if same else {},
        level=typed.get("level", kept.level),
        column=typed.get("column", kept.column),
        parent=typed.get("parent", kept.parent),
        datum=datum if datum in DATUMS else "",
        meridian=typed.get("meridian", kept.meridian).strip()[:20],
        sure=bool(typed.get("sure")) or ("level" not in typed and kept.sure),
        make=bool(typed.get("make")) if "level" in typed else kept.make,
    )


def guessed(said: Outline, source: Source, model: Model) -> Outline:
    """Which column holds the names and which level they are of: those with most names in common; which the parents."""
    names = {level: set[str]() for level in model.levels}
    for unit in frame.tree().by_path.values():
        names.setdefault(unit.level, set()).update({unit.name, unit.short} - {""})
    words = {c: {one.said.get(c, "").strip() for one in source.features} for c in source.columns}
    level, column = (
        said.level if said.level in model.levels else "",
        said.column if said.column in words else "",
    )
    ways = [
        (len(words[c] & names[at]), at, c)
        for c in ([column] if column else words)
        for at in ([level] if level else names)
    ]
    if not ways:
        told = _("文件里的图形没有任何属性，不知道谁是谁。请导出时带上名称一列。")
        raise Refused(told, code="file_nameless", field="file")
    best = max(ways, key=lambda way: way[0])
    parent = said.parent if said.parent in words else "" if said.column else _parents(words, best[2])
    return replace(said, level=best[1], column=best[2], parent=parent)


def _parents(words: Mapping[str, set[str]], name: str) -> str:
    """The column of the parents: one that is called so, and else none is taken."""
    called = [c for c in words if c != name and names_the_parent(c)]
    units = frame.tree().by_path.values()
    known = [c for c in called if any(answers(unit, word) for word in words[c] if word for unit in units)]
    return known[-1] if known else ""


def staged(said: Outline, body: bytes, model: Model, on: date) -> Stage:
    word = f"gk:{said.meridian}" if said.datum == "gk" else said.datum
    if word == "gk:":
        told = _("请写中央子午线：度数（如 117）、带号（3 度带 39、6 度带 20），或 EPSG 号（如 4548）。")
        raise Refused(told, code="datum_asked", field="datum")
    stated = reference.said_frame(word) if word else None
    read = Reading(said=stated, sure=said.sure, mend=True, make=said.make)
    source, parent = _hung(_renamed(features.read({said.name: body}), said), said)
    columns = Columns(level=said.level, name=said.column, parent=parent)
    return _drawn(stage_file(source, columns, levels_of(model), read, on=on))


def _drawn(stage: Stage) -> Stage:
    """A page of borders takes borders: a feature without one is a problem here, though a tree may come without. Units
    that are made because a feature names them as the one above (number 0) have none yet.
    """
    bare = [row for row in stage.rows if row.border is None and row.number]
    told = _("这一块是空的，没有图形。请补上，或从文件里去掉。")
    problems = (*stage.problems, *(Problem(row.number, told, row.name) for row in bare))
    return replace(stage, rows=tuple(row for row in stage.rows if row not in bare), problems=problems)


def _hung(source: Source, said: Outline) -> tuple[Source, str]:
    """The file with the units above that were chosen for new ones, and the column that says so. What was taken for a
    unit hangs where that one does."""
    ground, taken = frame.tree().by_path, set(said.called.values())
    chosen = {int(n): "/".join(ground[path].names) for n, path in said.under.items() if path in ground}
    if not chosen:
        return source, said.parent

    def hung(one: Feature) -> Feature:
        named = one.said.get(said.column, "").strip() in taken
        above = "" if named else chosen.get(one.number, "")
        return replace(one, said={**one.said, CHOSEN: above or one.said.get(said.parent, "")})

    return replace(source, features=tuple(hung(one) for one in source.features)), CHOSEN


def _renamed(source: Source, said: Outline) -> Source:
    """The file with the names that were taken for a unit's written as the unit is called."""
    if not said.called:
        return source

    def named(one: Feature) -> Feature:
        name = one.said.get(said.column, "").strip()
        return replace(one, said={**one.said, said.column: said.called.get(name, name)})

    return replace(source, features=tuple(named(one) for one in source.features))


def accepted(said: Outline, body: bytes, model: Model, typed: Mapping[str, str]) -> Outline:
    """With what was accepted: `like` is one name of the file, `all` every name that alone is like a unit; `unlike` takes
    one back."""
    if unlike := typed.get("unlike", ""):
        return replace(said, called={name: unit for name, unit in said.called.items() if name != unlike})
    unknown = staged(said, body, model, clock.today()).unknown
    wanted = {one.name: one.like[0] for one in unknown if one.like}
    if "all" in typed:
        every = [*wanted.values(), *said.called.values()]
        wanted = {name: unit for name, unit in wanted.items() if every.count(unit) == 1}
    else:
        wanted = {name: unit for name, unit in wanted.items() if name == typed.get("like")}
    return replace(said, called={**said.called, **wanted})


def outside(stage: Stage) -> list[str]:
    """What of the file lies beyond the borders above it, in sentences."""
    ground = frame.tree()
    drawn = {
        ground.by_identity[row.unit].path: row.border
        for row in stage.rows
        if row.unit in ground.by_identity and row.unit is not None and row.border is not None
    }
    return [one.sentence for one in beyond.beyond(ground, drawn)]


def told(said: Outline, body: bytes, model: Model) -> dict[str, Any]:
    """What the page says of the file that waits: what it is taken for, what must be asked, its faults and its picture."""
    source = features.read({said.name: body})
    found: dict[str, Any] = {"outline": said, "columns": source.columns, "features": len(source.features)}
    found |= {"declared": source.declared and reference.spoken(source.declared), "metres": source.metric}
    today = clock.today()
    try:
        stage = staged(said, body, model, today)
        held = not stage.problems and stage.rows
        units, faults = faults_of(stage, levels_of(model), on=today) if held else ([], [])
    except DatumAsked as refusal:
        return found | _asked(refusal, said)
    except Refused as refusal:
        asks = refusal.field == "datum"
        return found | {"asked": refusal.reason, "asks_datum": asks, "asks_sure": asks}
    pictures = _pictures(units, faults)
    return found | {
        "stage": stage, "matched": len(stage.rows) - stage.new, "problems": stage.problems[:MOST],
        "faults": pictures, "more_faults": max(len(faults) - MOST, 0), "datum": reference.spoken(stage.frame),
        "may": not stage.problems and bool(stage.rows), "compared": _compared(stage),
        "unknown": [(one, _path_of(one, said)) for one in stage.unknown[:MOST_UNKNOWN]],
        "above": _above(said, model) if stage.unknown else [],
        "staged_picture": mark_safe(stage_picture.picture(stage, frame.tree())),  # noqa: S308  # drawn by the house, names escaped
        "outside": outside(stage)[:MOST], "more_unknown": max(len(stage.unknown) - MOST_UNKNOWN, 0),
        "asks_sure": said.sure or not stage.fits, "looked_up": "" if stage.fits else _looked_up(stage),
    }  # fmt: skip


def _path_of(one: Unknown, said: Outline) -> str:
    """The unit from which a new one would hang: the chosen one, else the one whose ground holds it."""
    found = frame.tree().by_identity.get(one.under) if one.under else None
    return said.under.get(str(one.number), "") or (found.path if found else "")


def _above(said: Outline, model: Model) -> list[tuple[str, str]]:
    """The units from which the level of the file may hang."""
    levels = levels_of(model)
    return [
        (unit.path, "/".join(unit.names[1:]) or unit.name)
        for unit in frame.tree().by_path.values()
        if levels.fits(said.level, unit.level)
    ]


def _asked(refusal: DatumAsked, said: Outline) -> dict[str, Any]:
    """The question with the likely answer already chosen."""
    likely = refusal.likely
    if likely is not None:
        meridian = f"{likely.meridian:g}" if likely.kind == "gk" else ""
        said = replace(said, datum=likely.kind, meridian=meridian, sure=False)
    return {"asked": refusal.plain, "asks_datum": True, "outline": said}


def asks(stage: Stage, said: Outline) -> None:
    """Raises `Refused` where nothing shows whether the datum is right and nobody says that they looked."""
    if not stage.fits and not said.sure:
        told = _("没有可以对照的边界，坐标系错了这里看不出来。请先核对，再勾“核对过了”。")
        raise Refused(told, code="datum_unasked", field="sure")


def _looked_up(stage: Stage) -> str:
    """One point of the file that can be looked up elsewhere: the middle of its first unit."""
    first = next((row for row in stage.rows if row.border is not None), None)
    if first is None or first.border is None:
        return ""
    lon, lat = geometry.point_inside(first.border)
    told = _(
        "怎样核对：按这种坐标系，“{name}”里有一点是 {lon}, {lat}。在天地图上查这个坐标，看是不是那里；或者问给文件的人。"
    )
    return told.format(name=first.name, lon=f"{lon:.5f}", lat=f"{lat:.5f}")


def _compared(stage: Stage) -> str:
    """What the place of the file was compared with."""
    if not stage.fits:
        return _("没有可以对照的边界：坐标系不对，会整片错开几百米，这里看不出来。")
    words = [misfit.yardstick(fit.yardstick) for fit in stage.fits]
    most = max(fit.metres[stage.frame] for fit in stage.fits)
    return _("和{yardsticks}对过，最多错开约 {n} 米。").format(
        yardsticks=_("、").join(words), n=f"{most:,.0f}"
    )


def _pictures(units: list[Drawn], faults: list[Fault]) -> list[dict[str, Any]]:
    drawn = [fault for fault in faults if fault.kind not in ("no_border", "bare_level")]
    scene = Scene(units) if drawn else None
    names = {unit.key: unit.name for unit in units}
    return [
        {
            "title": audit_words.title(fault),
            "said": audit_words.sentence(fault, names),
            "picture": mark_safe(picture(fault, scene)) if scene else "",  # noqa: S308  # drawn by the house, names escaped
        }
        for fault in drawn[:MOST]
    ]
