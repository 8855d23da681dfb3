"""Promises: how long, from what to what, what stops them, what happens when they are broken, and what they rest on."""

from __future__ import annotations

from gezhi.paper.blocks import Block, Card, Facts, Span, Words, plain
from gezhi.rules.book import order, ways
from gezhi.rules.book.drawing import length_words
from gezhi.rules.book.parts import Desk, lines
from gezhi.rules.book.tongue import EXAMPLE
from gezhi.rules.model import Consequence, Extend, Flow, PromiseRule


def cards(desk: Desk, flow: Flow) -> list[Block]:
    """A card for each promise of a flow, under a heading; nothing where a flow promises nothing."""
    if not flow.promise:
        return []
    part: list[Block] = [desk.part(f"promises-{flow.id}", "期限", "Promises")]
    return part + [_card(desk, flow, rule) for rule in flow.promise.values()]


def _card(desk: Desk, flow: Flow, rule: PromiseRule) -> Block:
    body: list[Block] = [Facts(tuple(row for row in _rows(desk, flow, rule) if row[1]))]
    body += desk.from_source(f"flow.{flow.id}.promise.{rule.id}")
    title = (Span(f"{desk.tongue.label(rule)} "), Span(rule.id, "code"))
    return Card(title, f"promise-{flow.id}-{rule.id}", "soon", tuple(body))


def _rows(desk: Desk, flow: Flow, rule: PromiseRule) -> tuple[tuple[str, Words], ...]:
    t = desk.tongue
    owed = rule.owed_by or tuple(
        dict.fromkeys(
            d
            for step in ways.open_at(flow, rule)
            for m in ways.moves_at(flow, step)
            for d in m.duty
            if ways.settled_by(flow, rule, m, step) == "met"
        )
    )
    warn = (
        desk.say("用去 {share} 时提醒", "warned when {share} is used", share=rule.warn) if rule.warn else ""
    )
    notes = [
        desk.say("再次起算时重新计", "counted anew when it begins again") if rule.again == "restart" else "",
        desk.say("到期日可由人改", "the due moment may be changed by hand") if rule.editable else "",
        desk.say("末日逢休息日，法定期间顺延", "a last day that is a rest day rolls on for the legal term")
        if rule.roll
        else "",
    ]
    return (
        (desk.say("多长", "How long"), _length(desk, flow, rule)),
        (desk.say("从", "From"), plain(_heard(desk, flow, rule.starts))),
        (desk.say("做到", "Kept by"), plain(_heard(desk, flow, rule.met))),
        (desk.say("不再需要", "No longer owed"), plain(_heard(desk, flow, rule.void))),
        (desk.say("停表", "Stands still in"), plain(t.join(t.label(flow.step[step]) for step in rule.pauses))),
        (desk.say("谁来守", "Owed by"), plain(t.join(t.duty(duty) for duty in owed))),
        (desk.say("提醒", "Warning"), plain(warn)),
        (desk.say("延长", "Extension"), plain(extension(desk, rule.extend) if rule.extend else "")),
        (desk.say("到期没做到", "When it is broken"), lines(*(broken(desk, flow, said) for said in rule.missed))),
        (desk.say("依据", "Rests on"), desk.basis(rule)),
        (desk.say("另", "Also"), lines(*notes)),
    )  # fmt: skip


def _length(desk: Desk, flow: Flow, rule: PromiseRule) -> Words:
    """One length, or one for each grade; and what a grade overrides."""
    t, scheme = desk.tongue, desk.model.grades.get(flow.grades)
    table = rule.length if not isinstance(rule.length, str) else {}
    said = (
        [t.length(str(rule.length))]
        if not table
        else [
            length_words({grade: table[grade]}, t, flow.grades)
            for grade in order.ranked(desk.model, table, flow.grades)
        ]
    )
    said += [
        desk.say("{grade}另定：{length}", "{grade} instead: {length}", grade=t.label(grade), length=t.length(grade.lengths[rule.id]))
        + (desk.say("，依据未说明", ", its source not stated") if _has_source(rule) else "")
        for grade in (order.by_gravity(scheme) if scheme else ())
        if rule.id in grade.lengths
    ]  # fmt: skip
    return lines(*said)


def _has_source(rule: PromiseRule) -> bool:
    """Whether the length that is written rests on something: what a grade sets instead does not."""
    return rule.basis not in ("", EXAMPLE, "未说明")


def _heard(desk: Desk, flow: Flow, words: tuple[str, ...]) -> str:
    """What a promise listens to."""
    return desk.tongue.or_(heard(desk, flow, word) for word in words)


def heard(desk: Desk, flow: Flow, word: str) -> str:
    t = desk.tongue
    kind, _, id = word.partition(":")
    if kind == "move" and id in flow.move:
        return desk.say("作出「{name}」", "taking “{name}”", name=t.label(flow.move[id]))
    if kind == "told" and id in desk.model.tellings:
        return desk.say("「{name}」送达", "“{name}” delivered", name=t.label(desk.model.tellings[id]))
    if word == "unsolved_ends":
        return desk.say("任何没有解决的结束", "any end that is not solved")
    return (
        desk.say("进入「{name}」", "entering “{name}”", name=t.label(flow.step[word]))
        if word in flow.step
        else word
    )


def extension(desk: Desk, said: Extend) -> str:
    """How a promise may be lengthened."""
    words = desk.say(
        "可延 {times} 次，每次至多{most}，由「{duty}」的人批准", "{often}, by {most} at most, approved under “{duty}”",
        times=said.times, often="once" if said.times == 1 else f"{said.times} times", most=desk.tongue.length(said.most), duty=desk.tongue.duty(said.duty),
    )  # fmt: skip
    told = (
        desk.say("，并告知反映人为什么", ", and the reporter is told why")
        if said.told
        else desk.say("，不另告知", ", not told")
    )
    return words + told


def broken(desk: Desk, flow: Flow, said: Consequence) -> str:
    """One consequence, as a sentence."""
    t = desk.tongue
    who = t.who(said.who)
    match said.do:
        case "tell":
            told = desk.model.tellings.get(said.telling)
            by = desk.say("（「{name}」）", " (“{name}”)", name=t.label(told)) if told else ""
            return desk.say("告知{who}", "tell {who}", who=who) + by
        case "raise":
            again = desk.say("，到那里重新计时", ", with a new clock there") if said.again else ""
            return desk.say("提级：由上一级指挥", "raised: the level above commands") + again
        case "move":
            return desk.say("自动「{move}」", "the clock takes “{move}”", move=t.label(flow.move[said.move]))
        case "task":
            return desk.say("给{who}派一件任务，做完才消", "a task for {who} until it is done", who=who)
        case "supervise":
            return desk.say("列入督办，由{who}盯到了结", "supervised by {who} until it is settled", who=who)
        case _:
            return desk.say("列入挂账册，由{who}管", "on the list kept by {who}", who=who)
