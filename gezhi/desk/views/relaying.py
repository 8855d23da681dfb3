"""转话: words between the desk that has a matter and its reporter, without a telephone number on either side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk import foretelling, sheet
from gezhi.desk.frame import me, show
from gezhi.desk.relay_forms import LeaveForm
from gezhi.desk.views.matter import door_of, found
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.ids import new_id
from gezhi.matters import relays
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import relaying
from gezhi.matters.services.relaying import RelayGiven
from gezhi.ui.going import go


@require_http_methods(["GET", "HEAD", "POST"])
def relay(request: HttpRequest, number: str) -> HttpResponse:
    """What was said so far, and leaving a word; a refusal keeps what was typed."""
    page = found(request, number)
    form = LeaveForm(request.POST or None, initial={"id": new_id()})
    if request.method != "POST":
        return _shown(request, page, form)
    if not form.is_valid():
        return _shown(request, page, form, status=422)
    given = RelayGiven(form.cleaned_data["id"], form.cleaned_data["words"])
    try:
        relaying.leave(page.scene, given, by=me(request), at=clock.now())
    except NotFound:
        raise
    except Refused as refusal:
        form.refuse(refusal.field, refusal.reason)
        return _shown(request, found(request, number), form, status=422)
    told = foretelling.of_word(page)
    said = _("已留言，已排上告知报告人。") if told else _("已留言，报告人查进度时看到。")
    messages.success(request, said, extra_tags="good")
    return go(request, reverse("desk:relay", args=[number]))


def _shown(request: HttpRequest, page: MatterPage, form: LeaveForm, *, status: int = 200) -> HttpResponse:
    may = relays.seat_for(page.scene, me(request)) is not None
    told: dict[str, Any] = {
        "matter": sheet.sheet_of(page, clock.now()),
        "form": form,
        "may": may,
        "foretold": foretelling.of_word(page) if may else [],
        "said": relays.of_matter(page.matter.id),
    }
    return show(request, "desk/relay.html", door_of(request, page), status=status, **told)
