"""`gezhi ground audit`: every fault of the borders of a day, with its area; as a page with pictures where wanted."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from gezhi.cli import ground
from gezhi.cli.words import gettext as _
from gezhi.places.paths import parent

MOST = 40


def declare(verbs: Any) -> None:
    to = ground.verb(verbs, "audit", _("查边界的毛病：重叠、缝隙、越界、自交、空洞，带面积"))
    to.add_argument("--html", type=Path, metavar=_("文件"), help=_("把毛病连图写成网页"))


def act_audit(said: argparse.Namespace) -> int:
    """Exit code 0 if, and only if, nobody could stand anywhere and belong to nobody, or to two."""
    from gezhi.places import audit_report, audit_words, queries
    from gezhi.places.audit import Drawn, audited

    on = ground.day(said)
    tree = queries.tree(on)
    units = [
        Drawn(u.path, parent(u.path), u.level, u.name, tree.border(u.path)) for u in tree.by_path.values()
    ]
    faults = audited(units)
    if said.html:
        said.html.write_text(
            audit_report.page(units, faults, title=queries.district_name(on), on=on), encoding="utf-8"
        )
    if said.json:
        found = [
            {
                "kind": f.kind,
                "units": list(f.units),
                "square_metres": round(f.square_metres, 2),
                "thin": f.thin,
                "point": f.point,
            }
            for f in faults
        ]
        print(json.dumps({"on": on.isoformat(), "units": len(units), "faults": found}, ensure_ascii=False))
    else:
        names = {unit.key: unit.name for unit in units}
        said_of = [f"  {audit_words.sentence(fault, names)}" for fault in faults[:MOST]]
        print("\n".join([audit_report.headline(faults), *said_of]))
        if len(faults) > MOST:
            print(_("  ……还有 {n} 处，用 --html 看全部和图").format(n=len(faults) - MOST))
    return 1 if any(fault.grave for fault in faults) else 0
