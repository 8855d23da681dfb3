"""What somebody reads when something is not done: one place, for pages and programs alike.

Nothing here says more than the sentence: no path of a file, no statement, no name.
"""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import Error as DatabaseProblem
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import is_valid_path
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from gezhi.api.problems import UNFIT, as_problem
from gezhi.errors import Refused
from gezhi.ui import stale

API = "/api/"
LOG = logging.getLogger("gezhi")
STATUS: dict[str, int] = {
    "not_found": 404,
    "sign_in_first": 401,
    "sign_in_wrong": 401,
    "token_wrong": 401,
    "broken_json": 400,
    "not_yours": 403,
    "scope_missing": 403,
    "moved_meanwhile": 409,
    "key_reused": 409,
    "changed_meanwhile": 412,
    "length_required": 411,
    "too_big": 413,
    "unsupported_kind": 415,
    "rate_limited": 429,
    "not_saved": 503,
    "disk_full": 507,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A sentence for a person, its stable code and status for a program."""

    status: int
    code: str
    reason: str
    field: str = ""
    seconds: int = 0  # when to come back


def answer_to(problem: BaseException, *, program: bool = False) -> Answer | None:
    """The answer to what went wrong; none when it is a fault of the house. To a program 422 says that the description
    of the interface already excludes what was sent, 409 that the district as it stands now does not allow it."""
    if isinstance(problem, Refused):
        otherwise = 409 if program and problem.code not in UNFIT else 422
        status, seconds = STATUS.get(problem.code, otherwise), getattr(problem, "seconds", 0)
        return Answer(status, problem.code, problem.reason, problem.field, seconds)
    if isinstance(problem, Http404):
        return Answer(404, "not_found", _("没有找到。地址可能写错了，或者不在可看的范围内。"))
    if isinstance(problem, RequestDataTooBig):
        return too_big()
    if isinstance(problem, PermissionDenied):
        return Answer(
            403, "not_allowed", _("这一步没有做，因为请求不是从本站的页面发出的。请刷新后再试一次。")
        )
    if isinstance(problem, BadRequest | SuspiciousOperation):
        return Answer(400, "bad_request", _("请求的格式不对，没有保存任何内容。请从页面重新操作。"))
    return _of_the_machine(problem)


def too_big() -> Answer:
    return Answer(413, "too_big", _("内容太大，没有保存任何内容。请缩短文字或减少照片后再试。"))


def _of_the_machine(problem: BaseException) -> Answer | None:
    words = str(problem).lower()
    if (isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT)) or (
        isinstance(problem, DatabaseProblem) and ("is full" in words or "no space left" in words)
    ):
        return Answer(507, "disk_full", _("磁盘已满，没有保存任何内容。请联系管理员清理磁盘后再试。"))
    if isinstance(problem, OperationalError | InterfaceError) and not isinstance(problem, IntegrityError):
        return Answer(503, "not_saved", _("数据库此刻连不上或正忙，没有保存任何内容。请过一会儿再试。"))
    return None


def respond(request: HttpRequest, answer: Answer) -> HttpResponse:
    """The answer as a page, or as problem JSON for a program."""
    response = (
        as_problem(answer.status, answer.code, answer.reason, field=answer.field)
        if request.path_info.startswith(API)
        else as_page(request, answer)
    )
    if answer.seconds:
        response["Retry-After"] = str(answer.seconds)
    return response


def as_page(request: HttpRequest, answer: Answer) -> HttpResponse:
    """The refusal's page. It does without the request when the machine is at fault: the frame may ask more."""
    words = {"reason": answer.reason, "code": answer.code, "status": answer.status, "field": answer.field}
    try:
        page: str = render_to_string("ui/refused.html", words, request if answer.status < 500 else None)
    except Exception as broken:  # a refusal is said even when the frame cannot be drawn
        LOG.error("%s while drawing a refusal", type(broken).__name__)
        page = f"<!doctype html><meta charset=utf-8><title>{answer.status}</title><p>{escape(answer.reason)}"
    return HttpResponse(page, status=answer.status)


def only_pressed(request: HttpRequest, refused: HttpResponseBase) -> HttpResponse:
    """The page for whoever opens an address that only takes what is pressed on another page, as by Back or a reload."""
    told = _("这个地址只收页面上按下的内容，不能直接打开。什么也没有做，请回到那一页再看。")
    page = as_page(request, Answer(405, "only_pressed", told))
    page.headers["Allow"] = refused.headers.get("Allow", "")
    return page


def in_callers_language(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Make a response in the language the caller asks for, unless the page has its language already."""
    if hasattr(request, "LANGUAGE_CODE"):
        return make()
    with translation.override(asked_language(request)):
        return make()


def asked_language(request: HttpRequest) -> str:
    """The first language the caller reads that the house speaks; none of them: the one the home names."""
    for said, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if said == "*":
            break
        try:
            return translation.get_supported_language_variant(said)
        except LookupError:
            continue
    return str(settings.HOME.language)


def to_exception(request: HttpRequest, problem: Exception) -> HttpResponse | None:
    """The response to an exception that a view let through; none when it is a fault of the house."""

    def make() -> HttpResponse:
        answer = answer_to(problem, program=request.path_info.startswith(API))
        return respond(request, answer) if answer else HttpResponse(status=500)

    if isinstance(problem, OSError | DatabaseProblem):
        LOG.error("%s while answering %s", type(problem).__name__, request.resolver_match)
    response = in_callers_language(request, make)
    return None if response.status_code == 500 else response


def refuse_unknown(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Django's handler404. What the exception says (the list of our addresses) is not for anybody's eyes."""
    if known := _without_slash(request):
        return HttpResponseRedirect(known)
    unknown = exception if isinstance(exception, Refused) else Http404()
    return in_callers_language(request, lambda: respond(request, _of(unknown)))


def _without_slash(request: HttpRequest) -> str:
    """The page that is meant by an address typed with a slash too many; empty where there is none."""
    path = request.path.rstrip("/")
    if request.method not in ("GET", "HEAD") or path == request.path or path.startswith((API, "//")):
        return ""
    if not path or not is_valid_path(path):
        return ""
    return path + (f"?{asked}" if (asked := request.META.get("QUERY_STRING", "")) else "")


def refuse_bad(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Django's handler400."""
    return in_callers_language(request, lambda: respond(request, _of(exception or BadRequest())))


def refuse_forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Django's handler403."""
    return in_callers_language(request, lambda: respond(request, _of(exception or PermissionDenied())))


def refuse_forged(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """The answer to a form without its CSRF word: its page again, where it has one (`stale`)."""
    try:
        again = stale.page_of(request, reason)
    except Refused as refusal:
        return respond(request, _of(refusal))
    return again or in_callers_language(request, lambda: respond(request, _of(PermissionDenied())))


def own_fault(request: HttpRequest) -> HttpResponse:
    """Django's handler500: what a middleware let through, or a fault of the house."""
    problem = sys.exception()

    def make() -> HttpResponse:
        known = answer_to(problem) if problem else None
        sentence = _("出了差错，没有保存任何内容。已经记下，请过一会儿再试。")
        return respond(request, known or Answer(500, "fault", sentence))

    return in_callers_language(request, make)


def _of(problem: Exception) -> Answer:
    return answer_to(problem) or Answer(400, "bad_request", "")
