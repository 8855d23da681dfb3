"""What a dossier shows beside words: tables of the story, the time limits and the papers; which photos; where it lies.

It is written down when the dossier is issued, and drawn later by a job: what happens in between is not in it. Nobody's
identity is ever asked for, and of photos only what pages show; the sealed original stays sealed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from gezhi.documents import papers
from gezhi.documents.kinds import KINDS
from gezhi.matters import sentences
from gezhi.matters.clocks import PromiseView
from gezhi.matters.happenings import told_once
from gezhi.matters.pictures import PhotoView, photos_of
from gezhi.matters.queries import Happening, MatterPage

Rows = list[list[str]]


def insets(page: MatterPage, at: datetime) -> dict[str, Any]:
    """All of it as JSON can hold it; `page` in the language of the house."""
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "经过": {
                "head": [_("时间"), _("做了什么"), _("谁"), _("说明")],
                "rows": _story(page),
                "widths": [5, 5, 5, 9],
            },
            "期限表": {
                "head": [_("期限"), _("到哪天"), _("结果")],
                "rows": _clocks(page, at),
                "widths": [4, 5, 5],
            },
            "文书表": {
                "head": [capfirst(_("文号")), _("文书"), _("出具"), _("作废")],
                "rows": _papers(page),
                "widths": [7, 5, 5, 7],
            },
            "照片": [
                _photo(n, one) for n, one in enumerate(photos_of(page.matter.id), 1) if one.state == "ready"
            ],
            "位置图": {"lon": page.matter.lon, "lat": page.matter.lat, "path": page.matter.path},
        }


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _story(page: MatterPage) -> Rows:
    """The story, oldest first."""
    return [[_moment(one.at), one.verb, _who(one), _said(one)] for one in reversed(told_once(page.story))]


def _said(one: Happening) -> str:
    """Its words, and the documents that came with it by their names."""
    files = sentences.attached(file.name for file in one.files if file.state != "refused")
    return "\n".join(said for said in (one.note, files) if said)


def _who(one: Happening) -> str:
    if one.by is None:
        return _("系统")
    return " · ".join(word for word in (one.by_name, one.post, one.unit) if word)


def _clocks(page: MatterPage, at: datetime) -> Rows:
    return [[one.name, sentences.due_words(one.due_at), _kept(one, at)] for one in page.promises]


def _kept(one: PromiseView, at: datetime) -> str:
    if one.void_at:
        return _("不再需要")
    if one.met_at and one.missed_at:
        return _("超期办到，{at}").format(at=_moment(one.met_at))
    if one.met_at:
        return _("按期办到，{at}").format(at=_moment(one.met_at))
    if one.missed_at or one.due_at < at:
        return _("已超期")
    return _("停着表") if one.stands_since else _("还没到")


def _papers(page: MatterPage) -> Rows:
    found = papers.of_matter(page.matter.id)
    return [
        [
            one.number,
            str(KINDS[one.kind].name),
            _moment(one.issued_at),
            one.void_reason if one.voided_at else "",
        ]
        for one in found
    ]


def _photo(number: int, one: PhotoView) -> dict[str, Any]:
    said = _("办理照 {n}") if one.kind == "work" else _("报告照 {n}")
    return {
        "id": one.id.hex,
        "version": one.version,
        "ratio": one.height / one.width if one.width else 0.75,
        "caption": said.format(n=number),
    }
