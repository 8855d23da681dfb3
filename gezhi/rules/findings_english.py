"""What reading finds, in English. A finding of reading is written in Chinese where it is found; here stands each sentence beside it.

A test reads every sentence of the readers and asks for its row, so that none is told in one language only.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from gezhi.rules.findings import Finding
from gezhi.rules.findings_mends import CELL, MENDED, NEAR, ONE_OF, UNKNOWN

SENTENCES: dict[str, str] = {
    "不认识「{word}」（是不是「{near}」？）；这里可以写：{known}": "“{word}” is not known (is “{near}” meant?); here may stand: {known}",
    "不认识「{word}」；这里可以写：{known}": "“{word}” is not known; here may stand: {known}",
    "「{word}」是单子的流程，事项不走它；这里可以写：{known}": "“{word}” is a flow of orders, no item goes through it; here may stand: {known}",
    "上级没有这一条，不能去掉。{more}": "The parent has no such thing, so it cannot be dropped. {more}",
    "「{word}」绕了一圈又回到自己，继承必须有尽头。改成别的，或删掉这一行。": "“{word}” leads round in a circle back to itself; a chain of `extends` must end. Name another, or delete this line.",
    "没有这个文件。把它放进文件夹，名字一字不差。": "This file is missing. Put it into the folder, under exactly this name.",
    "没有这个文件，旁边有 {name}。": "This file is missing; beside it there is only {name}.",
    "这是一个文件夹，不是文件。换成同名的文件。": "This is a folder, not a file. Put the file of this name there instead.",
    "打不开这个文件（{why}）。换成文件本身，不要用快捷方式。": "This file cannot be opened ({why}). Put the file itself there, not a shortcut.",
    "这个文件有 {size} MB，一份清单或规则用不了这么大。核对是不是拿错了文件。": "This file has {size} MB; no list and no rules are that long. See whether it is the right file.",
    "这个文件是空的。把内容写回去，或从备份里拿。": "This file is empty. Write it again, or take it from a copy.",
    "这是 Excel 的工作簿，改了名字也不是文字。": "This is a workbook of Excel; another name does not make it text.",
    "文字编码读不出来。请另存为 UTF-8。": "The characters cannot be read. Save the file as UTF-8.",
    "这里应写文字（用引号括起），现在是 {value}。": "Words in quotes belong here, not {value}.",
    "这里应写不小于 0 的整数，现在是 {value}。": "A whole number of 0 or more belongs here, without quotes, not {value}.",
    "这里应写 true 或 false，现在是 {value}。": "Write true or false here, not {value}.",
    "这里应写 [最少, 最多]，现在是 {value}。": "Write [least, most] here, not {value}.",
    "这里应写列表（用方括号括起），现在是 {value}。": "A list in square brackets belongs here, not {value}.",
    "这里应写表（用花括号括起），现在是 {value}。": "A table in braces belongs here, not {value}.",
    "百分数连引号和百分号一起写，例如 {example}，现在是 {value}。": "Write a share with quotes and percent sign, such as {example}, not {value}.",
    "「{word}」写得不对：日期写成 2026-01-01。": "“{word}” is no date: write it as 2026-01-01.",
    "「{word}」写得不对：百分数写成 80%，不超过 100%。": "“{word}” is no share: write 80%, at most 100%.",
    "「{word}」写得不对：分数写成 2/3。": "“{word}” is no fraction: write it as 2/3.",
    "「{word}」大于 1。": "“{word}” is greater than 1; write a share such as 2/3.",
    "没有 {day} 这一天。": "There is no day {day}; write one that is in the calendar.",
    "文字里有看不见的字符。请把这一处删掉重写一遍。": "These words hold characters that nobody sees. Delete them and type the words again.",
    "这里空着，要写。": "Nothing stands here; write it.",
    "这里空着。至少写一个，或整行不写。": "Nothing stands here. Write at least one, or leave the line out.",
    "这里是空的，至少要写一个。": "This is empty; at least one must stand here.",
    "编号「{word}」只能用英文字母、数字和下划线，并以字母开头。": "The id “{word}” takes letters, digits and underscores only, a letter first.",
    "编号「{word}」在规则里另有意思，换一个编号。": "The id “{word}” is a word of the rules themselves; take another.",
    "「{word}」不是服务时间。写成 09:00-12:00 14:00-18:00，先后相接，不得重叠。": "“{word}” are no service hours. Write 09:00-12:00 14:00-18:00, one after the other.",
    "没有时区「{word}」。写成 Asia/Shanghai。": "There is no time zone “{word}”. Write Asia/Shanghai.",
    "这里要写出长短，不能写 source。写成 {examples}。": "A length of its own belongs here, not source. Write {examples}.",
    "「{word}」要写自然时间，例如 10分钟 4小时 3日 1周 3月。": "“{word}” must be natural time, such as 10分钟 4小时 3日 1周 3月.",
    "「{word}」不是时限。写成 {examples}。": "“{word}” is no length of time. Write {examples}.",
    "缺等级「{grades}」的时限。": "The length for the grade “{grades}” is missing.",
    "「{word}」是外面的人，只能写在 telling.to 和 move.who。": "“{word}” is outside the house and may stand in telling.to and move.who only.",
    "「{word}」是「承担这项职责的人」，这里要写岗位或部门。": "“{word}” means whoever holds that duty; name a post or a department here.",
    "「{word}」不是找人的写法。例如 worker worker@ground department:item issuer handler @verify。": "“{word}” does not say who. Write it like worker worker@ground department:item issuer handler @verify.",
    "「{word}」冒号后面缺内容。": "Something is missing behind the colon of “{word}”.",
    "「{word}」不是事件。写成 main.step:done main.move:accept main.promise:finish.missed main.words:said。": "“{word}” is no event. Write it like main.step:done main.move:accept main.promise:finish.missed main.words:said.",
    "「{word}」里花括号不成对。": "The braces in “{word}” do not match: each { needs its }.",
    "「{word}」的花括号里只写名称：{name}。": "In the braces of “{word}” only the name may stand: {name}.",
    "「{word}」里要有 {name}，否则几个会叫一样的名。": "“{word}” must hold {name}, or several would get one name.",
    "「min」不写在岗位里：最少人数写进 [staffing]，例如 {example}。": "`min` does not stand in a post: the least number of holders stands in [staffing], such as {example}.",
    "这里应是一张表。": "A table belongs here: { … }, or a section [ … ] of its own.",
    "这里应是若干张表的列表，写成 [{ … }]。": "A list of tables belongs here, written as [{ … }].",
    "这里应是若干张表，每张有自己的编号。": "Several tables belong here, each with an id of its own.",
    'drop 要写成列表，例如 drop = ["flow.order"]。': 'Write `drop` as a list, such as drop = ["flow.order"].',
    "缺「{name}」。": "“{name}” is missing; add it.",
    "「{place}」写进了 drop，这里又只写了一部分，缺「{missing}」。": "“{place}” is dropped, and written here in part: “{missing}” is missing.",
    "缺 [model] 这张表：文件要从它写起。": "The table [model] is missing: a file begins with it.",
    "「{word}」是新写的，缺{missing}。要改继承来的，编号要一样：是不是「{near}」？": "“{word}” is new and lacks {missing}. To change what is inherited, its id must be the same: is “{near}” meant?",
    "最上面的层级（不写 under）应有且只有一个，现在有 {count} 个。": "Exactly one level has nothing above it (no `under`); there are {count}.",
    "从上到下有 {ways} 条路，最多 {most} 条：under 里少写几个上级。": "There are {ways} ways from the top to the bottom, at most {most}: name fewer levels in `under`.",
    "写了 {count} 级，最多 {most} 级。": "There are {count} levels; at most {most} may be written.",
    "同一个上级写了两遍。": "The same level stands twice in `under`; keep one.",
    "名称要写，不超过 {most} 个字。": "A name must be written, of at most {most} characters.",
    "名称空着。": "The name is empty; write one.",
    "最上一级不能越过：去掉 may_skip。": "The top level cannot be skipped: take `may_skip` out.",
    "层级绕了一圈又回到自己。": "The levels lead round in a circle; mend `under` of one of them.",
    "「{column}」一列写了两次。删掉多的一列。": "The column {column} stands there twice. Delete one of them.",
    "缺「{column}」一列。在表头补上，每一行填好。": "The column {column} is missing. Add it to the header and fill each row.",
    "第一行要是表头：{known}。现在写的是「{said}」。": "The first line must be the header: {known}. It says “{said}”.",
    "表头在第 {line} 行：把上面的行删掉，第一行就是表头。": "The header stands in line {line}: delete the lines above it.",
    "这一行比表头多出格子：这一行 {cells} 格，表头 {header} 格。多半是一格里用了逗号：改成顿号，或给这一格加引号。": "This row has {cells} cells and the header {header}. Mostly a comma stands inside a cell: put the cell into quotes.",
    "这一行比表头多出格子。多半是一格里用了逗号：给这一格加引号。": "This row has more cells than the header. Mostly a comma stands inside a cell: put the cell into quotes.",
    "缺编码。给这一行写一个别处没有的编码。": "The code is missing. Give this row one that no other has.",
    "这一行里有全角的「，」（{cell}），只有 {cells} 格，表头有 {header} 格：改成半角的「,」。": "A full-width “，” stands in this row ({cell}), which has {cells} cells, the header {header}: write the comma “,”.",
    "这一行里有全角的「，」：改成半角的「,」。": "A full-width “，” stands in this row: write the comma “,”.",
    "编码「{code}」已经有了（第 {line} 行）。换一个。": "The code “{code}” stands in line {line} already. Take another.",
    "编号「{code}」已经有了。换一个。": "The number “{code}” is there already. Take another.",
    '引号不成对：从这一行起，一个 " 开了没有关。补上，或删掉。': "A quote that opens here is never closed. Close it, or delete it.",
    '这一格太长（{size} 字以上），多半是引号没有关。核对这一行的 "。': "This cell is too long (more than {size} characters); mostly a quote was not closed. Look at the quotes of this row.",
    "这一行有看不见的字符。把这一格删掉重写一遍。": "This row holds characters that nobody sees. Delete the cell and type it again.",
    "清单「{name}」应有 {total} 行，现在有 {rows} 行。": "The list “{name}” should have {total} rows and has {rows}.",
    "承办只能写一个，其余写进「协办」。": "Only one may handle it; the others belong into the column 协办.",
    "这类清单不用「{column}」，请留空。": "A list of this kind does not use {column}; leave it empty.",
    "「{word}」不是一个字。地图标记上只放得下一个字。": "“{word}” is not one character; the sign on the map has room for one.",
    "缺「{column}」。来源没有说的，写「未说明」。": "{column} is empty. Where the source does not say, write 未说明.",
    "数值「{value}」不在原文里。数值照来源抄，不换算。": "The value “{value}” does not stand in the words of the source. Copy it as it is printed.",
    "原文「{words}」在来源里找不到。请照来源抄一句。": "The words “{words}” are not in the source. Copy a sentence of it.",
    "这不是一份存下来的模型。": "This is no stored model; take one that the system wrote.",
}
MENDS: dict[str, str] = {
    '这一行是从 {base} 继承的，用到了「{word}」：把 "{place}" 也写进 drop，或把「{word}」留着。': 'This is inherited from {base} and uses “{word}”: drop "{place}" too, or keep “{word}”.',
    "在 Excel 或 WPS 里打开，另存为“CSV UTF-8（逗号分隔）”。": "Open it in the spreadsheet and save it as “CSV UTF-8 (comma delimited)”.",
}
_ADVICE = re.compile(r"(?:。(?=.)|：(?!。)|[.:;] (?=[^.]))(?P<to_do>.+)$", re.DOTALL)
WHOLE = frozenset(("L03",))
"""Codes whose sentence is itself what to do, where it has but one part: a line that is no TOML."""
WORDS = {
    "（还没有）": "(nothing yet)", "一张表": "a table", "一个列表": "a list", "链接绕了一圈": "the link leads to itself",
    "没有权限": "no permission", "读不到": "it cannot be read",
}  # fmt: skip
_SHOWN = re.compile(r"文字「(.*)」", re.DOTALL)
_GAP = re.compile(r"\{\w+\}")
_FIELD = re.compile(r"\\\{(\w+)\\\}")


def in_both(finding: Finding) -> Finding:
    """The finding with its English, and with what mends it, where reading wrote the sentence in Chinese alone."""
    english = finding.english or said(finding.sentence, SENTENCES)
    mend = (finding.mend, finding.mend_english or said(finding.mend, MENDS))
    mend = mend if finding.mend else _mend_of(finding)
    return replace(finding, english=english, mend=mend[0], mend_english=mend[1])


def _mend_of(finding: Finding) -> tuple[str, str]:
    """What to write instead, by the sentence and the code; empty where the sentence says so itself."""
    for form, chinese, _english in _forms(False):
        if (found := form.fullmatch(finding.sentence)) is None:
            continue
        gaps = found.groupdict()
        if chinese.startswith("不认识"):
            near, none = UNKNOWN.get(finding.code, (NEAR, ONE_OF))
            row = near if gaps.get("near") else none
        else:
            row = MENDED.get(chinese, ("", ""))
            row = CELL if finding.code in ("E08", "L32") and chinese == "缺「{name}」。" else row
        mend = _filled(row[0], gaps), _filled(row[1], gaps)
        break
    else:
        mend = "", ""
    if any(mend) or not (finding.code in WHOLE or _ADVICE.search(finding.sentence)):
        return mend
    return _advice(finding.sentence), _advice(finding.english or said(finding.sentence, SENTENCES))


def _advice(sentence: str) -> str:
    """What a sentence says to do, which stands at its end; all of it where it is not parted."""
    parted = _ADVICE.search(sentence)
    told = parted[1] if parted else sentence
    return told[:1].upper() + told[1:]


def said(chinese: str, rows: dict[str, str]) -> str:
    """The English of a sentence; empty where there is none."""
    for form, _chinese, english in _forms(rows is MENDS):
        found = form.fullmatch(chinese)
        if found is not None:
            return _filled(english, {name: _word(value) for name, value in found.groupdict().items()})
    return ""


def _filled(english: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda field: values.get(field[1], field[0]), english)


def _word(value: str) -> str:
    """What stands in a gap of a sentence, where it is itself said in words."""
    if shown := _SHOWN.fullmatch(value):
        return f"“{shown[1]}”"
    return WORDS.get(value) or said(value, SENTENCES) or value.replace("」「", "”, “")


@lru_cache(maxsize=2)
def _forms(mends: bool) -> tuple[tuple[re.Pattern[str], str, str], ...]:
    """Every sentence as a pattern, those first that say most in words of their own: a short one would fit them too."""
    rows = sorted((MENDS if mends else SENTENCES).items(), key=lambda row: -len(_GAP.sub("", row[0])))
    return tuple((_pattern(chinese), chinese, english) for chinese, english in rows)


def _pattern(chinese: str) -> re.Pattern[str]:
    """A sentence with its gaps as a pattern; a gap that comes twice is the same both times."""
    seen: set[str] = set()

    def gap(found: re.Match[str]) -> str:
        name = found[1]
        again = name in seen
        seen.add(name)
        return f"(?P={name})" if again else f"(?P<{name}>.*?)"

    return re.compile(_FIELD.sub(gap, re.escape(chinese)), re.DOTALL)
