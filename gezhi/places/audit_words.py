"""Faults of borders in sentences: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from gezhi.places.audit import Fault


def metres(area: float) -> str:
    """An area as a person reads it: two digits below ten square metres, hectares above a hundred thousand, square
    kilometres above ten.
    """
    if area >= 10_000_000:
        return _("{n} 平方公里").format(n=f"{area / 1_000_000:,.0f}")
    if area >= 100_000:
        return _("{n} 公顷").format(n=f"{area / 10_000:,.1f}")
    return _("{n} 平方米").format(n=f"{area:,.2f}" if area < 10 else f"{area:,.0f}")


def title(fault: Fault) -> str:
    """The kind of a fault in a few words."""
    return {
        "no_border": _("没有边界"),
        "bare_level": _("整级没有边界"),
        "self_crossing": _("边线自己相交"),
        "duplicate": _("画了两遍"),
        "overlap": _("重叠"),
        "outside": _("画到上级外面"),
        "gap": _("缝隙"),
        "hole": _("空洞"),
        "sliver": _("细长条"),
        "tiny_ring": _("极小的圈"),
    }[fault.kind]


def sentence(fault: Fault, names: Mapping[str, str]) -> str:
    """What is wrong and what to do; `names` gives the name of each unit by its key."""
    said = [names.get(key, key) for key in fault.units]
    one, other = (*said, "", "")[:2]
    area = metres(fault.square_metres)
    found = {
        "no_border": _("{one}没有边界，落在它里面的事会交给上级。请补画，或从文件导入。"),
        "bare_level": _("“{level}”这一级都没有边界。只用名单也能办理；要按地点自动找到单元，请导入边界。"),
        "self_crossing": _("{one}的边线自己相交。请在图上这一点改画，让边线只绕一圈。"),
        "duplicate": _("{one}和{other}是同一块地，画了两遍（{area}）。请留一个，删去或改画另一个。"),
        "overlap": _("{one}和{other}重叠 {area}，落在这里的事会归编号在前的一个。请把公共边画成同一条线。"),
        "outside": _("{one}有 {area} 画到了{other}外面。请把它改到里面，或改画{other}的边界。"),
        "gap": _("{one}有 {area} 不属于任何下级，落在这里的事没有网格接。请把相邻的下级画到公共边上。"),
        "hole": _("{one}中间有 {area} 的空洞，没有别的单元填上。请补画一个单元，或把洞填平。"),
        "sliver": _("{one}有一块 {area} 的细长条，平均不到 1 米宽，多半是两份图没有对齐。请吸附到同一条边。"),
        "tiny_ring": _("{one}有一个 {area} 的小圈，多半是误画。请删去。"),
    }[fault.kind].format(one=one, other=other, area=area, level=fault.detail)
    if fault.thin and fault.kind in ("overlap", "gap", "outside", "hole"):
        found += _("这一块平均不到 1 米宽，多半是两份图没有对齐：先吸附公共边，再查一遍。")
    return found
