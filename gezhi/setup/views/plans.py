"""Changes of the ground as plans: proposed, looked at with what they do to matters and people, written, taken back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import access, foreseen
from gezhi.matters.foreseen import Stream
from gezhi.matters.services import grounds
from gezhi.matters.services.grounds import Looked, Proposal
from gezhi.places import history, plan_file, plan_words, queries
from gezhi.places.services import new_faults
from gezhi.rules.folder import decoded
from gezhi.rules.model import Model
from gezhi.setup import days, draft, frame, gate

LARGEST = 30_000_000
MOST = 40  # of anything that a page lists
SIMPLE = ("rename", "move", "merge", "end")


@dataclass(frozen=True, slots=True)
class Line:
    """One plan on record. `state` is coming, or in force."""

    id: UUID
    title: str
    on: date
    said: tuple[str, ...]
    sum: str
    state: str

    @property
    def several(self) -> bool:
        return len(self.said) > 1


@dataclass(frozen=True, slots=True)
class Ask:
    """People of one post at a unit that ends, of whom the plan must say where they go; `key` names the answer."""

    key: str
    said: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Plans that are coming and in force; POST proposes one and shows what it does, writes it, or takes one back."""
    gate.setter(request)
    model = frame.model()
    if model is None or not frame.opened():
        return redirect("setup:workbook")
    if request.method != "POST":
        return _page(request, model)
    try:
        return _done(request, model) or redirect("setup:plans")
    except (Refused, NotFound) as refusal:
        field = refusal.field if isinstance(refusal, Refused) else ""
        return _page(request, model, status=422, refused=refusal.reason, field=field)


def _done(request: HttpRequest, model: Model) -> HttpResponse | None:
    """What was asked for; a page where something is to be looked at first."""
    by, at, said = gate.setter(request).by, clock.now(), request.POST
    if "undo" in said:
        grounds.undo(_id(said["undo"]), by=by, at=at)
        messages.success(request, _("方案已撤回，原来的划分照旧。"), extra_tags="good")
        return None
    if "drop" in said:
        draft.drop_plan()
        return None
    if said.get("what") == "simple":
        draft.keep_plan(_simple(request), {})
    elif said.get("what") == "file":
        draft.keep_plan(*_uploaded(request))
    elif "staff" in said:
        draft.keep_plan(_answered(request))
    if "confirm" not in said:
        return _page(request, model)
    grounds.adopt(_proposal(), model, by=by, at=at)
    draft.drop_plan()
    messages.success(request, _("方案已写入，到日子自己生效；在那以前可以撤回。"), extra_tags="good")
    return None


def _id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound(_("没有这个方案，或它已经撤回。")) from None


def _simple(request: HttpRequest) -> str:
    """A plan of one change, written as its file would be."""
    said = {key: request.POST.get(key, "").strip() for key in ("do", "unit", "other", "name", "on")}
    if said["do"] not in SIMPLE or not said["unit"]:
        raise Refused(_("请选改哪个单元、怎么改。"), code="change_missing", field="unit")
    if said["do"] in ("move", "merge") and not said["other"]:
        raise Refused(_("请选划到谁下面，或和谁合并。"), code="change_missing", field="other")
    if said["do"] in ("merge", "rename") and not said["name"]:
        raise Refused(_("请写新名称。"), code="change_missing", field="name")
    unit, other, name = (json.dumps(said[key], ensure_ascii=False) for key in ("unit", "other", "name"))
    lines = {
        "rename": f"unit = {unit}\nname = {name}",
        "move": f"unit = {unit}\nunder = {other}",
        "merge": f'units = [{unit}, {other}]\nkey = "new"\nname = {name}',
        "end": f"unit = {unit}",
    }[said["do"]]
    return f'on = {_day(said["on"])}\n\n[[change]]\ndo = "{said["do"]}"\n{lines}\n'


def _day(typed: str) -> date:
    on = days.written(typed, "on")
    if on < clock.today():
        raise Refused(_("生效的日子不能在今天以前。"), code="day_is_over", field="on")
    return on


def _uploaded(request: HttpRequest) -> tuple[str, dict[str, bytes]]:
    """A plan file, and the borders it names beside it."""
    given = {str(one.name): one for one in request.FILES.getlist("files")}
    if sum(one.size or 0 for one in given.values()) > LARGEST:
        told = _("这些文件超过 {most} MB。请只带方案提到的边界。")
        raise Refused(told.format(most=LARGEST // 1_000_000), code="file_large", field="files")
    texts = [name for name in given if name.lower().endswith(".toml")]
    if len(texts) != 1:
        raise Refused(
            _("请选一个 .toml 方案文件，连它提到的边界文件一起选。"), code="plan_files", field="files"
        )
    body = decoded(given.pop(texts[0]).read(), "replace")
    return body, {name: one.read() for name, one in given.items()}


def _answered(request: HttpRequest) -> str:
    """The plan with what was said of people added."""
    file = draft.plan()
    if file is None:
        raise _nothing()
    text = file.read_text(encoding="utf-8")
    for key, to in request.POST.items():
        if key.startswith("to:") and to:
            _to, unit, post = key.split(":", 2)
            words = [json.dumps(one, ensure_ascii=False) for one in (unit, post, to)]
            text += "\n[[staff]]\nunit = {}\npost = {}\nto = {}\n".format(*words)
    return text


def _nothing() -> Refused:
    return Refused(_("没有等着确认的方案。请再提一次。"), code="plan_missing")


def _proposal() -> Proposal:
    """The kept plan, read on the tree of its day."""
    file = draft.plan()
    if file is None:
        raise _nothing()
    written = plan_file.read(file)
    if written.on is None:
        raise Refused(_("方案没有写哪天生效。请写 on = 日期。"), code="day_missing", field="files")
    _day(written.on.isoformat())
    tree = queries.tree(written.on)
    changes, staff = plan_file.changes_of(written, tree), plan_file.staff_of(written, tree)
    return Proposal(changes, staff, written.on, written.title)


def _page(request: HttpRequest, model: Model, *, status: int = 200, **more: Any) -> HttpResponse:
    told: dict[str, Any] = {"lines": _lines(), "units": _units(), "typed": request.POST, **more}
    if draft.plan() is not None and not more.get("refused"):
        try:
            told |= _looked(model, sees=_sees_matters(request, model))
        except (Refused, NotFound) as refusal:
            draft.drop_plan()
            field = refusal.field if isinstance(refusal, Refused) else ""
            told |= {"refused": refusal.reason, "field": field}
            status = 422
    elif draft.plan() is not None:
        draft.drop_plan()
    return frame.show(request, "plans", status=status, **told)


def _lines() -> list[Line]:
    """Plans on record, the latest first."""
    today = clock.today()
    return [
        Line(
            one.id,
            one.title,
            one.on,
            tuple(plan_words.sentence(said) for said in one.told[:MOST]),
            plan_words.summary(one.told),
            "coming" if one.on > today else "in force",
        )
        for one in history.plans()
        if not one.undone
    ][:MOST]


def _units() -> list[tuple[str, str]]:
    ground = frame.tree()
    return [(unit.path, "/".join(unit.names[1:]) or unit.name) for unit in ground.by_path.values()]


def _sees_matters(request: HttpRequest, model: Model) -> bool:
    """Whether lists of matters open to whoever reads the page: most who administer see none."""
    person = gate.setter(request).person
    return person is not None and any(one.path for one in access.reaches(person, model))


def _looked(model: Model, *, sees: bool) -> dict[str, Any]:
    """What the page says of the plan that waits; with `sees`, where the matters are listed, too."""
    proposal = _proposal()
    looked = grounds.looked_at(proposal, model, at=clock.now())
    seen, outcome = looked.foreseen, looked.preview.outcome
    people = foreseen.people_of(seen, looked.turn, model)
    return {
        "proposal": proposal,
        "said": [plan_words.sentence(one) for one in outcome.told[:MOST]],
        "seen": seen,
        "streams": [
            (foreseen.stream_words(one), _list_of(one) if sees else "") for one in seen.streams[:MOST]
        ],
        "people": [foreseen.people_words(one) for one in people if not one.lacks],
        "keys": foreseen.key_words(seen, looked.turn),
        "asks": _asks(looked, model),
        "targets": _targets(looked),
        "faults": len(new_faults(looked.preview)),
    }


def _list_of(one: Stream) -> str:
    """Where the open matters of a stream are listed today."""
    return f"{reverse('desk:matters')}?unit={one.before}"


def _asks(looked: Looked, model: Model) -> list[Ask]:
    """The posts at units that end of which the plan must say more, each once."""
    paths = {unit.identity: unit.path for unit in looked.turn.units.values()}
    found: dict[str, Ask] = {}
    for going, said in foreseen.lacking_of(looked.foreseen, looked.turn, model):
        post = f"department:{going.department}" if going.department else going.post
        key = f"to:{paths[going.unit]}:{post}"
        found.setdefault(key, Ask(key if going.lacks == "unsaid" else "", said))
    return list(found.values())


def _targets(looked: Looked) -> list[tuple[str, str]]:
    """Units to which people of units that end may go: those that stand after the plan, its own by their keys."""
    keys = {unit: key for key, unit in looked.preview.outcome.keys.items()}
    levels = {one.level for one in looked.preview.outcome.ends}
    return [
        (keys.get(unit.identity, unit.path), "/".join(unit.names[1:]) or unit.name)
        for unit in looked.turn.after.by_path.values()
        if unit.level in levels
    ]
