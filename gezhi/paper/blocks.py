"""What a paper consists of, before anybody decides whether it becomes a page or a print.

Everything is frozen and holds words only; `page.py` makes HTML of it, `press.py` a PDF. The tones are the states of
the interface: wait act pause ok done void soon late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["", "wait", "act", "pause", "ok", "done", "void", "soon", "late"]
Kind = Literal["", "strong", "quiet", "chip", "mark", "code", "link"]


@dataclass(frozen=True, slots=True)
class Span:
    """Some words. A chip has a tone, a link leads `to` the id of a heading or card, a mark says 示例."""

    text: str
    kind: Kind = ""
    tone: Tone = ""
    to: str = ""


Words = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 begins a chapter, 2 and 3 stand inside it. `fresh` begins a new sheet of paper."""

    level: int
    text: str
    id: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`lead` is the sentence a chapter opens with, `source` quotes what a rule rests on."""

    words: Words
    kind: Literal["", "lead", "quiet", "source"] = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`widths` are shares of the line, one for each column. A cell's words may hold line ends."""

    head: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What it is called, and what it is."""

    rows: tuple[tuple[str, Words], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing in its own units; `alt` says in a sentence what it shows. `width` and `height` in pixels of 1/96 inch."""

    svg: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Card:
    """Something with a name of its own, kept together where it fits on one sheet."""

    title: Words
    id: str
    tone: Tone
    body: tuple[Block, ...]


Block = Heading | Paragraph | Bullets | Table | Facts | Picture | Card


@dataclass(frozen=True, slots=True)
class Captions:
    """The few words that a paper says of itself, in its own language. `page` holds {n} and {all}."""

    contents: str
    page: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole paper. `language` is zh or en; `facts` stand on its front."""

    title: str
    subtitle: str
    language: Literal["zh", "en"]
    captions: Captions
    facts: tuple[tuple[str, Words], ...]
    blocks: tuple[Block, ...]


def plain(text: str) -> Words:
    """Words without anything to them; nothing for an empty text."""
    return (Span(text),) if text else ()


def texts(document: Document) -> tuple[str, ...]:
    """Every text that will be printed, drawings included, in no particular order."""
    found = [document.title, document.subtitle, document.captions.contents, document.captions.page]
    for name, words in document.facts:
        found += [name, *(span.text for span in words)]
    for block in document.blocks:
        found += _of(block)
    return tuple(found)


def _of(block: Block) -> list[str]:
    match block:
        case Heading(text=text):
            return [text]
        case Paragraph(words=words):
            return [span.text for span in words]
        case Bullets(items=items):
            return [span.text for words in items for span in words]
        case Table(head=head, rows=rows):
            return [*head, *(span.text for row in rows for cell in row for span in cell)]
        case Facts(rows=facts):
            return [text for name, words in facts for text in (name, *(span.text for span in words))]
        case Picture(svg=svg, alt=alt):
            return [svg, alt]
        case Card(title=title, body=body):
            return [*(span.text for span in title), *(text for part in body for text in _of(part))]
