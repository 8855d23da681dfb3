"""Who: levels, nets that lie over them, posts, who stands where, what each sees, duties, departments, grades."""

from __future__ import annotations

from gezhi.paper.blocks import Block, Bullets, Heading, Paragraph, Words, plain
from gezhi.rules import who
from gezhi.rules.book import order, patterns
from gezhi.rules.book.parts import Desk, Row, lines, named
from gezhi.rules.model import Duty, Grade, Level, Post
from gezhi.rules.steps import APART

SEES = {
    "ground": ("本单元和下级的事项", "the matters of its unit and below"),
    "referred": ("只看转请的那几件，办结为止", "only what is referred to it, until that ends"),
    "figures": ("只看数，看不到哪一件", "figures, no single matter"),
    "none": ("看不到事项", "no matter"),
}


NETS = {
    "party": ("党建", "party work"),
    "police": ("警务", "police"),
    "enterprise": ("企业", "enterprises"),
    "legacy": ("原有的网", "former nets"),
    "other": ("其他", "other"),
}


def chapter(desk: Desk) -> list[Block]:
    """The whole chapter."""
    t, model = desk.tongue, desk.model
    lead = desk.say(
        "{n} 级：{levels}。{posts} 种岗位，{departments} 个部门。",
        "{n} levels: {levels}. {posts} kinds of posts, {departments} departments.",
        n=len(model.levels), levels=t.join(t.label(level) for level in model.levels.values()),
        posts=len(model.posts), departments=len(model.departments),
    )  # fmt: skip
    blocks = desk.chapter("who", "谁", "Who", lead)
    blocks += [desk.part("levels", "层级", "Levels"), *_levels(desk)]
    blocks += _overlays(desk)
    blocks += [desk.part("posts", "岗位", "Posts"), *_posts(desk)]
    blocks += [desk.part("duties", "职责", "Duties"), *_duties(desk)]
    blocks += _staffing(desk) + _departments(desk)
    return blocks


def _levels(desk: Desk) -> list[Block]:
    head = (
        ("层级", "Level"),
        ("上一级", "Under"),
        ("在这一级的岗位", "Posts here"),
        ("个数", "Units"),
        ("说明", "Remarks"),
    )
    rows = [_level(desk, level) for level in desk.model.levels.values()]
    blocks = desk.table(head, rows, (3, 3, 6, 2, 6))
    if len(desk.model.chains) > 1:
        t = desk.tongue
        ways = tuple(plain(" → ".join(map(t.level, way))) for way in desk.model.chains)
        said = desk.say("单元可以这样一级一级挂下来：", "Units may hang one below the other in these ways:")
        blocks += [Paragraph(plain(said)), Bullets(ways)]
    return blocks + desk.from_source("level")


def _level(desk: Desk, level: Level) -> Row:
    t = desk.tongue
    here = [
        t.label(post) + _how_many(desk, post, level.id)
        for post in desk.model.posts.values()
        if level.id in post.levels
    ]
    said = [
        desk.say(
            "每个 {a}–{b} 户", "{a} to {b} households each", a=level.households[0], b=level.households[1]
        )
        if level.households
        else "",
        desk.say("种类：{kinds}", "kinds: {kinds}", kinds=t.join(level.kinds)) if level.kinds else "",
        desk.say("按{basis}划分", "drawn by {basis}", basis=t.join(level.basis)) if level.basis else "",
        desk.say("命名：{serial}", "named: {serial}", serial=patterns.told(t, level.serial))
        if level.serial
        else "",
        "" if level.holds_matters else desk.say("事项不落在这一级", "no matter lies here"),
        desk.say("下一级可以越过它，直接挂在上一级", "units below may hang from the level above")
        if level.may_skip
        else "",
    ]
    under = t.or_(map(t.level, level.unders)) or desk.say("（最上一级）", "(the top)")
    return (
        named(t.label(level), level.id),
        plain(under),
        plain(t.join(here)),
        plain(str(level.count or "")),
        lines(*said),
    )


def _how_many(desk: Desk, post: Post, level: str) -> str:
    least = post.least.get(level, 0)
    return desk.say(" ≥{n}", " ≥{n}", n=least) if least else ""


def _overlays(desk: Desk) -> list[Block]:
    t = desk.tongue
    head = (
        ("叠加的网", "Net"),
        ("种类", "Kind"),
        ("在哪一级之内", "Inside"),
        ("个数", "Units"),
        ("与哪一级一一对应", "Coincides with"),
    )
    rows = [
        (
            named(t.label(o), o.id),
            plain(desk.say(*NETS[o.kind])),
            plain(t.level(o.inside)),
            plain(str(o.count or "")),
            plain(t.level(o.equals)),
        )
        for o in desk.model.overlays.values()
    ]
    blocks = desk.table(head, rows, (4, 3, 3, 2, 4))
    return (
        [desk.part("overlays", "叠加的网", "Nets over it"), *blocks, *desk.from_source("overlay")]
        if blocks
        else []
    )


def _posts(desk: Desk) -> list[Block]:
    head = (
        ("岗位", "Post"),
        ("在哪一级", "At"),
        ("人数", "Holders"),
        ("看到什么", "Sees"),
        ("承担的职责", "Duties"),
        ("任职", "Who may hold it"),
    )
    rows = [_post(desk, post) for post in desk.model.posts.values()]
    return desk.table(head, rows, (4, 3, 3, 4, 6, 5)) + desk.from_source("post")


def _post(desk: Desk, post: Post) -> Row:
    t = desk.tongue
    levels = t.join(map(t.level, post.levels))
    duties = t.join(t.label(duty) for duty in desk.model.duties.values() if _holds(duty, post.id))
    sees = desk.say(*SEES[post.sees])
    office = (
        desk.say("本系统的{office}岗", "office of this system: {office}", office=t.word(post.administers))
        if post.administers
        else ""
    )
    return (
        named(t.label(post), post.id),
        plain(levels),
        _holders(desk, post),
        plain(sees),
        lines(duties, office),
        _terms(desk, post),
    )


def _holders(desk: Desk, post: Post) -> Words:
    least = [
        desk.say("{level}至少 {n} 人", "{level}: at least {n}", level=desk.tongue.level(level), n=n)
        for level, n in post.least.items()
    ]
    said = [
        *least,
        desk.say("至多 {n} 人", "at most {n}", n=post.most) if post.most else "",
        desk.say("不得空缺", "never vacant") if post.never_vacant else "",
        desk.say("公布 {n} 人", "{n} published", n=post.published) if post.published else "",
    ]
    return lines(*said)


def _terms(desk: Desk, post: Post) -> Words:
    t = desk.tongue
    said = [
        "" if post.full_time == "any" else t.word(post.full_time),
        desk.say("部门的人", "belongs to a department") if post.of_department else "",
        desk.say("须是{posts}", "must be {posts}", posts=t.or_(map(t.post, post.must_be)))
        if post.must_be
        else "",
        desk.say("可兼{posts}", "may also be {posts}", posts=t.join(map(t.post, post.also)))
        if post.also
        else "",
        desk.say("须持{papers}", "with {papers}", papers=t.join(post.certificate))
        if post.certificate
        else "",
        desk.say("来自{sources}", "from {sources}", sources=t.join(post.sources)) if post.sources else "",
        desk.say("任期{term}", "term of {term}", term=t.length(post.term)) if post.term else "",
    ]
    return lines(*said)


def _holds(duty: Duty, post: str) -> bool:
    return any(said.kind == "post" and said.id == post for said in map(who.parse, duty.held_by))


def _duties(desk: Desk) -> list[Block]:
    t = desk.tongue
    said = desk.say(
        "谁承担：写在前面的先问，没有人在岗就往后问、往上一级问。写了的都可以做。",
        "Held by: the first is asked first; where nobody holds the post the next is asked, and the level above. All of them may act.",
    )
    head = (
        ("职责", "Duty"),
        ("种类", "Kind"),
        ("谁承担", "Held by"),
        ("不得同一人", "Never the same person as"),
        ("证", "Certificate"),
    )
    rows = [
        (
            named(t.label(d), d.id),
            plain(t.word(d.kind)),
            plain(desk.say("→", " → ").join(t.one(word) for word in d.held_by)),
            plain(_apart(desk, d)),
            plain(t.join(d.certificate)),
        )
        for d in desk.model.duties.values()
    ]
    return [
        Paragraph(plain(said), "quiet"),
        *desk.table(head, rows, (4, 2, 9, 4, 3)),
        *desk.from_source("duty"),
    ]


def _apart(desk: Desk, duty: Duty) -> str:
    """Kinds of duty that the same person may not have done: what is written, and what always holds."""
    kinds = dict.fromkeys((*duty.apart_from, *(("handle",) if duty.kind in APART else ())))
    return desk.tongue.join(
        desk.say("做过{kind}的", "who did: {kind}", kind=desk.tongue.word(kind)) for kind in kinds
    )


def _staffing(desk: Desk) -> list[Block]:
    t = desk.tongue
    shared = {"one": desk.say("一格一个", "one each"), "shared": desk.say("可共用", "may be shared")}
    rows = [
        (
            named(t.label(rule), rule.id),
            plain(t.level(rule.level)),
            plain(t.join(f"{t.post(post)} {n}" for post, n in rule.least.items())),
            plain(
                t.join(f"{t.label(desk.model.overlays[o])}：{shared[word]}" for o, word in rule.ratio.items())
            ),
        )
        for rule in desk.model.staffing.values()
    ]
    head = (("配备", "Rule"), ("每个", "Per"), ("至少", "At least"), ("与叠加的网", "And the nets over it"))
    blocks = desk.table(head, rows, (4, 2, 6, 5))
    return (
        [desk.part("staffing", "人员配备", "Staffing"), *blocks, *desk.from_source("staffing")]
        if blocks
        else []
    )


def _departments(desk: Desk) -> list[Block]:
    t = desk.tongue
    rows = [
        (named(t.label(d), d.id), plain(t.level(d.level)), plain(t.join(d.aka)))
        for d in desk.model.departments.values()
    ]
    head = (("部门", "Department"), ("在哪一级", "At"), ("又称", "Also called"))
    blocks = desk.table(head, rows, (6, 2, 4))
    part: list[Block] = [desk.part("departments", "部门", "Departments")]
    return part + blocks + desk.from_source("department") if blocks else []


def grades(desk: Desk) -> list[Block]:
    """How grave a matter is, and what that changes."""
    if not desk.model.grades:
        return []
    blocks = desk.chapter(
        "grades",
        "等级",
        "Grades",
        desk.say(
            "等级动两样：走多快的钟，和由谁指挥。", "A grade moves two things: the clock, and who commands."
        ),
    )
    head = (
        ("等级", "Grade"),
        ("次序", "Order"),
        ("什么样的事", "What belongs here"),
        ("至少由谁指挥", "Commanded at least by"),
        ("接待", "Met by"),
        ("立即告知", "Told at once"),
        ("时限另定", "Lengths of its own"),
    )
    for scheme in desk.model.grades.values():
        blocks.append(Heading(2, desk.tongue.label(scheme), f"grades-{scheme.id}"))
        blocks += desk.table(
            head,
            [_grade(desk, scheme.id, grade) for grade in order.by_gravity(scheme)],
            (3, 2, 6, 4, 4, 4, 6),
        )
    return blocks + desk.from_source("grades")


def _grade(desk: Desk, scheme: str, grade: Grade) -> Row:
    t = desk.tongue
    return (
        named(t.label(grade), grade.id),
        plain(str(grade.order)),
        plain(t.text(grade.says)),
        plain(t.level(grade.commands)),
        plain(t.who(grade.meets)),
        plain(t.who(grade.tells)),
        plain(t.join(patterns.own_lengths(t, scheme, grade))),
    )
