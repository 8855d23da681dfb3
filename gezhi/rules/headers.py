"""A section whose header was deleted: its lines then belong to the section above, and everything that names them is lost.

Said once, at the first of these lines, in place of all that follows from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gezhi.rules import keys
from gezhi.rules.findings import Finding
from gezhi.rules.folder import Layer, Tree
from gezhi.rules.model import File
from gezhi.rules.toml_lines import line_at

Path = tuple[str, ...]
FOLLOWS = frozenset(("E20", "E01", "L11", "L12", "L13"))
"""What is found of a model whose lines stand in the wrong section: names, levels, keys."""
SHOWN = 3
WAS = {
    name: field.metadata["key"].of
    for name, field in keys.written(File).items()
    if field.metadata["key"].kind == "tables"
}
"""Sections whose lines have an id each, and what one of them holds."""


class Stray(NamedTuple):
    """Lines that stand below another section: which section they are of, where they stand, in their order."""

    table: str
    paths: list[Path]


def told_once(findings: Sequence[Finding], layers: Sequence[Layer], lost: Collection[str]) -> list[Finding]:
    """The findings; where a header is missing, that one, and of the others what does not come of it.

    `lost` are the words that are named and that the model does not have.
    """
    own = layers[-1] if layers else None
    stray = _stray(own.tree, layers[:-1], lost) if own and findings else None
    if own is None or stray is None:
        return list(findings)
    below = [".".join(path) for path in stray.paths]
    others = [
        one
        for one in findings
        if one.code not in FOLLOWS and not any(f"{one.place}.".startswith(f"{place}.") for place in below)
    ]
    return [_finding(own, stray), *others]


def _finding(own: Layer, stray: Stray) -> Finding:
    ids = [path[-1] for path in stray.paths]
    more = len(ids) > SHOWN
    chinese = "、".join(ids[:SHOWN]) + (" 等" if more else "")
    english = ", ".join(ids[:SHOWN]) + (" and more" if more else "")
    return Finding(
        own.label,
        line_at(own.lines, stray.paths[0]),
        ".".join(stray.paths[0][:-1]),
        f"从这一行起（{chinese}）是 [{stray.table}] 里的，上面却没有 [{stray.table}] 这一行。",
        code="L12",
        mend=f"在这一行上面加一行 [{stray.table}]。",
        english=f"From here on ({english}) these lines are of [{stray.table}], but no [{stray.table}] stands above them.",
        mend_english=f"Write a line [{stray.table}] above this one.",
    )


def _stray(own: Tree, above: Sequence[Layer], lost: Collection[str]) -> Stray | None:
    """The section that has no header and most lines elsewhere; none where a line may as well be a slip of the pen."""
    found = [
        Stray(table, paths)
        for table, of in WAS.items()
        if table not in own
        for place, entries, known in _sections(own)
        if (paths := [(*place, id) for id, one in entries.items() if _is_of(one, of, known)])
        and _surely(table, [path[-1] for path in paths], above, lost)
    ]
    return max(found, key=lambda one: len(one.paths), default=None)


def _sections(own: Tree) -> Iterator[tuple[Path, Mapping[str, Any], Any]]:
    """Every section of the file with what its lines hold: those with ids, and those that are one thing."""
    for name, table in own.items():
        if isinstance(table, dict) and name in WAS:
            yield from _below(table, WAS[name], (name,))
        elif isinstance(table, dict):
            yield (name,), table, None


def _below(table: Mapping[str, Any], of: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any], Any]]:
    yield path, table, of
    known = keys.written(of)
    for id, one in table.items():
        if not isinstance(one, dict):
            continue
        yield (*path, id), {name: said for name, said in one.items() if name not in known}, None
        for name, field in known.items():
            if field.metadata["key"].kind == "tables" and isinstance(one.get(name), dict):
                yield from _below(one[name], field.metadata["key"].of, (*path, id, name))


def _is_of(one: Any, of: Any, known: Any) -> bool:
    """Whether a line is one of this kind, and none of the kind below whose header it stands."""
    if not isinstance(one, dict) or not one or not set(one) <= set(keys.written(of)):
        return False
    return known is None or not set(one) <= set(keys.written(known))


def _surely(table: str, ids: Sequence[str], above: Sequence[Layer], lost: Collection[str]) -> bool:
    """Whether one of these lines is named somewhere, or is one that the parent has in that section."""
    inherited = {id for layer in above for id in layer.tree.get(table, ())}
    return any(id in lost or id in inherited for id in ids)
