"""Named places in a text: {{编号}}. What stands in them is filled in, or it is said that it cannot be."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

MARK = re.compile(r"[{｛]{2}\s*([^{}｛｝\n]{1,24}?)\s*[}｝]{2}")
"""A named place; the full-width signs of a Chinese keyboard count too."""


def names_in(text: str) -> tuple[str, ...]:
    """The named places of a text, each once, in their order."""
    return tuple(dict.fromkeys(MARK.findall(text)))


def filled(text: str, said: Mapping[str, str]) -> str:
    """The text with its places filled; one for which nothing is said (or nothing but blanks) stays as it is."""
    return MARK.sub(lambda found: said.get(found[1], "").strip() or f"{{{{{found[1]}}}}}", text)


def nearest(name: str, known: Collection[str]) -> str:
    """The known name that was probably meant; empty where none is near."""
    within = [one for one in known if one in name or name in one]
    return next(iter(within or get_close_matches(name, known, n=1, cutoff=0.5)), "")
