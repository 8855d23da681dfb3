"""What is wrong with a folder: code, file, line, place, a sentence, and the word that was probably meant.

Codes L… are of reading (the files cannot be taken as they are written), E… and M… of proof (they can be read, and
what they say would not work). E20 is a name that does not exist; reading finds it, because it knows every name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `line` is 1-based, 0 where the whole file is meant; `near` is empty or one known word.

    `mend` says what to write instead, `story` is the shortest way into the trouble, one word of it for each step.
    `english`, `mend_english` and `story_english` say the same in English; `findings_english.py` has those of reading.
    """

    file: str
    line: int
    place: str
    sentence: str
    near: str = ""
    code: str = "L14"
    mend: str = ""
    story: tuple[str, ...] = ()
    english: str = ""
    mend_english: str = ""
    story_english: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where} [{self.place}] {self.sentence}" if self.place else f"{where} {self.sentence}"


class ModelError(Exception):
    """A folder that cannot be read as a model. Carries every finding, not only the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


OFFICES = "所局站科办队委处部厅"
"""How names of offices end; what stands before tells one from another."""
OFFICE_LENGTH = 4


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is nearest to this one; empty when none is near."""
    known = list(known)
    lowered = {k.lower(): k for k in reversed(known)}
    found = get_close_matches(word.lower(), lowered, n=1, cutoff=0.5)
    return lowered[found[0]] if found and not _another(word, found[0]) else ""


def slip_of(word: str, known: Iterable[str]) -> str:
    """The known word of which this one is a slip of the pen; empty where it is a word of its own."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.75)
    return found[0] if found else ""


def _another(word: str, near: str) -> bool:
    """Whether both are short names of offices of one kind: 供水所 is no slip of the pen for 供电所, it is another office."""
    short = len(word) == len(near) <= OFFICE_LENGTH and word[-1] == near[-1]
    return short and word[-1] in OFFICES and word != near


def unknown(word: str, known: Iterable[str]) -> tuple[str, str]:
    """The sentence for a word that is not known, and the nearest one that is."""
    known = list(known)
    near = nearest(word, known)
    meant = f"（是不是「{near}」？）" if near else ""
    shown = " ".join(known[:24]) + (" …" if len(known) > 24 else "")
    return f"不认识「{word}」{meant}；这里可以写：{shown or '（还没有）'}", near
