"""`gezhi model check NAME|FOLDER`: prove a model before it is loaded. Needs no instance and no database."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gezhi.cli.main import json_option
from gezhi.cli.words import gettext as _
from gezhi.cli.words import language, say
from gezhi.errors import Refused

if TYPE_CHECKING:
    from gezhi.rules.findings import Finding
    from gezhi.rules.proof.check import Proof


def about() -> str:
    return _("走遍一个治理模型的每一种情形：会不会卡住、会不会没人管、时限有没有矛盾")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar=_("名称或目录"), help=_("自带模型的名字，或一个目录"))
    parser.add_argument(
        "--sources", type=Path, metavar=_("目录"), help=_("来源文章的目录（.txt）：核对 published.csv 的原文")
    )
    parser.add_argument(
        "--before",
        metavar=_("名称或目录"),
        help=_("在用的旧版：一并核对换版说明（[migrate]）能否带走在办的事项"),
    )
    json_option(parser)


def act(said: argparse.Namespace) -> int:
    """Exit code 0 if, and only if, nothing was found; 1 with findings."""
    from gezhi.rules.proof.check import check

    if said.sources is not None and not said.sources.is_dir():
        raise Refused(_("没有目录 {folder}。").format(folder=said.sources), code="sources_missing")
    proof = check(folder_of(said.model), sources=said.sources, own_name=not said.before)
    if said.before and proof.model is not None:
        proof = _with_plan(proof, folder_of(said.before), folder_of(said.model))
    if said.json:
        print(json.dumps(as_json(proof), ensure_ascii=False))
    else:
        _tell(proof)
    return 0 if proof.holds else 1


def _with_plan(proof: Proof, before: Path, folder: Path) -> Proof:
    """The proof with what is wrong with the plan that carries matters over from the older folder."""
    from gezhi.rules.load import load_model, opened
    from gezhi.rules.proof.check import in_order
    from gezhi.rules.proof.migrate import check_migration

    now = opened(folder)
    more = check_migration(load_model(before), now.model, where=now.where)
    return replace(proof, findings=in_order([*proof.findings, *more]))


def folder_of(word: str) -> Path:
    """The folder of a shipped model, or the folder that was named. Raises `Refused` when there is none."""
    from gezhi.rules.folder import DISTRICTS
    from gezhi.rules.load import shipped

    folder = DISTRICTS / word if word in shipped() else Path(word)
    if not folder.is_dir():
        known = _("、").join(shipped())
        told = _("没有治理模型 {model}。自带的有：{known}；也可以写一个目录。").format(
            model=word, known=known
        )
        raise Refused(told, code="model_missing")
    return folder.resolve()


def as_json(proof: Proof) -> dict[str, Any]:
    """What a program reads: whether it holds, the findings in order, and the totals."""
    totals = proof.totals
    return {
        "model": proof.model.id if proof.model else "",
        "version": proof.model.version if proof.model else "",
        "holds": proof.holds,
        "findings": [_as_json(one) for one in proof.findings],
        "states": totals.states,
        "cores": totals.cores,
        "ends": totals.ends,
        "lists": totals.lists,
        "seconds": round(totals.seconds, 3),
    }


def _as_json(one: Finding) -> dict[str, Any]:
    words = {"sentence": one.sentence, "mend": one.mend, "near": one.near, "story": list(one.story)}
    english = {
        "english": one.english,
        "mend_english": one.mend_english,
        "story_english": list(one.story_english),
    }
    return {"code": one.code, "file": one.file, "line": one.line, "place": one.place, **words, **english}


def _tell(proof: Proof) -> None:
    english = language() == "en"
    for one in proof.findings:
        say(f"{one.code} {_sentence(one, english)}")
        story = one.story_english if english and one.story_english else one.story
        if story:
            say("    " + " ".join(story))
        mend = one.mend_english if english and one.mend_english else one.mend
        if mend:
            say("    " + _("怎样改：{mend}").format(mend=mend))
    totals = proof.totals
    if proof.findings:
        say(_("有 {n} 处要改。").format(n=len(proof.findings)))
    else:
        say(
            _("没有问题：走遍 {states} 种情形，{ends} 种结束。").format(
                states=totals.states, ends=totals.ends
            )
        )
        for name, rows in totals.lists.items():
            say(_("清单 {name}：{rows} 项。").format(name=name, rows=rows))
    say(_("用时 {seconds} 秒。").format(seconds=f"{totals.seconds:.2f}"))


def _sentence(one: Finding, english: bool) -> str:
    if not (english and one.english):
        return str(one)
    where = f"{one.file}:{one.line}" if one.line else one.file
    return f"{where} [{one.place}] {one.english}"
