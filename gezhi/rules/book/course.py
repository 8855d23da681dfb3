"""How it goes: each flow drawn, then step by step, then its promises."""

from __future__ import annotations

from gezhi.paper.blocks import Block, Card, Facts, Heading, Paragraph, Picture, Span, Words, plain
from gezhi.rules.book import order, patterns, ways
from gezhi.rules.book.drawing import guard_words, promise_words, sketch
from gezhi.rules.book.parts import Desk, Row, lines
from gezhi.rules.book.promised import cards as promise_cards
from gezhi.rules.model import Flow, Move, Step, Telling
from gezhi.rules.route import ASKED
from gezhi.rules.steps import APART

LOW = 440
"""Pixels of a drawing that shares its sheet of paper with another flow."""


def chapters(desk: Desk) -> list[Block]:
    """A chapter for each flow."""
    return [block for flow in desk.model.flows.values() for block in _flow(desk, flow)]


def _flow(desk: Desk, flow: Flow) -> list[Block]:
    t = desk.tongue
    drawn = sketch(flow, t)
    name = desk.say("流程：{name}", "Flow: {name}", name=t.label(flow))
    blocks: list[Block] = [Heading(1, name, f"flow-{flow.id}", fresh=drawn.height > LOW)]
    ends = [step for step in flow.step.values() if step.ends]
    lead = desk.say(
        "从「{first}」开始，{n} 个环节，{m} 种操作，{p} 个期限；有 {e} 种结束：{ends}。",
        "Begins with “{first}”; {n} steps, {m} moves, {p} promises; {e} ends: {ends}.",
        first=t.label(flow.step[flow.first]), n=len(flow.step) - len(ends), m=len(flow.move),
        p=len(flow.promise), e=len(ends), ends=t.join(t.label(end) for end in ends),
    )  # fmt: skip
    blocks += [Paragraph(plain(lead), "lead"), Facts(_facts(desk, flow))]
    if flow is next(iter(desk.model.flows.values())):
        blocks.append(Paragraph(_legend(desk), "quiet"))
    blocks.append(Picture(drawn.svg, drawn.alt, drawn.width, drawn.height))
    blocks.append(desk.part(f"steps-{flow.id}", "环节", "Steps"))
    blocks += [_step(desk, flow, step) for step in order.in_course(flow) if not step.ends]
    blocks += _ends(desk, flow, ends)
    blocks += promise_cards(desk, flow)
    return blocks + desk.from_source(f"flow.{flow.id}")


def _legend(desk: Desk) -> Words:
    said = desk.say(
        "怎么看：方框是环节，圆头是结束（深色为已解决）；实线由人走，虚线由系统自动走，点线由反映人或当事人走；"
        "线上黄字是走这一步所守住的期限；灰字是走这一步的条件。",
        "How to read it: boxes are steps, rounded ones are ends (dark: solved); solid ways are taken by people, dashed ones "
        "by the system itself, dotted ones by the reporter or a party; ochre words are the promise kept by taking the way, "
        "grey ones its condition.",
    )
    return plain(said)


def _facts(desk: Desk, flow: Flow) -> tuple[tuple[str, Words], ...]:
    t, model = desk.tongue, desk.model
    scheme = model.grades.get(flow.grades)
    low = any(item.low for item in model.items.values() if item.flow == flow.id)
    rows = (
        (desk.say("走什么", "What goes through"), t.word(flow.subject)),
        (desk.say("等级", "Grades"), t.label(scheme) if scheme else ""),
        (
            desk.say("可重办", "May be reopened"),
            desk.say("解决后{length}内", "within {length} after it was solved", length=t.length(flow.reopen))
            if flow.reopen
            else "",
        ),
        (desk.say("用的表单", "Form"), t.text(flow.form)),
        (desk.say("编号", "Number"), patterns.told(t, flow.number)),
        (desk.say("抽查比例", "Share drawn"), flow.sample if low or _draws(flow) else ""),
        (
            desk.say("敏感模块", "Sensitive module"),
            t.module(flow.module) + desk.say("（打开后才能用）", " (only when switched on)")
            if flow.module
            else "",
        ),
    )
    return tuple((name, plain(words)) for name, words in rows if words)


def _draws(flow: Flow) -> bool:
    return any(move.when is not None and move.when.drawn is not None for move in flow.move.values())


def step_id(flow: Flow, step: str) -> str:
    return f"step-{flow.id}-{step}"


def to_step(desk: Desk, flow: Flow, step: str) -> Span:
    """A step by its name, leading to its card; an end to the table of ends."""
    said = flow.step[step]
    where = f"ends-{flow.id}" if said.ends else step_id(flow, step)
    return Span(desk.tongue.label(said), "link", to=where)


def _title(desk: Desk, flow: Flow, step: Step) -> Words:
    t = desk.tongue
    chip = t.word(step.closing or step.result or "ended") if step.ends else t.word(step.phase)
    return (
        Span(f"{t.label(step)} "),
        Span(chip, "chip", ways.tone(flow, step.id)),
        Span(f" {step.id}", "code"),
    )


def _step(desk: Desk, flow: Flow, step: Step) -> Block:
    body: list[Block] = []
    if facts := _step_facts(desk, flow, step):
        body.append(Facts(facts))
    head = (("操作", "Move"), ("谁可以做", "Who may"), ("条件", "When"), ("要附", "Needs"), ("之后", "Then"))
    rows = [_move(desk, flow, move, step) for move in ways.moves_at(flow, step.id)]
    body += desk.table(head, rows, (5, 8, 4, 4, 5))
    body += desk.from_source(
        f"flow.{flow.id}.step.{step.id}",
        *(f"flow.{flow.id}.move.{m.id}" for m in ways.moves_at(flow, step.id)),
    )
    return Card(_title(desk, flow, step), step_id(flow, step.id), ways.tone(flow, step.id), tuple(body))


def _step_facts(desk: Desk, flow: Flow, step: Step) -> tuple[tuple[str, Words], ...]:
    t = desk.tongue
    public = step.public_english if t.english and step.public_english else step.public
    rows: list[tuple[str, Words]] = [
        (desk.say("轮到谁", "Whose turn"), _turn(desk, flow, step)),
        (desk.say("反映人看到", "The reporter reads"), plain(t.quoted(public))),
        (desk.say("正在走的期限", "Promises running"), _running(desk, flow, step)),
        (desk.say("等什么", "Waits for"), plain(_waits(desk, step))),
        (desk.say("不设期限", "No promise"), plain(step.idle_because)),
        (desk.say("告知", "Tellings"), plain(_told(desk, f"{flow.id}.step:{step.id}"))),
        (desk.say("随时可以", "At any time"), plain(_beside(desk, step))),
    ]
    return tuple(row for row in rows if row[1])


def _turn(desk: Desk, flow: Flow, step: Step) -> Words:
    """The duty that is asked first in this phase, and who holds it."""
    model = desk.model
    held = [model.duties[duty] for move in ways.moves_at(flow, step.id) for duty in move.duty]
    duty = next((d for kind in ASKED[step.phase] for d in held if d.kind == kind), held[0] if held else None)
    if duty is None:
        return ()
    return (
        Span(desk.tongue.who(duty.held_by)),
        Span(desk.say("（{duty}）", " ({duty})", duty=desk.tongue.label(duty)), "quiet"),
    )


def _running(desk: Desk, flow: Flow, step: Step) -> Words:
    said: list[Span] = []
    for rule in flow.promise.values():
        if step.id not in ways.open_at(flow, rule):
            continue
        begins, stops = step.id in ways.begins_at(flow, rule), step.id in rule.pauses
        how = (
            desk.say("停表", "stopped")
            if stops
            else desk.say("从这里起算", "begins here")
            if begins
            else desk.say("继续", "goes on")
        )
        said += [
            Span("\n" if said else ""),
            Span(desk.tongue.label(rule), "link", to=f"promise-{flow.id}-{rule.id}"),
            Span(f" {promise_words(flow, rule, desk.tongue)}"),
            Span(desk.say("（{how}）", " ({how})", how=how), "quiet"),
        ]
    return tuple(span for span in said if span.text)


def _waits(desk: Desk, step: Step) -> str:
    if not step.waits_for:
        return ""
    flow = desk.tongue.label(desk.model.flows[step.waits_for])
    if step.join == "any":
        return desk.say("「{flow}」中任何一张办成", "any one of “{flow}” to be done", flow=flow)
    return desk.say("「{flow}」全部有结果", "all of “{flow}” to end", flow=flow)


def _told(desk: Desk, event: str) -> str:
    t = desk.tongue
    return t.join(
        f"{t.label(telling)} → {_receivers(desk, telling)}"
        for telling in desk.model.tellings.values()
        if event in telling.on
    )


def _receivers(desk: Desk, telling: Telling) -> str:
    return desk.tongue.join(desk.tongue.one(word) for word in telling.to)


def _beside(desk: Desk, step: Step) -> str:
    t = desk.tongue
    open_ones = (a for a in desk.model.asides.values() if not a.phases or step.phase in a.phases)
    return t.join(t.label(aside) for aside in open_ones) if not step.ends else ""


def _move(desk: Desk, flow: Flow, move: Move, step: Step) -> Row:
    t = desk.tongue
    name = (Span(t.label(move), "strong"), Span(f" {move.id}", "code"))
    guard = guard_words(move.when, t) if move.when is not None else ""
    most = desk.say("最多 {n} 次", "at most {n} times", n=move.at_most) if move.at_most else ""
    return (
        name,
        _who_may(desk, flow, move),
        lines(guard, most),
        _needs(desk, flow, move),
        _then(desk, flow, move, step),
    )


def _who_may(desk: Desk, flow: Flow, move: Move) -> Words:
    t = desk.tongue
    spans: list[Span] = []
    for id in move.duty:
        duty = desk.model.duties[id]
        spans += [
            Span("\n" if spans else ""),
            Span(t.who(duty.held_by)),
            Span(desk.say("（{duty}）", " ({duty})", duty=t.label(duty)), "quiet"),
        ]
        if duty.kind in APART:
            spans.append(Span(desk.say("，处置的人除外", ", not who handled it"), "quiet"))
    spans += [Span(("\n" if spans else "") + t.word(one)) for one in move.who]
    clocks = ways.by_clock(flow, move)
    for rule in clocks:
        words = desk.say("「{rule}」到期自动", "by the clock, when “{rule}” is broken", rule=t.label(rule))
        spans.append(Span(("\n" if spans else "") + words))
    if move.by_house and not clocks:
        spans.append(Span(desk.say("系统自动", "the system itself")))
    return tuple(span for span in spans if span.text)


def _needs(desk: Desk, flow: Flow, move: Move) -> Words:
    papers = [f"certificate:{paper}" for id in move.duty for paper in desk.model.duties[id].certificate]
    gates = [desk.tongue.gate(gate, flow) for gate in dict.fromkeys((*move.needs, *papers))]
    if move.reasons:
        names = [desk.tongue.reason(move, id) for id in move.reasons]
        gates.append(desk.say("选一个原因：{names}", "one reason: {names}", names=desk.tongue.join(names)))
    return plain(desk.tongue.join(gates))


CALLS = {
    "item": ("叫清单写明的承办部门", "calls the department the list names"),
    "chosen": ("叫选定的一个部门", "calls one department, chosen"),
    "several": ("叫选定的几个部门", "calls several departments"),
}


def _then(desk: Desk, flow: Flow, move: Move, step: Step) -> Words:
    t, to = desk.tongue, move.leads(step.id)
    spans = [Span(desk.say("留在本环节", "stays here")) if to == step.id else to_step(desk, flow, to)]
    said = [
        desk.say("提到上一级指挥", "the level above commands") if move.raises else "",
        desk.say("发出「{flow}」", "opens “{flow}”", flow=t.label(desk.model.flows[move.opens]))
        if move.opens
        else "",
        desk.say(*CALLS[move.calls]) if move.calls else "",
        desk.say("记作{mark}，单独计数", "noted as {mark} and counted apart", mark=t.mark(move.marks))
        if move.marks
        else "",
        desk.say(
            "守住：{rules}",
            "keeps: {rules}",
            rules=t.join(t.label(rule) for rule in ways.keeps(flow, move, step.id)),
        )
        if ways.keeps(flow, move, step.id)
        else "",
        desk.say("必须告知反映人", "the reporter must be told") if move.tells else "",
        _told(desk, f"{flow.id}.move:{move.id}"),
    ]
    return (*spans, *(Span("\n" + words, "quiet") for words in said if words))


def _ends(desk: Desk, flow: Flow, ends: list[Step]) -> list[Block]:
    t = desk.tongue
    rows = []
    for end in ends:
        ways_in = t.join(dict.fromkeys(t.label(move) for move in flow.move.values() if move.to == end.id))
        public = end.public_english if t.english and end.public_english else end.public
        told = _told(desk, f"{flow.id}.step:{end.id}")
        chips = (
            Span(t.word(end.closing or "ended"), "chip", ways.tone(flow, end.id)),
            *((Span(f" {t.word(end.result)}"),) if end.result else ()),
        )
        rows.append(
            (
                (Span(t.label(end), "strong"), Span(f" {end.id}", "code")),
                chips,
                plain(ways_in),
                lines(told, public, end.idle_because),
            )
        )
    head = (("结束", "End"), ("算作", "Counted as"), ("从哪些操作来", "Reached by"), ("告知", "Told"))
    part: list[Block] = [desk.part(f"ends-{flow.id}", "结束", "Ends")]
    sources = desk.from_source(*(f"flow.{flow.id}.step.{end.id}" for end in ends))
    return part + desk.table(head, rows, (4, 4, 5, 6)) + sources if rows else []
