"""Step 3: borders: from a file, drawn on the map, or later."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import sentences
from gezhi.places import audit_words, features, queries, reference
from gezhi.places.audit import Drawn, Fault
from gezhi.places.changes import Redraw
from gezhi.places.fault_pictures import Scene, picture
from gezhi.places.features import Source
from gezhi.places.matching import Columns
from gezhi.places.services import adopt_plan, faults_of, levels_of, stage_file, take_in
from gezhi.places.staging import Reading, Stage
from gezhi.rules.model import Model
from gezhi.setup import draft, frame, gate
from gezhi.setup.draft import Outline
from gezhi.ui import words

LARGEST = 30_000_000
MOST = 12
DATUMS = ("wgs84", "gcj02", "bd09")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Units without a border; a file that was staged and what is wrong with it; POST draws, uploads or confirms."""
    model = frame.model()
    if model is None or not frame.opened():
        return redirect("setup:workbook")
    if request.method != "POST":
        return _page(request, model)
    try:
        if "drop" in request.POST:
            draft.drop_outline()
        elif "confirm" in request.POST:
            _confirm(request, model)
        elif "border" in request.POST:
            _draw(request, model)
        else:
            _take(request, model)
    except Refused as refusal:
        return _page(request, model, refused=refusal.reason, status=422)
    return redirect("setup:borders")


@never_cache
@require_safe
def ground(request: HttpRequest) -> HttpResponse:
    """All borders for the map."""
    gate.setter(request)
    root = frame.tree().root
    if root is None:
        raise NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))
    return HttpResponse(
        queries.borders_geojson(root.path, clock.today()), content_type="application/geo+json"
    )


def _draw(request: HttpRequest, model: Model) -> None:
    """Take a border that was drawn: at least three corners, as longitude and latitude."""
    ground = frame.tree()
    unit = ground.by_path.get(request.POST.get("unit", ""))
    if unit is None:
        raise Refused(_("请先选画哪个单元。"), code="unit_missing", field="unit")
    corners = _corners(request.POST.get("border", ""))
    shape = json.dumps({"type": "Polygon", "coordinates": [[*corners, corners[0]]]})
    plan = [Redraw(unit=unit.identity, border=shape)]
    by, at, on = gate.setter(request).by, clock.now(), frame.day(request.POST.get("on", ""))
    adopt_plan(plan, levels_of(model), on=on, by=by, at=at, title=_("画{name}").format(name=unit.name))
    _said(request, _("{name}的边界已画好。").format(name=unit.name), on)


def _corners(typed: str) -> list[tuple[float, float]]:
    found = []
    for line in unicodedata.normalize("NFKC", typed).replace(";", "\n").splitlines():
        parts = line.replace("\t", ",").split(",")
        if not line.strip():
            continue
        try:
            lon, lat = (float(part) for part in parts)
        except ValueError:
            told = _("“{line}”不是一个点。每行写一个点：经度,纬度。").format(line=line.strip()[:30])
            raise Refused(told, code="corner_wrong", field="border") from None
        found.append((lon, lat))
    if len(found) < 3:
        raise Refused(_("至少要三个点才能围成一块。请在图上接着点。"), code="corners_few", field="border")
    return found


def _take(request: HttpRequest, model: Model) -> None:
    """Keep an uploaded file, or read the kept one in another way."""
    given, kept = request.FILES.get("file"), draft.outline()
    datum = request.POST.get("datum", "")
    said = Outline(
        name=str(given.name)[:80] if given else kept[0].name if kept else "",
        level=request.POST.get("level", ""),
        column=request.POST.get("column", ""),
        datum=datum if datum in DATUMS else "",
        sure=bool(request.POST.get("sure")),
    )
    if given is None and kept is None:
        raise Refused(
            _("请先选一个文件：.geojson 或装着 Shapefile 的 .zip。"), code="file_missing", field="file"
        )
    if given is not None and (given.size or 0) > LARGEST:
        told = _("这个文件超过 {most} MB。请只导出边界这一层。").format(most=LARGEST // 1_000_000)
        raise Refused(told, code="file_large", field="file")
    body = given.read() if given else kept[1] if kept else b""
    source = features.read({said.name: body})
    draft.keep_outline(_guessed(said, source, model), body)


def _guessed(said: Outline, source: Source, model: Model) -> Outline:
    """Which column holds the names and which level they are of: those with most names in common."""
    names = {level: set[str]() for level in model.levels}
    for unit in frame.tree().by_path.values():
        names.setdefault(unit.level, set()).add(unit.name)
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
        raise Refused(
            _("文件里的图形没有任何属性，不知道谁是谁。请导出时带上名称一列。"),
            code="file_nameless",
            field="file",
        )
    best = max(ways, key=lambda way: way[0])
    return Outline(said.name, best[1], best[2], said.datum, said.sure)


def _staged(said: Outline, body: bytes, model: Model, on: date) -> Stage:
    frame_said = reference.said_frame(said.datum) if said.datum else None
    read = Reading(said=frame_said, sure=said.sure, mend=True)
    columns = Columns(level=said.level, name=said.column)
    source = features.read({said.name: body})
    return stage_file(source, columns, levels_of(model), read, on=on)


def _confirm(request: HttpRequest, model: Model) -> None:
    kept = draft.outline()
    if kept is None:
        raise Refused(_("没有等着确认的文件。请再传一次。"), code="file_missing", field="file")
    title, on = _("导入{file}").format(file=kept[0].name), frame.day(request.POST.get("on", ""))
    stage = _staged(*kept, model, on)
    take_in(stage, levels_of(model), on=on, by=gate.setter(request).by, at=clock.now(), title=title)
    draft.drop_outline()
    _said(request, _("{n} 个单元的边界已写入。").format(n=len(stage.rows)), on)


def _said(request: HttpRequest, done: str, on: date) -> None:
    """Say that it is done, and from when it holds if that is not today."""
    later = (
        _("{day}起生效，在那以前可以撤回。").format(day=words.day(on, clock.today()))
        if on > clock.today()
        else ""
    )
    messages.success(request, f"{done}{later}", extra_tags="good")


def _page(request: HttpRequest, model: Model, *, refused: str = "", status: int = 200) -> HttpResponse:
    tree = frame.tree()
    bare = [unit for unit in tree.by_path.values() if unit.lon is None]
    counts = Counter(unit.level for unit in tree.by_path.values())
    without = Counter(unit.level for unit in bare)
    levels = [
        {"name": sentences.label(model.levels[one]), "all": n, "drawn": n - without[one]}
        for one, n in counts.items()
        if one in model.levels
    ]
    units = [
        (unit.path, "/".join(unit.names[1:]) or unit.name, unit.lon is not None)
        for unit in tree.by_path.values()
    ]
    told: dict[str, Any] = {
        "levels": levels,
        "units": sorted(units, key=lambda u: (u[2], u[0])),
        "bare": len(bare),
    }
    told |= {"refused": refused, "model_levels": [(k, sentences.label(v)) for k, v in model.levels.items()]}
    kept = draft.outline()
    if kept is not None:
        told |= _told_of(*kept, model)
    return frame.show(request, "borders", status=status, **told)


def _told_of(said: Outline, body: bytes, model: Model) -> dict[str, Any]:
    """What the page says of the file that waits: its columns, whether its datum must be asked, its faults."""
    source = features.read({said.name: body})
    told: dict[str, Any] = {"outline": said, "columns": source.columns, "features": len(source.features)}
    try:
        stage = _staged(said, body, model, clock.today())
        units, faults = (
            faults_of(stage, levels_of(model), on=clock.today()) if not stage.problems else ([], [])
        )
    except Refused as refusal:
        return told | {"asked": refusal.reason, "asks_datum": refusal.field == "datum"}
    problems = [(one.number, one.sentence) for one in stage.problems[:MOST]]
    pictures = _pictures(units, faults)
    return told | {
        "stage": stage, "matched": len(stage.rows) - stage.new, "problems": problems, "faults": pictures,
        "more_faults": max(len(faults) - MOST, 0), "datum": stage.frame.word, "may": not stage.problems,
    }  # fmt: skip


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
