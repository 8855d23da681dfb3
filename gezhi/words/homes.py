"""Whether words name a home: whoever reads them knows, or guesses, who wrote them. Found by form, not by a register."""

from __future__ import annotations

import re

_ROOM = r"\d+\s*(?:栋|幢|座|单元|号楼)?\s*\d*\s*(?:室|户)(?!\s*(?:外|内)活动)"
_NUMBERED = r"\d+\s*(?:栋|幢|座|单元|号楼)\s*-?\s*\d{3,4}(?!\d)"
_LIVES = r"(?:住在?|家在|家住)[^，。；！？\s]{0,12}?\d"
_MINE = r"[我咱](?:们)?家(?:在|住|是|的)"
_HOME = re.compile("|".join((_ROOM, _NUMBERED, _LIVES, _MINE)))


def names_a_home(text: str) -> bool:
    """Whether a text names a flat by its number, or says where its writer lives: 3栋301, 住在301, 我家在…"""
    return _HOME.search(text) is not None
