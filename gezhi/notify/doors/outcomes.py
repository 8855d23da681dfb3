"""What a door is given, and what came of it: four outcomes, and whoever sends knows what follows from each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from gezhi.notify.outside import Answer

Kind = Literal["taken", "later", "refused", "stopped"]
DAY = 24 * 3600.0
_MOBILE = re.compile(r"1[3-9]\d{9}")
_NO_DIGITS = re.compile(r"[\s()\-\u2010-\u2015]")
_LOOSE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message for one receiver. `id` is the same however often it is handed over; `to` is a number, an address or
    nothing, and lives only as long as the handing over. `words` fill a provider's template."""

    id: str
    telling: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    words: Mapping[str, str] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a door is set up. `key` is opened from the vault for one batch and shown nowhere.

    `endpoint` is an address with https://, or host:port for mail; empty for the provider's own. `templates` says by which
    template of the provider a telling goes, and in which order which words fill it: (variable, word).
    """

    kind: str
    key: str = field(repr=False)
    endpoint: str = ""
    region: str = ""
    app: str = ""
    sign: str = ""
    longest: int = 0  # characters of one variable; 0 for no limit
    templates: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=dict)
    sender: str = ""  # the address that mail comes from
    secure: str = "starttls"  # tls starttls none
    inquiry: bool = False  # parameters stand in the address: for gateways that read none from a body


@dataclass(frozen=True, slots=True)
class Outcome:
    """taken: the provider has it, `receipt` is its number for it. later: try again, after `wait` seconds at least; with
    `whole` nothing goes by this door until then. refused: for good, of this message. stopped: the door is set up wrong or
    may send no more, nothing goes by it until somebody looks. `code` is the provider's own, `why` a word of `whys.words`.
    """

    kind: Kind
    code: str = ""
    why: str = ""
    receipt: str = ""
    wait: float = 0.0
    whole: bool = False


class Line(Protocol):
    """A door that is open for one batch."""

    def hand_over(self, letter: Letter) -> Outcome:
        """Hand one letter over. Never raises for what the other side does or is."""

    def close(self) -> None:
        """End what was open."""


Table = Mapping[str, Outcome]


def later(wait: float = 0.0, why: str = "busy", *, whole: bool = False) -> Outcome:
    return Outcome("later", why=why, wait=wait, whole=whole)


def refused(why: str) -> Outcome:
    return Outcome("refused", why=why)


def stopped(why: str) -> Outcome:
    return Outcome("stopped", why=why)


def coded(found: Outcome, code: str, receipt: str = "") -> Outcome:
    """This outcome with the provider's own code."""
    return Outcome(found.kind, code[:60], found.why, receipt[:80], found.wait, found.whole)


def looked_up(table: Table, code: str) -> Outcome:
    """What a provider's code means: by its whole, else by the longest beginning that ends before a full stop; of a code
    that nobody foresaw it is assumed that it passes."""
    parts = code.split(".")
    for many in range(len(parts), 0, -1):
        found = table.get(".".join(parts[:many]))
        if found is not None:
            return coded(found, code)
    return coded(later(), code)


def of_transport(answer: Answer) -> Outcome | None:
    """What follows when the other side was not reached or is not well; nothing where it answered."""
    if answer.fault in {"url", "barred"}:
        return Outcome("stopped", answer.fault, "endpoint")
    if answer.fault == "tls":
        return Outcome("stopped", "tls", "tls")
    if answer.fault:
        return Outcome("later", answer.fault, "unreached", whole=True)
    if answer.status == 429 or answer.status >= 500:
        return Outcome("later", str(answer.status), "busy", wait=answer.come_back or 0.0, whole=True)
    return None


def mobile(contact: str) -> str:
    """The eleven digits of a mobile number of the mainland; empty for what is none."""
    digits = _NO_DIGITS.sub("", contact).removeprefix("+86").removeprefix("0086")
    return digits if _MOBILE.fullmatch(digits) else ""


def personal(text: str) -> bool:
    """Whether something in a text looks like somebody's mobile or identity number."""
    return bool(_LOOSE.search(text))


def cut(said: str, longest: int) -> str:
    """One line of at most so many characters, 0 for any; what was left out is marked."""
    line = " ".join(said.split())
    return line if not longest or len(line) <= longest else line[: longest - 1] + "…"


def cut_bytes(text: str, most: int) -> str:
    """A text of at most so many bytes in UTF-8, never with half a character; what was left out is marked."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode("utf-8", "ignore") + "…"


def addressed(setting: Setting, letter: Letter) -> tuple[str, str, list[tuple[str, str]]] | Outcome:
    """Number, template's code and what fills it, of a text message; else why it cannot go out."""
    number, template = mobile(letter.to), filled(setting, letter)
    if not number:
        return Outcome("refused", "not_mobile", "not_mobile")
    return (number, *template) if template else Outcome("refused", "no_template", "no_template")


def filled(setting: Setting, letter: Letter) -> tuple[str, list[tuple[str, str]]] | None:
    """The template's code, and its variables with what fills them; nothing where no template is named for the telling."""
    found = setting.templates.get(letter.telling) or setting.templates.get("*")
    if found is None:
        return None
    code, names = found
    return code, [(name, cut(letter.words.get(word, ""), setting.longest)) for name, word in names]
