"""The handbook of a model: everything it says, in the order in which a clerk asks, with the source beside each rule."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gezhi.paper.blocks import Block, Captions, Document, Paragraph, Span, Words, plain
from gezhi.rules.book import course, figures, lists, noticed, patterns, people, rest
from gezhi.rules.book.parts import Desk
from gezhi.rules.book.sources import Sources, read_sources
from gezhi.rules.book.tongue import EXAMPLE, Tongue
from gezhi.rules.model import Model
from gezhi.rules.published import Published, read_published


def handbook(model: Model, *, folder: Path | None = None, english: bool = False) -> Document:
    """The whole book. `folder` is where the model's README and published figures stand, if it came from a folder."""
    printed = read_published(folder, model.metrics)[0] if folder else ()
    return written(model, read_sources(folder, english=english), printed, english=english)


def written(model: Model, sources: Sources, printed: Iterable[Published], *, english: bool) -> Document:
    """The book of what was read already."""
    desk = Desk(model, Tongue(model, english), sources)
    blocks: list[Block] = [
        *_about(desk),
        *people.chapter(desk),
        *people.grades(desk),
        *course.chapters(desk),
        *lists.items(desk),
        *noticed.noticed(desk),
        *rest.doors(desk),
        *rest.councils(desk),
        *rest.care(desk),
        *figures.metrics(desk),
        *figures.published(desk, printed),
        *rest.burden(desk),
        *rest.privacy(desk),
        *rest.moving(desk),
    ]
    blocks += _sources(desk)
    return Document(
        title=desk.tongue.label(model.about),
        subtitle=desk.say("规则手册", "Handbook of rules"),
        language="en" if english else "zh",
        captions=Captions(desk.say("目录", "Contents"), desk.say("第 {n} 页，共 {all} 页", "{n} of {all}")),
        facts=_facts(desk),
        blocks=tuple(blocks),
    )


def _facts(desk: Desk) -> tuple[tuple[str, Words], ...]:
    """What stands on the front."""
    about, t = desk.model.about, desk.tongue
    rows = (
        (desk.say("代号", "Id"), about.id),
        (desk.say("版本", "Version"), f"{desk.model.version}"),
        (desk.say("规则值", "Conduct"), f"{desk.model.conduct}"),
        (desk.say("启用", "Valid from"), about.valid_from),
        (desk.say("来源", "Source"), t.text(about.source)),
        (desk.say("底本", "Extends"), patterns.word(t, about.extends, patterns.BASES)),
        (
            desk.say("用途", "Use"),
            desk.say("只供重放别处的记录", "only to replay records kept elsewhere") if about.replay else "",
        ),
        (desk.say("做法", "Programme"), about.programme),
        (desk.say("适用的法", "Jurisdictions"), t.join(map(t.text, about.jurisdictions))),
        (desk.say("服务时间", "Service hours"), about.service_hours),
        (desk.say("日历", "Calendar"), desk.say("{calendar}，时区 {zone}", "{calendar}, time zone {zone}", calendar=patterns.word(t, about.calendar, patterns.CALENDARS), zone=patterns.word(t, about.timezone, patterns.ZONES))),
    )  # fmt: skip
    return tuple((name, plain(words)) for name, words in rows if words)


def _about(desk: Desk) -> list[Block]:
    """What this book is, and how to read it."""
    model = desk.model
    lead = desk.say(
        "这本手册由规则本身印出，和系统里运行的一字不差：版本 {version}。规则改了，手册重印。",
        "This book is printed from the rules themselves; it says what the system does, version {version}. When the rules change it is printed anew.",
        version=model.version,
    )
    blocks = desk.chapter("about", "怎么看", "How to read it", lead)
    marks: Words = (
        Span(desk.tongue.text(EXAMPLE), "mark"),
        Span(
            desk.say(
                "：来源没有给出，这里只是例子，启用前换成本地的。",
                ": the source does not say; this is an example, to be replaced before use.",
            )
        ),
    )
    said = desk.say(
        "出处：每条规则后面引来源的原话；引的是法的，写明哪部法、在哪里有效。没有引的，是由底本或由规则推出的。",
        "Source: behind a rule stand the words it came from; where it is a law, which one and where it holds. What quotes nothing comes from the base or follows from the rules.",
    )
    versions = desk.say(
        "版本按全部文字计算；规则值只按行为计算，改了名称和文字它不变。",
        "The version is computed from every word; the conduct from what the rules do: other labels leave it as it is.",
    )
    return [*blocks, Paragraph(marks), Paragraph(plain(said)), Paragraph(plain(versions), "quiet")]


def _sources(desk: Desk) -> list[Block]:
    """What the README says beside the rules, and the quotes that no chapter told."""
    left = desk.sources.left()
    if not (desk.sources.chapters or left):
        return []
    blocks = desk.chapter("sources", "出处和取舍", "Sources and choices")
    blocks += desk.from_source(*(place for quote in left for place in quote.places))
    return [*blocks, *desk.sources.chapters]
