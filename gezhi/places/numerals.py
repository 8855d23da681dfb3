"""Chinese signs that stand in names of units and heads of columns: what is compared, not what is said."""

from __future__ import annotations

import re

BETWEEN = re.compile(r"[\s/\\>＞·・,，、_-]+")
DIGITS = {
    sign: n
    for n, signs in enumerate(("〇零", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for sign in signs
}
NUMBER = re.compile(r"[〇零一二两三四五六七八九十百]+|\d+")
TEN, TENS = "十", "十百"
_PARENT = ("上级", "上级单元", "上级名称", "parent")


def names_the_parent(column: str) -> bool:
    """Whether a column is called as the one that names the unit above."""
    return column.strip().lower() in _PARENT or column.startswith("所属")
