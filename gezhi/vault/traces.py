"""What in a text looks like somebody's identity: telephone and identity numbers that were typed where all may read.

Nothing is looked up and nothing is kept: only the shape of the digits is looked at. GB 11643-1999 gives an identity
number its eighteen places and its date of birth; the numbering plan (工业和信息化部) gives 1[3-9] to mobile numbers
and a 0 before the area code of a fixed line. Numbers that belong to nobody (12345, 400 and 800) are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Trace = Literal["", "number", "identity"]

_SPOKEN = str.maketrans("〇零幺一二两三四五六七八九", "0011223456789")
_APART = r"[ \-\u2010-\u2015\u00b7]?"
_IDENTITY = re.compile(
    rf"(?<!\d)[1-9]\d{{5}}{_APART}(?:19|20)\d\d{_APART}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]){_APART}\d{{3}}[\dXx](?!\d)"
)
_DODGED = r"[ \-\u2010-\u2015\u00b7.*/_]?"
"""Between the figures of a mobile number people also put what is meant to get past a rule."""
_MOBILE = re.compile(rf"(?<![\d.])(?:\+?86{_DODGED})?(1[3-9](?:{_DODGED}\d){{9}})(?!\d)")
_FIXED = re.compile(rf"(?<![\d.])\(?0\d{{2,3}}\)?{_APART}[1-9]\d{{2,3}}{_APART}\d{{4}}(?!\d)")
_NAMED = re.compile(
    rf"(?:电话|座机|手机|致电|拨打|号码|联系|\b(?:tel|phone|call)\b)\D{{0,6}}[2-9]\d{{2,3}}{_APART}\d{{4}}(?!\d)",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?:微信号?|微信[:是]|\bQQ号?|\b[vw]x)[\s:是]{0,3}[a-z0-9][\w\-]{4,19}(?![\w\-])|\bwxid_\w{4,}",
    re.IGNORECASE | re.ASCII,
)
"""An account of a chat, which leads to somebody as a number does."""
_GROUP = re.compile(r"\d+")


def trace_in(text: str) -> Trace:
    """ "identity" where the text holds something like an identity number, else "number" where it holds something like
    the number of a mobile or fixed line, else nothing. Full-width digits and digits written as words count too.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_SPOKEN)
    if _IDENTITY.search(plain):
        return "identity"
    mobile = any(_in_groups(found.group(1)) for found in _MOBILE.finditer(plain))
    fixed = _FIXED.search(plain) or _NAMED.search(plain) or _ACCOUNT.search(plain)
    return "number" if mobile or fixed else ""


def _in_groups(number: str) -> bool:
    """Whether the digits stand as people write a number, 139 0000 5678, and not as several numbers in a row."""
    return all(len(group) >= 3 for group in _GROUP.findall(number))


_WHOLE = re.compile(
    rf"(?:(?:\+|00)?86{_APART})?1[3-9](?:{_APART}\d){{9}}|\(?0\d{{2,3}}\)?{_APART}[2-9]\d{{2,3}}{_APART}\d{{4}}|[^\s@]+@[^\s@]+\.[^\s@]+"
)


def is_contact(typed: str) -> bool:
    """Whether what was typed is one whole telephone number, with its area code if it is of a fixed line, or one e-mail
    address, and nothing else."""
    return bool(_WHOLE.fullmatch(unicodedata.normalize("NFKC", typed).strip()))
