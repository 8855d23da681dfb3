"""A second list beside the admitted one: of a grid's post, of a department, of the street; nobody admitted them."""

from __future__ import annotations

from gezhi.rules.model import Model

from .jianghai import varied

ROW = {
    "清单": "extra",
    "类别": "其他",
    "流程": "main",
    "等级": "ordinary",
    "时限": "5工作日",
    "证据": "文字",
    "格内": "是",
}
ROWS = {
    "X1": {"编码": "X1", "名称": "发放宣传品", "承办": "专职网格员", **ROW},
    "X2": {"编码": "X2", "名称": "代收材料", "承办": "区住建局", **ROW},
    "X3": {"编码": "X3", "名称": "街道自查", "承办": "街道综治办", **ROW},
}
OTHERS = {"extra": {"name": "部门交办", "total": 3, "classes": ["其他"]}}


def with_others() -> Model:
    """The model with a second list, for which there is no admission."""
    return varied(rows=ROWS, catalogue=OTHERS)
