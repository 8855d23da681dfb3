"""How words of a Word file look: its own properties, then those of its style and what that is based on, then the defaults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from gezhi.paper import archive
from gezhi.paper.archive import Parts, W
from gezhi.paper.sheet import Align, Figure, Paragraph, Piece

SIZE = 10.5  # points, where nothing says another
TWIP = 20  # twentieths of a point
FACE = 1.3  # lines of a Chinese face in Word, as a multiple of its size
_ALIGN: dict[str, Align] = {
    "left": "left", "start": "left", "center": "center", "right": "right", "end": "right", "both": "both",
    "distribute": "both",
}  # fmt: skip


def number(said: str | None, otherwise: float = 0) -> float:
    """A number as XML holds it; `otherwise` where there is none."""
    try:
        return float(said) if said else otherwise
    except ValueError:
        return otherwise


def said_of(one: ET.Element | None, name: str, otherwise: float = 0) -> float:
    """A length in twentieths of a point, as points."""
    return number(one.get(f"{W}{name}") if one is not None else None, otherwise) / TWIP


@dataclass(frozen=True, slots=True)
class Looks:
    """How one paragraph looks."""

    size: float
    numbered: bool
    lines: float  # the distance of lines as a multiple of the face, 0 where it is said in points
    made: dict[str, object]

    def paragraph(self, pieces: tuple[Piece | Figure, ...]) -> Paragraph:
        size = max((piece.size for piece in pieces if isinstance(piece, Piece)), default=self.size)
        own = {"line": round(self.lines * FACE * size, 2)} if self.lines else {}
        return Paragraph(pieces, size=size, **{**self.made, **own})  # type: ignore[arg-type]  # made by `of_paragraph` alone


@dataclass(frozen=True)
class Styles:
    """The styles of a file by id, and its defaults."""

    by_id: dict[str, ET.Element]
    usual: str
    defaults: tuple[ET.Element, ...]

    @classmethod
    def of(cls, parts: Parts) -> Styles:
        said = parts.get("word/styles.xml")
        root = archive.plain(archive.tree(said)) if said else ET.Element("none")
        found = {one.get(f"{W}styleId", ""): one for one in root.iter(f"{W}style")}
        usual = (
            id
            for id, one in found.items()
            if one.get(f"{W}type") == "paragraph" and one.get(f"{W}default") == "1"
        )
        base = [root.find(f"{W}docDefaults/{W}{kind}PrDefault") for kind in ("p", "r")]
        return cls(found, next(usual, ""), tuple(one for one in base if one is not None))

    def chain(self, id: str) -> Iterator[ET.Element]:
        """A style and what it is based on; never twice the same."""
        seen: set[str] = set()
        while id in self.by_id and id not in seen:
            seen.add(id)
            yield self.by_id[id]
            id = _value(self.by_id[id], "basedOn")

    def sources(self, paragraph: ET.Element) -> list[ET.Element]:
        """Where the looks of a paragraph are asked for, nearest first."""
        id = _value(paragraph, f"pPr/{W}pStyle") or self.usual
        return [paragraph, *self.chain(id), *self.defaults]

    def of_paragraph(self, one: ET.Element) -> Looks:
        """How a `w:p` lies: alignment, indents, distances, a line below."""
        sources = self.sources(one)
        size = self.size(sources[1:])

        def said(path: str, name: str) -> str:
            return _nearest(sources, f"pPr/{W}{path}", name)

        chars = number(said("ind", "firstLineChars")) / 100
        line, rule = number(said("spacing", "line")), said("spacing", "lineRule")
        exact = rule in {"exact", "atLeast"}
        border = next(
            (s for s in (_find(x, f"pPr/{W}pBdr/{W}bottom") for x in sources) if s is not None), None
        )
        drawn = border is not None and border.get(f"{W}val") not in {"none", "nil", None}
        colour = (border.get(f"{W}color") or "") if border is not None else ""
        made: dict[str, object] = {
            "align": _ALIGN.get(said("jc", "val"), "both"),
            "first": chars * size
            if chars
            else (number(said("ind", "firstLine")) - number(said("ind", "hanging"))) / TWIP,
            "left": number(said("ind", "left") or said("ind", "start")) / TWIP,
            "right": number(said("ind", "right") or said("ind", "end")) / TWIP,
            "before": number(said("spacing", "before")) / TWIP,
            "after": number(said("spacing", "after")) / TWIP,
            "line": line / TWIP,
            "fresh": _is_on(sources, "pageBreakBefore"),
            "together": _is_on(sources, "keepNext"),
            "rule": (colour if len(colour) == len("RRGGBB") else "000000") if drawn else "",
            "rule_width": number(border.get(f"{W}sz"), 4) / 8 if drawn and border is not None else 0,
        }
        numbered = said("numPr/" + W + "numId", "val") not in {"", "0"}
        return Looks(size, numbered, 0 if exact else (line or 240) / 240, made)

    def piece(self, run: ET.Element, text: str, paragraph: ET.Element) -> Piece:
        """Words of a run with how they look."""
        sources = [run, *self.chain(_value(run, f"rPr/{W}rStyle")), *self.sources(paragraph)[1:]]
        face = _nearest(sources, f"rPr/{W}rFonts", "eastAsia")
        colour = _nearest(sources, f"rPr/{W}color", "val")
        under = _nearest(sources, f"rPr/{W}u", "val")
        return Piece(
            text,
            self.size(sources),
            hei="黑" in face or "Hei" in face or "Sans" in face or _is_on(sources, "b", "rPr"),
            underlined=under not in {"", "none"},
            color=colour if len(colour) == len("RRGGBB") and colour != "000000" else "",
        )

    @staticmethod
    def size(sources: list[ET.Element]) -> float:
        return number(_nearest(sources, f"rPr/{W}sz", "val"), SIZE * 2) / 2


def _find(one: ET.Element, path: str) -> ET.Element | None:
    return one.find(f"{W}{path}")


def _nearest(sources: list[ET.Element], path: str, name: str) -> str:
    """The first value that is said of it, from the nearest source outward."""
    for source in sources:
        found = _find(source, path)
        value = found.get(f"{W}{name}") if found is not None else None
        if value is not None:
            return value
    return ""


def _is_on(sources: list[ET.Element], name: str, within: str = "pPr") -> bool:
    found = next((one for s in sources if (one := _find(s, f"{within}/{W}{name}")) is not None), None)
    return found is not None and found.get(f"{W}val") not in {"0", "false", "none", "off"}


def _value(one: ET.Element, path: str) -> str:
    found = _find(one, path)
    return (found.get(f"{W}val") or "") if found is not None else ""
