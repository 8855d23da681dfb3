"""A paper as one HTML page that needs nothing else: no script, no font, no picture from elsewhere.

Its own policy forbids everything but its own style, so it may be mailed, put on a stick, or served under any policy
that allows one hashed style. Light and dark follow the reader's system; printing follows the office's white.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from gezhi.paper.blocks import (
    Block,
    Bullets,
    Card,
    Document,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Span,
    Table,
    Words,
)

LANGUAGES = {"zh": "zh-CN", "en": "en"}


def html(document: Document) -> str:
    """The whole page."""
    return (
        f'<!DOCTYPE html>\n<html lang="{LANGUAGES[document.language]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy()}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(document.title)}</title>\n<style>{_style()}</style>\n</head>\n<body>\n"
        f"{_contents(document)}<main>\n{_front(document)}"
        + "".join(_block(block) for block in document.blocks)
        + "</main>\n</body>\n</html>\n"
    )


def policy() -> str:
    """The page's own policy: nothing but its own style."""
    return f"default-src 'none'; style-src 'sha256-{_digest(_style())}'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def _digest(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()


def _contents(document: Document) -> str:
    """Chapters and their parts, as a list beside the page."""
    lines = [
        f'<li class="l{block.level}"><a href="#{escape(block.id)}">{escape(block.text)}</a></li>'
        for block in document.blocks
        if isinstance(block, Heading) and block.level < 3 and block.id
    ]
    title = escape(document.captions.contents)
    return f'<nav aria-label="{title}"><p>{title}</p><ol>{"".join(lines)}</ol></nav>\n'


def _front(document: Document) -> str:
    subtitle = f'<p class="subtitle">{escape(document.subtitle)}</p>' if document.subtitle else ""
    facts = _facts(Facts(document.facts)) if document.facts else ""
    return f"<header><h1>{escape(document.title)}</h1>{subtitle}{facts}</header>\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            tag = f"h{block.level + 1}"
            named = f' id="{escape(block.id)}"' if block.id else ""
            named += ' class="fresh"' if block.fresh else ""
            return f"<{tag}{named}>{escape(block.text)}</{tag}>\n"
        case Paragraph():
            kind = f' class="{block.kind}"' if block.kind else ""
            return f"<p{kind}>{_words(block.words)}</p>\n"
        case Bullets():
            return "<ul>" + "".join(f"<li>{_words(item)}</li>" for item in block.items) + "</ul>\n"
        case Table():
            return _table(block)
        case Facts():
            return _facts(block)
        case Picture():
            return f'<figure tabindex="0" aria-label="{escape(block.alt)}">{block.svg}</figure>\n'
        case Card():
            body = "".join(_block(part) for part in block.body)
            tone = f" {block.tone}" if block.tone else ""
            return f'<section class="card{tone}" id="{escape(block.id)}"><h4>{_words(block.title)}</h4>{body}</section>\n'


def _table(table: Table) -> str:
    whole = sum(table.widths)
    columns = "".join(f'<col width="{share * 100 // whole}%">' for share in table.widths)
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(
        "<tr>" + "".join(_cell(name, cell) for name, cell in zip(table.head, row, strict=True)) + "</tr>"
        for row in table.rows
    )
    return f'<div class="wide" tabindex="0"><table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>\n'


def _cell(name: str, words: Words) -> str:
    return f'<td data-name="{escape(name)}">{_words(words)}</td>'


def _facts(facts: Facts) -> str:
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{_words(words)}</dd></div>" for name, words in facts.rows
    )
    return f"<dl>{rows}</dl>\n"


def _words(words: Words) -> str:
    return "".join(_span(span) for span in words)


def _span(span: Span) -> str:
    text = escape(span.text).replace("\n", "<br>")
    match span.kind:
        case "strong":
            return f"<strong>{text}</strong>"
        case "quiet":
            return f'<span class="quiet">{text}</span>'
        case "chip":
            return f'<span class="chip {span.tone}">{text}</span>'
        case "mark":
            return f'<span class="mark">{text}</span>'
        case "code":
            return f"<code>{text}</code>"
        case "link":
            return f'<a href="#{escape(span.to)}">{text}</a>'
        case _:
            return text
