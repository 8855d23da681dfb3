"""Ways in, tellings, acts beside the flow, councils and meetings, care, the switched mode, what is kept and how long."""

from __future__ import annotations

from collections.abc import Mapping

from gezhi.paper.blocks import Block, Facts, Heading, Paragraph, Span, Words, plain
from gezhi.rules import keys
from gezhi.rules.book import patterns
from gezhi.rules.book.parts import Desk, Row, lines, named
from gezhi.rules.book.tongue import Labelled
from gezhi.rules.model import Aside, Channel, Council, Migrate, Telling

WAYS = {"in": ("进", "in"), "out": ("出", "out"), "both": ("进和出", "in and out")}
REPORTERS = {
    "sealed": ("反映人另行密存", "reporter sealed apart"),
    "anonymous": ("匿名", "anonymous"),
    "none": ("不带反映人", "no reporter"),
    "staff": ("工作人员", "staff"),
}
EXCHANGES = {"hand": ("人工", "by hand"), "api": ("接口", "by interface"), "file": ("文件", "by file")}
EVENTS = {
    "step": ("进入「{name}」", "entering “{name}”"),
    "move": ("作出「{name}」", "taking “{name}”"),
    "warned": ("「{name}」临期", "“{name}” soon due"),
    "missed": ("「{name}」超期", "“{name}” broken"),
    "extended": ("「{name}」延期", "“{name}” extended"),
}
SAID = ("给反映人留了言", "a word was left for the reporter")
KEPT = {
    "matter": ("事项", "matters"),
    "anonymous_text": ("匿名文字", "anonymous texts"),
    "original": ("照片原件", "originals of photos"),
    "care": ("关爱记录", "records of care"),
    "log": ("日志", "logs"),
    "impact_assessment": ("影响评估", "impact assessments"),
    "order": ("单子", "orders"),
    "photo": ("照片", "photos"),
}
PAPERS = {
    "impact_assessment": ("个人信息保护影响评估", "impact assessment"),
    "rule_document": ("成文的规则", "written rules"),
    "guardian_consent": ("监护人同意", "consent of a guardian"),
}


CHANNEL_HEAD = (
    ("渠道", "Way in"),
    ("走哪个流程", "Flow"),
    ("方向", "Direction"),
    ("反映人", "Reporter"),
    ("答复从哪走", "Answered by"),
    ("怎样交换", "Exchange"),
)
TELLING_HEAD = (
    ("告知", "Telling"),
    ("什么时候", "When"),
    ("告诉谁", "Whom"),
    ("从哪里", "By"),
    ("原话", "Words, as they are sent"),
)
ASIDE_HEAD = (
    ("随时可以做的", "At any time"),
    ("谁", "Who"),
    ("在哪些阶段", "In which phases"),
    ("要附", "Needs"),
    ("转请谁看", "Refers to"),
)


def doors(desk: Desk) -> list[Block]:
    """How a matter comes in, who is told what, and what may be done at any time."""
    model = desk.model
    blocks = desk.chapter("doors", "渠道和告知", "Ways in and tellings", fresh=True)
    channels = [_channel(desk, channel) for channel in model.channels.values()]
    blocks += [desk.part("channels", "渠道", "Ways in")]
    blocks += desk.table(CHANNEL_HEAD, channels, (5, 4, 2, 4, 4, 4)) + desk.from_source("channel")
    tellings = [_telling(desk, telling) for telling in model.tellings.values()]
    blocks += [desk.part("tellings", "告知", "Tellings")]
    blocks += desk.table(TELLING_HEAD, tellings, (4, 6, 4, 3, 9)) + desk.from_source("telling")
    if asides := [_aside(desk, aside) for aside in model.asides.values()]:
        blocks += [desk.part("asides", "随时可以做的", "At any time")]
        blocks += desk.table(ASIDE_HEAD, asides, (4, 6, 5, 3, 4))
    return blocks + desk.from_source("aside")


def _aside(desk: Desk, aside: Aside) -> Row:
    t = desk.tongue
    who = (
        desk.say(
            "{who}（{duty}）", "{who} ({duty})", who=t.who(desk.model.duties[id].held_by), duty=t.duty(id)
        )
        for id in aside.duty
    )
    until = desk.say("，办结为止", ", until it ends") if aside.refers else ""
    return (
        named(t.label(aside), aside.id),
        plain(t.join(who)),
        plain(t.join(map(t.word, aside.phases)) or desk.say("任何阶段", "any")),
        plain(t.join(map(t.gate, aside.needs))),
        plain(t.join(map(t.post, aside.refers)) + until),
    )


def _channel(desk: Desk, channel: Channel) -> Row:
    t = desk.tongue
    exchange = [
        desk.say(*EXCHANGES[channel.exchange]),
        desk.say("互换回执", "receipts are exchanged") if channel.receipt else "",
        desk.say("文字里查找姓名和号码并提醒", "texts are searched for names and numbers")
        if channel.warns_names
        else "",
    ]
    return (
        named(t.label(channel), channel.id),
        plain(t.label(desk.model.flows[channel.flow])),
        plain(desk.say(*WAYS[channel.way])),
        plain(desk.say(*REPORTERS[channel.reporter])),
        plain(t.join(map(t.word, channel.answer))),
        lines(*exchange),
    )


def _telling(desk: Desk, telling: Telling) -> Row:
    t = desk.tongue
    repeat = [
        desk.say("每{every}一次", "every {every}", every=t.length(telling.every)) if telling.every else "",
        desk.say("最多 {n} 次", "at most {n} times", n=telling.times) if telling.times != 1 else "",
    ]
    return (
        named(t.label(telling), telling.id),
        lines(*(event(desk, word) for word in telling.on), *repeat),
        lines(t.join(map(t.one, telling.to)), _to_its_desk(desk, telling)),
        plain(desk.say("→", " → ").join(map(t.word, telling.doors))),
        plain(t.quoted(patterns.telling(t, telling.text))),
    )


def _to_its_desk(desk: Desk, telling: Telling) -> str:
    """A warning goes to the desk that has the matter, where that holds the duty (`notify.tellings.receivers`)."""
    warns = any(word.endswith(".warned") for word in telling.on)
    if not warns or not any(word.startswith("@") for word in telling.to):
        return ""
    return desk.say("临期的，事在谁手上只告诉谁", "when soon due, only whoever has the matter")


def event(desk: Desk, word: str) -> str:
    """main.step:reported as people say it, with the flow where there are several."""
    t = desk.tongue
    where, _, what = word.partition(":")
    flow_id, _, kind = where.partition(".")
    flow = desk.model.flows.get(flow_id)
    if flow is None:
        return word
    if word.endswith(keys.SAID):
        said = desk.say(*SAID)
        return said if flow_id == "main" else f"{t.label(flow)}：{said}"
    id, _, how = what.partition(".")
    kinds: dict[str, Mapping[str, Labelled]] = {"step": flow.step, "move": flow.move, "promise": flow.promise}
    table = kinds.get(kind, {})
    if id not in table:
        return word
    said = desk.say(*EVENTS[how or kind], name=t.label(table[id]))
    return said if flow_id == "main" else f"{t.label(flow)}：{said}"


def councils(desk: Desk) -> list[Block]:
    """Councils and meetings."""
    t, model = desk.tongue, desk.model
    if not (model.councils or model.meetings):
        return []
    blocks = desk.chapter("councils", "议事和会议", "Councils and meetings")
    for council in model.councils.values():
        blocks += [Heading(2, t.label(council), f"council-{council.id}"), Facts(_council(desk, council))]
    rows = [
        (
            named(t.label(m), m.id),
            plain(t.join(map(t.level, m.level))),
            plain(t.who(m.chair)),
            plain(t.length(m.every) if m.every else desk.say("需要时", "when needed")),
            plain(t.label(model.councils[m.of]) if m.of else ""),
        )
        for m in model.meetings.values()
    ]
    head = (
        ("会议", "Meeting"),
        ("在哪一级", "At"),
        ("谁召集", "Chair"),
        ("多久一次", "How often"),
        ("属于", "Of"),
    )
    part: list[Block] = [desk.part("meetings", "会议", "Meetings")] if rows else []
    return blocks + part + desk.table(head, rows, (5, 4, 5, 3, 4)) + desk.from_source("council", "meeting")


def _council(desk: Desk, council: Council) -> tuple[tuple[str, Words], ...]:
    t = desk.tongue
    rows = (
        (desk.say("在哪一级", "At"), t.level(council.level)),
        (desk.say("议题走", "Issues go through"), t.label(desk.model.flows[council.flow])),
        (desk.say("固定席", "Fixed seats"), t.join(council.fixed)),
        (desk.say("轮换席", "Rotating seats"), t.join(council.rotating)),
        (desk.say("到会", "Quorum"), council.quorum),
        (desk.say("通过", "Majority"), desk.say("超过 {share}", "more than {share}", share=council.majority)),
        (desk.say("提前通知", "Notice"), t.length(council.notice)),
        (desk.say("公开", "Open"), t.yes(council.open)),
        (desk.say("依据", "Rests on"), t.text(council.basis)),
    )
    return tuple((name, plain(words)) for name, words in rows if words)


def care(desk: Desk) -> list[Block]:
    """Visits by need, and the switched mode."""
    t, model = desk.tongue, desk.model
    blocks: list[Block] = []
    rows = [
        (
            named(t.label(c), c.id),
            plain(t.join(map(t.duty, c.duty))),
            lines(*(patterns.visits(t, need, length) for need, length in c.every.items())),
            lines(*(patterns.campaign(t, name, days) for name, days in c.campaign.items())),
            plain(c.basis),
            plain(t.module(c.module)),
        )
        for c in model.cares.values()
    ]
    if rows:
        blocks += desk.chapter("care", "走访", "Visits")
        head = (
            ("走访", "Visits"),
            ("谁", "Who"),
            ("多久一次", "How often"),
            ("专项", "Campaigns"),
            ("依据", "Rests on"),
            ("敏感模块", "Sensitive module"),
        )
        blocks += desk.table(head, rows, (4, 4, 4, 4, 6, 3)) + desk.from_source("care")
    return blocks + _emergency(desk)


def _emergency(desk: Desk) -> list[Block]:
    """The switched mode, where a model has one."""
    t, blocks, said = desk.tongue, list[Block](), desk.model.emergency
    if said is not None:
        facts = (
            (desk.say("种类", "Kinds"), lines(*said.kinds.values())),
            (desk.say("谁启动", "Declared by"), plain(t.duty(said.duty))),
            (desk.say("谁延续", "Renewed by"), plain(t.duty(said.renew))),
            (desk.say("最长", "At most"), plain(t.length(said.most))),
            (desk.say("结束后销毁", "Records destroyed after"), plain(t.length(said.purge))),
            (
                desk.say("打开哪些", "Switched on"),
                plain(t.join(patterns.word(t, one, patterns.SWITCHED) for one in said.lists)),
            ),
        )
        blocks += desk.chapter("emergency", "应急", "Emergency")
        blocks += [Facts(tuple(row for row in facts if row[1])), *desk.from_source("emergency")]
    return blocks


def burden(desk: Desk) -> list[Block]:
    """What the house itself may ask of people, where a model sets it a bound."""
    said = desk.model.burden
    rows = (
        ("居民被联系", "Contacts of one number", "一周最多 {n} 次", "{n} a week at most", said.contacts),
        ("工作人员交表", "Forms of one worker", "一个工作日最多 {n} 张", "{n} in a working day at most", said.forms),
        ("工作人员答栏", "Fields of one worker", "一个工作日最多 {n} 栏", "{n} in a working day at most", said.fields),
        ("居民报一件事", "A resident's report", "一半的人 {n} 秒内交完", "half of them within {n} seconds", said.seconds),
    ) if said else ()  # fmt: skip
    facts = tuple(
        (desk.say(what, whats), plain(desk.say(most, mosts, n=n)))
        for what, whats, most, mosts, n in rows
        if n
    )
    if not facts:
        return []
    lead = desk.say(
        "平台自己给人添的事也有上限；只按单位平均，不算到个人。",
        "What the house asks of people has a bound too; it is counted as an average of a unit, never of a person.",
    )
    return [
        *desk.chapter("burden", "负担预算", "Budget of burden", lead),
        Facts(facts),
        *desk.from_source("burden"),
    ]


def privacy(desk: Desk) -> list[Block]:
    """What is kept and how long; modules that are off until their papers are filed."""
    t, said = desk.tongue, desk.model.privacy
    lead = desk.say(
        "对外公布的格子里少于 {n} 的数，印「少于 {n}」。",
        "On public pages a number below {n} is printed as “fewer than {n}”.",
        n=said.min_cell,
    )
    blocks = desk.chapter("privacy", "个人信息", "Personal information", lead)
    kept = [
        (plain(desk.say(*KEPT[what]) if what in KEPT else what), plain(t.length(length)))
        for what, length in said.keep.items()
    ]
    blocks += desk.table((("留什么", "What"), ("留多久", "Kept for")), kept, (6, 4))
    rows = [
        (
            plain(t.module(m.id)),
            (Span(desk.say("开", "on"), "strong") if m.on else Span(desk.say("关", "off")),),
            plain(t.join(desk.say(*PAPERS[p]) if p in PAPERS else p for p in m.needs)),
        )
        for m in said.module.values()
    ]
    blocks += desk.table(
        (("敏感模块", "Sensitive module"), ("现在", "Now"), ("先备齐", "Papers needed first")),
        rows,
        (4, 2, 8),
    )
    return blocks + _retaliation(desk) + _local(desk) + desk.from_source("privacy")


def _retaliation(desk: Desk) -> list[Block]:
    """Under which item it is registered that somebody makes trouble for a reporter."""
    return _said_of(
        desk,
        desk.model.items.get(desk.model.privacy.retaliation),
        "为难反映人的，按「{name}」另登记一件，办过原来那件的人和当地的人都看不到。",
        "Trouble made for a reporter is a matter of its own, “{name}”, kept from all who acted on the first and from those of the place.",
    )


def _local(desk: Desk) -> list[Block]:
    """Up to which level somebody is of the place and kept from what is said of them."""
    return _said_of(
        desk,
        desk.model.levels.get(desk.model.privacy.local),
        "反映的是当地管事的人、或者有人为难反映人，{name}和其下各级的人都看不到，由上一级接办。",
        "What is said of those who look after a place, and trouble made for a reporter, is kept from whoever holds a post in the "
        "{name} or below; the level above takes it.",
    )


def _said_of(desk: Desk, one: Labelled | None, zh: str, en: str) -> list[Block]:
    """One sentence with the `{name}` of what the model names; nothing where it names none."""
    if one is None:
        return []
    return [Paragraph(plain(desk.say(zh, en, name=desk.tongue.label(one))))]


def moving(desk: Desk) -> list[Block]:
    """How open matters come over from older versions."""
    plans = desk.model.migrations.values()
    blocks = desk.chapter("migrate", "在办事项怎样过渡", "How open matters come over") if plans else []
    for plan in plans:
        blocks += [
            Heading(2, plan.id, f"migrate-{plan.id}"),
            Paragraph(plain(plan.reason)),
            *_plan(desk, plan),
        ]
    return blocks


def _plan(desk: Desk, plan: Migrate) -> list[Block]:
    rows = [(plain(desk.say("环节", "step")), plain(old), plain(new)) for old, new in plan.step.items()]
    rows += [
        (
            plain(desk.say("期限", "promise")),
            plain(old),
            plain(desk.say("按原期限走完", "runs out as it was") if new == "keep" else new),
        )
        for old, new in plan.promise.items()
    ]
    return desk.table((("什么", "What"), ("原来", "Before"), ("现在", "Now")), rows, (2, 5, 5))
