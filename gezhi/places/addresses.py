"""One spelling for an address, so that what a person types finds what the list holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LEFT_OUT = re.compile(r"[\s,，.。、;；:：()（）\-—_'\"]+")
_TURNED = str.maketrans({"號": "号", "樓": "楼", "棟": "栋", "單": "单", "區": "区", "幢": "栋", "#": "号"})
_NUMBER = re.compile(r"^.*?\d+号(?:\d+栋)?")
_DIGIT = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_CHINESE_NUMBER = re.compile(r"[〇零一二三四五六七八九十百]+(?=[号栋])")


def plain(text: str) -> str:
    """Full-width turned half-width, 號 turned 号, 六十一号 turned 61号, without spaces and marks, in capitals."""
    said = _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text)).translate(_TURNED).upper()
    return _CHINESE_NUMBER.sub(lambda found: _arabic(found[0]), said)


def spellings(text: str, units: Sequence[str]) -> tuple[str, ...]:
    """What to look for, the fullest first: as typed; without names of units before it; up to the house number.

    `units` are names in the order in which an address says them, the largest unit first.
    """
    said = plain(text)
    bare = said
    for name in (plain(name) for name in units):
        if name and bare.startswith(name) and len(bare) > len(name):
            bare = bare[len(name) :]
    house = _NUMBER.match(bare)
    found = [said, bare, house[0] if house else ""]
    return tuple(dict.fromkeys(one for one in found if one))


def _arabic(word: str) -> str:
    """Digits of a Chinese number below a thousand: by place (六十一), or digit by digit (六一)."""
    if not set(word) & {"十", "百"}:
        return "".join(_DIGIT[c] for c in word)
    hundreds, _hundred, rest = word.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    total = 100 * int(_DIGIT.get(hundreds[-1:], "0"))
    total += 10 * int(_DIGIT.get(tens[-1:], "1" if ten else "0"))
    return str(total + int(_DIGIT.get(ones[-1:], "0")))


_HOUSE = re.compile(r"^(\D{2,20}?)\s*(\d{1,6})\s*号\s*(\S.{0,30})?$")


def parted(address: str) -> tuple[str, str, str]:
    """(road, number of the house, what follows) as they stand on a door plate; the address alone where it is none."""
    found = _HOUSE.match(address)
    return (found[1].strip(), found[2], (found[3] or "").strip()) if found else (address, "", "")
