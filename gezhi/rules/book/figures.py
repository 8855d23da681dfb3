"""What is counted: figures and what they mean, assessments made of them, and what was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gezhi.paper.blocks import Block, Heading, Paragraph, Span, plain
from gezhi.rules.book.parts import Desk, Row, lines, named
from gezhi.rules.book.tongue import Labelled
from gezhi.rules.model import Assessment, Metric
from gezhi.rules.published import Published

AT = {
    "opened": ("上报的日子", "the day it was opened"),
    "accepted": ("受理的日子", "the day it was accepted"),
    "closed": ("结束的日子", "the day it ended"),
    "due": ("到期的日子", "the day it fell due"),
    "standing": ("此刻的状态", "how it stands now"),
}
ASKED = {
    "flow": ("流程是", "flow"),
    "phase": ("处在", "phase"),
    "closing": ("结束为", "ended as"),
    "mark": ("记为", "marked"),
    "grade": ("等级是", "grade"),
    "channel": ("渠道是", "channel"),
    "class": ("类别是", "class"),
    "catalogue": ("清单是", "list"),
    "used": ("用过", "used"),
    "not_used": ("没有用过", "did not use"),
    "kept": ("守住了期限", "kept"),
    "missed": ("没有守住期限", "broke"),
    "returned": ("退回过，离开", "was sent back from"),
    "reopened": ("重办过", "reopened"),
    "rated": ("评价是", "rated"),
    "kind": ("种类是", "kind"),
    "source": ("来自", "source"),
    "person_times": ("按人次", "person-times"),
    "result": ("结果是", "result"),
}
RATED = {
    "content": ("满意", "content"),
    "fair": ("基本满意", "fair"),
    "discontent": ("不满意", "discontent"),
    "recorded_content": ("满意（代记）", "content (as recorded by a clerk)"),
    "recorded_fair": ("基本满意（代记）", "fair (as recorded by a clerk)"),
    "recorded_discontent": ("不满意（代记）", "discontent (as recorded by a clerk)"),
}


def metrics(desk: Desk) -> list[Block]:
    """Figures and how they are counted; assessments made of them."""
    model = desk.model
    if not model.metrics:
        return []
    lead = desk.say(
        "分子总在分母之内，所以比率不会超过 100%；分母为 0 时印「—」。",
        "The numerator lies inside the denominator, so no rate exceeds 100 %; where nothing is counted “—” is printed.",
    )
    blocks = desk.chapter("metrics", "指标", "Metrics", lead)
    head = (
        ("指标", "Metric"),
        ("分母（或数什么）", "Of (or what is counted)"),
        ("分子", "Of these"),
        ("按什么日子", "By"),
        ("不计入", "Left out"),
        ("怎么印", "Printed"),
    )
    blocks += desk.table(
        head, (_metric(desk, metric) for metric in model.metrics.values()), (5, 7, 6, 3, 4, 4)
    )
    blocks += desk.from_source("metric")
    for assessment in model.assessments.values():
        blocks.append(Heading(2, desk.tongue.label(assessment), f"assessment-{assessment.id}"))
        blocks += _assessment(desk, assessment)
    return blocks + desk.from_source("assessment")


def _assessment(desk: Desk, assessment: Assessment) -> list[Block]:
    t, metrics = desk.tongue, desk.model.metrics
    said = desk.say(
        "考核{of}，每{every}一次，结果公布后{appeal}内可以申诉。不考核个人。",
        "Assesses each {of}, every {every}; objections within {appeal}. Never a person.",
        of=t.word(assessment.of), every=t.length(assessment.every), appeal=t.length(assessment.appeal),
    )  # fmt: skip
    scored = [
        (
            plain(t.label(metrics[s.metric]) if s.metric in metrics else s.metric),
            plain(str(s.weight)),
            plain(s.full),
        )
        for s in assessment.score.values()
    ]
    head = (("指标", "Metric"), ("权重", "Weight"), ("满分值", "Full marks at"))
    return [Paragraph(plain(said)), *desk.table(head, scored, (6, 2, 3))]


def _metric(desk: Desk, metric: Metric) -> Row:
    t = desk.tongue
    printed = [
        desk.say("{n} 位小数", "{n} decimals", n=metric.digits) if metric.num else "",
        desk.say("可分：{by}", "by {by}", by=t.join(map(t.word, metric.by))),
    ]
    of = desk.say("全部", "all") if not metric.of else predicates(desk, metric.of)
    return (
        named(t.label(metric), metric.id),
        (Span(of), *((Span(f"\n{says}", "quiet"),) if (says := _says(desk, metric)) else ())),
        plain(predicates(desk, metric.num)),
        plain(desk.say(*AT[metric.at])),
        plain(t.join(map(t.word, metric.without))),
        lines(*printed),
    )


def _says(desk: Desk, metric: Metric) -> str:
    """What the model adds in its own words; a Chinese sentence is no help to an English reader, the columns say the same."""
    chinese = any("\u4e00" <= char <= "\u9fff" for char in metric.says)
    return "" if desk.tongue.english and chinese else metric.says


def predicates(desk: Desk, said: Mapping[str, object]) -> str:
    """Predicates as one sentence: all of them must hold."""
    return desk.say("，且", ", and ").join(_predicate(desk, name, value) for name, value in said.items())


def _predicate(desk: Desk, name: str, value: object) -> str:
    t = desk.tongue
    begin = desk.say(*ASKED[name]) if name in ASKED else name
    if isinstance(value, bool):
        return begin if value else desk.say("不：", "not: ") + begin
    words = value if isinstance(value, tuple | list) else (value,)
    return f"{begin}{desk.say('', ' ')}{t.or_(_meant(desk, name, str(word)) for word in words)}"


def _meant(desk: Desk, name: str, word: str) -> str:
    """One word of a predicate by the name that people know it by."""
    t, model = desk.tongue, desk.model
    flow_id, _, id = word.partition(".")
    if name in {"kept", "missed"} and flow_id in model.flows and id in model.flows[flow_id].promise:
        flow = model.flows[flow_id]
        return f"{t.label(flow)} · {t.label(flow.promise[id])}"
    if name == "grade":
        return t.grade(word)
    if name == "mark":
        return t.mark(word)
    if name == "rated" and word in RATED:
        return desk.say(*RATED[word])
    if name == "class" and t.english:
        return next(
            (c.classes_english[word] for c in model.catalogues.values() if word in c.classes_english), word
        )
    tables: dict[str, Mapping[str, Labelled]] = {
        "flow": model.flows,
        "channel": model.channels,
        "catalogue": model.catalogues,
    }
    if name in tables and word in tables[name]:
        return t.label(tables[name][word])
    if name in {"used", "not_used", "returned"}:
        return _passed(desk, word)
    return t.word(word)


def _passed(desk: Desk, word: str) -> str:
    """A flow, step or move that a matter came through."""
    t, model = desk.tongue, desk.model
    if word in model.flows:
        return t.quoted(t.label(model.flows[word]))
    for flow in model.flows.values():
        for found in (flow.step.get(word), flow.move.get(word)):
            if found is not None:
                return t.quoted(t.label(found))
    return word


def published(desk: Desk, rows: Iterable[Published]) -> list[Block]:
    """Every figure the source prints, as printed."""
    rows = list(rows)
    if not rows:
        return []
    lead = desk.say(
        "照来源抄录，不换算、不推算。来源没有说清怎么算的，写「未说明」。",
        "Copied from the source: nothing converted, nothing inferred. 未说明 means that the source does not say how it was counted.",
    )
    head = (
        ("编号", "No."),
        ("名称", "Figure"),
        ("数值", "Value"),
        ("定义", "Definition"),
        ("原文", "Words of the source"),
        ("指标", "Metric"),
    )
    blocks = desk.chapter("published", "公布的数字", "Published figures", lead)
    for source in dict.fromkeys(row.source for row in rows):
        blocks.append(
            Paragraph((Span(desk.say("来源：", "Source: "), "quiet"), Span(desk.tongue.text(source))))
        )
        blocks += desk.table(
            head, (_figure(desk, row) for row in rows if row.source == source), (3, 4, 3, 5, 9, 4)
        )
    return blocks + desk.from_source("published", "published.csv")


def _figure(desk: Desk, row: Published) -> Row:
    metrics = desk.model.metrics
    return (
        (Span(row.id, "code"),),
        plain(row.name),
        plain(f"{row.value}{desk.say('', ' ') if row.unit else ''}{row.unit}"),
        plain(desk.tongue.text(row.definition)),
        plain(desk.tongue.quoted(row.words)),
        plain(desk.tongue.label(metrics[row.metric]) if row.metric in metrics else row.metric),
    )
