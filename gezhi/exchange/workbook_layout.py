"""What stands in the workbook of a district: its sheets, their columns, and what is said about each.

The words here are the workbook's own, Chinese with English beside, whatever language the page has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from gezhi.rules.sheet import COLUMNS as ITEM_COLUMNS

Kind = Literal["text", "code", "date", "number"]
WORDS = "词表"  # the hidden sheet from which cells are chosen
NOTES = "说明"
FAULT = "要改的地方"
DEPARTMENT = "部门"  # as a post: whoever sits in a department
YES, NO = "是", "否"  # what Excel makes of a column of them is true and false
FAULTS_OF_ALL = "{fault}：{said}"  # what is said about the whole sheet
CODE, LIST, BATCH, FLOW, GRADE = "编码", "清单", "批次", "流程", "等级"  # columns of items
HOLDERS = ("承办", "协办")
QUOTED = "「{}」"  # as findings of a model quote a word
PARTED = "、"  # between several names in one cell
SEVERAL = re.compile("[、；;\n]")  # what people write there
UNTIL = "至"  # between a certificate and its last valid day
NEXT = "；"  # between several sentences
MARKS = re.compile(r"[（(].*?[)）]|[*＊]")  # beside a heading
HOUSEHOLDS = "户"  # said behind a number
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(?::00)?)?\Z")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `choose` names the list of `WORDS` from which its cells are chosen; `beside` stands in brackets behind
    the head; of a `closed` one, whose cells say what is typed elsewhere too, blanks that are taken out are told."""

    key: str
    head: str
    english: str
    says: str
    says_english: str
    needed: bool = False
    kind: Kind = "text"
    choose: str = ""
    wide: int = 14
    beside: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    key: str
    name: str
    english: str
    says: str
    says_english: str
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


UNITS = Sheet(
    "units",
    "单元",
    "Units",
    "每个单元一行，从最上一级写到网格。最上一级只有一个，它的“上级”留空。",
    "One row for each unit, from the top down to the grids. The top one, and only it, has nothing under 上级.",
    (
        Column("code", "编码", "Code", "空着就由系统编，如 01-02。有自己的编码就写，不重复；写定以后不要改。给原有的单元改名、换上级，要写上它的编码。", "Left empty, one is made, as 01-02. Write your own if you have them, each once, and do not change them later. A standing unit is renamed or moved by its code.", kind="code", wide=24, beside="空着就由系统编"),
        Column("name", "名称", "Name", "单元的全名。", "The full name.", True, wide=24),
        Column("level", "层级", "Level", "从下拉里选。", "Choose from the list.", True, choose="levels"),
        Column("parent", "上级", "Above", "上一级单元的名称或编码。同名的连它的上级一起写，如“上级/名称”。", "The name or the code of the unit above. Where several share a name, with the name above: 上级/名称.", kind="code"),
        Column("short", "简称", "Short", "用在事项编号里，如“柳望”。可以不写。", "Used in numbers of matters. May be empty.", wide=10),
        Column("households", "户数", "Households", "只写总数，不写住户。可以不写。", "A total only, never residents. May be empty.", kind="number", wide=10),
        Column("source", "户数来源", "Source of the number", "户数从哪里来，如“社区台账”。", "Where the number comes from.", wide=16),
    ),
)  # fmt: skip
DEPARTMENTS = Sheet(
    "departments",
    "部门",
    "Departments",
    "承办事项的部门。名称改成本地的叫法，编码不要改。带“示例”的可以改名，也可以整行删掉；事项的承办写着它的，先改承办。",
    "Departments that handle matters. Put the local names; leave the codes. Those called 示例 (example) may be renamed or their rows deleted; where an item is handled by one, change that first.",
    (
        Column("id", "编码", "Code", "小写字母、数字和下划线。", "Small letters, digits and underscores.", True, "code", wide=18),
        Column("name", "名称", "Name", "本地的叫法。", "The local name.", True, wide=28),
        Column("level", "设在", "Level", "部门设在哪一级。不写就是最上一级。", "The level of its desk; the top one if empty.", choose="levels"),
        Column("aka", "别名", "Other names", "事项表里也这样叫的，用顿号分开。", "Other names used in the list of items, parted by 、.", wide=20),
    ),
)  # fmt: skip
PEOPLE = Sheet(
    "people",
    "人员",
    "People",
    "只写工作人员，不写居民。一人任几职就写几行，登录名相同。这里没有的人和职务，上传后不动。",
    "Staff only, never residents. One row for each post somebody holds, with the same sign-in name. People and posts that are not here stay as they are.",
    (
        Column("sign_in", "登录名", "Sign-in name", "每人一个，2到40个文字、数字或 . _ - @，中间不留空格。空着就由系统起一个，如 gw-013，印在登录单上；同名的人要自己写。", "One for each person: 2 to 40 letters, digits or . _ - @, no blanks. Left empty, one is made, as gw-013, and printed on the slip; people of one name need theirs written.", kind="code", wide=26, beside="空着就由系统起", closed=True),
        Column("name", "姓名", "Name", "显示在页面上的姓名。", "As shown on the pages.", True),
        Column("post", "岗位", "Post", "从下拉里选；部门的人选“部门”。", "Choose from the list; 部门 for somebody in a department.", True, choose="posts", wide=22),
        Column("unit", "单元", "Unit", "任职的单元，写名称或编码；同名的连上级一起写，如“上级/名称”。最上一级的岗位可以不写，部门的人一律不写。", "Name or code of the unit; where several share a name, with the name above: 上级/名称. May be empty for posts at the top; always for a department.", kind="code", wide=18),
        Column("department", "部门", "Department", "岗位是“部门”时，写哪个部门。", "Which department, where the post is 部门.", choose="departments", wide=18),
        Column("from_on", "起", "From", "从哪天起任职，不写就是生效那天。以前的日子也登记为生效那天：任期不能补登。", "First day. Empty, or a day that is past: the day the workbook takes effect, for no term is backdated.", kind="date", wide=12),
        Column("to_on", "止", "Last day", "最后一天。不写就是没有期限，或按岗位规定的任期。", "Last day. Empty: open, or as long as the post says.", kind="date", wide=12),
        Column("certificate", "证件", "Certificate", "岗位要求的证，当面看过才写：写哪一种、有效到哪天，如“人民调解员证至2027-12-31”；几种用顿号分开。不写证号。", "What the post asks for, written only once it was shown: kind and last valid day, as 人民调解员证至2027-12-31; several parted by 、. Never its number.", wide=30),
    ),
)  # fmt: skip

_CHOSEN = {"清单": "catalogues", "类别": "classes", "证据": "evidence", "原件": "yes_no", "格内": "yes_no", "核查": "checked", "附议": "yes_no", "流程": "flows", "等级": "grades", "承办": "holders"}  # fmt: skip
_ITEM_ENGLISH = {
    "编码": "Code", "名称": "Name", "英文": "English name", "字": "Mark on the map", "清单": "List", "类别": "Class", "批次": "Batch",
    "岗位": "Post", "承办": "Handled by", "协办": "Helped by", "流程": "Flow", "等级": "Grade", "时限": "Length", "证据": "Evidence", "原件": "Originals kept",
    "格内": "Within the grid", "核查": "Checked", "附议": "Me too", "边界": "Border", "用途": "Purpose", "依据": "Basis", "更新": "Refreshed", "标记": "Remark",
}  # fmt: skip
_ITEM_SAYS = {
    "编码": ("自己定的编码，不重复；写定以后不要改。", "Your own code, each once; do not change it later."),
    "名称": ("登记事项时看到的叫法。", "As it is called where a matter is taken in."),
    "英文": ("英文页面上的叫法。可以不写。", "Its name on English pages. May be empty."),
    "字": ("地图标记上的一个字。可以不写。", "The one character of its mark on the map. May be empty."),
    "清单": ("属于治理模型的哪张清单，从下拉里选。", "Which list of the model it belongs to; choose."),
    "类别": ("清单里的哪一类，从下拉里选。", "Which class of the list; choose."),
    "批次": ("准入的哪一批。", "With which batch it was admitted."),
    "岗位": ("这张清单分给哪个岗位。", "To which post the list gives it."),
    "承办": ("谁来办：一个岗位或一个部门，写名称或别名。只写一个。", "Who handles it: one post or department, by name or other name."),
    "协办": ("谁一起办（属地的岗位、主管的部门），用顿号分开；承办牵头。可以不写。", "Who helps from acceptance on, parted by 、; 承办 leads. May be empty."),
    "流程": ("事项照哪个流程走，从下拉里选；每个流程的步骤写在“说明”里。", "The flow it runs through; choose. Steps of each flow stand in 说明."),
    "等级": ("急不急，从下拉里选；各等级写在“说明”里。", "How urgent; choose. The grades stand in 说明."),
    "时限": ("从受理到办结多久，如 4小时、2天、3工作日。", "From acceptance to the end, as 4小时 (hours), 2天 (days), 3工作日 (working days)."),
    "证据": ("办结时要交什么，从下拉里选。", "What must be handed in at the end; choose."),
    "原件": ("照片要作证据、须留原件的写“是”：工作人员和实名的人交来的照片原样封存。不写就是不留。", "是 where photos are evidence: what workers and named reporters hand in is kept sealed as it came. Empty: not kept."),
    "格内": ("网格里能办完的写“是”，要派出网格的写“否”。", "是 if it can be done within the grid, 否 if it is sent out of it."),
    "核查": ("必核：每件都核查；抽查：按比例抽着核查。不写就是必核。", "必核: each is verified; 抽查: a sample. Empty: each."),
    "附议": ("街上看得见、不指向哪一户哪一人的事写“是”：附近有人再报时，告诉他已有人报过，可以附议。不写就是不告诉。", "是 for what stands in the street and points at no household or person: whoever reports it nearby is told that somebody did, and may say “me too”. Empty: not told."),
    "边界": ("政府、自治或共治。", "Government, self-governance or both."),
    "用途": ("这项信息拿来做什么。", "What the information is for."),
    "依据": ("采集这项信息的依据。", "On what basis it is taken."),
    "更新": ("多久更新一次。", "How often it is refreshed."),
    "标记": ("自己看的备注，如“示例”。不影响怎样办。", "A remark of your own; it changes nothing."),
}  # fmt: skip


def items_of(used: tuple[str, ...]) -> Sheet:
    """The sheet of items with the columns that a model uses."""
    columns = tuple(
        Column(
            head,
            head,
            _ITEM_ENGLISH[head],
            *_ITEM_SAYS[head],
            head in ("编码", "名称", "清单", "类别"),
            "code" if head == "编码" else "text",
            _CHOSEN.get(head, ""),
            {"名称": 30, "清单": 20, "流程": 20}.get(head, 12),
        )
        for head in ITEM_COLUMNS
        if head in used
    )
    return Sheet(
        "items",
        "事项",
        "Items",
        "治理模型的事项清单，整张生效：删一行就是去掉一项，加一行就是添一项。",
        "The model's list of items, taken as a whole: a row deleted is an item dropped, a row added an item more.",
        columns,
    )


ITEMS = items_of(tuple(ITEM_COLUMNS))
SHEETS = (UNITS, DEPARTMENTS, PEOPLE, ITEMS)
INTRODUCTION = (
    ("怎样填", "How to fill it in"),
    (
        "1. 先填“单元”，再填“人员”；“部门”和“事项”已经按所选的治理模型填好，改成本地的叫法即可。",
        "1. Fill in 单元 (units), then 人员 (people). 部门 (departments) and 事项 (items) come filled from the model you chose; put the local names.",
    ),
    (
        "2. 标 * 的栏必填；每一栏怎样填，写在表头的批注里。编码一栏是文本格式，001 不会变成 1。日期写 2026-01-01，2026.1.1、2026/1/1、2026年1月1日也认。",
        "2. Columns marked * are needed; how to fill in each stands in the note on its head. Columns of codes are text, so 001 stays 001. Dates are written 2026-01-01; 2026.1.1, 2026/1/1 and 2026年1月1日 are read too.",
    ),
    (
        "3. 不写公式，不加宏。居民的姓名、电话、身份证号一律不要写进来。",
        "3. No formulas, no macros. Never write residents' names, phones or identity numbers here.",
    ),
    (
        "4. 存成 .xlsx 再上传。有要改的，网页会退回同一张表：要改的格子是红色，每行最后一栏写着怎样改。",
        "4. Save as .xlsx and upload. If something is to be mended, the same workbook comes back: wrong cells are red, the last column of each row says how to mend it.",
    ),
    (
        "5. 上传后先看会改动什么，按“确认”才生效；不确认，什么都不变。同一张表再传一次，什么都不变。",
        "5. After uploading you see what would change; nothing happens until you confirm. Uploading the same workbook again changes nothing.",
    ),
)
COLUMNS_OF = ("{sheet}的栏目", "Columns of {sheet}")
LATER = (
    "开张用的到这里为止。下面是每一栏怎样填、其余的岗位，改部门、改事项时再看。",
    "This is what it takes to open a district. What follows is to be looked up: each column, the other posts, departments and items.",
)
