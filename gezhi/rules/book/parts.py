"""What every chapter of the handbook is made with: one model, one language, its sources, and small words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gezhi.paper.blocks import Block, Heading, Paragraph, Span, Table, Words, plain
from gezhi.rules.book.sources import Sources
from gezhi.rules.book.tongue import EXAMPLE, Tongue
from gezhi.rules.model import Model, PromiseRule

Row = tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a chapter is written from."""

    model: Model
    tongue: Tongue
    sources: Sources

    def say(self, chinese: str, english: str, **values: object) -> str:
        return self.tongue.say(chinese, english, **values)

    def chapter(
        self, id: str, chinese: str, english: str, lead: str = "", *, fresh: bool = False
    ) -> list[Block]:
        """A chapter's heading and the sentence it opens with; a long one begins a new sheet."""
        begun: list[Block] = [Heading(1, self.say(chinese, english), id, fresh)]
        return begun + ([Paragraph(plain(lead), "lead")] if lead else [])

    def part(self, id: str, chinese: str, english: str) -> Heading:
        return Heading(2, self.say(chinese, english), id)

    def table(
        self, head: Iterable[tuple[str, str]], rows: Iterable[Row], widths: Iterable[int]
    ) -> list[Block]:
        """A table without the columns that no row uses; nothing without rows."""
        rows, names, shares = list(rows), [self.say(*pair) for pair in head], list(widths)
        if not rows:
            return []
        used = [n for n in range(len(names)) if n == 0 or any(row[n] for row in rows)]
        return [
            Table(
                tuple(names[n] for n in used),
                tuple(tuple(row[n] for n in used) for row in rows),
                tuple(shares[n] for n in used),
            )
        ]

    def from_source(self, *places: str) -> list[Block]:
        """The words of the source behind what was written at these places, and which rule they are for."""
        return [
            Paragraph(
                (
                    Span(self.say("出处 · {rule}：", "Source · {rule}: ", rule=quote.rule), "quiet"),
                    Span(self.tongue.quoted(quote.words)),
                ),
                "source",
            )
            for quote in self.sources.about(*places)
        ]

    def basis(self, rule: PromiseRule) -> Words:
        """The paper a promise rests on, the longest that a law allows, or that the source gives no number."""
        words: list[Span] = []
        if rule.basis == EXAMPLE:
            words += [
                Span(self.tongue.text(EXAMPLE), "mark"),
                Span(self.say(" 来源没有给出数字", " the source gives no number")),
            ]
        elif rule.basis:
            words.append(Span(self.tongue.text(rule.basis)))
        if rule.most_by_law:
            law = self.say(
                "法定最长{most}（{where}：{law}）", "At most {most} by law ({where}: {law})",
                most=self.tongue.length(rule.most_by_law), where=self.tongue.text(rule.jurisdiction), law=rule.law,
            )  # fmt: skip
            words.append(Span(("\n" if words else "") + law))
        return tuple(words)


def named(text: str, id: str = "") -> Words:
    """A name in bold, its id behind it."""
    return (Span(text, "strong"), *((Span(f" {id}", "code"),) if id else ()))


def marked(text: str, mark: str = "") -> Words:
    """Words, with 示例 behind them where they are one."""
    return (*plain(text), *((Span(f" {mark}" if text else mark, "mark"),) if mark else ()))


def lines(*texts: str) -> Words:
    """Several lines in one cell."""
    return plain("\n".join(text for text in texts if text))


def pairs(said: Mapping[str, Any], sign: str = " ") -> str:
    """A small table of the model as one line."""
    return "；".join(f"{key}{sign}{value}" for key, value in said.items())
