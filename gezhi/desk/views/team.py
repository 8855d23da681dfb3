"""团队: who works on one matter beside the desk that leads it, named, called as a standing team, ended, left."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from gezhi.desk import sheet
from gezhi.desk.forms_team import AT_ONCE, NameForm
from gezhi.desk.frame import me, show
from gezhi.desk.views.matter import door_of, found
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import sentences, standing
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import teaming
from gezhi.matters.services.teaming import Named
from gezhi.people.queries import Person
from gezhi.rules.model import Model
from gezhi.ui.going import go

SAID = 3  # posts that are named as examples


def roles() -> list[str]:
    """What people come for most often: offered while a role is typed, and no more than that."""
    return [_("调解"), _("医务"), _("翻译"), _("法律"), _("心理"), _("技术鉴定")]


def cannot(model: Model) -> str:
    """The posts whose holders cannot be named, the first few, as a list in words; empty where there are none."""
    return _("、").join(sentences.label(one) for one in standing.without_matters(model)[:SAID])


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, number: str) -> HttpResponse:
    """The page, and what is said on it; a refusal keeps what was typed."""
    page, person = found(request, number), me(request)
    form = _form(request, page)
    if request.method != "POST":
        return _shown(request, page, form)
    if not form.is_valid():
        return _shown(request, page, form, status=422)
    try:
        told = _done(number, form, person)
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, page, form, refusal)
    messages.success(request, told, extra_tags="good")
    left = form.cleaned_data["what"] == "leave"
    return go(request, reverse("desk:inbox") if left else reverse("desk:team", args=[number]))


def _form(request: HttpRequest, page: MatterPage) -> NameForm:
    scene = page.scene
    if not page.team.may_name or scene.on is None:
        return NameForm(request.POST or None, people=(), rows=AT_ONCE)
    day = standing.Day(scene.on, scene.roster, scene.model, scene.ground)
    people, others = standing.people_to_name(day, page.matter.path), standing.not_to_name(day)
    return NameForm(request.POST or None, people=people, others=others, rows=AT_ONCE)


def _done(number: str, form: NameForm, person: Person) -> str:
    """Do what was asked; what to say of it."""
    said = form.cleaned_data
    if said["what"] == "leave":
        teaming.leave_team(number, said["note"], by=person)
        return _("已退出 {number} 的团队。").format(number=number)
    if said["what"] == "end" and said["member"]:
        name = teaming.end_membership(number, said["member"], by=person, note=said["note"])
        return _("{name}不在团队里了，写过的都留着。要再请，在“以前在的”里按一下。").format(name=name)
    if said["what"] == "call" and said["team"]:
        return _called(teaming.call_standing(number, said["team"], by=person, note=said["note"]))
    done = teaming.name_members(number, form.wanted(), by=person, note=said["note"])
    return _joined(done)


def _joined(done: Named) -> str:
    many = len(done.members)
    said = ngettext(
        "{n} 个人进了团队，从现在起看得到这一件。牵头的不变。",
        "{n} 个人进了团队，从现在起看得到这一件。牵头的不变。",
        many,
    )
    return said.format(n=many)


def _called(done: Named) -> str:
    if not done.kept_out:
        return _joined(done)
    why = _("；").join(one.said for one in done.kept_out)
    return sheet.in_one(_joined(done), _("没有请进来的：{why}。").format(why=why))


def _refused(request: HttpRequest, page: MatterPage, form: NameForm, refusal: Refused) -> HttpResponse:
    fresh = found(request, page.matter.number)
    return _shown(request, fresh, form, status=422, refused=refusal.reason)


def _shown(
    request: HttpRequest, page: MatterPage, form: NameForm, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    told: dict[str, Any] = {
        "matter": sheet.sheet_of(page, clock.now()),
        "team": page.team,
        "lead": sheet.waits_for(page),
        "form": form,
        "refused": refused,
        "what": form.said("what") if form.is_bound else "",
        "picked": form.said("member") if form.is_bound else "",
        "standing": teaming.to_call(page.scene, me(request)) if page.team.may_name else (),
        "roles": roles(),
        "cannot": cannot(page.model),
    }
    return show(request, "desk/team.html", door_of(request, page), status=status, **told)
