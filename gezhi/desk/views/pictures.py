"""The pictures of a matter: each as a file and on a page, its original, and all of them in one file."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.desk import pictures as drawn
from gezhi.desk.frame import me, show
from gezhi.desk.views.identity import acting
from gezhi.desk.views.matter import door_of, found
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import pictures
from gezhi.matters.pictures import PhotoView
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import covering, photo_files
from gezhi.matters.services.drawing import Box
from gezhi.ui import words
from gezhi.ui.going import go
from gezhi.vault import queries as vault
from gezhi.vault.services.files import purposes

DAY = 86_400


@require_safe
def photo(request: HttpRequest, number: str, photo: UUID) -> HttpResponseBase:
    """A picture in one of three sizes, drawn anew by the worker; never as it came. The browser of whoever saw it may
    keep what it asked for by version for a day; every new asking passes the gate."""
    seen = pictures.photo_for(me(request), number, photo)
    if seen is None or seen.state != "ready":
        raise NotFound(_("没有这张照片，或者还在处理。"))
    size = request.GET.get("size", "large")
    size = size if size in photo_files.SIZES else "large"
    etag = f'"{seen.id.hex}-{seen.version}-{size}"'
    response = get_conditional_response(request, etag=etag) or _bytes(seen, size)
    response["ETag"] = etag
    asked = request.GET.get("v") == str(seen.version)
    response["Cache-Control"] = f"private, max-age={DAY}" if asked else "private, no-cache"
    return response


def _bytes(seen: PhotoView, size: str) -> HttpResponseBase:
    file = photo_files.drawn_file(seen.id, seen.version, size)
    if not file.exists():  # drawn before there were three sizes
        file = photo_files.drawn_file(seen.id, seen.version)
    if not file.exists():
        raise NotFound(_("这张照片的文件不在。请告诉管理员从备份恢复。"))
    response = FileResponse(file.open("rb"), content_type="image/jpeg")
    response["Content-Disposition"] = f'inline; filename="{seen.id.hex}.jpg"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def picture(request: HttpRequest, number: str, photo: UUID) -> HttpResponse:
    """One picture large, with those before and after it; covering parts of it, and taking that back."""
    page = found(request, number)
    if request.method != "POST":
        return _page(request, page, photo)
    if not pictures.may_work_on(me(request), page.matter):
        raise Refused(_("没有遮盖：这件不在我手上，也不在我的地盘。"), code="not_yours")
    try:
        said = _cover(request, page, photo)
    except NotFound:
        raise
    except Refused as refusal:
        return _page(request, page, photo, refused=refusal.reason, status=422)
    messages.success(request, said, extra_tags="good")
    return go(request, reverse("desk:picture", args=[number, photo]))


def _cover(request: HttpRequest, page: MatterPage, photo: UUID) -> str:
    """Do what was asked; the sentence says what comes of it."""
    by, now = acting(me(request), page.matter.path), clock.now()
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 6 else -1
    if request.POST.get("do") == "uncover":
        covering.uncover(page.matter, photo, version=seen, by=by, at=now)
        return _("正在恢复成遮盖前的样子。")
    boxes = _boxes(request)
    covering.cover(page.matter, photo, boxes, version=seen, by=by, at=now)
    told = ngettext(
        "已交去遮盖 {n} 块。画好以前谁也看不到这张。",
        "已交去遮盖 {n} 块。画好以前谁也看不到这张。",
        len(boxes),
    )
    return told.format(n=len(boxes))


def _boxes(request: HttpRequest) -> list[Box]:
    """The boxes as the page drew them, or one typed in percent."""
    said, how = request.POST.get("boxes", ""), request.POST.get("how", "black")
    try:
        if said:
            return [
                Box(*four, how=how)
                for four in msgspec.json.decode(said, type=list[tuple[int, int, int, int]])
            ]
        left, top, width, height = (
            request.POST.get(name, "").strip() for name in ("left", "top", "width", "height")
        )
        if not (left and top and width and height):
            return []
        return [Box(_share(left), _share(top), _share(width), _share(height), how)]
    except (msgspec.MsgspecError, ValueError, OverflowError) as error:
        raise Refused(_("遮盖的块读不懂。请刷新这一页，再画一次。"), code="box_outside") from error


def _share(percent: str) -> int:
    return round(float(percent) * 10)


def _page(
    request: HttpRequest, page: MatterPage, photo: UUID, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    every = pictures.photos_of(page.matter.id)
    place = next((n for n, one in enumerate(every) if one.id == photo), None)
    if place is None:
        raise NotFound(_("没有这张照片，或者还在处理。"))
    told: dict[str, Any] = {
        "matter": page.matter,
        "said": _said(page, every, place),
        "may": pictures.may_work_on(me(request), page.matter),
        "original": _original(every[place]),
        "purposes": purposes(),
        "refused": refused,
    }
    return show(request, "desk/picture.html", door_of(request, page), status=status, **told)


def _said(page: MatterPage, every: tuple[PhotoView, ...], place: int) -> dict[str, Any]:
    """One picture in words: which it is, who gave it when, and what is beside it."""
    number, one, now = page.matter.number, every[place], clock.now()
    hrefs = [reverse("desk:picture", args=[number, other.id]) for other in every]
    until = one.uncovered_until
    return {
        "picture": drawn.picture(one, place + 1, number),
        "version": one.version,
        "before": hrefs[place - 1] if place else "",
        "after": hrefs[place + 1] if place + 1 < len(every) else "",
        "many": _("第 {n} 张，共 {many} 张").format(n=place + 1, many=len(every)),
        "came": _came(page, one),
        "undo_until": words.exact(until)
        if one.state == "ready" and one.covered and until and until > now
        else "",
    }


def _came(page: MatterPage, one: PhotoView) -> str:
    """With which step it came, and who took that."""
    for entry in page.story:
        if any(photo.id == one.id for photo in entry.photos):
            return " · ".join(
                word for word in (entry.verb, entry.by_name, entry.post, words.exact(entry.at)) if word
            )
    return _("登记时交来")


def _original(one: PhotoView) -> dict[str, str] | None:
    """What can be said of an original without opening it."""
    row = vault.file_of(one.original)
    if row is None:
        return None
    return {
        "sha256": bytes(row.sha256).hex(),
        "size": words.count(-(-row.size // 1024)),
        "at": words.exact(row.made_at),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def original(request: HttpRequest, number: str, photo: UUID) -> HttpResponse:
    """The original, as a file, for a purpose. The address alone leads to the picture."""
    if request.method != "POST":
        return redirect("desk:picture", number, photo)
    page = found(request, number)
    if not pictures.may_work_on(me(request), page.matter):
        raise Refused(_("没有打开：这件不在我手上，也不在我的地盘。"), code="not_yours")
    by = acting(me(request), page.matter.path)
    body = covering.open_original(page.matter, photo, request.POST.get("purpose", ""), by=by, at=clock.now())
    response = HttpResponse(body, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{number}-{photo.hex[-8:]}{_ending(body)}"'
    response["Cache-Control"] = "no-store"
    return response


def _ending(body: bytes) -> str:
    return ".png" if body[:4] == b"\x89PNG" else ".webp" if body[:4] == b"RIFF" else ".jpg"


@require_http_methods(["GET", "HEAD", "POST"])
def photos_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """All pictures as one ZIP, for whoever works on the matter. Taking it is recorded; the address alone takes nothing."""
    if request.method != "POST":
        return redirect("desk:matter", number)
    page, now = found(request, number), clock.now()
    if not pictures.may_work_on(me(request), page.matter):
        raise Refused(_("没有打包：这件不在我手上，也不在我的地盘。"), code="not_yours")
    file = covering.take_away(page.matter, by=acting(me(request), page.matter.path), at=now)
    response = FileResponse(file, as_attachment=True, filename=_zip_name(number, now))
    response["Cache-Control"] = "no-store"
    return response


def _zip_name(number: str, now: datetime) -> str:
    return f"{number}-{now:%Y%m%d}.zip"
