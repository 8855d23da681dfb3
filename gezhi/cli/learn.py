"""`gezhi learn`: learn from ended matters which words speak for which item, and say how good it is."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gezhi.cli import stamp
from gezhi.cli.main import enter, home_option, json_option
from gezhi.cli.words import gettext as _
from gezhi.cli.words import say
from gezhi.errors import Refused

if TYPE_CHECKING:
    from gezhi.matters.lessons import Lesson, Taken
    from gezhi.words.hints import Hints

LEAST = 200  # ended matters
HELD_OUT = 5  # one in so many, the newest


def about() -> str:
    return _("学习：从本地已办结的事项学哪些话多半是哪一项，登记时供人参考")


def declare(parser: argparse.ArgumentParser) -> None:
    home_option(parser)
    parser.add_argument("--dry-run", action="store_true", help=_("只算准不准，不写文件"))
    json_option(parser)


def act(said: argparse.Namespace) -> int:
    """Hold the newest fifth out and say how many of it are told right; then learn from all and write the table."""
    enter(said.home)
    stamp.must_be_current()
    from gezhi.matters import lessons

    taught, taken = lessons.lesson(), lessons.taken()
    check(taught)
    found = tried(taught)
    found |= {"texts": len(taught), "items": len(set(taught.items)), "taken": _taken(taken), "bytes": 0}
    if not said.dry_run:
        found["bytes"] = write(taught)
    if said.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        say("\n".join(as_lines(found, taken)))
    return 0


def check(taught: Lesson) -> None:
    """Raise `Refused` where there is too little to learn from."""
    if len(taught) < LEAST:
        told = _(
            "已办结、文字还在的事项只有 {n} 件（同一项不足五件的不算），至少要 {least} 件才学得出东西。登记时先用清单自己的词提示；以后再来。"
        )
        raise Refused(told.format(n=len(taught), least=LEAST), code="too_little")
    if len(set(taught.items)) < 2:
        told = _("已办结的都是同一项，没有什么可分。登记时先用清单自己的词提示；以后再来。")
        raise Refused(told, code="one_item")


def tried(taught: Lesson) -> dict[str, Any]:
    """How many of the newest fifth are told right by what the older ones teach, and by the catalogue's words."""
    from gezhi.words import learning, linear

    cut = len(taught) - len(taught) // HELD_OUT
    table = linear.read(learning.learn(taught.texts[:cut], taught.items[:cut], {}))
    hints = _catalogue()
    right = {"learnt": 0, "learnt_of_three": 0, "catalogue": 0, "catalogue_of_three": 0}
    for text, item in zip(taught.texts[cut:], taught.items[cut:], strict=True):
        ways = {
            "learnt": [one.label for one in table.best(text, 3)],
            "catalogue": [one.label for one in hints.best(text, 3)],
        }
        for way, best in ways.items():
            right[way] += best[:1] == [item]
            right[f"{way}_of_three"] += item in best
    return {"held_out": len(taught) - cut, "right": right}


def _catalogue() -> Hints:
    from gezhi.matters import editions, suggesting

    return suggesting.hints_of(editions.today())


def write(taught: Lesson) -> int:
    """Learn from all and put the table in the place of the one before, at once. Returns its size in bytes."""
    from gezhi.ledger import clock
    from gezhi.matters import suggesting
    from gezhi.words import learning

    about = {"learnt_at": clock.now().isoformat(timespec="seconds"), "departments": taught.departments}
    file = learning.learn(taught.texts, taught.items, about)
    to = suggesting.learnt_file()
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _replace(to, file)
    return len(file)


def _replace(to: Path, body: bytes) -> None:
    """Whoever reads meanwhile sees the old file or the new one, whole."""
    fresh = to.with_name(to.name + ".part")
    with fresh.open("wb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.chmod(0o600)
    fresh.replace(to)


def _taken(found: Taken) -> dict[str, Any]:
    return {
        "shown": found.shown,
        "first": found.first,
        "other": found.other,
        "neither": found.neither,
        "by": dict(sorted(found.by.items())),
    }


def as_lines(found: dict[str, Any], taken: Taken) -> list[str]:
    """The same as sentences."""
    right, of = found["right"], found["held_out"]
    lines = [
        _("学了 {texts} 件已办结的事项，{items} 项。").format(texts=found["texts"], items=found["items"]),
        _("留出最新的 {n} 件没学，拿来试：").format(n=of),
        _("　　学来的：第一项对的 {one} 件（{share}），前三项里有的 {three} 件").format(
            one=right["learnt"], three=right["learnt_of_three"], share=_share(right["learnt"], of)
        ),
        _("　　清单自己的词：第一项对的 {one} 件（{share}），前三项里有的 {three} 件").format(
            one=right["catalogue"], three=right["catalogue_of_three"], share=_share(right["catalogue"], of)
        ),
    ]
    if taken.shown:
        told = _(
            "登记时提示过 {n} 件：照第一项选的 {first} 件，照后两项选的 {other} 件，另选的 {neither} 件。"
        )
        lines.append(told.format(n=taken.shown, first=taken.first, other=taken.other, neither=taken.neither))
    if found["bytes"]:
        size = f"{found['bytes'] / 1e6:.1f}"
        lines.append(_("已写好，{size} MB；登记页随即用它提示，选哪一项仍由人定。").format(size=size))
    return lines


def _share(n: int, of: int) -> str:
    """Per cent with one decimal, rounded half up; a dash of nothing."""
    return f"{(2000 * n + of) // (2 * of) / 10:.1f}%" if of else "—"
