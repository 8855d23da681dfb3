"""Step 3: borders: from a file, drawn on the map, or later."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import sentences
from gezhi.places import beyond, features, geometry, joining, measuring, queries
from gezhi.places.audit_words import metres
from gezhi.places.changes import Redraw
from gezhi.places.services import draw_border, fresh_borders, levels_of, lift_borders, redraw, take_in
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.model import Model
from gezhi.setup import draft, frame, gate, joins, outlines
from gezhi.setup.draft import Outline
from gezhi.ui import words

LARGEST = 30_000_000
NEIGHBOURS = 4  # overlaps that are told of one border
FRESH = 60  # borders of today that are listed to be taken back


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Units without a border; a file that was staged and what is wrong with it; POST draws, uploads or confirms."""
    model = frame.model()
    if model is None or not frame.opened():
        return redirect("setup:workbook")
    if request.method != "POST":
        return _page(request, model)
    act = next((ACTS[name] for name in ACTS if name in request.POST), _take)
    try:
        return act(request, model) or redirect("setup:borders")
    except Refused as refusal:
        return _page(request, model, refused=refusal.reason, status=422)


@never_cache
@require_safe
def ground(request: HttpRequest) -> HttpResponse:
    """All borders for the map, as exact as they are stored: what is drawn along them shall leave no gap."""
    gate.setter(request)
    root = frame.tree().root
    if root is None:
        raise NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))
    found = queries.borders_geojson(root.path, clock.today(), exact=True)
    return HttpResponse(found, content_type="application/geo+json")


def _draw(request: HttpRequest, model: Model) -> None:
    """Take a border that was drawn: at least three corners, as longitude and latitude."""
    ground = frame.tree()
    unit = ground.by_path.get(request.POST.get("unit", ""))
    if unit is None:
        raise Refused(_("请先选画哪个单元。"), code="unit_missing", field="unit")
    corners = _corners(request.POST.get("border", ""))
    shape = json.dumps({"type": "Polygon", "coordinates": [[*corners, corners[0]]]})
    area = _asked_about(ground, unit, shape, anyway=bool(request.POST.get("beyond")))
    by, at, on = gate.setter(request).by, clock.now(), frame.day(request.POST.get("on", ""))
    drawn = draw_border(unit.identity, shape, levels_of(model), on=on, by=by, at=at)
    done = _("{name}的边界已画好，{area}。").format(name=unit.name, area=metres(area))
    _said(request, done + drawn.sentence(), drawn.on)


def _asked_about(ground: Tree, unit: TreeUnit, shape: str, *, anyway: bool) -> float:
    """The square metres of a border. Raises `Refused` where it is too large, leaves the unit above or lies on
    neighbours, unless that is wanted.
    """
    border = geometry.read_border(shape)
    area = measuring.area(border)
    said = [beyond.too_large(ground, unit.path, area)]
    said += [one.sentence for one in beyond.beyond(ground, {unit.path: border})]
    said += [one.sentence for one in beyond.overlaps(ground, unit.path, border)[:NEIGHBOURS]]
    if any(said) and not anyway:
        told = "".join(said) + _("没有画错，就勾“仍然存下”再存。")
        raise Refused(told, code="border_beyond", field="border")
    return area


def _join(request: HttpRequest, model: Model) -> HttpResponse:
    """What the parts make of the units above them, as a picture; confirmed, stored."""
    on = frame.day(request.POST.get("on", ""))
    found = joining.joined(frame.tree())
    if not found:
        raise Refused(_("没有可以由下级拼成的单元：下级的边界还没有齐。"), code="nothing_to_join")
    if request.POST["join"] != joins.mark(found):
        return _page(request, model, joins=joins.told(found, frame.tree()))
    wanted = request.POST.getlist("part")
    chosen = [one for one in found if one.unit.path in wanted]
    if not chosen:
        raise Refused(_("请至少勾一个。"), code="nothing_to_join")
    changes = [Redraw(unit=one.unit.identity, border=geometry.to_wkb(one.border)) for one in chosen]
    drawn = redraw(changes, levels_of(model), on=on, by=gate.setter(request).by, at=clock.now())
    _said(request, _("{n} 个单元的边界由下级拼成了。").format(n=len(chosen)) + drawn.sentence(), drawn.on)
    return redirect("setup:borders")


def _drop(_request: HttpRequest, _model: Model) -> None:
    draft.drop_outline()


def _lift(request: HttpRequest, _model: Model) -> None:
    """Take back a first border that was stored today."""
    unit = frame.tree().by_path.get(request.POST.get("lift", ""))
    if unit is None:
        raise Refused(_("没有这个单元。请刷新再试。"), code="unit_missing", field="unit")
    lift_borders([unit.identity], by=gate.setter(request).by, at=clock.now())
    _said(request, _("{name}的边界已收回。").format(name=unit.name), clock.today())


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
    if given is None and kept is None:
        raise Refused(
            _("请先选一个文件：.geojson 或装着 Shapefile 的 .zip。"), code="file_missing", field="file"
        )
    if given is not None and (given.size or 0) > LARGEST:
        told = _("这个文件超过 {most} MB。请只导出边界这一层。").format(most=LARGEST // 1_000_000)
        raise Refused(told, code="file_large", field="file")
    if given is not None:
        before, body = Outline(name=str(given.name)[:80], level="", column=""), given.read()
    else:
        before, body = kept or (Outline("", "", ""), b"")
    said = outlines.said(request.POST.dict(), before)
    if {"like", "all", "unlike"} & set(request.POST):
        draft.keep_outline(outlines.accepted(said, body, model, request.POST.dict()))
        return
    source = features.read({said.name: body})
    draft.keep_outline(outlines.guessed(said, source, model), body)


def _confirm(request: HttpRequest, model: Model) -> HttpResponse:
    """Write the file that waits: as it was looked at, its new units only if they are wanted; then what its borders make of
    the units above them is looked at next, if anything.
    """
    kept = draft.outline()
    if kept is None:
        raise Refused(_("没有等着确认的文件。请再传一次。"), code="file_missing", field="file")
    before, body = kept
    said = outlines.said(request.POST.dict(), before)
    draft.keep_outline(said)
    if replace(said, make=False, sure=False, under={}) != replace(before, make=False, sure=False, under={}):
        raise Refused(_("读法改了。请先看一遍这样读出来的，再确认。"), code="file_reread", field="file")
    title, on = said.name, frame.day(request.POST.get("on", ""))
    stage = outlines.staged(said, body, model, on)
    if not stage.rows and not stage.problems:
        raise Refused(_("没有一块对得上已有的单元，没有可写入的。"), code="file_unmatched", field="file")
    outlines.asks(stage, said)
    out = outlines.outside(stage)
    if out and not request.POST.get("beyond"):
        raise Refused(out[0] + _("没有画错，就勾“仍然存下”再确认。"), code="border_beyond", field="file")
    taken = take_in(stage, levels_of(model), on=on, by=gate.setter(request).by, at=clock.now(), title=title)
    draft.drop_outline()
    _said(request, _("{n} 个单元的边界已写入。").format(n=len(stage.rows)) + taken.told, taken.on)
    more = "?join" if joining.joined(frame.tree()) else ""
    return redirect(reverse("setup:borders") + more)


def _said(request: HttpRequest, done: str, on: date) -> None:
    """Say that it is done, and from when it holds if that is not today."""
    later = (
        _("{day}起生效，在那以前可以撤回。").format(day=words.day(on, clock.today()))
        if on > clock.today()
        else ""
    )
    messages.success(request, f"{done}{later}", extra_tags="good")


def _page(
    request: HttpRequest, model: Model, *, refused: str = "", status: int = 200, **more: Any
) -> HttpResponse:
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
    fresh, found = fresh_borders(clock.now()), joining.joined(tree)
    looked = request.method != "POST" and "join" in request.GET
    told: dict[str, Any] = {
        "levels": levels,
        "units": sorted(units, key=lambda u: (u[2], u[0])),
        "bare": len(bare),
        "fresh": [(unit.path, unit.name) for unit in tree.by_path.values() if unit.identity in fresh][:FRESH],
        "typed": request.POST.dict(),
        "joinable": len(found),
        "joins": joins.told(found, tree) if looked and found else None,
        **more,
    }
    told |= {"refused": refused, "model_levels": [(k, sentences.label(v)) for k, v in model.levels.items()]}
    kept = draft.outline()
    if kept is not None:
        told |= outlines.told(*kept, model)
    return frame.show(request, "borders", status=status, **told)


ACTS: dict[str, Callable[[HttpRequest, Model], HttpResponse | None]] = {
    "drop": _drop,
    "lift": _lift,
    "confirm": _confirm,
    "join": _join,
    "border": _draw,
}
