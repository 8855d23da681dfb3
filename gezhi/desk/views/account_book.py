"""账本: the last seal, and proving it all again."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gezhi.desk.frame import show
from gezhi.ledger import queries as ledger
from gezhi.ledger.verify import Verdict
from gezhi.matters.proof import proof
from gezhi.ui import words


@dataclass(frozen=True)
class Checked:
    ok: bool
    said: str
    detail: str


@dataclass(frozen=True)
class SealShown:
    number: int
    count: int
    sealed_at: object
    chain: str


@require_http_methods(["GET", "HEAD", "POST"])
def ledger_page(request: HttpRequest) -> HttpResponse:
    last = ledger.last_seal()
    seal = SealShown(last.number, last.count, last.sealed_at, bytes(last.chain).hex()) if last else None
    checked = _said(proof()) if request.method == "POST" else None
    return show(request, "desk/ledger.html", "ledger", seal=seal, checked=checked)


def _said(verdict: Verdict) -> Checked:
    if not verdict.whole:
        return Checked(
            False, _("有 {n} 处对不上").format(n=len(verdict.faults)), _("；").join(verdict.faults[:5])
        )
    erased = sum(verdict.erased.values())
    detail = _("共 {entries} 笔，{batches} 批，{texts} 段文字。").format(
        entries=words.count(verdict.entries),
        batches=words.count(verdict.batches),
        texts=words.count(verdict.texts),
    )
    if erased:
        detail += _("另有 {n} 段文字按规定删除，删除本身也记了账。").format(n=erased)
    return Checked(True, _("一笔不差"), detail)
