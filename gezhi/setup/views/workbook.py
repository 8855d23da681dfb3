"""Step 2: the workbook: down, filled in, up; its faults, what it would change, and the one press that does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.errors import NotFound, Refused
from gezhi.exchange import (
    workbook_alike,
    workbook_example,
    workbook_file,
    workbook_now,
    workbook_plan,
    workbook_read,
)
from gezhi.exchange.workbook_check import PersonLine
from gezhi.exchange.workbook_layout import SHEETS
from gezhi.exchange.workbook_plan import Plan
from gezhi.ledger import clock
from gezhi.matters import sentences
from gezhi.places.changes import Move, Rename
from gezhi.rules.model import Model
from gezhi.setup import draft, frame, gate, papers, seats

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 12
FEW = 4  # of each kind that are shown before the list is opened
MOST_FAULTS = 40
MOST_ROWS = 30


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of change: a sentence with its number, the first of them by name, and the others, to be opened.

    `lines`: each on a line of its own, for what is more than a name.
    """

    said: str
    names: str
    others: str
    more: int
    lines: bool = False


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What was uploaded and would change; POST uploads, drops or confirms."""
    model = frame.model()
    if model is None:
        return redirect("setup:model")
    if request.method != "POST":
        return _page(request, model)
    try:
        if "drop" in request.POST:
            draft.drop_workbook()
        elif "confirm" in request.POST:
            return _confirm(request, model)
        else:
            _take(request)
    except Refused as refusal:
        return _page(request, model, refused=refusal.reason, status=422)
    return redirect("setup:workbook")


@never_cache
@require_safe
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """A workbook: `template`, `example`, `now`, or the `returned` one with red cells."""
    from gezhi.exchange import workbook_write  # 0.15 s and 4 MB that no other page needs

    model, kept = frame.model(), draft.workbook()
    names = {"template": _("模板"), "example": _("柳溪示例"), "now": _("现在"), "returned": _("要改的地方")}
    if model is None or kind not in names or (kind == "returned" and kept is None):
        raise NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))
    if kind == "returned" and kept is not None:
        sheet, held = kept
        body = workbook_write.with_faults(held, _rehearsed(request, held, model, sheet.day).read)
    elif kind == "now":
        body = workbook_write.filled(model, workbook_now.rows(model, workbook_plan.standing(clock.today())))
    else:
        body = workbook_write.filled(model, workbook_example.rows(model) if kind == "example" else {})
    response = HttpResponse(body, content_type=KIND)
    response.headers["Content-Disposition"] = _named(f"{model.name}-{names[kind]}.xlsx")
    return response


def _named(name: str) -> str:
    from urllib.parse import quote

    return f"attachment; filename=\"gezhi.xlsx\"; filename*=UTF-8''{quote(name)}"


def _take(request: HttpRequest) -> None:
    given = request.FILES.get("workbook")
    if given is None:
        raise Refused(_("请先选填好的工作簿（.xlsx）。"), code="workbook_missing", field="workbook")
    if (given.size or 0) > workbook_file.LARGEST:
        told = _("这个文件有 {size} MB，最多 {most} MB。请删掉图片和没有用的表再传。")
        most = workbook_file.LARGEST // 1_000_000
        raise Refused(told.format(size=(given.size or 0) // 1_000_000, most=most), code="workbook_large")
    body = given.read()
    _nothing_forbidden(body)
    draft.keep_workbook(str(given.name), body, frame.day(request.POST.get("on", "")))


def _nothing_forbidden(body: bytes) -> None:
    """Refuse, before it lies anywhere, a workbook with a column that may not be collected."""
    found = workbook_read.forbidden(workbook_file.opened(body))
    if found:
        which = _("、").join(_("{sheet}的“{column}”").format(sheet=s, column=c) for s, c in found[:MOST])
        told = _("{which}不得采集，这个文件没有存下。请在您自己的表里整栏删掉，再传。")
        raise Refused(told.format(which=which), code="workbook_forbidden", field="workbook")


def _planned(body: bytes, model: Model, on: date) -> Plan:
    read = workbook_read.read(workbook_file.opened(body))
    in_force = gate.model_in_force()
    return workbook_plan.planned(read, model, on=max(on, clock.today()), at=clock.now(), in_force=in_force)


def _rehearsed(request: HttpRequest, body: bytes, model: Model, on: date) -> Plan:
    """The plan, tried out: what a confirm would refuse stands among its faults."""
    plan = _planned(body, model, on)
    workbook_plan.rehearsed(plan, by=gate.setter(request).by, at=clock.now())
    return plan


def _confirm(request: HttpRequest, model: Model) -> HttpResponse:
    kept = draft.workbook()
    if kept is None or kept[0].digest != request.POST.get("digest"):
        told = _("工作簿又传过一次，和刚才看的不一样。请再看一遍会改动什么。")
        raise Refused(told, code="moved_meanwhile")
    first = not frame.opened()
    plan = _planned(kept[1], model, kept[0].day)
    workbook_plan.carry_out(plan, by=gate.setter(request).by, at=clock.now())
    draft.drop_workbook()
    if plan.on > clock.today():
        day = seats.day_said(plan.on)
        said = _("改动已经登记，{day}起生效。在那以前可以在这里撤回。").format(day=day)
    else:
        said = _("都写好了。") if first else _("改动已经登记，今天起生效。")
    messages.success(request, said, extra_tags="good")
    return redirect(f"setup:{'coming' if plan.on > clock.today() else 'borders' if first else 'finish'}")


def _page(request: HttpRequest, model: Model, *, refused: str = "", status: int = 200) -> HttpResponse:
    told: dict[str, Any] = {
        "model": model,
        "name": sentences.label(model.about),
        "levels": _("、").join(sentences.label(level) for level in model.levels.values()),
        "refused": refused,
        "opened": frame.opened(),
        "today": clock.today(),
    }
    kept = draft.workbook()
    if kept is not None:
        plan = _rehearsed(request, kept[1], model, kept[0].day)
        faults = sorted(plan.read.faults, key=_in_order)
        alike = workbook_alike.alike(faults)
        told |= {
            "sheet": kept[0],
            "plan": plan,
            "groups": _groups(plan),
            "faults": alike[:MOST_FAULTS],
            "more_faults": sum(one.count for one in alike[MOST_FAULTS:]),
            "earlier": len(plan.earlier),
            "earlier_rows": _rows(plan.earlier),
            "later": _later(plan),
            "wrong": len(plan.read.grave),
            "hints": len(faults) - len(plan.read.grave),
        }
    return frame.show(request, "workbook", status=status, **told)


def _in_order(one: workbook_read.Fault) -> tuple[bool, int, int, int]:
    """What must be mended first, sheet by sheet in the order in which they are filled in."""
    order = [sheet.key for sheet in SHEETS]
    return (not one.grave, order.index(one.sheet) if one.sheet in order else -1, one.row, one.column)


def _groups(plan: Plan) -> list[Group]:
    """What would change, kind by kind; the kinds that are empty are left out."""
    levels = Counter(unit.level for unit in plan.new_units)
    found = [
        _group(
            _("新设 {n} 个{level}").format(n=n, level=sentences.label(plan.model.levels[level])),
            (unit.name for unit in plan.new_units if unit.level == level),
        )
        for level, n in ((level, levels[level]) for level in plan.model.levels)
        if n
    ]
    moves = [one for one in plan.changes if isinstance(one, Move)]
    names = {unit.identity: unit.name for unit in plan.standing.ground.by_path.values()}
    renames = [
        f"{names.get(one.unit, '')} → {one.name}"
        for one in plan.changes
        if isinstance(one, Rename) and not isinstance(one.unit, str)
    ]
    moved = [names.get(one.unit, "") for one in moves if not isinstance(one.unit, str)]
    every = (
        (_("改名 {n} 个单元"), renames),
        (_("{n} 个单元换上级"), moved),
        (_("登记 {n} 个单元的户数"), [unit.name for unit in plan.households]),
        (_("新建 {n} 个账号"), [one.name for one in plan.newcomers]),
        (_("任命 {n} 个职务"), _appointments(plan)),
        (
            _("登记 {n} 份看过的证件"),
            [f"{line.name} {papers.said(*shown)}" for line, _term, shown in plan.certificates],
        ),
        (_("改 {n} 个任期的最后一天"), [_end(plan, line, term.to_on, on) for line, term, on in plan.ends]),
        *_departments(plan),
    )
    staff = _("任命 {n} 个职务")
    found += [
        _group(said.format(n=len(listed)), listed, lines=said == staff) for said, listed in every if listed
    ]
    if plan.new_model:
        found.append(_group(_("启用治理模型“{name}”").format(name=plan.model.name), _model_changes(plan)))
    return found


def _end(plan: Plan, line: PersonLine, old: date | None, to_on: date) -> str:
    """Whose term, what its last day was and what it becomes."""
    was = _("没有期限") if old is None else (old - timedelta(days=1)).isoformat()
    last = (to_on - timedelta(days=1)).isoformat()
    return f"{line.name} {_post(plan, line.post, line.department)} {was} → {last}"


def _departments(plan: Plan) -> tuple[tuple[str, list[str]], ...]:
    """Departments that are called otherwise, that go and that come, against the model before the workbook."""
    old, new = plan.base.departments, plan.model.departments
    renamed = [
        f"{old[code].name} → {one.name}"
        for code, one in new.items()
        if code in old and old[code].name != one.name
    ]
    return (
        (_("改名 {n} 个部门"), renamed),
        (_("去掉 {n} 个部门"), [sentences.label(one) for code, one in old.items() if code not in new]),
        (_("添 {n} 个部门"), [sentences.label(one) for code, one in new.items() if code not in old]),
    )


def _model_changes(plan: Plan) -> Iterable[str]:
    was = plan.was.items if plan.was is not None and plan.was.id == plan.model.id else {}
    if not was:
        return [_("事项 {n} 项").format(n=len(plan.model.items))]
    said = [_("添 {name}").format(name=one.name) for code, one in plan.model.items.items() if code not in was]
    said += [
        _("去掉 {name}").format(name=one.name) for code, one in was.items() if code not in plan.model.items
    ]
    kept = ((one, plan.model.items[code]) for code, one in was.items() if code in plan.model.items)
    return said + [_("改 {name}").format(name=new.name) for old, new in kept if old != new]


def _post(plan: Plan, post: str, department: str) -> str:
    known = plan.model.departments.get(department) if department else plan.model.posts.get(post)
    return sentences.label(known) if known else post


def _appointments(plan: Plan) -> list[str]:
    """Who is appointed to what, where, and from which day."""
    names = {key: unit.name for key, unit in plan.standing.units.items()}
    names |= {key: unit.name for key, unit in plan.units.items()}
    told = _("{name}　{seat}，{day} 起")
    found = []
    for line, one in plan.appointments:
        seat = _post(plan, line.post, line.department)
        whole = seat if line.department else f"{names.get(line.unit, line.unit)} {seat}"
        found.append(told.format(name=line.name, seat=whole, day=one.from_on.isoformat()))
    return found


def _rows(lines: Iterable[PersonLine]) -> str:
    """The rows of these lines, by number."""
    return workbook_read.some((str(line.line) for line in lines), MOST_ROWS)


def _later(plan: Plan) -> str:
    """The rows whose post begins after the day on which the workbook takes effect, each with its day."""
    late = [(line, one.from_on) for line, one in plan.appointments if one.from_on > plan.on]
    told = _("第 {row} 行（{day}）")
    return workbook_read.some(
        (told.format(row=line.line, day=day.isoformat()) for line, day in late), MOST_ROWS
    )


def _group(said: str, names: Iterable[str], *, lines: bool = False) -> Group:
    every, between = tuple(names), "\n" if lines else _("、")
    shown = (
        len(every) if len(every) == FEW + 1 else FEW
    )  # to open a single further one is longer than to say it
    return Group(
        said, between.join(every[:shown]), between.join(every[shown:]), max(len(every) - shown, 0), lines
    )
