"""Make `gezhi/ui/handbook/{zh,en}.json` of `docs/manual/*.md`: `python tools/manual.py`, or `--check` in `make docs`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import scratch_home  # noqa: E402, F401  # names the home before Django reads its settings
from markdown_it import MarkdownIt  # noqa: E402
from markdown_it.token import Token  # noqa: E402

from gezhi.ui.manual import BOOKS, MADE, SECTIONS  # noqa: E402

PAGES = ROOT / "docs" / "manual"
LANGUAGES = ("zh", "en")
OTHER_TONGUE = re.compile(r"\A(?:\[[^\]]+\]\([\w-]+\.(?:zh|en)\.md\)\s*)+\Z")


def made(language: str) -> dict[str, dict[str, Any]]:
    """Every book of a language: title, body as markup, (anchor, words) of its sections."""
    return {name: _book(name, (PAGES / f"{name}.{language}.md").read_text("utf-8")) for name in BOOKS}


def _book(name: str, text: str) -> dict[str, Any]:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = _without_title(reader.parse(text))
    headings: list[list[str]] = []
    keys = list(SECTIONS) if name == "pages" else []
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            number = len(headings)
            anchor = keys[number] if number < len(keys) else f"s{number + 1}"
            token.attrSet("id", anchor)
            headings.append([anchor, _plain(tokens[at + 1])])
        elif token.type == "inline":
            _links(token)
    body = reader.renderer.render(tokens, reader.options, {})
    body = body.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")
    return {"title": _title(text), "body": body, "headings": headings}


def _without_title(tokens: list[Token]) -> list[Token]:
    """All but the title and the line that leads to the other language: the page has both in its frame."""
    kept, skip = [], 0
    for at, token in enumerate(tokens):
        first = token.type in ("heading_open", "paragraph_open") and not skip
        if first and (token.tag == "h1" or OTHER_TONGUE.match(tokens[at + 1].content)):
            skip = 3
        if skip:
            skip -= 1
            continue
        kept.append(token)
    return kept


def _plain(inline: Token) -> str:
    return "".join(one.content for one in inline.children or ())


def _title(text: str) -> str:
    return text.split("\n", 1)[0].lstrip("# ").strip()


def _links(inline: Token) -> None:
    """A link to another page of the manual leads there; one to a file of the project is words only."""
    kept: list[Token] = []
    dropped = False
    for one in inline.children or ():
        if one.type == "link_open":
            there = str(one.attrGet("href"))
            page = re.fullmatch(r"([\w-]+)\.(?:zh|en)\.md(#.*)?", there)
            if page and page[1] in BOOKS:
                one.attrSet("href", page[1] + (page[2] or ""))
            dropped = not page and "://" not in there
        if not (dropped and one.type in ("link_open", "link_close")):
            kept.append(one)
    inline.children = kept


def stale() -> list[str]:
    """What does not agree: a made file that is not what the pages say, a section without its heading."""
    found = []
    for language in LANGUAGES:
        now = made(language)
        file = MADE / f"{language}.json"
        if not file.exists() or json.loads(file.read_text("utf-8")) != now:
            found.append(f"{file.relative_to(ROOT)}: is not what docs/manual says; run tools/manual.py")
        said = [anchor for anchor, _words in now["pages"]["headings"]]
        if said != list(SECTIONS):
            found.append(
                f"docs/manual/pages.{language}.md: {len(said)} sections, ui.manual has {len(SECTIONS)}"
            )
    return found


def write() -> None:
    MADE.mkdir(exist_ok=True)
    for language in LANGUAGES:
        text = json.dumps(made(language), ensure_ascii=False, indent=1) + "\n"
        (MADE / f"{language}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    if "--check" in sys.argv:
        faults = stale()
        print("\n".join(faults))
        sys.exit(bool(faults))
    write()
