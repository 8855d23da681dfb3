"""The steps of a flow as a drawing: SVG with the colours as attributes (for paper) and classes (for the page).

Phases have the colours of the interface; ends are stamped or struck; a way that the house takes by itself is dashed,
one that a person outside takes is dotted; on each way stands the promise that it keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from gezhi.rules.book import layers, order, ways
from gezhi.rules.book.layers import Place, Point, Way
from gezhi.rules.book.tongue import Tongue
from gezhi.rules.keys import PHASES
from gezhi.rules.model import Flow, Move, PromiseRule, When

FONT = "Noto Sans SC"
NODE, SMALL, LABEL, TIGHT = 13.5, 11.0, 12.0, 15.5
"""Sizes of type and the height of a line of words, in pixels."""
MARGIN = 14
MOST = 8.5
"""Full-width characters in a line of words."""
GROUNDS = {  # tone: fill, edge, ink
    "wait": ("#FFFFFF", "#46546A", "#14201D"),
    "act": ("#DDE9F7", "#0B4386", "#14201D"),
    "pause": ("#FFFFFF", "#7A8983", "#14201D"),
    "ok": ("#D6EDE2", "#0B7351", "#14201D"),
    "done": ("#33403C", "#33403C", "#FFFFFF"),
    "void": ("#EEF1EF", "#5B6763", "#14201D"),
}
INK, QUIET, WAY, CLOCK, SURFACE = "#14201D", "#3F4D48", "#56645F", "#8F5E00", "#FFFFFF"
DASHES = {
    "house": ' stroke-dasharray="6 4"',
    "outside": ' stroke-dasharray="1.5 3.5" stroke-linecap="round"',
    "": "",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of words on a way: what kind of words it is decides its colour."""

    text: str
    kind: str = "ink"


@dataclass(frozen=True, slots=True)
class Sketch:
    """A finished drawing. `width` and `height` in pixels."""

    svg: str
    width: int
    height: int
    alt: str


def sketch(flow: Flow, tongue: Tongue) -> Sketch:
    """The whole flow."""
    said = _labels(flow, tongue)
    nodes = {step.id: _node_lines(flow, step.id, tongue) for step in order.in_course(flow)}
    places = [
        Place(step, max(_wide(line.text, NODE if n == 0 else SMALL) for n, line in enumerate(lines)) + 26,
              len(lines) * TIGHT + 17, PHASES.index(flow.step[step].phase))
        for step, lines in nodes.items()
    ]  # fmt: skip
    lines = [
        Way(
            f"{a} {b}",
            a,
            b,
            max(_wide(one.text, LABEL) for one in said[a, b]) + 8,
            len(said[a, b]) * TIGHT + 3,
        )
        for a, b in said
    ]
    drawn = layers.draw(places, lines)
    width, height = int(drawn.width) + 2 * MARGIN, int(drawn.height) + 2 * MARGIN + 10
    alt = tongue.say(
        "流程图：{flow}，{n} 个环节，从「{first}」开始。下面逐个环节写明同样的内容。",
        "Drawing of the flow “{flow}”: {n} steps, beginning with “{first}”. The same is said step by step below.",
        flow=tongue.label(flow), n=len(flow.step), first=tongue.label(flow.step[flow.first]),
    )  # fmt: skip
    parts = [_way(flow, a, b, drawn.lines[f"{a} {b}"]) for a, b in said]
    parts += [_words(said[a, b], drawn.words[f"{a} {b}"]) for a, b in said]
    parts += [_node(flow, place, nodes[place.id], drawn.places[place.id]) for place in places]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="{-MARGIN} {-MARGIN - 10} {width} {height}" font-family="{FONT}" role="img">'
        f"<title>{escape(alt)}</title>{''.join(parts)}</svg>"
    )
    return Sketch(svg, width, height, alt)


def _wide(text: str, size: float) -> float:
    """About how wide it will be."""
    return sum(1.0 if ord(char) > 0x2000 else 0.58 for char in text) * size


def _node_lines(flow: Flow, step: str, tongue: Tongue) -> list[Line]:
    """Name, phase or end, what waits here, and moves that lead nowhere else."""
    said = flow.step[step]
    kind = tongue.word(said.closing or said.result or "ended") if said.ends else tongue.word(said.phase)
    lines = [Line(part) for part in wrapped(tongue.label(said), 10)]
    lines += [Line(kind, "quiet")] if kind != tongue.label(said) else []
    if said.waits_for:
        lines.append(
            Line(
                tongue.say(
                    "等：{flow}", "waits: {flow}", flow=tongue.label(flow_named(tongue, said.waits_for))
                ),
                "quiet",
            )
        )
    stay = [tongue.label(m) for m in ways.moves_at(flow, step) if m.leads(step) == step]
    if stay:
        lines.append(Line(tongue.say("可", "may: ") + tongue.join(stay), "quiet"))
    return lines


def flow_named(tongue: Tongue, id: str) -> Flow:
    return tongue.model.flows[id]


def _labels(flow: Flow, tongue: Tongue) -> dict[tuple[str, str], list[Line]]:
    """The words on each way: its moves one below the other with their guards, then the promises they keep."""
    said: dict[tuple[str, str], list[Line]] = {}
    clocks: dict[tuple[str, str], dict[str, None]] = {}
    for step in (one.id for one in order.in_course(flow)):
        for move in ways.moves_at(flow, step):
            way = step, move.leads(step)
            if way[1] != step:
                said.setdefault(way, []).extend(_label(move, tongue))
                clocks.setdefault(way, {}).update(dict.fromkeys(_clocks(flow, move, step, tongue)))
    for way, words in clocks.items():
        said[way] += [Line(part, "clock") for word in words for part in wrapped(word, MOST)]
    return said


def _label(move: Move, tongue: Tongue) -> list[Line]:
    guard = guard_words(move.when, tongue) if move.when is not None else ""
    lines = [Line(part) for part in wrapped(tongue.label(move), MOST)]
    return lines + [Line(part, "quiet") for part in wrapped(guard, MOST) if part]


def _clocks(flow: Flow, move: Move, step: str, tongue: Tongue) -> list[str]:
    """The promises that a move keeps, each with its length; and those that take the move when they are broken."""
    broken = [
        tongue.say("到期自动{move}", "by the clock: {move}", move=tongue.label(move))
        for _ in ways.by_clock(flow, move)[:1]
    ]
    kept = [line for rule in ways.keeps(flow, move, step) for line in _kept(flow, rule, tongue)]
    return kept + broken


def _kept(flow: Flow, rule: PromiseRule, tongue: Tongue) -> list[str]:
    """A promise and its length on one line; where grades have different ones, a line for each length."""
    by_grade = order.terms(tongue.model, flow, rule)
    if not by_grade:
        return [f"{tongue.label(rule)} {tongue.length(str(rule.length))}"]
    name = tongue.say("{rule}（按等级）", "{rule} (by grade)", rule=tongue.label(rule))
    return [name, *(_of_grades(word, grades, tongue, flow.grades) for word, grades in order.alike(by_grade))]


def _of_grades(word: str, grades: tuple[str, ...], tongue: Tongue, scheme: str) -> str:
    names = tongue.join(tongue.grade(grade, scheme) for grade in grades)
    return tongue.say("{names} {length}", "{names}: {length}", names=names, length=tongue.length(word))


def length_words(said: str | Mapping[str, str], tongue: Tongue, scheme: str = "") -> str:
    """A length, or the lengths of a table by grade, the gravest first."""
    if isinstance(said, str):
        return tongue.length(said)
    by_grade = {grade: said[grade] for grade in order.ranked(tongue.model, said, scheme)}
    words = (_of_grades(word, grades, tongue, scheme) for word, grades in order.alike(by_grade))
    return tongue.say("；", "; ").join(words)


def promise_words(flow: Flow, rule: PromiseRule, tongue: Tongue) -> str:
    """How long a promise is, for each grade where they differ."""
    return length_words(order.terms(tongue.model, flow, rule) or rule.length, tongue, flow.grades)


def guard_words(when: When, tongue: Tongue) -> str:
    """The guard of a move, short."""
    words = []
    if when.in_grid is not None:
        words.append(
            tongue.say("格内可办", "in grid") if when.in_grid else tongue.say("须交部门", "not in grid")
        )
    words.append(tongue.join(tongue.grade(grade) for grade in order.ranked(tongue.model, when.grade)))
    if when.level:
        level = tongue.or_(map(tongue.level, when.level))
        words.append(tongue.say("{level}指挥", "commanded by {level}", level=level))
    if when.orders:
        words.append(tongue.say("单子{result}", "orders {result}", result=tongue.word(when.orders)))
    if when.low is not None:
        words.append(
            tongue.say("抽查类", "by sample") if when.low else tongue.say("必核类", "always verified")
        )
    if when.drawn is not None:
        words.append(tongue.say("抽中", "drawn") if when.drawn else tongue.say("未抽中", "not drawn"))
    if when.department is not None:
        words.append(
            tongue.say("已有承办部门", "a department has it")
            if when.department
            else tongue.say("尚无承办部门", "no department has it yet")
        )
    return tongue.say("，", ", ").join(word for word in words if word)


def wrapped(text: str, most: float) -> list[str]:
    """Lines of at most so many full-width characters, broken between words where there are any."""
    lines: list[str] = []
    for word in text.split(" "):
        joint = " "
        for piece in [word] if " " in text and _wide(word, 1) <= most else _breakable(word):
            if lines and _wide(lines[-1] + joint + piece, 1) <= most:
                lines[-1] += joint + piece if lines[-1] else piece
            else:
                lines.append(piece)
            joint = ""
    return lines


def _breakable(word: str) -> list[str]:
    """Where a word may be broken: Chinese behind any character, anything else nowhere."""
    return list(word) if any(ord(char) > 0x2000 for char in word) else [word]


def _style(flow: Flow, a: str, b: str) -> str:
    """How a way is drawn: by the house, by somebody outside, or by people of the house (if any of its moves is)."""
    moves = [m for m in ways.moves_at(flow, a) if m.leads(a) == b]
    if all(m.by_house for m in moves):
        return "house"
    return "outside" if not any(m.duty for m in moves) else ""


def _way(flow: Flow, a: str, b: str, points: tuple[Point, ...]) -> str:
    x, y = points[-1]
    down = 1 if y > points[-2][1] else -1
    tip = f"{x:.1f},{y:.1f} {x - 4:.1f},{y - 8 * down:.1f} {x + 4:.1f},{y - 8 * down:.1f}"
    dash = DASHES[_style(flow, a, b)]
    return (
        f'<path class="way" d="{_curve((*points[:-1], (x, y - 7 * down)))}" fill="none" stroke="{WAY}" stroke-width="1.3"{dash}/>'
        f'<polygon class="tip" points="{tip}" fill="{WAY}"/>'
    )


def _curve(points: tuple[Point, ...]) -> str:
    """From point to point, leaving and arriving upright."""
    said = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (ax, ay), (bx, by) in pairwise(points):
        middle = (ay + by) / 2
        said += (
            f"L{bx:.1f} {by:.1f}"
            if abs(ax - bx) < 0.6
            else f"C{ax:.1f} {middle:.1f} {bx:.1f} {middle:.1f} {bx:.1f} {by:.1f}"
        )
    return said


def _words(lines: list[Line], at: Point) -> str:
    x, y = at
    wide = max(_wide(line.text, LABEL) for line in lines) + 4
    halo = f'<rect class="halo" x="{x - wide / 2:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{len(lines) * TIGHT + 3:.1f}" fill="{SURFACE}"/>'
    return halo + "".join(_text(line, x, y + 13 + n * TIGHT, LABEL) for n, line in enumerate(lines))


INKS = {"ink": ("ink", INK), "quiet": ("ink2", QUIET), "clock": ("clock", CLOCK), "on": ("ondone", "#FFFFFF")}


def _text(line: Line, x: float, y: float, size: float, weight: int = 400) -> str:
    name, colour = INKS[line.kind]
    bold = f' font-weight="{weight}"' if weight != 400 else ""
    return f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"{bold} text-anchor="middle" fill="{colour}">{escape(line.text)}</text>'


def _node(flow: Flow, place: Place, lines: list[Line], at: Point) -> str:
    x, y = at
    tone = ways.tone(flow, place.id)
    fill, edge, _ink = GROUNDS[tone]
    dash = ' stroke-dasharray="5 3"' if tone == "pause" else ""
    round_ = place.height / 2 if flow.step[place.id].ends else 6
    box = (
        f'<rect class="{tone}" x="{x - place.width / 2:.1f}" y="{y:.1f}" width="{place.width:.1f}" height="{place.height:.1f}" '
        f'rx="{round_:.1f}" fill="{fill}" stroke="{edge}" stroke-width="1.4"{dash}/>'
    )
    kinds = ("on", "on") if tone == "done" else ("ink", "quiet")
    words = "".join(
        _text(
            Line(line.text, kinds[min(n, 1)]),
            x,
            y + 21 + n * TIGHT,
            NODE if n == 0 else SMALL,
            600 if n == 0 else 400,
        )
        for n, line in enumerate(lines)
    )
    start = (
        f'<circle class="tip" cx="{x:.1f}" cy="{y - 9:.1f}" r="5" fill="{WAY}"/>'
        if place.id == flow.first
        else ""
    )
    return start + box + words
