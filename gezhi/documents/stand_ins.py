"""Stand-ins for signs that cannot be printed, in words that were stored: whoever issues a paper did not write them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from gezhi.documents.own_words import FACE, UNKNOWN
from gezhi.paper import sheet_press

_ONE = "[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
_AFTER = "[\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_PICTURE = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\u20e3|{_ONE}{_AFTER}(?:\u200d{_ONE}{_AFTER})*")
"""One picture as people see it, of one code point or of several that are joined."""
_LOOKS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Choose how the sign before them looks; no signs themselves."""


def lacking(said: Any) -> frozenset[str]:
    """The signs in these words (text, or lists and mappings of it) that no font here has."""
    return frozenset(sheet_press.missing("\n".join(_texts(said))))


def shown(said: Any, signs: Collection[str]) -> Any:
    """The same words with a stand-in for each picture and each other sign of `signs`."""
    if isinstance(said, str):
        return _replaced(said, signs) if signs else said
    if isinstance(said, Mapping):
        return {key: shown(value, signs) for key, value in said.items()}
    if isinstance(said, list | tuple):
        return [shown(value, signs) for value in said]
    return said


def seen_of(signs: Collection[str]) -> tuple[str, ...]:
    """Those that somebody can see, to be named before the issue."""
    return tuple(sorted(sign for sign in signs if not _LOOKS.match(sign)))


def _replaced(text: str, signs: Collection[str]) -> str:
    def stand_in(found: re.Match[str]) -> str:
        return FACE if any(sign in signs for sign in found[0]) else found[0]

    plain = _PICTURE.sub(stand_in, _LOOKS.sub("", text))
    return "".join(UNKNOWN if sign in signs else sign for sign in plain)


def _texts(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, Mapping):
        yield from (text for value in said.values() for text in _texts(value))
    elif isinstance(said, list | tuple):
        yield from (text for value in said for text in _texts(value))
