"""`gezhi ground show|lineage|compare`: what stands on a day, what became of a unit, how a further net lies over the tree."""

from __future__ import annotations

import argparse
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from gezhi.cli import ground
from gezhi.cli.main import day_word
from gezhi.cli.words import gettext as _
from gezhi.errors import Refused

if TYPE_CHECKING:
    from gezhi.places.history import Kin
    from gezhi.places.overlays import Comparison

MOST = 20


def declare(verbs: Any) -> None:
    ground.verb(verbs, "show", _("某一天各级有多少单元，有哪些叠加网、代码名录和调整方案"))
    story = ground.verb(verbs, "lineage", _("一个单元从哪里来、到哪里去，各占多少"))
    story.add_argument("unit", metavar=_("单元"), help=_("编码、名称，或从上到下用“/”连起来的名称"))
    story.add_argument(
        "--since", type=day_word, metavar=_("日期"), help=_("从哪天的划分看起（默认它最早那天）")
    )
    compare = ground.verb(verbs, "compare", _("一张叠加网和某一级单元对照：相同、重叠、缝隙、没有边界的"))
    compare.add_argument("overlay", metavar=_("叠加网"), help=_("治理模型里的叠加网，代码或名称"))
    compare.add_argument("--level", required=True, metavar=_("层级"), help=_("和哪一级对照"))


def act_show(said: argparse.Namespace) -> int:
    from gezhi.places import history

    on = ground.day(said)
    model, _levels = ground.model_and_levels(on)
    counts = history.counts(on)
    pending = [one for one in history.plans() if not one.undone and one.on > on]
    if said.json:
        plans = [{"id": str(p.id), "title": p.title, "on": p.on.isoformat()} for p in pending]
        print(
            json.dumps({"on": on.isoformat(), "counts": counts, "codes": history.systems(), "plans": plans})
        )
        return 0
    names = {**{k: v.name for k, v in model.levels.items()}, **{k: v.name for k, v in model.overlays.items()}}
    print(_("{on} 的单元：").format(on=on.isoformat()))
    print("\n".join(f"  {names.get(word, word)}　{count}" for word, count in counts.items()) or _("  没有"))
    for system in history.systems():
        print(_("  代码名录 {system}：{n} 条").format(system=system, n=len(history.codes_of(system, on))))
    for plan in pending:
        print(
            _("  {on} 起：{title}（方案 {id}）").format(
                on=plan.on, title=plan.title or _("没有名称"), id=plan.id
            )
        )
    return 0


def act_lineage(said: argparse.Namespace) -> int:
    """Told on the day asked: where the unit came from, what became of it."""
    from gezhi.places import history

    on = ground.day(said)
    identity, name = _unit_of_any_day(said.unit, on)
    periods = history.stretches(identity)
    since = said.since or min(periods[0].begins, on)
    came, became = history.came_from(identity, since, on), history.became(identity, since, on)
    if said.json:
        told = {
            "unit": str(identity),
            "periods": [
                {
                    "path": p.path,
                    "name": p.name,
                    "from": p.begins.isoformat(),
                    "to": p.ends and p.ends.isoformat(),
                }
                for p in periods
            ],
            "came_from": [_kin_data(kin) for kin in came],
            "became": [_kin_data(kin) for kin in became],
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    print(name)
    for one in periods:
        ends = one.ends.isoformat() if one.ends else _("今")
        print(f"  {one.begins.isoformat()} – {ends}　{one.name}　{one.path}")
    _tell(_("{since} 的这些单元划成了它：").format(since=since), [k for k in came if k.identity != identity])
    _tell(_("到 {on} 它成了：").format(on=on), [k for k in became if k.identity != identity])
    return 0


def _unit_of_any_day(said: str, on: date) -> tuple[Any, str]:
    """The unit of the day, or the last one that was ever called so."""
    from gezhi.errors import NotFound
    from gezhi.places import history, naming, queries

    try:
        unit = naming.unit_named(said, queries.tree(on))
    except NotFound:
        for plan in history.plans():
            ground_before = queries.tree(plan.on - timedelta(days=1))
            try:
                unit = naming.unit_named(said, ground_before)
            except NotFound:
                continue
            return unit.identity, "/".join(unit.names)
        raise
    return unit.identity, "/".join(unit.names)


def _kin_data(kin: Kin) -> dict[str, Any]:
    share = None if kin.share is None else [kin.share.numerator, kin.share.denominator]
    return {"unit": str(kin.identity), "path": kin.path, "names": list(kin.names), "share": share}


def _tell(head: str, kin: list[Kin]) -> None:
    if not kin:
        return
    print(head)
    for one in kin:
        share = _("份额未知") if one.share is None else f"{float(one.share) * 100:.1f} %"
        print(f"  {'/'.join(one.names)}　{share}")


def act_compare(said: argparse.Namespace) -> int:
    from gezhi.places import history, queries

    on = ground.day(said)
    model, _levels = ground.model_and_levels(on)
    level = ground.level_named(said.level, model)
    overlay = next((k for k, one in model.overlays.items() if said.overlay in (k, one.name)), said.overlay)
    units = {one.identity: one.name for one in history.overlay_units(overlay, on)}
    if not units:
        raise Refused(
            _("{on} 没有叠加网“{overlay}”的单元。").format(on=on, overlay=overlay), code="overlay_missing"
        )
    found = history.overlaid(overlay, level, on)
    names = units | {u.identity: "/".join(u.names[1:]) for u in queries.tree(on).by_path.values()}
    if said.json:
        print(json.dumps(_as_data(found), ensure_ascii=False))
    else:
        print("\n".join(_lines(found, names)))
    return 0


def _as_data(found: Comparison) -> dict[str, Any]:
    def pairs(shared: Any) -> list[list[Any]]:
        return [[str(one.base), str(one.overlay), round(one.square_metres, 2)] for one in shared]

    return {
        "same": pairs(found.same),
        "overlapping": pairs(found.overlapping),
        "inside": pairs(found.inside),
        "doubled": pairs(found.doubled),
        "uncovered": {str(unit): round(rest, 2) for unit, rest in found.uncovered.items()},
        "beyond": {str(unit): round(rest, 2) for unit, rest in found.beyond.items()},
        "unmapped": [str(unit) for unit in (*found.unmapped_base, *found.unmapped_overlay)],
    }


def _lines(found: Comparison, names: dict[Any, str]) -> list[str]:
    from gezhi.places.audit_words import metres

    return [
        _("相同 {n} 对；整个在一个单元里的 {inside} 个。").format(
            n=len(found.same), inside=len(found.inside)
        ),
        _("跨着或只盖住一部分的 {n} 对：").format(n=len(found.overlapping)),
        *_some(
            [f"  {names[o.overlay]} × {names[o.base]}　{metres(o.square_metres)}" for o in found.overlapping]
        ),
        _("没有盖到的 {n} 个单元：").format(n=len(found.uncovered)),
        *_some([f"  {names[unit]}　{metres(rest)}" for unit, rest in found.uncovered.items()]),
        _("伸到外面的 {n} 个：").format(n=len(found.beyond)),
        *_some([f"  {names[unit]}　{metres(rest)}" for unit, rest in found.beyond.items()]),
        _("叠加网自己重叠的 {n} 对。").format(n=len(found.doubled)),
        _("没有边界、说不准的 {n} 个。").format(n=len(found.unmapped_base) + len(found.unmapped_overlay)),
    ]


def _some(lines: list[str]) -> list[str]:
    return lines[:MOST] + (
        [_("  ……还有 {n} 行，用 --json 看全部").format(n=len(lines) - MOST)] if len(lines) > MOST else []
    )
