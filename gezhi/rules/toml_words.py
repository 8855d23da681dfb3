"""Values and keys as model.toml writes them, on one line."""

from __future__ import annotations

import re
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SIGNS = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def key_of(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if _BARE.fullmatch(name) else text_of(name)


def value_of(value: Any) -> str:
    """Words, numbers, days, lists and tables."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if _DAY.fullmatch(value) else text_of(value)
    if isinstance(value, list):
        return f"[{', '.join(map(value_of, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{key_of(name)} = {value_of(one)}" for name, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    return str(value)


def text_of(words: str) -> str:
    """Words in quotes."""
    said = "".join(_SIGNS.get(sign, sign) for sign in words)
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", said) + '"'
