"""What a fault is called: its sentence and what to write instead, in both languages, by the same code (`words.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Said(NamedTuple):
    """The sentence and what mends it, in Chinese and in English; fields in braces."""

    sentence: str
    mend: str
    english: str
    mend_english: str


def filled(template: str, fields: Mapping[str, str]) -> str:
    """The sentence with its fields; what stands in braces and is none of them stays as it is."""
    return re.sub(r"\{(\w+)\}", lambda field: fields.get(field[1], field[0]), template)


@cache
def said() -> dict[str, Said]:
    """Every fault that can be found, by its code."""
    text = (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
    return {code: Said(**words) for code, words in tomllib.loads(text).items()}
