"""Issuing papers: seen first, then numbered and written down in one transaction; voided with a reason, never altered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.documents import dossier, events, fitting, forms, papers, stand_ins, void_notice
from gezhi.documents.docx import preview_of
from gezhi.documents.kinds import Kind
from gezhi.documents.models import Counter, Paper
from gezhi.documents.services import checking
from gezhi.errors import NotFound, Refused
from gezhi.ledger.digests import Fact
from gezhi.ledger.services import record
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import moving
from gezhi.paper import sheet_press
from gezhi.paper.sheet import Sheet
from gezhi.people.queries import Person, Seat
from gezhi.vault.services import files as sealed
from gezhi.vault.traces import trace_in

MOST = 200  # papers of one matter


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper as it would be issued now: its words, tables and pictures, the version of its form, and how it will look.

    `signs` are those of stored words that cannot be printed; a stand-in is printed for each (`stand_ins`).
    """

    page: MatterPage
    seat: Seat
    kind: Kind
    version: int
    words: dict[str, str]
    insets: dict[str, Any]
    signs: tuple[str, ...]
    sheet: Sheet


def draft(number: str, kind: Kind, typed: Mapping[str, str], *, by: Person, at: datetime) -> Draft:
    """The paper as it would be. Raises `NotFound` for a matter that is not theirs to see, `PlacesRefused` beside
    each place that is empty or wrong, `Refused` and for a form whose places the matter cannot fill."""
    page = papers.in_house_words(by, number)
    if page is None:
        raise NotFound(_("没有这一件，或者不在可看的范围内。请核对编号。"))
    seat = papers.issuing_seat(by, page)
    if seat is None:
        told = _("只有现在办这一件的部门、岗位，和管着这片地的岗位能出具文书。")
        raise Refused(told, code="not_yours")
    if kind.to_reporter and fitting.tells_nobody(page):
        told = _(
            "这一件是工作人员自己发现的，没有报告人，{kind}没有人可告知，不出。要转给别的单位，请出转办单。"
        )
        raise Refused(told.format(kind=kind.name), code="nobody_to_tell")
    if why := fitting.why_not(page, kind):
        told = _("这一件现在出具不了{kind}：{why}。")
        raise Refused(told.format(kind=kind.name, why=why), code="not_now")
    checking.check(page, kind, typed, at)
    version = forms.version_of(kind.id)
    own = {one.place for one in kind.asked}
    words = papers.words_for(page, kind, typed, at)
    insets = dossier.insets(page, at) if kind.id == "dossier" else {}
    stored = {place: said for place, said in words.items() if place not in own}
    signs = stand_ins.lacking([stored, insets])
    words |= stand_ins.shown(stored, signs)
    body = forms.body_of(kind.id, version) or b""
    sheet, places = preview_of(body, words, kind)
    _whole(places, words, sheet)
    insets, named = stand_ins.shown(insets, signs), stand_ins.seen_of(signs)
    return Draft(page, seat, kind, version, words, insets, named, sheet)


def issue(
    key: UUID,
    number: str,
    kind: Kind,
    typed: Mapping[str, str],
    *,
    by: Person,
    at: datetime,
    seen: int | None = None,
) -> UUID:
    """Issue a paper; `key` becomes its id, so that a second press is the same paper. `seen`: the matter's moves as read.

    1. See it as `draft` does. 2. Take the next number of its kind and year; whoever issues at the same moment waits for
    the end of this transaction, so no number is ever left out. 3. Write down all that will stand on it. A job sets and
    seals both files.
    """
    done = Paper.objects.filter(id=key).first()
    made = draft(number, kind, typed, by=by, at=at)
    if done is not None:
        if done.matter != made.page.matter.id:
            raise NotFound(_("没有这份文书。"))
        return key
    _press_is_there()
    try:
        with transaction.atomic():
            moving.hold(made.page.matter, seen)
            _write(key, made, by, at)
    except IntegrityError:
        if not Paper.objects.filter(id=key, matter=made.page.matter.id).exists():
            raise
    return key


def _write(key: UUID, made: Draft, by: Person, at: datetime) -> None:
    """The paper with its number and all that will stand on it, and its entry."""
    matter, kind, year = made.page.matter, made.kind, timezone.localtime(at).year
    if Paper.objects.filter(matter=matter.id).count() >= MOST:
        raise Refused(_("一件最多出具 {n} 份文书。").format(n=MOST), code="too_many")
    serial = _next(kind.id, year)
    shown = forms.series_of(kind, timezone.localdate(at)).number(year, serial)
    said: dict[str, Any] = {"words": made.words | {"文号": shown}}
    if kind.id == "dossier":
        said["insets"] = made.insets
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    row = Paper(id=key, matter=matter.id, kind=kind.id, year=year, serial=serial, number=shown)
    row.form, row.said, row.state = made.version, text, "waiting"
    row.account, row.post, row.issued_at = by.account, made.seat.desk, at
    Paper.objects.bulk_create([row])
    digest = hashlib.sha256(text.encode()).hexdigest()
    facts: dict[str, Fact] = {"paper": key, "kind": kind.id, "year": year, "serial": serial}
    record(
        events.ISSUED, matter.id, by=by.acting(made.seat), at=at, form=made.version, sha256=digest, **facts
    )


def void(number: str, paper: UUID, reason: str, *, by: Person, at: datetime, seen: int | None = None) -> None:
    """Void a paper: it keeps its number and its sealed files, and a page that says so is handed out instead. Raises `Refused` without a reason."""
    page = papers.in_house_words(by, number)
    row = papers.one_of(page.matter.id, paper) if page else None
    if page is None or row is None:
        raise NotFound(_("没有这份文书。"))
    seat = papers.issuing_seat(by, page)
    if seat is None:
        raise Refused(_("只有能出具文书的岗位能作废它。"), code="not_yours")
    if not reason.strip() or len(reason) > 200 or trace_in(reason):
        told = _("请写明为什么作废，不超过 200 字，不写电话和证件号。")
        raise Refused(told, code="reason", field="reason")
    with transaction.atomic():
        moving.hold(page.matter, seen)
        if not Paper.objects.filter(id=paper, voided_at=None).update(
            voided_at=at, void_reason=reason.strip()
        ):
            raise Refused(_("这份文书已经作废了。"), code="overtaken")
        record(
            events.VOIDED,
            page.matter.id,
            by=by.acting(seat),
            at=at,
            paper=paper,
            kind=row.kind,
            serial=row.serial,
        )


def take(number: str, paper: UUID, form: str, *, by: Person, at: datetime) -> tuple[str, bytes]:
    """One file of a paper, docx or pdf, for whoever may see its matter; the name it is saved under, and its bytes.

    Of a voided one no sealed file is handed out, only a PDF that says that it is void, since when and why.
    """
    page = papers.in_house_words(by, number)
    row = papers.one_of(page.matter.id, paper) if page else None
    if page is None or row is None or row.state == "gone" or form not in {"docx", "pdf"}:
        raise NotFound(_("没有这份文书，或者还没有排好。"))
    name, body = _void_file(row, form) if row.voided_at else _sealed_file(row, form)
    with transaction.atomic():
        seat = next(iter(by.terms))
        record(events.TAKEN, page.matter.id, by=by.acting(seat), at=at, paper=paper, form=form)
    return name, body


def _sealed_file(row: Paper, form: str) -> tuple[str, bytes]:
    file = row.docx if form == "docx" else row.pdf
    if file is None:
        raise NotFound(_("没有这份文书，或者还没有排好。"))
    return f"{row.number}.{form}", sealed.bytes_of(file)


def _void_file(row: Paper, form: str) -> tuple[str, bytes]:
    if form != "pdf":
        raise NotFound(_("这份文书已经作废，不再提供 Word 文件。请下载 PDF，上面写着哪天作废、为什么。"))
    _press_is_there()
    return void_notice.file_name(row), void_notice.pdf(row)


def no_press() -> str:
    """Why no paper can be set on this machine, and what to do, in a sentence; empty where it can. Said before anything is
    written, not at the end."""
    if sheet_press.is_there():
        return ""
    return _(
        "这台机器没有装排版程序 typst，出不了 PDF。请管理员在程序目录运行 "
        ".venv/bin/pip install --require-hashes -r requirements/paper.lock，再打开这一页。"
    )


def _press_is_there() -> None:
    if told := no_press():
        raise Refused(told, code="no_press")


def _next(kind: str, year: int) -> int:
    """The next number. The row stays locked until the end of the transaction; an issue that fails gives its number back."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A number belongs into the transaction that uses it.")
    Counter.objects.bulk_create([Counter(kind=kind, year=year, last=0)], ignore_conflicts=True)
    Counter.objects.filter(kind=kind, year=year).update(last=F("last") + 1)
    return int(Counter.objects.values_list("last", flat=True).get(kind=kind, year=year))


def _whole(places: tuple[str, ...], words: Mapping[str, str], sheet: Sheet) -> None:
    """A paper goes out whole: every place filled, every character printable."""
    open_ones = [place for place in places if place in words and not words[place].strip()]
    if open_ones:
        told = _("这一件填不出：{places}。请先补上，或请管文书模板的人改用可以空着的位置。")
        raise Refused(told.format(places=_("、").join(open_ones)), code="open_places")
    lacking = sheet_press.missing(sheet.text())
    if lacking:
        char, near = next(iter(lacking.items()))
        told = _("模板里“{char}”这个字（在“{near}”里）打印用的字体没有。请管文书模板的人换一个字。")
        raise Refused(told.format(char=char, near=near), code="no_glyph")
