"""Numbers of matters as people type them: short or whole, with the unit's short name, its full name or none."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.model import Model

FORM = "{unit}〔{year}〕{md}-{serial}号"
"""How a number is written where the model's flow names no form of its own."""
YEARS = 3  # this year and those before in which a number without its year is looked for
NUMBERS_TO = 8  # characters of the paths that number: the second level at most

_FIELD = re.compile(r"\{(\w+)\}")
_AS_TYPED = {
    "unit": "(?P<unit>.*?)",
    "year": r"(?P<year>\d{4})?",
    "md": r"(?P<md>\d{4})",
    "date": r"(?P<date>\d{8})",
    "serial": r"(?P<serial>\d+)",
}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_UNSAID = re.compile(r"[\s\u3014\u3015\[\]()\u3010\u3011\u53f7]")  # 〔〕【】号

_PARTED = re.compile(r"[\n\r\t\uff0c\u3001\uff1b,;]+")
_TOKEN = re.compile(r"[^\s\u53f7]*\u53f7[^\S\n]*|[^\s\u53f7]+\s*|\s+")
_ENDS = " \u3000\xa0.:!?\u201c\u201d\"'" + "".join(map(chr, (0x3002, 0xFF0E, 0xFF1A, 0xFF01, 0xFF1F)))
"""What people write around a number, and is none of it; the last five are full stop, colon and such in their wide forms."""
_RUN = re.compile(r"(?<![\d-])(\d{4}|\d{8})(\d{4,5})$")
"""Month and day, perhaps after the year, and the serial, all in one."""
_CONTACT = re.compile(r"\d{11}|\d{17}[\dXx]")  # a telephone or an identity card ends by itself


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed as a number: every number it may stand for, and how such a number ends where its unit was not
    typed. Both are empty where the words are no number."""

    numbers: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()


def typed(words: str, model: Model, ground: Tree, today: date) -> Typed:
    """What these words stand for as a number.

    `ground` names the units that number today; a name it does not know is taken as it was typed. Where no unit was
    typed, `ends` finds those of units that are called otherwise today.
    """
    numbers: set[str] = set()
    ends: set[str] = set()
    said = squeezed(words)
    units = [unit for unit in ground.by_path.values() if len(unit.path) <= NUMBERS_TO]
    for form in {flow.number or FORM for flow in model.flows.values() if flow.subject == "matter"}:
        if fits := _typed(form).fullmatch(said):
            parts = fits.groupdict()
            numbers.update(_written(form, parts, _names(parts.get("unit") or "", units), today))
            if not parts.get("unit"):
                ends.update(_written(_end_of(form, parts), parts, {""}, today))
    return Typed(frozenset(numbers), frozenset(ends))


def cells(text: str, model: Model, longest: int) -> list[str]:
    """The numbers in a text, as they were typed: one a line, between tabs or commas, or after one another.

    A number may have a space or a 号 within, so those part two only where what stands before them is whole. What is no
    number stays one cell, up to `longest` characters of it at a time.
    """
    found: list[str] = []
    for piece in _PARTED.split(text):
        begun = ""
        for token in _TOKEN.findall(piece):
            begun += token
            if (
                len(begun) >= longest
                or _CONTACT.fullmatch(begun.strip())
                or is_one(begun.strip(_ENDS), model)
            ):
                found.append(begun)
                begun = ""
        found.append(begun)
    stripped = (one.strip(_ENDS) for one in found)
    return [one for one in stripped if squeezed(one)]


def is_one(words: str, model: Model) -> bool:
    """Whether these words are written as a number, whatever it stands for."""
    said = squeezed(words)
    forms = {flow.number or FORM for flow in model.flows.values() if flow.subject == "matter"}
    return any(_typed(form).fullmatch(said) for form in forms)


def squeezed(words: str) -> str:
    """Without what people leave out or type otherwise: spaces, brackets, 号, full-width digits, long dashes."""
    plain = unicodedata.normalize("NFKC", words).translate(_DASHES)
    return _UNSAID.sub("", plain)


def hyphened(words: str) -> str:
    """A number typed without its hyphen, with it: 11230028 is 1123-0028. What has one, or is no such number, stays as it is.

    Only for whoever shows a code as well: eight figures alone are as often a telephone.
    """
    return _RUN.sub(r"\1-\2", squeezed(words), count=1)


@lru_cache(maxsize=32)
def _typed(form: str) -> re.Pattern[str]:
    pieces, seen = [], set()
    for at, piece in enumerate(_FIELD.split(form)):
        if at % 2 and piece not in seen:
            seen.add(piece)
            pieces.append(_AS_TYPED[piece])
        else:
            pieces.append(f"(?P={piece})" if at % 2 else re.escape(squeezed(piece)))
    return re.compile("".join(pieces))


def _written(form: str, typed: dict[str, str | None], units: set[str], today: date) -> set[str]:
    """The numbers in the house's own writing, one for each unit and for each year where none was typed."""
    day = typed.get("date") or ""
    year, md = typed.get("year") or day[:4], typed.get("md") or day[4:]
    serial = f"{int(typed['serial'] or 0):04d}"
    years = [year] if year else [str(today.year - back) for back in range(YEARS)]
    return {
        form.format(unit=unit, year=one, md=md, date=one + md, serial=serial)
        for unit in units
        for one in years
    }


def _end_of(form: str, typed: dict[str, str | None]) -> str:
    """The form from its first field on that was typed, the unit left out."""
    return next(form[at.start() :] for at in _FIELD.finditer(form) if typed.get(at[1]))


def _names(typed: str, units: list[TreeUnit]) -> set[str]:
    """What stands in a number for the unit that was typed; for none typed, what stands there for each."""
    if not typed:
        return {"", *(unit.short or unit.name for unit in units)}
    return {typed, *(unit.short or unit.name for unit in units if _called(unit, typed))}


def _called(unit: TreeUnit, typed: str) -> bool:
    name = squeezed(unit.name)
    return (
        typed == squeezed(unit.short) or typed.endswith(name) or (len(typed) > 1 and name.startswith(typed))
    )
