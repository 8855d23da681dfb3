"""What is counted: the lists of items by class, how an item enters them, figures and what they mean, what was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gezhi.paper.blocks import Block, Heading, Paragraph, Span, Words, plain
from gezhi.rules.book.parts import Desk, Row, lines, marked, named
from gezhi.rules.book.tongue import Labelled
from gezhi.rules.model import Catalogue, Item, Metric
from gezhi.rules.published import Published

KINDS = {
    "matter": ("事项", "matters"),
    "duty": ("岗位任务", "duties of workers"),
    "information": ("基础信息", "base information"),
}
LOOKS = {
    "basis": ("依据", "basis"),
    "money": ("经费", "money"),
    "training": ("培训", "training"),
    "load": ("工作量", "load"),
}
EVIDENCE = {"无": "none", "可选": "may", "照片": "photo", "文字": "text", "照片和文字": "photo and text"}
BORDERS = {"政府": "government", "自治": "residents", "共治": "both"}
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
RATED = {"content": ("满意", "content"), "fair": ("基本满意", "fair"), "discontent": ("不满意", "discontent")}


def items(desk: Desk) -> list[Block]:
    """The lists, class by class."""
    if not desk.model.catalogues:
        return []
    lead = desk.say(
        "清单 {n} 份，共 {items} 项。",
        "{n} lists, {items} items.",
        n=len(desk.model.catalogues),
        items=len(desk.model.items),
    )
    blocks = desk.chapter("items", "事项清单", "Lists of items", lead)
    for catalogue in desk.model.catalogues.values():
        blocks += _catalogue(desk, catalogue)
    return blocks + _admissions(desk) + desk.from_source("catalogue", "admission", "items", "items.csv")


def _catalogue(desk: Desk, catalogue: Catalogue) -> list[Block]:
    t = desk.tongue
    mine = [item for item in desk.model.items.values() if item.catalogue == catalogue.id]
    said = [
        desk.say(
            "{kind}清单，{n} 项",
            "list of {kind}, {n} items",
            kind=desk.say(*KINDS[catalogue.kind]),
            n=catalogue.total,
        ),
        desk.say("{n} 类", "{n} classes", n=len(catalogue.classes)) if catalogue.classes else "",
        desk.say(
            "批次：{batches}",
            "batches: {batches}",
            batches=t.join(f"{name} {n}" for name, n in catalogue.batches.items()),
        )
        if catalogue.batches
        else "",
        desk.say("岗位：{posts}", "posts: {posts}", posts=t.join(catalogue.posts)) if catalogue.posts else "",
        desk.say("清单之外的任务不得交给网格", "a task outside it cannot be given to a grid")
        if catalogue.gate
        else "",
    ]
    blocks: list[Block] = [Heading(2, t.label(catalogue), f"list-{catalogue.id}")]
    blocks.append(
        Paragraph(plain(desk.say("；", "; ").join(one for one in said if one) + desk.say("。", ".")))
    )
    for category in catalogue.classes or tuple(dict.fromkeys(item.category for item in mine)):
        rows = [item for item in mine if item.category == category]
        if rows:
            name = catalogue.classes_english.get(category, category) if t.english else category
            blocks.append(Heading(3, desk.say("{name}（{n} 项）", "{name} ({n})", name=name, n=len(rows))))
            blocks += _rows(desk, catalogue, rows)
    return blocks


Head = tuple[tuple[str, str], ...]


def _rows(desk: Desk, catalogue: Catalogue, rows: Iterable[Item]) -> list[Block]:
    head: Head
    if catalogue.kind == "information":
        head = (
            ("编码", "Code"),
            ("名称", "Item"),
            ("归口", "Kept by"),
            ("用途", "Purpose"),
            ("依据", "Legal basis"),
            ("更新", "Renewed"),
            ("批次和岗位", "Batch and post"),
        )
        return desk.table(head, (_information(desk, item) for item in rows), (2, 5, 4, 5, 6, 2, 3))
    if catalogue.kind == "duty":
        head = (
            ("编码", "Code"),
            ("名称", "Item"),
            ("岗位", "Post"),
            ("批次", "Batch"),
            ("边界", "Whose affair"),
            ("", ""),
        )
        return desk.table(head, (_task(desk, item) for item in rows), (2, 9, 4, 3, 3, 2))
    head = (
        ("编码", "Code"),
        ("事项", "Item"),
        ("承办", "Handled by"),
        ("等级", "Grade"),
        ("时限", "Within"),
        ("怎么办、怎么核", "How"),
        ("批次和岗位", "Batch and post"),
        ("", ""),
    )
    return desk.table(head, (_matter(desk, item) for item in rows), (2, 6, 4, 2, 3, 4, 4, 2))


def _name(desk: Desk, item: Item) -> Words:
    glyph = (
        desk.say("（地图标记：{glyph}）", " (on the map: {glyph})", glyph=item.glyph) if item.glyph else ""
    )
    return (Span(desk.tongue.label(item)), *((Span(glyph, "quiet"),) if glyph else ()))


def _matter(desk: Desk, item: Item) -> Row:
    t = desk.tongue
    helpers = (
        desk.say("协办：{who}", "with {who}", who=t.join(map(t.one, item.helpers))) if item.helpers else ""
    )
    flow = desk.model.flows.get(item.flow)
    several = len({one.flow for one in desk.model.items.values() if one.flow}) > 1
    how = [
        desk.say("格内可办", "in the grid") if item.in_grid else desk.say("须交部门", "by a department"),
        desk.say("抽查", "by sample") if item.low else "",
        desk.say("证据：{what}", "evidence: {what}", what=desk.say(item.evidence, EVIDENCE[item.evidence]))
        if item.evidence not in {"", "可选"}
        else "",
        desk.say("{border}事务", "affair of {border}", border=desk.say(item.border, BORDERS[item.border]))
        if item.border
        else "",
        desk.say("走「{flow}」", "flow “{flow}”", flow=t.label(flow)) if flow and several else "",
    ]
    scheme = flow.grades if flow else ""
    return (
        (Span(item.code, "code"),),
        _name(desk, item),
        lines(t.one(item.handler) if item.handler else "", helpers),
        plain(t.grade(item.grade, scheme)),
        plain(t.length(item.length) if item.length else ""),
        lines(*how),
        lines(item.batch, item.post, item.purpose, item.basis),
        marked("", item.mark),
    )


def _information(desk: Desk, item: Item) -> Row:
    t = desk.tongue
    keeper = t.one(item.handler) if item.handler else ""
    renewed = t.length(item.refresh) if item.refresh else ""
    basis = (*plain(item.basis), *marked("", item.mark))
    return (
        (Span(item.code, "code"),),
        _name(desk, item),
        plain(keeper),
        plain(item.purpose),
        basis,
        plain(renewed),
        lines(item.batch, item.post, item.border),
    )


def _task(desk: Desk, item: Item) -> Row:
    return (
        (Span(item.code, "code"),), _name(desk, item), plain(item.post), plain(item.batch), plain(item.border), marked("", item.mark)
    )  # fmt: skip


def _admissions(desk: Desk) -> list[Block]:
    t = desk.tongue
    rows = [
        (
            plain(t.label(desk.model.catalogues[a.catalogue])),
            plain(t.join(map(t.duty, a.applies))),
            plain(t.join(map(t.duty, a.reviews))),
            plain(t.join(desk.say(*LOOKS[word]) if word in LOOKS else word for word in a.looks_at)),
        )
        for a in desk.model.admissions.values()
    ]
    head = (
        ("进入哪份清单", "List"),
        ("谁申请", "Who applies"),
        ("谁审核", "Who reviews"),
        ("看什么", "Looked at"),
    )
    blocks = desk.table(head, rows, (4, 3, 3, 4))
    return [desk.part("admission", "准入", "Admission"), *blocks] if blocks else []


def metrics(desk: Desk) -> list[Block]:
    """Figures and how they are counted; assessments made of them."""
    t, model = desk.tongue, desk.model
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
        blocks.append(Heading(2, t.label(assessment), f"assessment-{assessment.id}"))
        said = desk.say(
            "考核{of}，每{every}一次，结果公布后{appeal}内可以申诉。不考核个人。",
            "Assesses each {of}, every {every}; objections within {appeal}. Never a person.",
            of=t.word(assessment.of), every=t.length(assessment.every), appeal=t.length(assessment.appeal),
        )  # fmt: skip
        scored = [
            (
                plain(
                    t.label(model.metrics[score.metric]) if score.metric in model.metrics else score.metric
                ),
                plain(str(score.weight)),
                plain(score.full),
            )
            for score in assessment.score.values()
        ]
        blocks += [
            Paragraph(plain(said)),
            *desk.table(
                (("指标", "Metric"), ("权重", "Weight"), ("满分值", "Full marks at")), scored, (6, 2, 3)
            ),
        ]
    return blocks + desk.from_source("assessment")


def _metric(desk: Desk, metric: Metric) -> Row:
    t = desk.tongue
    printed = [
        desk.say("{n} 位小数", "{n} decimals", n=metric.digits) if metric.num else "",
        desk.say("可分：{by}", "by {by}", by=t.join(map(t.word, metric.by))),
    ]
    of = desk.say("全部", "all") if not metric.of else predicates(desk, metric.of)
    return (
        (*named(t.label(metric), metric.id), *((Span(f"\n{metric.says}", "quiet"),) if metric.says else ())),
        plain(of),
        plain(predicates(desk, metric.num)),
        plain(desk.say(*AT[metric.at])),
        plain(t.join(map(t.word, metric.without))),
        lines(*printed),
    )


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
    if name == "rated" and word in RATED:
        return desk.say(*RATED[word])
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
        ("来源", "Source"),
        ("指标", "Metric"),
    )
    metrics = desk.model.metrics
    body = [
        (
            (Span(row.id, "code"),),
            plain(row.name),
            plain(f"{row.value}{desk.say('', ' ') if row.unit else ''}{row.unit}"),
            plain(row.definition),
            plain(desk.tongue.quoted(row.words)),
            plain(row.source),
            plain(desk.tongue.label(metrics[row.metric]) if row.metric in metrics else row.metric),
        )
        for row in rows
    ]
    blocks = desk.chapter("published", "公布的数字", "Published figures", lead)
    return (
        blocks
        + desk.table(head, body, (3, 4, 3, 4, 8, 5, 3))
        + desk.from_source("published", "published.csv")
    )
