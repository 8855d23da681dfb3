"""导出: a list taken out as a file by a process of its own; what becomes of it, and the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.desk import rows
from gezhi.desk.frame import me, show
from gezhi.desk.views.lists import surroundings
from gezhi.errors import NotFound
from gezhi.exchange import exports
from gezhi.exchange.models import Export
from gezhi.ledger import clock
from gezhi.matters import access, sieves
from gezhi.people import queries as people
from gezhi.people.queries import Person
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.ui import words

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Line:
    """One export as the page shows it."""

    id: UUID
    state: str
    said: str
    purpose: str
    kind: str
    asked_at: datetime
    seen_at: datetime | None
    kept_until: datetime | None
    many: str
    percent: int
    size: str
    sha256: str
    taken: int
    told: str
    who: str = ""
    post: str = ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exports_page(request: HttpRequest) -> HttpResponse:
    """One's own exports; by POST one is asked for, stopped, gone on with or dropped. While one is at work, a browser asks
    anew by itself."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    if request.method == "POST":
        return _acted(request, person, model, ground, now)
    lines = [_line(one, model, ground) for one in exports.of(person)]
    busy = any(one.state in exports.AT_WORK for one in lines)
    audits = _audits(person, model)
    response = show(
        request, "desk/exports.html", "matters", page={"lines": lines, "audits": audits, "busy": busy}
    )
    if busy:
        response["Refresh"] = "2"
    return response


def _acted(request: HttpRequest, person: Person, model: Model, ground: Tree, now: datetime) -> HttpResponse:
    said = request.POST
    if "begin" in said:
        sieve = sieves.sieve_in(dict(parse_qsl(said.get("asked", ""))), model, ground)
        asked = urlencode(sieves.asked_of(sieve))
        exports.ask(asked, said.get("purpose", ""), said.get("kind", ""), by=person, at=now)
    for word, act in (("stop", exports.stop), ("go_on", exports.go_on), ("drop", exports.drop)):
        if word in said:
            act(_uuid(said[word]), by=person)
    return redirect("desk:exports")


def _uuid(word: str) -> UUID:
    try:
        return UUID(word)
    except ValueError:
        return UUID(int=0)


@never_cache
@require_safe
def export_file(request: HttpRequest, export: UUID) -> HttpResponseBase:
    """The file, chunk by chunk as it is opened."""
    found, body = exports.take(export, by=me(request), at=clock.now())
    response = StreamingHttpResponse(body, content_type=TYPES[found.kind])
    response["Content-Length"] = str(found.size)
    at = timezone.localtime(found.seen_at or found.asked_at)
    name = _("事项-{n}件-{at}.{kind}").format(n=found.lines, at=f"{at:%Y%m%d-%H%M}", kind=found.kind)
    response["Content-Disposition"] = (
        f"attachment; filename=\"gezhi.{found.kind}\"; filename*=UTF-8''{quote(name)}"
    )
    return response


@never_cache
@require_safe
def exports_of_all(request: HttpRequest) -> HttpResponse:
    """Who took out what, how many, for what: for whoever administers the instance. Never what stands in it."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    if not _audits(person, model):
        raise NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))
    after = request.GET.get("after", "")
    found = exports.of_all(_uuid(after) if after else None)
    shown = found[: exports.SHOWN]
    names = people.names_of(one.account for one in shown)
    page = {
        "lines": [_line(one, model, ground, names.get(one.account, "")) for one in shown],
        "more": f"{reverse('desk:exports_of_all')}?{urlencode({'after': shown[-1].id.hex})}"
        if len(found) > exports.SHOWN
        else "",
    }
    return show(request, "desk/exports_of_all.html", "matters", page=page)


def _audits(person: Person, model: Model) -> bool:
    """Whether somebody audits or administers the instance."""
    return any(access.seat_of_office(person, model, office) for office in ("audit", "system"))


def _line(one: Export, model: Model, ground: Tree, who: str = "") -> Line:
    sieve = sieves.sieve_in(dict(parse_qsl(one.asked)), model, ground)
    return Line(
        id=one.id, state=one.state, said=_("，").join(sieves.said(sieve, model, ground)),
        purpose=str(exports.PURPOSES.get(one.purpose, one.purpose)), kind=one.kind.upper(),
        asked_at=one.asked_at, seen_at=one.seen_at, kept_until=one.kept_until, many=words.matters(one.lines),
        percent=min(100, one.lines * 100 // one.expected) if one.expected else 0,
        size=_size(one.size), sha256=one.sha256, taken=one.taken, told=one.told,
        who=who, post=rows.desk_words(one.post, model, ground),
    )  # fmt: skip


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, size // 1000)} KB"
