"""What may come: the lists of items, class by class, and how an item enters them."""

from __future__ import annotations

from collections.abc import Iterable

from gezhi.paper.blocks import Block, Heading, Paragraph, Span, plain
from gezhi.rules.book.parts import Desk, Row, lines, marked
from gezhi.rules.model import Catalogue, Flow, Item

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
    blocks = desk.chapter("items", "事项清单", "Lists of items", lead, fresh=True)
    for catalogue in desk.model.catalogues.values():
        blocks += _catalogue(desk, catalogue)
    return blocks + _admissions(desk) + desk.from_source("catalogue", "admission", "items", "items.csv")


def _catalogue(desk: Desk, catalogue: Catalogue) -> list[Block]:
    t = desk.tongue
    mine = [item for item in desk.model.items.values() if item.catalogue == catalogue.id]
    flow = _flow_of(desk, catalogue.id)
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
        desk.say("都走「{flow}」", "all by the flow “{flow}”", flow=t.label(flow)) if flow else "",
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


def _flow_of(desk: Desk, catalogue: str) -> Flow | None:
    """The one flow that every item of a list goes through; none where they are several, or the list has no flow."""
    flows = {item.flow for item in desk.model.items.values() if item.catalogue == catalogue}
    return desk.model.flows.get(flows.pop()) if len(flows) == 1 else None


def _rows(desk: Desk, catalogue: Catalogue, rows: Iterable[Item]) -> list[Block]:
    head: Head
    if catalogue.kind == "information":
        head = (
            ("编码", "Code"),
            ("字", "Sign"),
            ("名称", "Item"),
            ("归口", "Kept by"),
            ("用途", "Purpose"),
            ("依据", "Legal basis"),
            ("更新", "Renewed"),
            ("批次和岗位", "Batch and post"),
        )
        return desk.table(head, (_information(desk, item) for item in rows), (2, 1, 5, 4, 5, 6, 2, 3))
    if catalogue.kind == "duty":
        head = (
            ("编码", "Code"),
            ("字", "Sign"),
            ("名称", "Item"),
            ("岗位", "Post"),
            ("批次", "Batch"),
            ("边界", "Whose affair"),
            ("标记", "Mark"),
        )
        return desk.table(head, (_task(desk, item) for item in rows), (2, 1, 9, 4, 3, 3, 3))
    head = (
        ("编码", "Code"),
        ("字", "Sign"),
        ("事项", "Item"),
        ("承办", "Handled by"),
        ("等级", "Grade"),
        ("时限", "Within"),
        ("怎么办、怎么核", "How"),
        ("批次和岗位", "Batch and post"),
        ("标记", "Mark"),
    )
    return desk.table(head, (_matter(desk, item) for item in rows), (2, 1, 6, 4, 2, 3, 5, 4, 3))


def _matter(desk: Desk, item: Item) -> Row:
    t = desk.tongue
    helpers = (
        desk.say(
            "协办：{who}（受理起一起办，承办牵头）",
            "with {who} from acceptance on, led by the first",
            who=t.join(map(t.one, item.helpers)),
        )
        if item.helpers
        else ""
    )
    flow = desk.model.flows.get(item.flow)
    several = _flow_of(desk, item.catalogue) is None
    how = [
        desk.say("格内可办", "in the grid") if item.in_grid else desk.say("须交部门", "by a department"),
        desk.say("抽查", "by sample") if item.low else "",
        desk.say("证据：{what}", "evidence: {what}", what=desk.say(item.evidence, EVIDENCE[item.evidence]))
        if item.evidence not in {"", "可选"}
        else "",
        desk.say("照片留原件", "originals of photos are kept") if item.original else "",
        desk.say("附近的人可以附议", "others nearby may say “me too”") if item.me_too else "",
        desk.say("{border}事务", "affair of {border}", border=desk.say(item.border, BORDERS[item.border]))
        if item.border
        else "",
        desk.say("走「{flow}」", "flow “{flow}”", flow=t.label(flow)) if flow and several else "",
    ]
    scheme = flow.grades if flow else ""
    return (
        (Span(item.code, "code"),),
        plain(item.glyph),
        plain(desk.tongue.label(item)),
        lines(t.one(item.handler) if item.handler else "", helpers),
        plain(t.grade(item.grade, scheme)),
        plain(t.length(item.length) if item.length else ""),
        plain(desk.say("，", ", ").join(word for word in how if word)),
        lines(item.batch, item.post, item.purpose, item.basis),
        marked("", desk.tongue.text(item.mark)),
    )


def _information(desk: Desk, item: Item) -> Row:
    t = desk.tongue
    keeper = t.one(item.handler) if item.handler else ""
    renewed = t.length(item.refresh) if item.refresh else ""
    basis = (*plain(item.basis), *marked("", desk.tongue.text(item.mark)))
    return (
        (Span(item.code, "code"),),
        plain(item.glyph),
        plain(desk.tongue.label(item)),
        plain(keeper),
        plain(item.purpose),
        basis,
        plain(renewed),
        lines(item.batch, item.post, item.border),
    )


def _task(desk: Desk, item: Item) -> Row:
    return (
        (Span(item.code, "code"),), plain(item.glyph), plain(desk.tongue.label(item)), plain(item.post), plain(item.batch), plain(item.border), marked("", desk.tongue.text(item.mark))
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
