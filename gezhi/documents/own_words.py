"""What papers say in the language of the house, whoever reads the page: titles, signs of numbers, sources, dates."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils import timezone

OFFICIAL: dict[str, tuple[str, str, str]] = {
    "acceptance": ("受理告知书", "信受", "信访工作条例 22、23"),
    "refusal": ("不予受理告知书", "信不受", "信访工作条例 22、23"),
    "answer": ("答复意见书", "信复", "信访工作条例 32、34、35"),
    "extension": ("延期告知书", "信延", "信访工作条例 34"),
    "transfer": ("转办单", "信转", "信访工作条例 22、23、30"),
    "dossier": ("案卷", "信案", ""),
}
"""Of each kind of paper its title, the sign in its number, and the articles it rests on."""
YEAR, SERIAL = "{年}", "{序}"
NUMBERED = f"〔{YEAR}〕{SERIAL}号"
UNNUMBERED = "（出具时编号）"
EXAMPLE = "{{编号}}"
FACE, UNKNOWN = "〔表情〕", "〔？〕"
"""Stand where stored words have a picture, or another sign, that the fonts lack."""
VOID_TITLE = "作废说明"
VOID_SAID = "本文书（{number}，{title}）已于{day}作废：{reason}"
VOID_LAST = "已经发出、打印的，不得再用。原件仍封存在系统里，没有改动，不再提供下载。"
VOIDED_FILE = "{number}（作废）.pdf"
NORTH, METRES = "北", "100 米"
BETWEEN = re.compile(r"[\s,，、;；]+")
"""What people put between codes in a row."""


def day(at: datetime) -> str:
    """A day as official papers write it (GB/T 9704-2012, 7.3.5.4): 2026年11月20日, in arabic figures, no zero before."""
    return date_words(timezone.localdate(at))


def date_words(on: date) -> str:
    """The same of a date."""
    return f"{on.year}年{on.month}月{on.day}日"


def example_of(place: str) -> str:
    """What stands in a place of a form that is shown with examples."""
    return f"（{place}）"
