"""What is pointed out while a report is taken in: reports of one thing, and words upon which a number comes first."""

from __future__ import annotations

from gezhi.paper.blocks import Block, plain
from gezhi.rules.book.parts import Desk, Row, marked, named
from gezhi.rules.book.tongue import EXAMPLE
from gezhi.rules.model import Alarm, Alike

ALIKE_HEAD = (
    ("查重", "Duplicates"),
    ("哪些事项", "Of what"),
    ("多少米以内", "Within metres"),
    ("多久以内", "Within"),
    ("说法相近", "Words alike"),
    ("依据", "Rests on"),
)
ALARM_HEAD = (("紧急词", "Words of danger"), ("先拨", "Call first"), ("写到哪些词", "On these words"))


def noticed(desk: Desk) -> list[Block]:
    """The two tables; nothing where the model has neither."""
    model = desk.model
    if not (model.alikes or model.alarms):
        return []
    lead = desk.say(
        "登记时页面提出来给人看，不替人定：可能是同一件事的，和写到急事的。",
        "Pointed out while a report is typed, and never decided: what may be the same thing, and what is urgent.",
    )
    blocks = desk.chapter("noticed", "登记时的提示", "Pointed out at registration", lead)
    blocks += desk.table(ALIKE_HEAD, [_alike(desk, one) for one in model.alikes.values()], (4, 7, 3, 3, 3, 3))
    blocks += desk.table(ALARM_HEAD, [_alarm(desk, one) for one in model.alarms.values()], (4, 2, 9))
    return blocks + desk.from_source("alike", "alarm")


def _alike(desk: Desk, rule: Alike) -> Row:
    t, items = desk.tongue, desk.model.items
    of = [t.label(items[code]) for code in rule.items if code in items] + [
        t.text(one) for one in rule.classes
    ]
    return (
        named(t.label(rule), rule.id),
        plain(t.join(of) or desk.say("其余全部", "all the rest")),
        plain(str(rule.radius)),
        plain(t.length(rule.days)),
        plain(rule.like),
        marked(
            "" if rule.basis == EXAMPLE else t.text(rule.basis),
            t.text(EXAMPLE) if rule.basis == EXAMPLE else "",
        ),
    )


def _alarm(desk: Desk, alarm: Alarm) -> Row:
    t = desk.tongue
    words = alarm.words_english if t.english and alarm.words_english else alarm.words
    return named(t.label(alarm), alarm.id), plain(alarm.call), plain(t.join(words))
