"""The audit as a page of its own: readable without a network, printable, one picture a fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gezhi.places import audit_words
from gezhi.places.audit import Drawn, Fault
from gezhi.places.fault_pictures import Scene, picture

MOST_PICTURES = 200
_STYLE = """
:root{color-scheme:light}body{margin:0 auto;max-width:1120px;padding:28px 20px 60px;background:#F2F5F3;color:#14201D;
font:15px/1.65 "PingFang SC","Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif}
h1{font-size:24px;line-height:1.35;margin:0 0 4px}p.lead{margin:0 0 20px;color:#3F4D48}
table{border-collapse:collapse;background:#fff;margin:0 0 28px}th,td{padding:7px 16px;border:1px solid #D2DBD7;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}th{background:#E7EDEA;font-weight:600}
ol{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(360px,1fr));gap:18px}
li{background:#fff;border:1px solid #D2DBD7;border-radius:4px;overflow:hidden;break-inside:avoid}
li svg{display:block;width:100%;height:auto;border-bottom:1px solid #D2DBD7}li div{padding:10px 14px 14px}
h2{font-size:16px;margin:0 0 4px}li p{margin:0}small{color:#56645F;display:block;margin-top:6px}
@media print{body{background:#fff;max-width:none}li{border-color:#999}}
"""


def page(units: Sequence[Drawn], faults: Sequence[Fault], *, title: str, on: date) -> str:
    """The whole report as one HTML document. Pictures of the first 200 faults; the rest in words."""
    scene = Scene(units)
    items = [
        _item(number, fault, scene.names, picture(fault, scene) if number <= MOST_PICTURES else "")
        for number, fault in enumerate(faults, start=1)
    ]
    language = get_language() or "zh-hans"
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(headline(faults))}</h1>"
        f'<p class="lead">{escape(_lead(title, units, on))}</p>{_table(faults)}<ol>{"".join(items)}</ol></body></html>'
    )


def headline(faults: Sequence[Fault]) -> str:
    """The result as a person would say it."""
    if not faults:
        return _("边界没有发现毛病。")
    grave = sum(1 for fault in faults if fault.grave)
    return _("边界有 {n} 处毛病，其中 {grave} 处会让人不知道归谁。").format(n=len(faults), grave=grave)


def _lead(title: str, units: Sequence[Drawn], on: date) -> str:
    drawn = sum(1 for unit in units if unit.border is not None)
    return _(
        "{title}，{on} 的 {n} 个单元，{drawn} 个有边界。面积按椭球面计算，1 平方米以上的都列出。"
    ).format(title=title, on=on.isoformat(), n=len(units), drawn=drawn)


def _table(faults: Sequence[Fault]) -> str:
    if not faults:
        return ""
    counts = Counter(fault.kind for fault in faults)
    first = {fault.kind: fault for fault in reversed(faults)}
    rows = "".join(
        f'<tr><td>{escape(audit_words.title(first[kind]))}</td><td class="n">{count}</td>'
        f'<td class="n">{escape(_sum_of(kind, faults))}</td></tr>'
        for kind, count in counts.items()
    )
    heads = (_("毛病"), _("处"), _("面积合计"))
    return f"<table><tr>{''.join(f'<th>{escape(head)}</th>' for head in heads)}</tr>{rows}</table>"


def _sum_of(kind: str, faults: Sequence[Fault]) -> str:
    total = sum(fault.square_metres for fault in faults if fault.kind == kind)
    return audit_words.metres(total) if total else "—"


def _item(number: int, fault: Fault, names: Mapping[str, str], drawing: str) -> str:
    point = fault.point
    where = "" if point is None else f"<small>{point[0]:.6f}, {point[1]:.6f}</small>"
    return (
        f"<li>{drawing}<div><h2>{number}. {escape(audit_words.title(fault))}</h2>"
        f"<p>{escape(audit_words.sentence(fault, names))}</p>{where}</div></li>"
    )
