"""What the pieces of `ui` print: one dataclass for each template that takes more than a word."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One heap of a whole: its colour (a class of gezhi.css), its name, how many."""

    css: str
    name: str
    number: int


@dataclass(frozen=True)
class Rate:
    """One rate as ui/figure.html prints it. `rate` is words ("96.6" or "—"); `says` tells how it was worked out."""

    name: str
    rate: str
    numerator: int
    denominator: int
    numerator_name: str
    denominator_name: str
    excluded: str
    says: str = ""
