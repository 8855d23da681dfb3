"""The surname of a Chinese name, for calling somebody as one does in the street."""

from __future__ import annotations

DOUBLE = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容"
    " 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐"
    " 段干 百里 呼延 东郭 南门 羊舌 微生 第五".split()
)
"""Surnames of two characters."""


def surname_of(name: str) -> str:
    """The surname; empty for a name that has none in front: one in letters, and one of several parts (阿依古丽·买买提)."""
    if not name or not "一" <= name[0] <= "\u9fff" or any(sign in name for sign in "·•．. "):
        return ""
    return name[:2] if len(name) > 2 and name[:2] in DOUBLE else name[0]
