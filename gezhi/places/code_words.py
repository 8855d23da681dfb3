"""How official lists of codes are written: the heads of their columns, and the endings of names they differ in."""

from __future__ import annotations

CODE = ("code", "代码", "区划代码", "编码")
NAME = ("name", "名称", "单元", "单位名称")
PARENT = ("parent", "上级", "上级名称", "上级代码")
ENDINGS = r"(社区居民委员会|社区居委会|居民委员会|居委会|村民委员会|村委会|社区|街道办事处|街道|村)$"
