"""The words of the interface: found in code and pages, kept with their English in one catalogue.

    tools/catalogue.py           bring gezhi/ui/locale/en up to date (translations are kept), write its .mo
    tools/catalogue.py --check   say what is not wrapped, not translated, no longer said, or not compiled

A Chinese text of the interface is a message; its English is its translation. Needs no gettext on the machine.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gezhi"
GLOSSARY = ROOT / "docs" / "glossary.md"
PO = PACKAGE / "ui" / "locale" / "en" / "LC_MESSAGES" / "django.po"
CHINESE = re.compile(r"[\u3400-\u9fff]|[、，。；：（）「」！？]")
WRAPPERS = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "lazy",
    "_lazy",
    "N_",
}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
# Chinese there is data (an invented district, a policy's own words, parts of an address), not interface.
DATA = ("demo", "districts", "rules", "tests", "migrations", "vendor", "words")
DATA_FILES = (
    "places/addresses.py", "cli/words.py",
    "ui/templates/ui/show_glyphs.html", "portal/templates/portal/show_glyph.html", "ui/templates/ui/plate.html",  # what stands on a map and on a house

    "api/examples.py",  # bodies as programs send them
    "api/shapes.py",  # says what it means in English, with the Chinese word beside
    "vault/traces.py",  # how numbers are written and what stands before them
    "places/numerals.py",  # numerals and marks in names of units
    "notify/group_columns.py",  # heads of columns
    "places/code_words.py",  # heads of columns, endings of official names
    "documents/own_words.py", "paper/docx_style.py",  # what papers say, and names of faces
    "cli/receipt_verify.py",  # runs alone, without a catalogue: says both languages itself
    "exchange/banned.py",  # the words of columns that no file may bring in
    "exchange/foreign_words.py", "exchange/personal.py", "exchange/drafting.py",  # words of other systems' files
    "exchange/workbook_layout.py", "exchange/workbook_example.py", "exchange/workbook_words.py",  # a workbook says both languages at once
)  # fmt: skip
# The named places of forms and canned answers ({{编号}}): what people write into a file, the same in each language.
PLACES = frozenset(
    "编号 事项 地点 网格 承办单位 期限 反映日期 今天 文号 发文单位 发文日期 反映事项 反映内容 地点或空 受理日期 办理期限 报告方式 "
    "现在一步 经过 期限表 文书表 位置图 照片 联系方式 理由 去向 请求 事实 意见 依据 复查机关 延至 转往单位 转办意见 回告日期".split()
)
LABELS = "## The other words of the interface 界面上的其他词"
# Names, the office form of a number, and what says it in both languages at once are the same in each.
OWN = re.compile(
    r"简体中文|^(Gezhi )?格治$|^柳溪县$|〔\{year\}〕\{md\}-\{serial\}号|^号$|^示例$|^\[。！？!\?\]\S+$|^。\.$|^.* · [A-Z][a-z' ]+"
)


@dataclass(frozen=True)
class Message:
    """One text to translate, and where it stands."""

    text: str
    where: str
    plural: str = ""
    context: str = ""


def sources(kind: str) -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob(f"*.{kind}")):
        inside = path.relative_to(PACKAGE)
        if not set(DATA) & set(inside.parts) and inside.as_posix() not in DATA_FILES:
            yield path


# ── code ──


def in_code(path: Path) -> tuple[list[Message], list[str]]:
    """Messages of one Python file, and its Chinese texts that nobody wrapped."""
    tree, where = ast.parse(path.read_text(encoding="utf-8")), str(path.relative_to(ROOT))
    messages: list[Message] = []
    wrapped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _called(node)) in WRAPPERS | WITH_CONTEXT:
            messages += _message(node, name, f"{where}:{node.lineno}")
            wrapped |= {id(part) for part in ast.walk(node)}
    quiet = wrapped | _docstrings(tree)
    loose = [
        f"{where}:{node.lineno}: {node.value[:30]!r} is not wrapped for translation"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CHINESE.search(OWN.sub("", node.value))
        and node.value not in PLACES
        and id(node) not in quiet
    ]
    return messages, loose


def _called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _message(node: ast.Call, name: str, where: str) -> list[Message]:
    words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if not words:
        return []
    if name in WITH_CONTEXT:
        return [Message(words[1], where, context=words[0])] if len(words) > 1 else []
    return [Message(words[0], where, plural=words[1] if name.startswith("ngettext") else "")]


def _docstrings(tree: ast.Module) -> set[int]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, kinds) and node.body and isinstance(node.body[0], ast.Expr)
    }


# ── pages ──

_TRANSLATE = re.compile(r"""\{%\s*trans(?:late)?\s+(?P<q>["'])(?P<text>.*?)(?P=q)(?P<rest>[^%]*)%\}""")
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_UNDERSCORE = re.compile(r"""_\((?P<q>["'])(?P<text>.*?)(?P=q)\)""")
_BLOCK = re.compile(
    r"\{%\s*blocktrans(?:late)?\b(?P<words>.*?)%\}(?P<body>.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL
)
_COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->", re.DOTALL)
_CONTEXT = re.compile(r"""context\s+["'](.*?)["']""")


def in_page(path: Path) -> tuple[list[Message], list[str]]:
    """Messages of one template, and its Chinese that no tag holds. As Django itself would read them."""
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    where = str(path.relative_to(ROOT))
    messages = [_block(match, where) for match in _BLOCK.finditer(text)]
    rest = _BLOCK.sub("", text)
    for match in _TRANSLATE.finditer(rest):
        context = _CONTEXT.search(match["rest"])
        messages.append(Message(match["text"].replace("%", "%%"), where, "", context[1] if context else ""))
    rest = _TRANSLATE.sub("", rest)
    for tag in _TAG.findall(rest):
        messages += [Message(m["text"].replace("%", "%%"), where) for m in _UNDERSCORE.finditer(tag)]
    rest = OWN.sub("", _TAG.sub(lambda tag: _UNDERSCORE.sub("", tag[0]), rest))
    loose = [
        f"{where}: {found[0]!r} is not wrapped"
        for found in re.finditer(rf"[^\s<>{{}}%]*(?:{CHINESE.pattern})+", rest)
    ]
    return messages, loose


def _block(match: re.Match[str], where: str) -> Message:
    one, _, many = re.sub(r"\{%\s*plural\s*%\}", "\0", match["body"]).partition("\0")
    trimmed = " trimmed" in f" {match['words']}"
    context = _CONTEXT.search(match["words"])
    said = [_plain(part, trimmed) if part else "" for part in (one, many)]
    return Message(said[0], where, said[1], context[1] if context else "")


def _plain(body: str, trimmed: bool) -> str:
    if trimmed:
        body = " ".join(line.strip() for line in body.splitlines() if line.strip())
    return re.sub(r"\{\{\s*([\w.]+)\s*\}\}", r"%(\1)s", body.replace("%", "%%"))


def in_script(path: Path) -> tuple[list[Message], list[str]]:
    """A script says nothing of its own: its words come as attributes of the page."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    where = path.relative_to(ROOT)
    return [], [f"{where}:{n}: words come from the page" for n, line in lines if CHINESE.search(line)]


# ── catalogue ──


def found() -> tuple[list[Message], list[str]]:
    messages: list[Message] = []
    loose: list[str] = []
    read_by = {"py": in_code, "html": in_page, "txt": in_page, "js": in_script, "mjs": in_script}
    for kind, read in read_by.items():
        for path in sources(kind):
            more, unwrapped = read(path)
            messages += more
            loose += unwrapped
    for path in sorted(
        (PACKAGE / "demo").glob("*.py")
    ):  # invented data, but for what is said while it is made
        messages += in_code(path)[0]
    return messages, loose


def catalogue() -> Catalog:
    if not PO.exists():
        return Catalog(locale="en", project="Gezhi")
    with PO.open("rb") as stream:
        return read_po(stream, locale="en")


def wanted(messages: list[Message]) -> Catalog:
    """The messages as a catalogue, with the translations that are already there."""
    old, new = catalogue(), Catalog(locale="en", project="Gezhi", charset="utf-8", fuzzy=False)
    for message in messages:
        key = (message.text, message.plural) if message.plural else message.text
        there = old.get(message.text, context=message.context or None)
        place = (message.where.partition(":")[0], 0)
        same_shape = there is not None and isinstance(there.id, str) == isinstance(key, str)
        said = there.string if there is not None and same_shape else None
        new.add(key, said, locations=[place], context=message.context or None)
    return new


def compiled(source: Catalog) -> bytes:
    body = BytesIO()
    write_mo(body, source)
    return body.getvalue()


def bring_up_to_date() -> None:
    new = wanted(found()[0])
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as stream:
        write_po(stream, new, width=110, sort_output=True, include_lineno=False, omit_header=False)
    PO.with_suffix(".mo").write_bytes(compiled(catalogue()))
    write_labels()
    lacking = [m.id for m in new if m.id and not _said(m.string)]
    print(f"{len(new)} messages, {len(lacking)} without English")


def write_labels() -> None:
    """Put the short words of the interface that the glossary does not explain into its last table."""
    text = GLOSSARY.read_text(encoding="utf-8")
    head, _, _old = text.partition(LABELS)
    rows_above = [line.split("|") for line in head.splitlines() if line.startswith("|")]
    explained = {word.strip() for cells in rows_above for word in re.split("[、,;/]", cells[2])}
    rows = [
        f"| {m.string} | {m.id} | {_room(m)} |"
        for m in catalogue()
        if is_label(m.id) and m.id not in explained
    ]
    table = ["", "", "| English | 中文 | stands in |", "| --- | --- | --- |", *sorted(rows, key=str.lower)]
    GLOSSARY.write_text(head + LABELS + "\n".join(table) + "\n", encoding="utf-8")


def is_label(id: object) -> bool:
    """A label is a Chinese word of two to six characters."""
    return isinstance(id, str) and re.fullmatch(r"[\u4e00-\u9fff]{2,6}", id) is not None


def _room(message: BabelMessage) -> str:
    return ", ".join(sorted({place.split("/")[1] for place, _line in message.locations}))


def _said(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def findings() -> list[str]:
    """What stands between the interface and its whole English."""
    messages, told = found()
    there, need = catalogue(), wanted(messages)
    told += [f"no English: {m.id!r} ({m.locations[0][0]})" for m in need if m.id and not _said(m.string)]
    told += [f"said both with and without a plural: {text!r}" for text in _of_two_shapes(messages)]
    told += [f"English holds Chinese: {m.string!r}" for m in there if m.id and _chinese(m.string)]
    told += [f"other names inside: {m.id!r} → {m.string!r}" for m in need if m.id and not _same_holes(m)]
    told += [
        f"straight quotation marks or apostrophes, written “so” and who’s in prose: {m.string!r}"
        for m in there
        if m.id and _straight(m.string)
    ]
    keys = {(m.id if isinstance(m.id, str) else m.id[0], m.context) for m in need}
    told += [
        f"no longer said: {m.id!r}"
        for m in there
        if m.id and (m.id if isinstance(m.id, str) else m.id[0], m.context) not in keys
    ]
    return told + _stale(there)


def _of_two_shapes(messages: list[Message]) -> list[str]:
    """Texts that are asked for once with a plural and once without: one of them would get the other's English."""
    shapes: dict[tuple[str, str], set[bool]] = {}
    for message in messages:
        shapes.setdefault((message.text, message.context), set()).add(bool(message.plural))
    return [text for (text, _context), kinds in shapes.items() if len(kinds) > 1]


def _decoded(context: str | bytes | None) -> str | None:
    return context.decode() if isinstance(context, bytes) else context  # babel reads contexts undecoded


def _stale(there: Catalog) -> list[str]:
    mo = PO.with_suffix(".mo")
    if not mo.exists():
        return [f"{mo.relative_to(ROOT)} is missing: run tools/catalogue.py"] if len(there) else []
    with mo.open("rb") as stream:
        kept = {(_flat(m.id), _decoded(m.context)): _flat(m.string) for m in read_mo(stream) if m.id}
    fresh = {(_flat(m.id), m.context): _flat(m.string) for m in there if m.id and _said(m.string)}
    return [] if kept == fresh else [f"{mo.relative_to(ROOT)} is not fresh: run tools/catalogue.py"]


def _flat(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """A text, or a text and its plurals, as one comparable thing."""
    return tuple(string) if isinstance(string, tuple | list) else (string or "",)


_WRITTEN = re.compile(r"\d+(?:服务|工作)?(?:分钟|小时|日|周|月)|“第三批”")
"""What is written so in a model, whatever the language of the page: its lengths, the name of a batch."""


def _chinese(string: object) -> bool:
    said = _WRITTEN.sub("", str(string))
    return bool(CHINESE.search(said)) and "简体中文" not in said


_CODE = re.compile(r'<[^>]*>|\[".*?"\]|""|"[a-z]+://[^"]*"')
"""What is written as it is typed: the attributes of a tag, a list of settings, two marks that are meant as marks."""


_APOSTROPHE = re.compile(r"(?<=[A-Za-z])'(?=[A-Za-z])|(?<=s)'(?= |$|[.,;:])")


def _straight(string: str | tuple[str, ...] | list[str] | None) -> bool:
    texts = [_CODE.sub("", text) for text in _flat(string)]
    return any('"' in text or _APOSTROPHE.search(text) for text in texts)


_HOLE = re.compile(r"%\(\w+\)s|\{\w*(?::[^}]*)?\}")


def _same_holes(message: object) -> bool:
    """A translation fills the same named holes as the text; so does each of its plurals."""
    wanted = set(_HOLE.findall("".join(_flat(message.id))))  # type: ignore[attr-defined]
    said = [text for text in _flat(message.string) if text]  # type: ignore[attr-defined]
    return all(set(_HOLE.findall(text)) == wanted for text in said)


if __name__ == "__main__":
    if "--check" in sys.argv:
        print("\n".join(findings()))
        sys.exit(bool(findings()))
    bring_up_to_date()
