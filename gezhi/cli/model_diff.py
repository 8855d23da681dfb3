"""`gezhi model diff A B`: what is different between two models, in sentences."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from gezhi.cli.main import enter, home_option, json_option
from gezhi.cli.model_named import model_of
from gezhi.cli.words import gettext as _
from gezhi.cli.words import language

if TYPE_CHECKING:
    from gezhi.reporting.open_ones import OpenOnes
    from gezhi.rules.differences import Differences

MOST = 20  # sentences of one group, unless all are asked for


def about() -> str:
    return _("两个治理模型有什么不同，用句子说；是只改了文字，还是改了办法")


def declare(parser: argparse.ArgumentParser) -> None:
    what = _("自带模型的名字、一个目录，或实例里的版本号")
    parser.add_argument("before", metavar=_("原来的"), help=what)
    parser.add_argument("after", metavar=_("新的"), help=what)
    parser.add_argument("--english", action="store_true", help=_("用英文说"))
    parser.add_argument("--all", action="store_true", help=_("每一条都列出来"))
    home_option(parser)
    json_option(parser)


def act(said: argparse.Namespace) -> int:
    """Exit code 0 whether they differ or not; the open matters concerned are counted where a home is named."""
    from gezhi.rules.differences import differences

    before, after = model_of(said.before, said.home)[0], model_of(said.after, said.home)[0]
    english = said.english or language() == "en"
    found = differences(before, after, english=english)
    open_ones = _open_ones(said, before.version) if said.home else None
    if said.json:
        other = differences(before, after, english=not english)
        pair = (other, found) if english else (found, other)
        print(json.dumps(as_json(*pair, open_ones), ensure_ascii=False, indent=1))
    else:
        from gezhi.rules.differences_told import told

        print("\n".join(told(found, open_ones, english=english, most=0 if said.all else MOST)))
    return 0


def _open_ones(said: argparse.Namespace, version: str) -> OpenOnes:
    enter(said.home)
    from gezhi.reporting import open_ones

    return open_ones.of(version)


def as_json(chinese: Differences, english: Differences, open_ones: OpenOnes | None) -> dict[str, Any]:
    """What a program reads: both languages side by side, steps and items by id."""

    def model(one: Any) -> dict[str, str]:
        return {"id": one.id, "name": one.name, "version": one.version, "conduct": one.conduct}

    changes = []
    for one, other in zip(chinese.changes, english.changes, strict=True):
        row: dict[str, Any] = {"group": one.group, "chinese": one.sentence, "english": other.sentence}
        row |= {"steps": [f"{flow}.{step}" for flow, step in one.steps], "items": list(one.items)}
        if open_ones is not None:
            row["open"] = open_ones.concerned(one.steps, one.items)
        changes.append(row)
    return {
        "before": model(chinese.before),
        "after": model(chinese.after),
        "same": chinese.same,
        "same_conduct": chinese.same_conduct,
        "changes": changes,
    }
