"""`gezhi ground plan FILE` previews a plan and, with --write, adopts it; `gezhi ground undo PLAN` takes it back."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from gezhi.cli import ground
from gezhi.cli.account import operator
from gezhi.cli.words import gettext as _
from gezhi.errors import NotFound, Refused

if TYPE_CHECKING:
    from gezhi.matters.services.grounds import Looked
    from gezhi.places.audit import Fault
    from gezhi.rules.model import Model

MOST = 30


def declare(verbs: Any) -> None:
    plan = ground.verb(verbs, "plan", _("调整方案：先看会改什么，加 --write 才写入，到日子自己生效"))
    plan.add_argument(
        "file", type=Path, metavar=_("文件"), help=_("方案文件（TOML）；写法见手册“网格图”一章")
    )
    plan.add_argument("--write", action="store_true", help=_("写入；不加就只看"))
    undo = ground.verb(verbs, "undo", _("撤回还没有生效的方案"))
    undo.add_argument("plan", metavar=_("方案"), help=_("方案编号；gezhi ground show 列出来的"))


def act_plan(said: argparse.Namespace) -> int:
    from gezhi.ledger import clock
    from gezhi.matters.services import grounds
    from gezhi.places import plan_file, queries
    from gezhi.places.services import new_faults

    written = plan_file.read(said.file)
    on = said.on or written.on
    if on is None:
        raise Refused(_("方案没有写哪天生效。请写 on = 日期，或用 --on。"), code="day_missing", field="on")
    model, _levels = ground.model_and_levels(on)
    tree = queries.tree(on)
    changes, staff = plan_file.changes_of(written, tree), plan_file.staff_of(written, tree)
    proposal = grounds.Proposal(changes, staff, on, written.title)
    looked = grounds.looked_at(proposal, model, at=clock.now())
    faults, plan = new_faults(looked.preview), None
    if said.write:
        plan = grounds.adopt(proposal, model, by=operator(), at=clock.now())
    if said.json:
        print(json.dumps(_as_data(looked, faults, plan), ensure_ascii=False, indent=1))
    else:
        print("\n".join(_lines(looked, model, faults, plan)))
    return 0


def act_undo(said: argparse.Namespace) -> int:
    from gezhi.ledger import clock
    from gezhi.matters.services import grounds

    try:
        plan = UUID(said.plan)
    except ValueError as wrong:
        raise NotFound(_("没有这个方案，或它已经撤回。")) from wrong
    grounds.undo(plan, by=operator(), at=clock.now())
    print(json.dumps({"undone": str(plan)}) if said.json else _("方案已撤回，原来的划分照旧。"))
    return 0


def _as_data(looked: Looked, faults: list[Fault], plan: UUID | None) -> dict[str, Any]:
    preview, seen = looked.preview, looked.foreseen
    outcome = preview.outcome
    return {
        "on": preview.on.isoformat(),
        "plan": str(plan) if plan else None,
        "changes": list(outcome.told),
        "rows": {"end": len(outcome.ends), "begin": len(outcome.begins), "fill": len(outcome.fills)},
        "absorbed": len(preview.absorbed),
        "without_heir": len(preview.unheired),
        "matters": {
            "carried": seen.matters,
            "undecided": seen.undecided,
            "streams": [
                {"from": one.before, "to": one.path, "why": one.why, "matters": one.matters}
                for one in seen.streams
            ],
        },
        "terms": {
            "moved": sum(1 for one in seen.terms if one.to is not None and not one.lacks),
            "unstaffed": seen.unstaffed,
            "lacking": len(seen.lacking),
        },
        "faults": [
            {"kind": f.kind, "units": list(f.units), "square_metres": round(f.square_metres, 2)}
            for f in faults
        ],
    }


def _lines(looked: Looked, model: Model, faults: list[Fault], plan: UUID | None) -> list[str]:
    from gezhi.places import audit_words
    from gezhi.places.plan_words import sentence

    preview = looked.preview
    outcome = preview.outcome
    said = [_("{on} 起：").format(on=preview.on.isoformat())]
    said += [f"  {sentence(one)}" for one in outcome.told[:MOST]]
    if len(outcome.told) > MOST:
        said.append(_("  ……一共 {n} 项").format(n=len(outcome.told)))
    said.append(
        _("结束 {ends} 行，开始 {begins} 行。").format(ends=len(outcome.ends), begins=len(outcome.begins))
    )
    if preview.absorbed:
        said.append(
            _("并入 {n} 个叠加网单元，其中 {lost} 个找不到归处。").format(
                n=len(preview.absorbed), lost=len(preview.unheired)
            )
        )
    said += _carried_lines(looked, model)
    names = {unit.path: unit.name for unit in outcome.after}
    said.append(_("新添的边界毛病 {n} 处。").format(n=len(faults)))
    said += [f"  {audit_words.sentence(fault, names)}" for fault in faults[:MOST]]
    if plan is not None:
        return [*said, _("已写入，方案编号 {id}；生效前可用 gezhi ground undo 撤回。").format(id=plan)]
    return [*said, _("还没有写入。看好了加 --write。")]


def _carried_lines(looked: Looked, model: Model) -> list[str]:
    """Where open matters and people go."""
    from gezhi.matters.foreseen import key_words, people_of, people_words, stream_words

    seen = looked.foreseen
    said = [
        _("生效时转走 {n} 件在办事项，其中 {undecided} 件待定位；期限都不变。").format(
            n=seen.matters, undecided=seen.undecided
        )
    ]
    said += [f"  {stream_words(one)}" for one in seen.streams[:MOST]]
    if len(seen.streams) > MOST:
        said.append(_("  ……一共 {n} 项").format(n=len(seen.streams)))
    people = people_of(seen, looked.turn, model)
    said.append(_("随单元变动的任期 {n} 个。").format(n=len(seen.terms)))
    said += [f"  {people_words(one)}" for one in people]
    return said + [f"  {line}" for line in key_words(seen, looked.turn)]
