"""Addresses that exist only to try the gate."""

from __future__ import annotations

import errno

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gezhi.config.urls import handler400, handler403, handler404, handler500
from gezhi.config.urls import urlpatterns as house
from gezhi.errors import NotFound, Refused

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def plain(request: HttpRequest) -> HttpResponse:
    person = getattr(request, "person", None)
    return HttpResponse(person.name if person else "nobody")


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused("这一步要换一个人来做。", code="second_person", field="by")


def hide(request: HttpRequest) -> HttpResponse:
    raise NotFound("没有这件事。")


def locked(request: HttpRequest) -> HttpResponse:
    raise OperationalError("database is locked")


def full(request: HttpRequest) -> HttpResponse:
    raise OSError(errno.ENOSPC, "No space left on device")


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("王小明 13800000000")


@csrf_exempt
def read(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.body)))


VIEWS = {"plain": plain, "refuse": refuse, "hide": hide, "locked": locked, "full": full, "broken": broken}
urlpatterns = [
    *(path(f"{name}", view, name=name) for name, view in VIEWS.items()),
    *(path(f"api/v1/{name}", view, name=f"api-{name}") for name, view in VIEWS.items()),
    path("form", read, name="form"),
    path("api/v1/read", read, name="api-read"),
    path("strict", plain, name="strict"),
    path("seated", plain, name="seated"),
    path("try", plain, name="try"),
    path("press", require_POST(plain), name="plain"),
    *house,
]
