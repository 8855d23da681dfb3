"""How one key of `model.toml` is read: what it may hold, what it falls back to, what it must refer to.

A table of the language is a dataclass in `model.py`; each of its fields carries a `Key`, so that the
names, types, defaults and rules of the language stand in one place.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any

PHASES = ("reported", "accepted", "handling", "suspended", "checking", "answering", "ended")
CLOSINGS = ("solved", "unverified", "void", "refused", "merged", "transferred", "withdrawn", "unsolved")
SETTLED = frozenset(("solved", "unverified"))
"""Closings of what was done. "unverified" is done and drawn by nobody to be looked at: counted apart in every rate."""
RESULTS = ("done", "failed")
DUTY_KINDS = (
    "report", "triage", "assign", "handle", "call", "review", "arbitrate",
    "approve", "verify", "close", "answer", "meet", "supervise",
)  # fmt: skip
GATES = ("note", "photo", "file", "place", "receipt", "consent", "second_person")
GATES_WITH = ("certificate", "form", "kept")
OUTSIDE = ("reporter", "party")
SUBJECTS = ("matter", "order", "issue", "dispute")
CONSEQUENCES = ("tell", "raise", "move", "task", "supervise", "list")
DOORS = ("inbox", "sms", "phone", "wechat", "wecom_robot", "email", "print", "public")
BREAKDOWNS = ("unit", "class", "grade", "channel", "department", "item", "period")
PREDICATES = (
    "flow", "phase", "closing", "mark", "grade", "channel", "class", "catalogue", "used", "not_used",
    "kept", "missed", "returned", "reopened", "rated", "kind", "source", "person_times", "result",
)  # fmt: skip
MODULES = ("care", "minors", "mediation", "party", "emergency", "secretary")
OFFICES = ("system", "security", "audit", "privacy")
FIELDS = (
    "number", "item", "class", "grade", "unit", "grid", "step", "due", "promise", "department", "link",
    "phone_of_supervision", "reason", "answer", "code", "appointment", "place", "worker", "reports",
)  # fmt: skip
SAID = ".words:said"
"""How the event ends that whoever handles a matter left its reporter a word (转话)."""
NUMBERED = ("unit", "year", "md", "date", "serial")
"""Fields of `flow.number`; `serial` must be among them, or every matter of a day would be called the same."""
NAMED = ("parent", "nn")
"""Fields of `level.serial`."""
RESERVED = {
    "post": ("issuer", "handler", "reporter", "party", "department"),
    "level": ("near", "ground", "command", "other"),
    "department": ("now", "item", "called"),
    "step": ("same", "unsolved_ends"),
}
"""Words of the language itself: nothing of the district may be called so."""
CHECKED = ("必核", "抽查")
EVIDENCE = ("无", "可选", "照片", "文字", "照片和文字")

REPLACED_WHOLE = frozenset(
    ("length", "lengths", "every", "least", "ratio", "batches", "of", "num", "when", "extend")
)
"""Value tables: a child's table replaces the parent's instead of being laid over it."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a key may hold. `kind` names the reader in `shapes.py`; `ref` the table that its words come from."""

    kind: str
    ref: str = ""
    words: tuple[str, ...] = ()
    of: Any = None  # dataclass of the tables below it
    label: bool = False  # words for people: changes the version, not the conduct
    some: bool = False  # a list in which at least one must stand, where it is written or required


def key(kind: str, *, default: Any = MISSING, **rule: Any) -> Any:
    """A field of the language. Without a default it is required."""
    return field(default=default, metadata={"key": Key(kind, **rule)})


def text(default: Any = MISSING) -> Any:
    """Words for people."""
    return key("text", default=default, label=True)


def tables(of: type, *, required: bool = False) -> Any:
    """Tables keyed by id."""
    rule = {"key": Key("tables", of=of)}
    return field(metadata=rule) if required else field(default_factory=dict, metadata=rule)


def mapping(kind: str, **rule: Any) -> Any:
    """A table of values; empty when it is not written."""
    return field(default_factory=dict, metadata={"key": Key(kind, **rule)})


def written(table: Any) -> dict[str, Field[Any]]:
    """The keys that may be written in a table of this dataclass, by the name used in the file."""
    return {f.name.rstrip("_"): f for f in fields(table) if "key" in f.metadata}


def required(f: Field[Any]) -> bool:
    """True if, and only if, the key has no default."""
    return f.default is MISSING and f.default_factory is MISSING
