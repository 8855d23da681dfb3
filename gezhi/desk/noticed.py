"""What stands above 待我办 beside matters: statements that are asked of me, and those that came or are late."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.desk import rows
from gezhi.matters.beside_me import BesideMe
from gezhi.matters.statements import Count
from gezhi.ui import words


def statements_of(found: BesideMe) -> dict[str, object]:
    """What of statements waits for me: one sentence of those that I am asked for, and links to matters where one came or
    is late."""
    told = []
    for late, what in ((True, _("逾期没有说明")), (False, _("说明交来了"))):
        links = [
            (rows.short(number), reverse("desk:restate", args=[number]))
            for number, over in found.stated
            if over is late
        ]
        if links:
            told.append((_("{n} 件{what}").format(n=words.count(len(links)), what=what), late, links))
    return {"to_state": _say(found.to_state), "stated": told}


def words_of(found: BesideMe) -> dict[str, object]:
    """Links to my matters whose reporter wrote since the last step. Who asks to be called is a card of 待告知 besides."""
    links = [(rows.short(number), reverse("desk:relay", args=[number])) for number in found.relayed]
    said = _("{n} 件{what}").format(n=words.count(len(links)), what=_("报告人补充了话"))
    return {"relayed": [(said, links)] if links else []}


def _say(mine: Count) -> str:
    if not mine.asked:
        return ""
    said = ngettext("{n} 份说明等我写", "{n} 份说明等我写", mine.asked).format(n=words.count(mine.asked))
    late = ngettext("{n} 份已逾期", "{n} 份已逾期", mine.late).format(n=words.count(mine.late))
    return _("，").join([said, late]) if mine.late else said
