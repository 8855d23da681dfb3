"""Records of another system: a file is handed in, mapped with its first rows in sight, counted whole, and taken in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.errors import NotFound, Refused
from gezhi.exchange import drafting, previewing, queries, tasks
from gezhi.exchange.drafting import Look
from gezhi.exchange.mapping import Said
from gezhi.exchange.tasks import Open
from gezhi.ledger import clock
from gezhi.rules.model import Model
from gezhi.setup import frame, gate, mapping_form

Act = Callable[[HttpRequest, Model], None]
_FORM = "field-key"
"""Sent with the form of the mapping, and with nothing else on the page."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What is in work; POST hands in, maps, checks, takes in, stops, drops. `?part=task` is the progress alone."""
    model = frame.model()
    if model is None or not frame.opened():
        return redirect("setup:workbook")
    if request.method != "POST":
        part = request.GET.get("part", "")
        return _task(request) if part == "task" else _page(request, model)
    if "look" in request.POST:
        return _preview(request, model)
    act = next((ACTS[name] for name in ACTS if name in request.POST), _hand_in)
    try:
        act(request, model)
    except Refused as refusal:
        return _page(request, model, refusal)
    return redirect("setup:imports")


@never_cache
@require_safe
def mapping(request: HttpRequest) -> HttpResponse:
    """The mapping as a file."""
    gate.setter(request)
    task = tasks.current()
    if task is None or not task.mapping:
        raise _nothing()
    response = HttpResponse(task.mapping, content_type="application/toml; charset=utf-8")
    response.headers["Content-Disposition"] = _named(f"{tasks.parsed(task.mapping).source}.toml")
    return response


@never_cache
@require_safe
def rejected(request: HttpRequest) -> HttpResponseBase:
    """The rejected rows, each with its reason."""
    gate.setter(request)
    task = tasks.current()
    path = tasks.rejects_of(task) if task else None
    if task is None or path is None or not path.is_file():
        raise _nothing()
    response = FileResponse(path.open("rb"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = _named(_("退回的行") + ".csv")
    return response


def _nothing() -> NotFound:
    return NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))


def _named(name: str) -> str:
    return f"attachment; filename=\"gezhi\"; filename*=UTF-8''{quote(name)}"


def _hand_in(request: HttpRequest, model: Model) -> None:
    given, named = request.FILES.get("file"), request.POST.get("lying", "")
    by, at = gate.setter(request).by, clock.now()
    if given is not None:
        task = tasks.hand_in(str(given.name), given.file, by=by, at=at)  # type: ignore[arg-type]
    elif named in tasks.lying():
        with (tasks.folder() / named).open("rb") as stream:
            task = tasks.hand_in(named, stream, by=by, at=at)
    else:
        raise Refused(_("请先选一个文件。"), code="file_missing", field="file")
    if (sheet := request.FILES.get("mapping")) is not None:
        toml = (sheet.read(1_000_000) or b"").decode("utf-8-sig", "replace")
        tasks.write_mapping(task, toml)
        return
    held = tasks.opened(task)
    said = drafting.guessed(drafting.look(held.file), held.file, model, zone=model.timezone)
    tasks.write_mapping(task, drafting.as_toml(said))


def _open() -> Open:
    task = tasks.current()
    if task is None:
        raise Refused(_("交来的文件已经不在。请重新传。"), code="file_gone")
    return tasks.opened(task)


def _sent(request: HttpRequest, held: Open, look: Look, model: Model) -> Said:
    return mapping_form.changed(held.mapping.said, request.POST, look, model)


def _save(request: HttpRequest, model: Model) -> None:
    """Keep what was sent: as a form, or as text."""
    held = _open()
    if "toml" in request.POST:
        tasks.write_mapping(held.task, request.POST["toml"].replace("\r\n", "\n"))
    else:
        said = _sent(request, held, drafting.look(held.file), model)
        tasks.write_mapping(held.task, drafting.as_toml(said))
    messages.success(request, _("对照表已存下。"), extra_tags="good")


def _check(request: HttpRequest, model: Model) -> None:
    """Keep what was sent, and let the whole file be counted under it."""
    held = _open()
    tasks.write_mapping(held.task, drafting.as_toml(_sent(request, held, drafting.look(held.file), model)))
    tasks.parsed(held.task.mapping).check_against(model)
    tasks.begin(held.task, "check")


def _take(_request: HttpRequest, model: Model) -> None:
    held = _open()
    held.mapping.check_against(model)
    if held.task.act not in {"check", "take"}:
        raise Refused(_("请先核对整份文件，再收下。"), code="check_first")
    if held.task.act == "check" and held.task.state == "done" and not json.loads(held.task.found)["taken"]:
        raise Refused(_("这份文件里没有能收下的。请改了对照表再核对。"), code="nothing_to_take")
    tasks.begin(held.task, "take")


def _go_on(_request: HttpRequest, _model: Model) -> None:
    held = _open()
    tasks.begin(held.task, held.task.act or "check")


def _stop(_request: HttpRequest, _model: Model) -> None:
    task = tasks.current()
    if task is not None:
        tasks.stop(task)


def _drop(_request: HttpRequest, _model: Model) -> None:
    tasks.drop()


ACTS: dict[str, Act] = {
    "save": _save,
    "check": _check,
    "take": _take,
    "go_on": _go_on,
    "stop": _stop,
    "drop": _drop,
}


def _preview(request: HttpRequest, model: Model) -> HttpResponse:
    """The first rows under what was sent, without keeping it."""
    told: dict[str, Any] = {}
    try:
        held = _open()
        look = drafting.look(held.file)
        toml = drafting.as_toml(_sent(request, held, look, model))
        told = _rows(request, held, toml, model)
    except Refused as refusal:
        told = {"preview_refused": refusal.reason}
    return render(request, "setup/imports_preview.html", told)


def _rows(request: HttpRequest, held: Open, toml: str, model: Model) -> dict[str, Any]:
    """The first rows as they would become matters, or why none of them can."""
    try:
        mapping = tasks.parsed(toml)
        mapping.check_against(model)
        rows = previewing.first_rows(held.file, mapping, by=gate.setter(request).by, at=clock.now())
    except Refused as refusal:
        return {"preview_refused": refusal.reason}
    return {"rows": rows, "faulty": sum(bool(one.fault) for one in rows)}


def _task(request: HttpRequest) -> HttpResponse:
    return render(request, "setup/imports_task.html", _progress())


def _progress() -> dict[str, Any]:
    task = tasks.current()
    if task is None:
        return {}
    percent = min(100, task.done * 100 // task.of) if task.of else 0
    found = json.loads(task.found) if task.found else {}
    return {
        "task": task,
        "percent": percent,
        "found": found,
        "busy": task.state in tasks.AT_WORK,
        "has_rejects": tasks.rejects_of(task).is_file(),
    }


def _page(request: HttpRequest, model: Model, refusal: Refused | None = None) -> HttpResponse:
    """The page; of a form that was refused with all that stood in it."""
    refused, status = (refusal.reason, 422) if refusal else ("", 200)
    told: dict[str, Any] = {"refused": refused, "runs": queries.runs(most=10), "lying": tasks.lying()}
    told |= _progress()
    task = told.get("task")
    if task is not None and not told["busy"]:
        try:
            told |= _mapped(request, tasks.opened(task), model)
        except Refused as refusal:
            told["refused"] = refused or refusal.reason
    return frame.show(request, "imports", status=status, **told)


def _mapped(request: HttpRequest, held: Open, model: Model) -> dict[str, Any]:
    """The mapping that is kept; while the form that was sent is refused, what stood there."""
    look, said, faults = drafting.look(held.file), held.mapping.said, dict[str, str]()
    toml = request.POST.get("toml", held.task.mapping).replace("\r\n", "\n")
    if _FORM in request.POST:
        said, faults = mapping_form.understood(said, request.POST, look, model)
        toml = drafting.as_toml(said)
    items, rest, more = mapping_form.item_lines(said, look, model)
    zone = request.POST.get("zone", "") if "zone" in faults else said.time.zone
    return {
        "look": look,
        "said": said,
        "toml": toml,
        "faults": faults,
        "zone": zone,
        "fields": mapping_form.field_lines(said),
        "made": list(said.make),
        "tables": mapping_form.tables(said, look, model),
        "items": mapping_form.with_faults(items, request.POST, faults),
        "item_rest": mapping_form.with_faults(
            [mapping_form.WordLine("item-rest", "", 0, rest)], request.POST, faults
        )[0],
        "item_more": more,
        "catalogue": list(model.items.values())[:500],
        "persons": mapping_form.person_lines(said, look),
        "formats": "\n".join(said.time.formats),
        **_rows(request, held, toml, model),
    }
