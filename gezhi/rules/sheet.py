"""Reading items.csv: one row for each item of every list that is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from gezhi.rules import length
from gezhi.rules.csv_rows import Codes, rows_of
from gezhi.rules.findings import Finding, unknown
from gezhi.rules.keys import CHECKED, EVIDENCE
from gezhi.rules.model import Catalogue, File, Item
from gezhi.rules.toml_words import key_of, value_of

LIST, YES, NO = "清单", "是", "否"
"""Words of items.csv that other rooms write into it."""
BATCHES = tuple(f"第{number}批" for number in "一二三四五六七八九十")
"""What batches of a list are usually called."""
BESIDE = "{head}（{beside}）"
"""A heading with its English beside it."""
COLUMNS = {
    "编码": "code",
    "名称": "name",
    "英文": "english",
    "字": "glyph",
    "清单": "catalogue",
    "类别": "category",
    "批次": "batch",
    "岗位": "post",
    "承办": "handler",
    "协办": "helpers",
    "流程": "flow",
    "等级": "grade",
    "时限": "length",
    "证据": "evidence",
    "原件": "original",
    "格内": "in_grid",
    "核查": "low",
    "附议": "me_too",
    "边界": "border",
    "用途": "purpose",
    "依据": "basis",
    "更新": "refresh",
    "标记": "mark",
}
ALWAYS = ("编码", "名称", "清单", "类别")
WORDS_ONLY = ("名称", "英文", "字", "用途", "依据", "标记")
"""Columns that change the version, not the conduct."""
NEEDED = {
    "matter": ("承办", "流程", "时限", "证据", "格内"),
    "duty": (),
    "information": ("承办", "用途", "依据", "更新"),
}
UNUSED = {
    "matter": ("用途", "依据", "更新"),
    "duty": (
        "承办",
        "协办",
        "流程",
        "等级",
        "时限",
        "证据",
        "原件",
        "格内",
        "核查",
        "附议",
        "用途",
        "依据",
        "更新",
    ),
    "information": ("协办", "流程", "等级", "时限", "证据", "原件", "格内", "核查", "附议"),
}
Row = Mapping[str, str]


@dataclass(slots=True)
class Sheet:
    """Rows by code as they were written (empty cells left out), each with its line."""

    label: str
    rows: dict[str, Row] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)

    def say(self, row: str, column: str, sentence: str, near: str = "", *, code: str = "E08") -> None:
        place = f"{row} {column}".strip()
        self.findings.append(Finding(self.label, self.lines.get(row, 1), place, sentence, near, code))

    def unknown(self, row: str, column: str, word: str, known: Iterable[str], *, code: str = "E08") -> None:
        sentence, near = unknown(word, known)
        self.say(row, column, sentence, near, code=code)


CODES = Codes(unknown="L21", twice="L22", missing="L23", row="L24")


def read_rows(text: str, label: str) -> Sheet:
    """Rows of the text; findings for columns not known or missing, codes missing or twice, cells too many."""
    read = rows_of(text, label, tuple(COLUMNS), ALWAYS, CODES)
    sheet = Sheet(label, columns=tuple(read.header), findings=read.findings)
    widths = Counter(len(cells) for cells, _ in read.rows if any(cells))
    usual = max(len(read.header), min(widths, key=lambda width: (-widths[width], width), default=0))
    for cells, line in read.rows:
        _take(sheet, read.header, cells, line, usual)
    return sheet


def _take(sheet: Sheet, header: list[str], cells: list[str], line: int, usual: int) -> None:
    if not any(cells):
        return
    row = {name: cell for name, cell in zip(header, cells, strict=False) if cell}
    code = row.get("编码", "")
    if why := _not_taken(sheet, header, cells, usual):
        sheet.findings.append(Finding(sheet.label, line, code, why, code="L24"))
        return
    sheet.rows[code] = row
    sheet.lines[code] = line


def _not_taken(sheet: Sheet, header: list[str], cells: list[str], usual: int) -> str:
    """Why a row cannot be read; empty where it can. Empty cells behind the header are a fault only if other rows have none."""
    if any(cells[len(header) :]) or len(cells) > usual:
        return (
            f"这一行比表头多出格子：这一行 {len(cells)} 格，表头 {len(header)} 格。"
            "多半是一格里用了逗号：改成顿号，或给这一格加引号。"
        )
    code = dict(zip(header, cells, strict=False)).get("编码", "")
    if not code:
        return "缺编码。给这一行写一个别处没有的编码。"
    if "，" in code:
        return "这一行里有全角的「，」：改成半角的「,」。"
    return f"编码「{code}」已经有了（第 {sheet.lines[code]} 行）。换一个。" if code in sheet.rows else ""


def read_items(
    sheet: Sheet, file: File, where: Callable[[tuple[str, ...]], tuple[str, int]]
) -> dict[str, Item]:
    """Every row as an item; a finding for each name that does not exist, each cell missing or not used.

    `where` says in which file and line a path of model.toml stands.
    """
    names = _Names(file)
    _columns_are_there(sheet, file)
    items = {code: _item(sheet, row, names) for code, row in sheet.rows.items()}
    lost = any(not file.catalogue.get(item.catalogue) for item in items.values())
    for catalogue in file.catalogue.values() if not lost else ():
        mine = [item for item in items.values() if item.catalogue == catalogue.id]
        if len(mine) != catalogue.total:
            sheet.findings.append(_miscounted(catalogue, mine, where(("catalogue", catalogue.id, "total"))))
    return items


def _miscounted(catalogue: Catalogue, rows: list[Item], at: tuple[str, int]) -> Finding:
    """E09 at the line of `total`, with the numbers to write: those of the batches too, where there are any."""
    said = f"清单「{catalogue.name}」应有 {catalogue.total} 行，现在有 {len(rows)} 行。"
    section = f"[catalogue.{key_of(catalogue.id)}]"
    counted = {batch: sum(item.batch == batch for item in rows) for batch in catalogue.batches}
    lines = f"total = {len(rows)}" + (f"，batches = {value_of(counted)}" if counted else "")
    mend = f"items.csv 少了的补上、多了的去掉；清单没有错的，在 {section} 下面写 {lines}。"
    english = f"Add the rows that are missing, or write below {section}: {lines.replace('，', ', ')}."
    if not rows:
        mend = f"在 items.csv 里写上它的事项（「清单」一列写 {catalogue.id}）；没有这份清单的，用 drop 去掉 catalogue.{catalogue.id}。"
        english = f"Write its items into items.csv ({catalogue.id} in the column of lists), or drop catalogue.{catalogue.id}."
    return Finding(*at, f"catalogue.{catalogue.id}.total", said, code="E09", mend=mend, mend_english=english)


def _columns_are_there(sheet: Sheet, file: File) -> None:
    kinds = {catalogue.kind for catalogue in file.catalogue.values()}
    for column in dict.fromkeys((*(ALWAYS if kinds else ()), *(c for kind in kinds for c in NEEDED[kind]))):
        if column not in sheet.columns:
            sheet.say("", column, f"缺「{column}」一列。在表头补上，每一行填好。", code="L23")


class _Names:
    """What a cell may name: posts and departments by id, name or other name."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.holders: dict[str, str] = {}
        for post in file.post.values():
            self.holders |= {post.id: post.id, post.name: post.id}
        for dept in file.department.values():
            self.holders |= dict.fromkeys((dept.id, dept.name, *dept.aka), f"department:{dept.id}")

    def grades(self, flow: str) -> dict[str, str]:
        """Grades of a flow by id and by label."""
        scheme = self.file.grades.get(self.file.flow[flow].grades) if flow in self.file.flow else None
        grades = scheme.grade.values() if scheme else ()
        return {g.name: g.id for g in grades} | {g.id: g.id for g in grades}


def _item(sheet: Sheet, row: Row, names: _Names) -> Item:
    code = row["编码"]
    catalogue = names.file.catalogue.get(row.get("清单", ""))
    if catalogue is None:
        sheet.unknown(code, "清单", row.get("清单", ""), names.file.catalogue)
    else:
        _cells_fit(sheet, row, catalogue.kind)
        for column, known in (
            ("类别", catalogue.classes),
            ("批次", tuple(catalogue.batches)),
            ("岗位", catalogue.posts),
        ):
            if known and row.get(column) not in (None, *known):
                sheet.unknown(code, column, row[column], known)
    values: dict[str, object] = {COLUMNS[column]: cell for column, cell in row.items()}
    if "名称" not in row and catalogue is None:
        sheet.say(code, "名称", "缺「名称」。")
    values.setdefault("name", "")
    values["catalogue"] = row.get("清单", "")
    values["category"] = row.get("类别", "")
    return Item(**(values | _references(sheet, row, names) | _plain_cells(sheet, row)))  # type: ignore[arg-type]


def _cells_fit(sheet: Sheet, row: Row, kind: str) -> None:
    """Cells that the list's kind needs are filled, cells that it does not use are empty."""
    for column in (*ALWAYS, *NEEDED[kind]):
        if column in sheet.columns and column not in row:
            sheet.say(row["编码"], column, f"缺「{column}」。")
    for column in UNUSED[kind]:
        if column in row:
            sheet.say(row["编码"], column, f"这类清单不用「{column}」，请留空。")


def _fitting(holders: Mapping[str, str], row: Row, column: str) -> list[str]:
    """Who can stand in this cell, those first whom this row asks for: a department where 格内 says no."""
    outside = column == "承办" and row.get("格内") == NO
    return sorted(holders, key=lambda word: outside and not holders[word].startswith("department"))


def _references(sheet: Sheet, row: Row, names: _Names) -> dict[str, object]:
    """Cells that name something else: 承办 协办 流程 等级."""
    code, found = row["编码"], dict[str, object]()
    for column in ("承办", "协办"):
        said = [word.strip() for word in row.get(column, "").split("、") if word.strip()]
        for word in said:
            if word not in names.holders:
                sheet.unknown(code, column, word, _fitting(names.holders, row, column))
        who = tuple(names.holders.get(word, "") for word in said)
        found[COLUMNS[column]] = who if column == "协办" else "".join(who[:1])
        if column == "承办" and len(who) > 1:
            sheet.say(code, column, "承办只能写一个，其余写进「协办」。")
    flow = row.get("流程", "")
    if flow and flow not in names.file.flow:
        sheet.unknown(code, "流程", flow, names.file.flow)
    elif flow:
        found["grade"] = _grade(sheet, row, names.grades(flow))
    return found


def _grade(sheet: Sheet, row: Row, grades: Mapping[str, str]) -> str:
    said = row.get("等级", "")
    if said not in grades and (grades or said):
        sheet.unknown(row["编码"], "等级", said, grades)
    return grades.get(said, "")


def _plain_cells(sheet: Sheet, row: Row) -> dict[str, object]:
    """Cells with a closed list of words: 时限 证据 原件 格内 核查 附议 边界 字."""
    code = row["编码"]
    for column, known in (
        ("证据", EVIDENCE),
        ("原件", (YES, NO)),
        ("格内", (YES, NO)),
        ("核查", CHECKED),
        ("附议", (YES, NO)),
        ("边界", ("政府", "自治", "共治")),
    ):
        if column in row and row[column] not in known:
            sheet.unknown(code, column, row[column], known)
    if len(row.get("字", "字")) != 1:
        sheet.say(code, "字", f"「{row['字']}」不是一个字。地图标记上只放得下一个字。")
    try:
        length.parse(row.get("时限", "1日"))
    except length.LengthError:
        sheet.say(code, "时限", f"「{row['时限']}」不是时限。写成 {length.EXAMPLES}。", code="L15")
    return {
        "in_grid": {YES: True, NO: False}.get(row.get("格内", "")),
        "low": row.get("核查") == "抽查",
        "original": row.get("原件") == YES,
        "me_too": row.get("附议") == YES,
    }
