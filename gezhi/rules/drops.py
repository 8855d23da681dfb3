"""What a file's own `drop` leaves behind: everything inherited that still names what was dropped, said once.

Whoever drops a step is told at that line what goes with it: what to drop too, and which lines to write without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gezhi.rules.findings import Finding
from gezhi.rules.folder import Layer, Tree
from gezhi.rules.reading import Reading
from gezhi.rules.toml_lines import line_at
from gezhi.rules.toml_words import key_of, value_of

Path = tuple[str, ...]
ROUNDS = 8
"""What goes with what was dropped may be named elsewhere in turn: a step, its moves, their tellings, a figure."""
INNER = {"flow": ("step", "move", "promise"), "grades": ("grade",), "assessment": ("score",)}
"""Tables of tables below a table."""
MAY_BE_EMPTY = frozenset(
    ("void", "pauses", "also", "must_be", "tells", "meets", "owed_by", "held_by", "needs")
)
"""Lists of which the last word may go without the thing itself."""
WHOLE = frozenset(("when", "of", "num"))
"""Conditions, of which none may go alone."""
NEEDED = frozenset(("flow", "level", "inside"))
SAID_ANEW = frozenset(("first", "under"))
"""Keys for which something else has to be written."""
KINDS = {
    "step": ("步骤", "step"), "move": ("操作", "move"), "promise": ("时限", "promise"), "telling": ("告知", "telling"),
    "metric": ("指标", "figure"), "duty": ("职责", "duty"), "post": ("岗位", "post"), "flow": ("流程", "flow"),
    "grade": ("等级", "grade"), "aside": ("另行办理", "aside"), "channel": ("渠道", "channel"), "level": ("层级", "level"),
    "overlay": ("其他网格", "net"), "council": ("议事会", "council"), "meeting": ("会议", "meeting"), "care": ("走访", "visit"),
    "department": ("部门", "department"), "staffing": ("配备", "staffing"), "admission": ("准入", "admission"), "alike": ("查重", "rule of duplicates"), "alarm": ("紧急词", "words of danger"),
    "assessment": ("考核", "assessment"), "score": ("考核指标", "score"),
}  # fmt: skip
SHOWN = 12
UNGRADED = ("items.csv 里这个流程的「等级」一列清空。", "Empty the column 等级 of this flow in items.csv. ")
"""What else goes where a scheme of grades is dropped."""


@dataclass
class Mends:
    """What is written to be rid of it all: further paths to drop, and lines by the section in which they belong."""

    gone: list[Path]
    drops: list[Path] = field(default_factory=list)
    lines: dict[Path, dict[str, Any]] = field(default_factory=dict)
    used: dict[Path, None] = field(default_factory=dict)
    unopened: list[Path] = field(default_factory=list)


def told_once(reading: Reading) -> list[Finding]:
    """The findings of a reading; those that come of the file's own `drop` are one, at that line, with all that goes too."""
    own = reading.layers[-1] if reading.layers else None
    about = own.tree.get("model") if own else None
    dropped = about.get("drop") if isinstance(about, dict) else None
    if own is None or not dropped:
        return reading.findings
    mends = Mends([tuple(str(path).split(".")) for path in dropped])
    told = _told_as_dropped(reading, mends)
    follows = _left_behind(reading, reading.lost, mends)
    if not follows and not _unopened(reading, reading.tree, mends):
        return told
    blamed = [gone for gone in mends.gone if any(_explains(reading, gone, *one) for one in follows)]
    places = {".".join(path) for path, _ in follows}
    kept = [one for one in told if one.code != "E20" or one.place not in places]
    _all_that_goes(reading, follows, mends)
    return [_finding(own, reading.tree, blamed or _openers(reading, mends), mends), *kept]


def _all_that_goes(reading: Reading, follows: list[tuple[Path, str]], mends: Mends) -> None:
    """Fill `mends` round by round, until nothing is left that names what is gone and no flow that nobody opens."""
    tree = reading.tree
    for _ in range(ROUNDS):
        for path, _word in follows:
            tree = _mended(tree, path, mends)
        for flow in _unopened(reading, tree, mends):
            mends.unopened.append(flow)
            tree = _dropped(tree, flow, mends)
        again = Reading(tree, reading.layers)
        again.read()
        follows = _left_behind(again, again.lost, mends)
        if not follows and not _unopened(reading, tree, mends):
            break


def _unopened(reading: Reading, tree: Tree, mends: Mends) -> list[Path]:
    """Inherited flows of orders that no move opens any more, because those that did were dropped."""
    flows = _at(tree, ("flow",))
    if not isinstance(flows, dict):
        return []
    opened = {flow for flow, _ in _opening(tree)}
    lost = {
        flow
        for layer in reading.layers[:-1]
        for flow, move in _opening(layer.tree)
        if any(move[: len(gone)] == gone for gone in mends.gone)
    }
    own = reading.layers[-1].tree
    return [
        ("flow", flow)
        for flow, said in flows.items()
        if flow in lost - opened and said.get("subject") == "order" and not _written(own, ("flow", flow))
    ]


def _opening(tree: Tree) -> list[tuple[str, Path]]:
    """Each flow that a move opens, and the move."""
    flows = tree.get("flow")
    return [
        (str(move["opens"]), ("flow", flow, "move", id))
        for flow, said in (flows.items() if isinstance(flows, dict) else ())
        if isinstance(said, dict) and isinstance(said.get("move"), dict)
        for id, move in said["move"].items()
        if isinstance(move, dict) and "opens" in move
    ]


def _openers(reading: Reading, mends: Mends) -> list[Path]:
    """What was dropped that had opened flows which nobody opens now."""
    moves = [
        move
        for layer in reading.layers
        for flow, move in _opening(layer.tree)
        if ("flow", flow) in mends.unopened
    ]
    return [gone for gone in mends.gone if any(move[: len(gone)] == gone for move in moves)]


def _told_as_dropped(reading: Reading, mends: Mends) -> list[Finding]:
    """The findings; a line of one's own that names what one dropped is told so, without a guess at another word."""
    own = reading.layers[-1].tree
    at = {
        ".".join(path): word
        for path, word in reading.lost
        if _written(own, path) and any(_explains(reading, gone, path, word) for gone in mends.gone)
    }
    return [
        _dropped_yet_used(one, at[one.place])
        if one.code == "E20" and f"「{at.get(one.place)}」" in one.sentence
        else one
        for one in reading.findings
    ]


def _dropped_yet_used(one: Finding, word: str) -> Finding:
    return replace(
        one,
        sentence=f"「{word}」写进了 drop，这里还在用。",
        near="",
        mend="这里换一个，或从 drop 里删掉它。",
        english=f"“{word}” is dropped, and used here.",
        mend_english="Name another here, or take it out of drop.",
    )


def _left_behind(reading: Reading, lost: Iterable[tuple[Path, str]], mends: Mends) -> list[tuple[Path, str]]:
    """Places that are inherited and name something that was dropped."""
    words = {word for path in mends.gone for word in _words(reading.layers, path)}
    own = reading.layers[-1].tree
    return [
        (path, word) for path, word in lost if word in words and len(path) > 1 and not _written(own, path)
    ]


def _words(layers: Iterable[Layer], path: Path) -> set[str]:
    """What a path that was dropped was called, and what stood in it."""
    found = {path[-1]}
    if path[:1] == ("grades",) and len(path) == 2:
        return found.union(*(_at(layer.tree, (*path, "grade")) or () for layer in layers))
    if path[:1] != ("flow",):
        return found
    if len(path) == 4:
        return found | ({f"{path[1]}.{path[3]}"} if path[2] == "promise" else set())
    for layer in layers:
        flow = _at(layer.tree, path)
        if len(path) == 2 and isinstance(flow, dict):
            found |= {*flow.get("step", ()), *flow.get("move", ())}
            found |= {f"{path[1]}.{rule}" for rule in flow.get("promise", ())}
    return found


def _explains(reading: Reading, gone: Path, path: Path, word: str) -> bool:
    """Whether this word is missed here because that was dropped: two flows may have steps and promises of one name."""
    if word not in _words(reading.layers, gone):
        return False
    if gone[0] != "flow":
        return True
    if len(gone) == 2:  # outside a flow its steps and moves are named by figures alone
        return word == gone[1] or "." in word or path[:1] == ("metric",)
    if path[:1] == ("flow",):
        return path[1] == gone[1]
    events = _at(reading.tree, path) if path[-1] == "on" else None
    return not isinstance(events, list) or any(_says(str(one), "on", gone) for one in events)


def _at(tree: Any, path: Path) -> Any:
    """What stands at a path; none where nothing does."""
    for part in path:
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def _written(tree: Any, path: Path) -> bool:
    """Whether the file itself writes this place; what stands in a list is not looked for one by one."""
    for part in path:
        if isinstance(tree, list):
            return True
        if not isinstance(tree, dict) or part not in tree:
            return False
        tree = tree[part]
    return True


def _thing(path: Path) -> Path:
    """The path of the thing in which a key stands: a move, a promise, a post."""
    return path[:4] if len(path) > 4 and path[2] in INNER.get(path[0], ()) else path[:2]


def _mended(tree: Tree, path: Path, mends: Mends) -> Tree:
    """The tree without what this place names, noted in `mends`."""
    thing = _thing(path)
    table = _at(tree, thing)
    if not isinstance(table, dict) or len(path) <= len(thing) or path[len(thing)] not in table:
        return tree  # went with something else, or is no key of a thing
    mends.used[thing] = None
    name = path[len(thing)]
    fresh = _without(table[name], name, mends.gone)
    again = (thing, name) in {(at, key) for at in mends.lines for key in mends.lines[at]}
    if name in SAID_ANEW or (name == "length" and _ungraded(mends.gone)):
        mends.lines.setdefault(thing, {})[name] = "…"
        return tree
    if name == "extend":
        return _dropped(tree, (*thing, name), mends)
    if _gone(thing, name, table[name], fresh) or (again and fresh == table[name]):
        return _dropped(tree, thing, mends)
    fresh = "" if fresh is None else fresh
    mends.lines.setdefault(thing, {})[name] = fresh
    return _with(tree, (*thing, name), fresh)


def _ungraded(gone: Iterable[Path]) -> bool:
    """Whether a scheme of grades was dropped whole: what was a length by grade is then one length."""
    return any(path[0] == "grades" and len(path) == 2 for path in gone)


def _gone(thing: Path, name: str, old: Any, fresh: Any) -> bool:
    """Whether the thing goes too: nothing is left of what it needs, or it would mean something else."""
    if isinstance(old, dict) and name in WHOLE:
        return set(fresh) < set(old)
    if isinstance(old, str):
        return fresh is None and (thing[-2] in ("move", "step") or name in NEEDED)
    return fresh in ([], {}) and name not in MAY_BE_EMPTY


def _dropped(tree: Tree, path: Path, mends: Mends) -> Tree:
    mends.drops.append(path)
    mends.gone.append(path)
    mends.lines.pop(path, None)
    above = {name: value for name, value in _at(tree, path[:-1]).items() if name != path[-1]}
    return _with(tree, path[:-1], above)


def _with(tree: Tree, path: Path, value: Any) -> Tree:
    """The tree with another value at a path."""
    fresh = _with(tree[path[0]], path[1:], value) if len(path) > 1 else value
    return {**tree, path[0]: fresh}


def _without(value: Any, name: str, gone: Iterable[Path]) -> Any:
    """A value without the words that name something dropped: none, an empty list or table where nothing is left."""
    gone = list(gone)
    if isinstance(value, str):
        return None if any(_says(value, name, path) for path in gone) else value
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        kept = [_consequence(one, gone) for one in value]
        return [one for one in kept if one]
    if isinstance(value, list):
        return [one for one in value if not any(_says(str(one), name, path) for path in gone)]
    if isinstance(value, dict):
        inner = {key: _without(one, key, gone) for key, one in value.items()}
        return {
            key: one
            for key, one in inner.items()
            if one not in ([], None)
            and not any(path[-1] == key and path[-2:-1] == ("grade",) for path in gone)
        }
    return value


def _consequence(one: Mapping[str, Any], gone: list[Path]) -> Tree:
    """A consequence without what is gone; empty where nothing of it is left."""
    fresh = {key: _without(value, key, gone) for key, value in one.items()}
    lost = fresh.get("move", "") is None or ("who" in one and not fresh["who"])
    return {} if lost else {key: value for key, value in fresh.items() if value is not None}


def _says(said: str, name: str, gone: Path) -> bool:
    """Whether a word under this key means what was dropped."""
    kind, id = gone[-2:] if len(gone) > 1 else ("", gone[-1])
    listens = name in ("starts", "met", "void")
    forms = {
        "step": {id},
        "move": {f"move:{id}"} | (set() if listens else {id}),
        "promise": {f"kept:{id}", f"{gone[1]}.{id}"},
        "department": {id, f"department:{id}"},
        "duty": {id, f"@{id}"},
        "telling": {id, f"told:{id}"},
    }.get(kind, {id})
    table, _, what = (
        said.rpartition(".")[2].partition(":") if kind != "promise" else said.partition(".")[2].partition(":")
    )
    event = name == "on" and said.startswith(f"{gone[1]}.") and len(gone) == 4
    if event and table == kind and what.partition(".")[0] == id:
        return True
    post = kind == "post" and said.partition("@")[0] == id
    level = kind == "level" and said.partition("@")[2] == id
    inside = kind == "flow" and name != "starts" and said.startswith(f"{id}.")
    return said in forms or post or level or inside


def _finding(own: Layer, tree: Tree, blamed: list[Path], mends: Mends) -> Finding:
    """The one finding, with the lines to write."""
    said = "、".join(f"「{'.'.join(path)}」" for path in blamed)
    drops = ", ".join(f'"{".".join(path)}"' for path in dict.fromkeys(mends.drops))
    lines = _lines(mends)
    chinese = [f"drop 里再写 {drops}"] if drops else []
    chinese += [f"[{at}] 下面一行一个写 {'；'.join(rows)}" for at, rows in lines]
    english = [f"add {drops} to drop"] if drops else []
    english += [f"below [{at}], one a line, write {'; '.join(rows)}" for at, rows in lines]
    kept = ", ".join(f'"{".".join(path)}"' for path in blamed)
    why, why_english = _why(tree, mends)
    cells, cells_english = UNGRADED if _ungraded(mends.gone) else ("", "")
    return Finding(
        own.label,
        line_at(own.lines, ("model", "drop")),
        "model.drop",
        f"drop 去掉了{said}，{why}。",
        code="E20",
        mend="；".join(chinese) + f"。{cells}要留着，就从 drop 里删掉 {kept}。",
        english=f"What drop takes away ({kept}) {why_english}.",
        mend_english="To be rid of it: "
        + "; ".join(english)
        + f". {cells_english}To keep it, take {kept} out of drop.",
    )


def _why(tree: Tree, mends: Mends) -> tuple[str, str]:
    """What still uses it, and which flows nobody opens without it."""
    chinese, english = [], []
    if mends.used:
        names, names_english = _named(tree, mends.used)
        chinese.append(f"继承来的还有 {len(mends.used)} 处要用：{names}")
        english.append(f"is still used by {len(mends.used)} inherited things: {names_english}")
    if mends.unopened:
        names, names_english = _named(tree, mends.unopened)
        chinese.append(f"{names}再没有操作发起，也要去掉")
        english.append(f"leaves no move that opens {names_english}, which goes too")
    return "；".join(chinese), "; it ".join(english)


def _lines(mends: Mends) -> list[tuple[str, list[str]]]:
    """Section and what to write below it. A holder has to be named where none is left."""
    found: dict[str, list[str]] = {}
    for path, rows in mends.lines.items():
        if path not in mends.drops:
            said = {name: ["…"] if name == "held_by" and not value else value for name, value in rows.items()}
            whole = len(path) == 2 and path[0] in INNER  # a section of its own: others stand below it
            section = ".".join(map(key_of, path if whole else path[:-1]))
            each = [f"{key_of(name)} = {value_of(one)}" for name, one in said.items()]
            found.setdefault(section, []).extend(
                each if whole else [f"{key_of(path[-1])} = {value_of(said)}"]
            )
    return [*found.items()]


def _named(tree: Tree, things: Iterable[Path]) -> tuple[str, str]:
    """Things by kind and name, in Chinese and in English, the first twelve of them."""
    chinese, english = [], []
    for path in things:
        kind, kind_english = KINDS.get(path[-2], (path[-2], path[-2]))
        table = _at(tree, path)
        named = table if isinstance(table, dict) else {}
        chinese.append(f"{kind}「{named.get('name', path[-1])}」")
        english.append(f"{kind_english} “{named.get('english') or path[-1]}”")
    more, more_english = (" 等", " and more") if len(chinese) > SHOWN else ("", "")
    return "、".join(chinese[:SHOWN]) + more, ", ".join(english[:SHOWN]) + more_english
