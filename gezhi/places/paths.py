"""Paths of the tree: four characters a level, so that "within" is a range of text on every database.

The characters are digits and capital letters in byte order (no I, L, O, U), so a path sorts by code point.
"""

from __future__ import annotations

WIDTH = 4
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_AFTER_ALL = "~"  # sorts after each character of a path


def segment(number: int) -> str:
    """The segment of the `number`-th child ever given to one parent, from 1."""
    if not 0 < number < len(ALPHABET) ** WIDTH:
        raise ValueError(f"no segment for {number}")
    said = ""
    for _ in range(WIDTH):
        number, rest = divmod(number, len(ALPHABET))
        said = ALPHABET[rest] + said
    return said


def number(path: str) -> int:
    """The number that the last segment of the path stands for."""
    said = 0
    for character in path[-WIDTH:]:
        said = said * len(ALPHABET) + ALPHABET.index(character)
    return said


def depth(path: str) -> int:
    """Root 1, its children 2, and so on; 0 for no path."""
    return len(path) // WIDTH


def parent(path: str) -> str:
    """The path one level up; empty for the root."""
    return path[:-WIDTH]


def ancestors(path: str) -> tuple[str, ...]:
    """From the root down to the path itself."""
    return tuple(path[:end] for end in range(WIDTH, len(path) + 1, WIDTH))


def span(path: str) -> tuple[str, str]:
    """The range [first, after) that holds the path and each path within it, and no other."""
    return path, path + _AFTER_ALL


def within(path: str, outer: str) -> bool:
    """True if, and only if, the path is `outer` or lies below it. An empty path lies nowhere."""
    return bool(outer) and path.startswith(outer)
