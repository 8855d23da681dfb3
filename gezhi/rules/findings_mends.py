"""What to write instead of what reading finds: for each sentence of the readers, in both languages.

Of a sentence without a row here (a file that is not there, a line that is no TOML) its own end is what to do.
"""

from __future__ import annotations

from gezhi.rules import length

Both = tuple[str, str]

MENDED: dict[str, Both] = {
    "这里应写文字（用引号括起），现在是 {value}。": ('前后加上半角的引号："…"。', 'Put it in plain quotes: "…".'),
    "这里应写不小于 0 的整数，现在是 {value}。": ("写数字，不加引号，例如 3。", "Write a number without quotes, such as 3."),
    "这里应写 true 或 false，现在是 {value}。": ("是写 true，否写 false，小写，不加引号。", "Write true or false, in small letters, without quotes."),
    "这里应写 [最少, 最多]，现在是 {value}。": ("先少后多，例如 [300, 600]。", "The least first, such as [300, 600]."),
    "这里应写列表（用方括号括起），现在是 {value}。": ('写成 ["…", "…"]；只有一个也要方括号。', 'Write ["…", "…"], in brackets even where there is one.'),
    "这里应写表（用花括号括起），现在是 {value}。": ("写成 { 编号 = 值 }。", "Write { id = value }."),
    "百分数连引号和百分号一起写，例如 {example}，现在是 {value}。": ("写 {example}。", "Write {example}."),
    "「{word}」写得不对：日期写成 2026-01-01。": ("年四位，月、日各两位：2026-01-01。", "Four digits, two and two: 2026-01-01."),
    "「{word}」写得不对：百分数写成 80%，不超过 100%。": ('写成 "80%"。', 'Write "80%".'),
    "「{word}」写得不对：分数写成 2/3。": ('写成 "2/3"。', 'Write "2/3".'),
    "「{word}」大于 1。": ('写不大于 1 的分数，例如 "2/3"。', 'Write one that is no more than 1, such as "2/3".'),
    "没有 {day} 这一天。": ("核对这个月有几天。", "See how many days that month has."),
    "文字里有看不见的字符。请把这一处删掉重写一遍。": ("用键盘重打，不要从别处粘贴。", "Type it anew; do not paste it."),
    "这里空着，要写。": ("把它写上；写什么，手册“治理模型怎么写”里有。", "Write it; the manual says what belongs here."),
    "这里空着。至少写一个，或整行不写。": ("写上，或删掉这一行。", "Write it, or delete the line."),
    "这里是空的，至少要写一个。": ("在括号里写一个。", "Write one between the brackets."),
    "编号「{word}」只能用英文字母、数字和下划线，并以字母开头。": ("换成英文的编号，例如 town_desk；中文写在 name 里。", "Take an id such as town_desk; the name itself stands in `name`."),
    "编号「{word}」在规则里另有意思，换一个编号。": ("换一个编号，用到它的地方一起改。", "Take another id, wherever it is used."),
    "「{word}」不是服务时间。写成 09:00-12:00 14:00-18:00，先后相接，不得重叠。": ('写成 "09:00-12:00 14:00-18:00"。', 'Write "09:00-12:00 14:00-18:00".'),
    "没有时区「{word}」。写成 Asia/Shanghai。": ("写 Asia/Shanghai，或删掉这一行。", "Write Asia/Shanghai, or delete the line."),
    "这里要写出长短，不能写 source。写成 {examples}。": ("写出长短，例如 3日、5工作日。", "Write how long, such as 3日 or 5工作日."),
    "「{word}」要写自然时间，例如 10分钟 4小时 3日 1周 3月。": ("换成日、周、月，例如 7日。", "Write days, weeks or months, such as 7日."),
    "「{word}」不是时限。写成 {examples}。": (f"数字和单位连着写：{length.EXAMPLES}。", f"Number and unit together: {length.EXAMPLES}."),
    "「{word}」是外面的人，只能写在 telling.to 和 move.who。": ("换成岗位或部门；要告诉外面的人，写一条告知。", "Name a post or a department; those outside are reached by a telling."),
    "「{word}」是「承担这项职责的人」，这里要写岗位或部门。": ('换成承担它的岗位，例如 ["centre"]。', 'Name the post that holds it, such as ["centre"].'),
    "「{word}」不是找人的写法。例如 worker worker@ground department:item issuer handler @verify。": ("岗位写编号（[post] 里等号左边的），部门写 department:编号，承担一项职责的人写 @职责。", "A post by its id (left of the = in [post]), a department as department:id, whoever holds a duty as @duty."),
    "「{word}」冒号后面缺内容。": ("冒号后面写上名称，例如 form:发令单。", "Write the name behind the colon, such as form:发令单."),
    "「{word}」不是事件。写成 main.step:done main.move:accept main.promise:finish.missed main.words:said。": ("写 流程.step:步骤、流程.move:操作、流程.promise:时限.missed，或 流程.words:said。", "Write flow.step:step, flow.move:move, flow.promise:promise.missed or flow.words:said."),
    "「{word}」里花括号不成对。": ("每个 { 配一个 }，里面只写一个名称，例如 {number}。", "Each { has its }, with one name between, such as {number}."),
    "「{word}」的花括号里只写名称：{name}。": ("写成 {name}。", "Write {name}."),
    "「{word}」里要有 {name}，否则几个会叫一样的名。": ("在里面加上 {name}。", "Put {name} into it."),
    "「min」不写在岗位里：最少人数写进 [staffing]，例如 {example}。": ("把 min 从岗位里删掉。", "Delete min from the post."),
    "这里应是一张表。": ('写成 { name = "…" }，或另起一段 [ … ]。', 'Write { name = "…" }, or a section [ … ].'),
    "这里应是若干张表的列表，写成 [{ … }]。": ('写成 [{ do = "supervise", who = ["@supervise"] }] 这样。', 'Write it like [{ do = "supervise", who = ["@supervise"] }].'),
    "这里应是若干张表，每张有自己的编号。": ('每张前面写编号，例如 two = { name = "…" }。', 'Write an id before each, such as two = { name = "…" }.'),
    "「{word}」绕了一圈又回到自己，继承必须有尽头。改成别的，或删掉这一行。": ('写成 extends = "base"，或删掉这一行。', 'Write extends = "base", or delete the line.'),
    'drop 要写成列表，例如 drop = ["flow.order"]。': ('写成 drop = ["…", "…"]；只有一个也要方括号。', 'Write drop = ["…", "…"], in brackets even where there is one.'),
    "「{column}」一列写了两次。删掉多的一列。": ("留一列，另一列连表头一起删掉。", "Keep one of them; delete the other with its header."),
    "缺「{column}」一列。在表头补上，每一行填好。": ("表头加上「{column}」，下面每一行都写。", "Add {column} to the header and write it in every row."),
    "第一行要是表头：{known}。现在写的是「{said}」。": ("第一行照抄：{known}。", "Copy this into the first line: {known}."),
    "表头在第 {line} 行：把上面的行删掉，第一行就是表头。": ("删掉第 {line} 行上面的行。", "Delete what stands above line {line}."),
    "这一行比表头多出格子：这一行 {cells} 格，表头 {header} 格。多半是一格里用了逗号：改成顿号，或给这一格加引号。": ('有逗号的那一格前后加半角的引号："…"。', 'Put the cell with the comma into plain quotes: "…".'),
    "这一行比表头多出格子。多半是一格里用了逗号：给这一格加引号。": ('有逗号的那一格前后加半角的引号："…"。', 'Put the cell with the comma into plain quotes: "…".'),
    "缺编码。给这一行写一个别处没有的编码。": ("「编码」一格写上，例如接着上一行往下编。", "Fill the cell 编码, such as the next after the row above."),
    "这一行里有全角的「，」（{cell}），只有 {cells} 格，表头有 {header} 格：改成半角的「,」。": ("切到英文输入法，把「{cell}」里的「，」重打成「,」；它是文字里的，就在行末补一个「,」。", "Type the “，” of “{cell}” again as a plain comma; where it belongs to the words, add one comma at the end of the row."),
    "这一行里有全角的「，」：改成半角的「,」。": ("切到英文输入法，把这一行的「，」重打成「,」。", "Type every “，” of this row again as a plain comma."),
    "编码「{code}」已经有了（第 {line} 行）。换一个。": ("这一行换一个编码；同一件事写了两遍的，删掉一行。", "Give this row another code; where it is the same thing twice, delete one."),
    "编号「{code}」已经有了。换一个。": ("这一行换一个编号；同一个数写了两遍的，删掉一行。", "Give this row another number; where it is the same figure twice, delete one."),
    '引号不成对：从这一行起，一个 " 开了没有关。补上，或删掉。': ('核对这一行的 "：一格前后各一个。', 'Look at the quotes of this row: one before and one behind a cell.'),
    '这一格太长（{size} 字以上），多半是引号没有关。核对这一行的 "。': ('核对这一行的 "：一格前后各一个。', 'Look at the quotes of this row: one before and one behind a cell.'),
    "这一行有看不见的字符。把这一格删掉重写一遍。": ("用键盘重打，不要从别处粘贴。", "Type it anew; do not paste it."),
    "缺「{column}」。来源没有说的，写「未说明」。": ("在这一行填上「{column}」；来源没有说的，写「未说明」。", "Fill the cell {column} of this row; where the source does not say, write 未说明."),
    "数值「{value}」不在原文里。数值照来源抄，不换算。": ("数值照原文里的写法抄；原文里没有，把「原文」那一句抄全。", "Copy the figure as the words of the source have it, or copy the whole sentence into 原文."),
    "原文「{words}」在来源里找不到。请照来源抄一句。": ("从来源里把这一句原样抄过来。", "Copy the sentence from the source as it stands."),
    "缺「{name}」。": ("补上 {name}。", "Add {name}."),
    "「{place}」写进了 drop，这里又只写了一部分，缺「{missing}」。": ('要改继承来的，从 drop 里删掉 "{place}"；要另写一个，在这里把缺的都写上。', 'You drop what you change: take "{place}" out of drop, or write it whole here.'),
    "缺 [model] 这张表：文件要从它写起。": ("第一行写 [model]，下面写 id、name、valid_from、source。", "Begin with [model], then id, name, valid_from, source."),
    "「{word}」是新写的，缺{missing}。要改继承来的，编号要一样：是不是「{near}」？": ("把「{word}」改成「{near}」；真是新的，补上{missing}。", "Write “{near}”; if it is new, add what is missing."),
    "最上面的层级（不写 under）应有且只有一个，现在有 {count} 个。": ("只留最上一级不写 under，其余写 under = 上一级的编号。", "Leave `under` out of the top level alone; the others name the level above."),
    "从上到下有 {ways} 条路，最多 {most} 条：under 里少写几个上级。": ("under 里少写几个上级。", "Name fewer levels in `under`."),
    "写了 {count} 级，最多 {most} 级。": ("去掉不落事项、也没有岗位的层级。", "Leave out levels without matters and posts."),
    "同一个上级写了两遍。": ("删掉一个。", "Delete one of them."),
    "最上一级不能越过：去掉 may_skip。": ("去掉 may_skip。", "Take may_skip out."),
    "层级绕了一圈又回到自己。": ("核对每一级的 under：从下往上要走到最上一级。", "Mend `under`: from below every way leads to the top."),
    "名称要写，不超过 {most} 个字。": ("写短一些。", "Write a shorter one."),
    "名称空着。": ("写上名称。", "Write a name."),
    "「{word}」是单子的流程，事项不走它；这里可以写：{known}": ("「流程」一格写办事项的流程：{known}。", "Write a flow of matters into the cell 流程: {known}."),
    "上级没有这一条，不能去掉。{more}": ("照抄上级里有的，或从 drop 里删掉这一条。", "Copy a path that the parent has, or take this one out of drop."),
    "承办只能写一个，其余写进「协办」。": ("留一个，其余移到「协办」，用顿号分开。", "Keep one and move the others to the next column."),
    "这类清单不用「{column}」，请留空。": ("把这一格清空。", "Empty the cell."),
    "「{word}」不是一个字。地图标记上只放得下一个字。": ("写一个字，或空着。", "Write one character, or none."),
}  # fmt: skip
CELL: Both = ("在这一行填上「{name}」。", "Fill the cell {name} of this row.")
"""What is missing in a row of items.csv."""
NEAR: Both = ("写「{near}」。", "Write “{near}”.")
ONE_OF: Both = ("从可以写的里选一个。", "Take one of those that may stand here.")
UNKNOWN: dict[str, tuple[Both, Both]] = {
    "L11": (NEAR, ("写可以写的一个，或删掉这一行。", "Take one of those, or delete the line.")),
    "L21": (("列名写「{near}」。", "Call the column “{near}”."), ("列名照抄可以写的；多的列删掉。", "Call it one of those, or delete the column.")),
    "L30": (("列名写「{near}」。", "Call the column “{near}”."), ("列名照抄可以写的；多的列删掉。", "Call it one of those, or delete the column.")),
    "E20": (("写「{near}」；要的就是「{word}」，先在自己的文件里把它写出来。", "Write “{near}”; if “{word}” is meant, write it into your own file first."), ("从可以写的里选一个；要的就是「{word}」，先在自己的文件里把它写出来。", "Take one of those; if “{word}” is meant, write it into your own file first.")),
    "E08": (("这一格写「{near}」；是新的，先写进 model.toml。", "Write “{near}”; if it is new, write it into model.toml first."), ("这一格从可以写的里选一个；是新的，先写进 model.toml。", "Take one of those; if it is new, write it into model.toml first.")),
}  # fmt: skip
"""A name or word that is not known, by code: where one is near, and where none is. All others: `NEAR`, `ONE_OF`."""
