"""What is counted: catalogues and their items, admission, metrics, assessment."""

# ruff: noqa: RUF009  (key() makes a dataclass field)
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gezhi.rules import keys
from gezhi.rules.keys import key, mapping, tables, text

Words = tuple[str, ...]
Predicates = Mapping[str, str | int | bool | Words]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A counted list of items. `classes_english`: class = its English label."""

    id: str
    name: str = text()
    english: str = text("")
    total: int = key("int")
    classes: Words = key("words", default=())
    classes_english: Mapping[str, str] = mapping("texts", label=True)
    batches: Mapping[str, int] = mapping("numbers")
    kind: str = key("choice", default="matter", words=("matter", "duty", "information"))
    gate: bool = key("bool", default=False)
    posts: Words = key("words", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """How an item enters a catalogue."""

    id: str
    catalogue: str = key("id", ref="catalogue")
    applies: Words = key("ids", ref="duty", some=True)
    reviews: Words = key("ids", ref="duty", some=True)
    looks_at: Words = key("words", default=("basis", "money", "training", "load"), some=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A row of items.csv. `handler` and `helpers` are who-words: a post id or `department:ID`.

    `category` is column 类别, `post` column 岗位, `glyph` the one character of its map mark; `in_grid` is none
    where the list does not use the column; `low` is column 核查 = 抽查;
    `me_too` (column 附议 = 是) says that whoever reports nearby is told that somebody did, and may say "me too";
    `original` (column 原件 = 是) says that pictures of a worker or a named reporter are kept sealed as they came.
    """

    code: str
    name: str
    english: str = ""
    glyph: str = ""
    catalogue: str
    category: str
    batch: str = ""
    post: str = ""
    handler: str = ""
    helpers: Words = ()
    flow: str = ""
    grade: str = ""
    length: str = ""
    evidence: str = ""
    original: bool = False
    in_grid: bool | None = None
    low: bool = False
    me_too: bool = False
    border: str = ""
    purpose: str = ""
    basis: str = ""
    refresh: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A figure: `num` holds beside `of`, so it can never be greater."""

    id: str
    name: str = text()
    english: str = text("")
    of: Predicates = key("predicates")
    num: Predicates = mapping("predicates")
    at: str = key("choice", default="accepted", words=("opened", "accepted", "closed", "due", "standing"))
    without: Words = key("choices", default=(), words=keys.CLOSINGS)
    digits: int = key("int", default=1)
    by: Words = key("choices", default=("unit", "period"), words=keys.BREAKDOWNS)
    says: str = text("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One rule of an assessment."""

    id: str
    metric: str = key("id", ref="metric")
    weight: int = key("int")
    full: str = key("percent", default="100%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """An assessment of units or departments, never of a person."""

    id: str
    name: str = text()
    english: str = text("")
    of: str = key("choice", default="unit", words=("unit", "department"))
    every: str = key("natural", default="3月")
    score: Mapping[str, Score] = tables(Score, required=True)
    appeal: str = key("length", default="5工作日")
