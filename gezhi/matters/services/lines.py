"""One line of a few words that somebody types and others read: a name, a role."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.matters.services import reports
from gezhi.vault import traces


def line(typed: str, most: int, *, field: str, missing: str) -> str:
    """The words with single blanks between, at most `most` characters, printable, naming nobody.

    Raises `Refused`, naming the field; `missing` is what is said where nothing is left.
    """
    plain = " ".join(reports.check_note(typed).split())
    if not plain:
        raise Refused(missing, code=f"{field}_missing", field=field)
    if len(plain) > most or not plain.isprintable():
        told = _("这一栏最多 {most} 个字，只用能打印的字。请改短些。")
        raise Refused(told.format(most=most), code=f"{field}_long", field=field)
    if traces.trace_in(plain):
        raise Refused(_("这里像有电话或证件号码。请删去。"), code="identity_in_text", field=field)
    return plain
