"""Asking to see who reported, answering such a request, and the five minutes of reading."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk import reporter
from gezhi.desk.frame import me
from gezhi.desk.views.matter import found, shown
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.matters import access
from gezhi.people.queries import Person
from gezhi.places.paths import WIDTH
from gezhi.ui import words
from gezhi.vault import queries as vault
from gezhi.vault.services import openings


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask to see the reporter: purpose first. The address alone leads to the matter."""
    if request.method != "POST":
        return _back(number)
    page, person = found(request, number), me(request)
    if not access.may_ask_who_reported(person, page.matter) or page.matter.reporter is None:
        raise Refused(_("没有请求查看：这件不在我手上，也不在我的地盘。"), code="not_yours")
    purpose = request.POST.get("purpose", "")
    openings.ask_to_open(
        page.matter.id, page.matter.reporter, purpose, by=acting(person, page.matter.path), at=clock.now()
    )
    messages.success(request, _asked_of(page.matter.path), extra_tags="good")
    return redirect("desk:matter", number)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: str, opening: UUID) -> HttpResponse:
    """Allow or refuse another's request, or read one's own that was allowed. The address alone reads nothing: it
    leads to the matter, where the button is."""
    if request.method != "POST":
        return _back(number)
    page, person, said = found(request, number), me(request), request.POST.get("answer", "")
    if not any(one.id == opening for one in vault.openings_about(page.matter.id, at=clock.now())):
        raise NotFound(_("没有这项查看申请。"))
    if said == "open":
        return _read(request, number, opening)
    if not access.may_answer_for_reporter(person, page.matter):
        raise Refused(_("同意与否，要由岗位在这件所在单元之上的人来定。"), code="not_yours")
    by = acting(person, page.matter.path)
    if said == "allow":
        openings.allow_opening(opening, by=by, at=clock.now())
        messages.success(request, _("已同意，请求的人有 5 分钟可看。"), extra_tags="good")
    else:
        openings.refuse_opening(opening, by=by, at=clock.now())
        messages.info(request, _("没有同意。请求的人会看到。"), extra_tags="")
    return redirect("desk:matter", number)


def _asked_of(path: str) -> str:
    """Who may agree, as `may_answer_for_reporter` has it: nobody stands above the root."""
    if len(path) == WIDTH:
        return _("已请求查看。这件落在最上一级，要由这一级岗位上的另一个人同意；看一次记一次账。")
    return _("已请求查看。要由另一个人同意，他的岗位须在这件所在的单元之上；看一次记一次账。")


def _back(number: str) -> HttpResponse:
    return redirect(f"{reverse('desk:matter', args=[number])}#reporter")


def _read(request: HttpRequest, number: str, opening: UUID) -> HttpResponse:
    page, person, now = found(request, number), me(request), clock.now()
    read = openings.read_opened(opening, by=acting(person, page.matter.path), at=now)
    ends_at = next(r.ends_at for r in vault.openings_about(page.matter.id, at=now) if r.id == opening) or now
    opened = reporter.Opened(read.name, read.contact, ends_at, words.length(ends_at - now))
    told = reporter.card(page, person, now, opened)
    response = shown(request, page, told)
    response["Cache-Control"] = "no-store"
    return response


def acting(person: Person, path: str) -> Actor:
    """The seat nearest to the matter from which this person acts."""
    seats = [seat for seat in person.terms if seat.post == "department" or path.startswith(seat.path)]
    if not seats and not person.terms:
        raise Refused(_("今天没有岗位，不能做这一步。"), code="not_yours")
    return person.acting(max(seats or person.terms, key=lambda seat: len(seat.path)))
