"""回避: whom a matter is kept from, said and taken back on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk import overtaken, sheet
from gezhi.desk.forms_recusal import KeepForm
from gezhi.desk.frame import me, show
from gezhi.desk.overtaken import Typed
from gezhi.desk.views.matter import door_of, found
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import scenes, wall_words
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import walling
from gezhi.matters.services.walling import Walled
from gezhi.people import queries as people
from gezhi.people.queries import Person
from gezhi.ui.going import go


@require_http_methods(["GET", "HEAD", "POST"])
def recusal(request: HttpRequest, number: str) -> HttpResponse:
    """The page, and what is said on it; a refusal keeps what was typed."""
    page, person = found(request, number), me(request)
    form = KeepForm(request.POST or None, parties=_parties(page, person))
    if request.method != "POST":
        return _shown(request, page, form)
    if not form.is_valid():
        return _shown(request, page, form, status=422)
    try:
        done = _done(number, form.cleaned_data, person)
    except NotFound:
        raise
    except Refused as refusal:
        return _refused(request, page, form, refusal)
    messages.success(request, _told(done, form.cleaned_data), extra_tags="good")
    return go(request, reverse("desk:matter", args=[number]) if done.seen else reverse("desk:inbox"))


def _parties(page: MatterPage, person: Person) -> tuple[wall_words.Party, ...]:
    """Whom this person may name; nobody for whoever may only step aside themselves."""
    if scenes.walling_seat(page.scene, person) is None:
        return ()
    return wall_words.parties(person, page.model, page.scene.ground, people.roster(clock.today()))


def _done(number: str, said: dict[str, Any], person: Person) -> Walled:
    if said["what"] == "back" and said["wall"]:
        return walling.take_back(number, said["wall"], said["note"], by=person, seen=said["moved"])
    if said["what"] == "other":
        return walling.keep_from(
            number, said["party"], said["note"], why=said["why"], by=person, seen=said["moved"]
        )
    return walling.recuse_myself(number, said["note"], by=person, seen=said["moved"])


def _told(done: Walled, said: dict[str, Any]) -> str:
    if not done.seen:
        return _("已回避：{number} 交给别人办，您看不到它了。").format(number=done.number)
    return _("回避已撤回。") if said["what"] == "back" else _("已记下：要回避的不办，也看不到这一件。")


def _refused(request: HttpRequest, page: MatterPage, form: KeepForm, refusal: Refused) -> HttpResponse:
    fresh = found(request, page.matter.number)
    if refusal.code in overtaken.STALE:
        note = form.cleaned_data.get("note", "")
        typed = [Typed(str(form["note"].label), note)] if note else []
        return overtaken.page_of(request, fresh, door_of(request, fresh), refusal, (typed, False))
    if refusal.field and refusal.field in form.fields:
        form.refuse(refusal.field, refusal.reason)
        return _shown(request, fresh, form, status=422)
    return _shown(request, fresh, form, status=422, refused=refusal.reason)


def _shown(
    request: HttpRequest, page: MatterPage, form: KeepForm, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    kept = wall_words.of_matter(page.matter, page.model)
    told: dict[str, Any] = {
        "matter": sheet.sheet_of(page, clock.now()),
        "form": form,
        "refused": refused,
        "what": form.said("what") if form.is_bound else "",
        "may": bool(form.fields["party"].choices),  # type: ignore[attr-defined]  # known only as Field
        "kept": [one for one in kept if one.stands],
    }
    return show(request, "desk/recusal.html", door_of(request, page), status=status, **told)
