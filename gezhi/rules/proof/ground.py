"""E01 levels and nets · E13 staffing adds up · E28 who sees what, and who runs the house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gezhi.rules import who
from gezhi.rules.model import Duty, Model, Post, Staffing
from gezhi.rules.proof.bodies import may_hold_both
from gezhi.rules.proof.book import Book, Fault, Params
from gezhi.rules.proof.names import plain
from gezhi.rules.proof.telling import PERSONAL

GIVES_OUT = frozenset(("report", "triage", "assign", "supervise", "review", "call"))
"""Kinds of duty of whoever stands in the middle of things; an expert who sees what is referred to him does not."""
REFERRED = frozenset(("report", "handle", "meet"))
"""What an expert or a volunteer may do with what is referred to him: mediate it, or hand in another."""
MANY = 100
"""More people in one post of one unit are asked of nobody as the least."""
PUBLISHING = ("system", "security")
"""Offices without which a model cannot be adopted: one drafts and appoints, the other publishes."""


def levels_and_nets(book: Book) -> Iterator[Fault]:
    """E01: a net that coincides with a level has as many units; a level has no fewer units than the one above it,
    where all of the one hang from all of the other; there is one root; a matter can lie somewhere.
    """
    model = book.model
    if model.root.count > 1:
        root = model.root
        yield Fault("E01.root", ("level", root.id, "count"), {"level": root.id, "count": root.count})
    for level in model.levels.values():
        beside = [one for one in model.levels.values() if level.under in one.unders]
        above = model.levels.get(level.under)
        alone = len(level.unders) == 1 and len(beside) == 1
        if above is not None and alone and 0 < level.count < above.count:
            params: Params = {"level": level.id, "count": level.count, "other": above.id, "most": above.count}
            yield Fault("E01.fewer", ("level", level.id, "count"), params)
    for net in model.overlays.values():
        same = model.levels.get(net.equals)
        if same is not None and net.count and same.count and net.count != same.count:
            said: Params = {"net": net.id, "count": net.count, "level": same.id, "most": same.count}
            yield Fault("E01.equals", ("overlay", net.id), said)
    yield from _commanded(model)
    if not any(level.holds_matters for level in model.levels.values()):
        yield Fault("E01.nowhere", ("level",), {})


def _commanded(model: Model) -> Iterator[Fault]:
    """Grades commanded by a level that some way down does not have."""
    for scheme in model.grades.values():
        for grade in scheme.grade.values():
            lacks = next((w for w in model.chains if grade.commands and grade.commands not in w), None)
            if lacks:
                names = "—".join(model.levels[one].name for one in lacks)
                path = ("grades", scheme.id, "grade", grade.id)
                yield Fault("E01.commands", path, {"level": grade.commands, "way": names})


def staffing_adds_up(book: Book) -> Iterator[Fault]:
    """E13: a rule counts posts that sit at its level, once each; the least is not above the most; and what was
    published is enough for it. A net said to be one for each unit has as many.
    """
    model = book.model
    said: dict[tuple[str, str], str] = {}
    for rule in model.staffing.values():
        for name, least in rule.least.items():
            params: dict[str, str | int] = {
                "rule": rule.id,
                "post": name,
                "level": rule.level,
                "least": least,
            }
            if (rule.level, name) in said:
                yield Fault("E13.twice", ("staffing", rule.id), params | {"other": said[rule.level, name]})
            said[rule.level, name] = rule.id
            for code, more in _counted(model, rule, model.posts[name], least):
                yield Fault(code, ("staffing", rule.id), params | more)
        yield from _nets(model, rule)


def _counted(model: Model, rule: Staffing, post: Post, least: int) -> Iterator[tuple[str, dict[str, int]]]:
    """What is wrong with one number of a rule, and further numbers of that sentence."""
    need = least * model.levels[rule.level].count
    if rule.level not in post.levels:
        yield "E13.level", {}
    if least > MANY:
        yield "E13.many", {"most": MANY}
    if post.most and least > post.most:
        yield "E13.most", {"most": post.most}
    if post.never_vacant and least < 1:
        yield "E13.none", {}
    if post.published and need > post.published:
        yield "E13.published", {"need": need, "published": post.published}


def _nets(model: Model, rule: Staffing) -> Iterator[Fault]:
    level = model.levels[rule.level]
    for name, how in rule.ratio.items():
        net = model.overlays[name]
        if how == "one" and net.count and level.count and net.count != level.count:
            counts: Params = {"net": name, "count": net.count, "level": level.id, "most": level.count}
            yield Fault("E13.one", ("staffing", rule.id), {"rule": rule.id, **counts})


def who_sees(book: Book) -> Iterator[Fault]:
    """E28: whoever sees only what is referred to him is referred something and gives nothing out; a volunteer sees no
    ground; whoever does not see matters does nothing about them but hand them in; who runs the instance has no part in
    matters, sits at the root, and holds nothing beside it that has. Somebody runs the system and another the security,
    and no two posts are called the same.
    """
    model = book.model
    yield from _offices(model)
    referred = {post for aside in model.asides.values() for post in aside.refers}
    for aside in model.asides.values():
        if aside.refers and "ended" in aside.phases:
            yield Fault("E28.after", ("aside", aside.id, "phases"), {"aside": aside.id})
        for name in aside.refers:
            if model.posts[name].sees != "referred":
                yield Fault("E28.refers", ("aside", aside.id), {"aside": aside.id, "post": name})
    for post in model.posts.values():
        yield from _sees(model, post, referred)
    yield from _overheard(model)
    yield from _unseen(model)


def _unseen(model: Model) -> Iterator[Fault]:
    """Matters that come to posts which are not shown them: by their grade, when a promise is missed, by whoever refers."""
    grades = [(scheme.id, grade) for scheme in model.grades.values() for grade in scheme.grade.values()]
    for scheme, grade in grades:
        for post in _blind(model, (*grade.meets, *grade.tells)):
            said: Params = {"post": post, "grade": grade.id}
            yield Fault("E28.graded", ("grades", scheme, "grade", grade.id), said)
    for aside in model.asides.values():
        holding = [word for duty in aside.duty for word in model.duties[duty].held_by]
        for post in _blind(model, holding if aside.refers else ()):
            if model.posts[post].sees != "referred":
                yield Fault("E28.blind", ("aside", aside.id), {"aside": aside.id, "post": post})
    yield from _sent(model)


def _sent(model: Model) -> Iterator[Fault]:
    """Posts to which a missed promise comes, and which are not shown what it is about."""
    rules = [(flow.id, rule) for flow in model.flows.values() for rule in flow.promise.values()]
    for flow, rule in rules:
        for post in _blind(model, [word for one in rule.missed for word in one.who]):
            yield Fault("E28.missed", ("flow", flow, "promise", rule.id), {"promise": rule.id, "post": post})


def _blind(model: Model, words: Iterable[str]) -> list[str]:
    """Posts among these that are not shown the matters of their ground."""
    named = [model.posts[one.id] for one in map(who.parse, words) if one.kind == "post"]
    return list(dict.fromkeys(post.id for post in named if post.sees != "ground"))


def _overheard(model: Model) -> Iterator[Fault]:
    """Tellings that give somebody's own words, or where they are, to posts that are not shown matters."""
    for telling in model.tellings.values():
        quoted = [field for field in sorted(PERSONAL) if f"{{{field}}}" in telling.text]
        posts = [model.posts[one.id] for one in map(who.parse, telling.to) if one.kind == "post"]
        for post in posts if quoted else ():
            if post.sees != "ground":
                params = {"telling": telling.id, "post": post.id, "field": quoted[0]}
                yield Fault("E28.told", ("telling", telling.id), params)


def _sees(model: Model, post: Post, referred: set[str]) -> Iterator[Fault]:
    kinds = _duties_of(model, post)
    path, params = ("post", post.id), {"post": post.id}
    if post.sees == "referred" and post.id not in referred and not kinds:
        yield Fault("E28.nothing", path, params)
    if post.sees == "referred" and kinds & GIVES_OUT:
        yield Fault("E28.middle", path, params)
    if post.sees == "ground" and not post.administers:
        yield from _idle(model, post, kinds)
    if _must_be_itself(model, post):
        yield Fault("E28.must_be", path, params)
    if post.never_vacant and not _always_there(model, post):
        yield Fault("E21.never", path, params)
    if post.full_time == "volunteer" and post.sees in ("ground", "figures"):
        yield Fault("E28.volunteer", path, params)
    if post.administers:
        yield from _runs(model, post, kinds)
    else:
        yield from _hands(model, post)


def _idle(model: Model, post: Post, kinds: set[str]) -> Iterator[Fault]:
    """Who sees every matter of the ground, and has nothing to do about any."""
    if any(item.handler == post.id for item in model.items.values()):
        return
    if not kinds:
        yield Fault("E28.idle", ("post", post.id), {"post": post.id})
    elif post.full_time == "part" and not _works(model, post):
        yield Fault("E28.looks", ("post", post.id), {"post": post.id})


def _works(model: Model, post: Post) -> bool:
    """Whether the post has something to do about matters or disputes other than hand them in."""
    flows = [flow for flow in model.flows.values() if flow.subject != "issue"]
    used = {duty for flow in flows for move in flow.move.values() for duty in move.duty}
    used |= {duty for aside in model.asides.values() for duty in aside.duty}
    held = [d for d in model.duties.values() if d.kind != "report" and _names(model, d, post)]
    return any(duty.id in used or duty.kind == "supervise" for duty in held)


def _must_be_itself(model: Model, post: Post) -> bool:
    """Whether one has to hold this post already to be appointed to it."""
    seen: set[str] = set()
    waiting = [*post.must_be]
    while waiting:
        name = waiting.pop()
        if name == post.id:
            return True
        if name not in seen:
            seen.add(name)
            waiting += model.posts[name].must_be
    return False


def _always_there(model: Model, post: Post) -> bool:
    """Whether somebody can be asked always to be there: employed to see matters, and, below the root, counted."""
    employed = post.full_time not in ("volunteer", "part") and post.sees == "ground"
    counted = {rule.level for rule in model.staffing.values() if post.id in rule.least}
    return employed and all(level == model.root.id or level in counted for level in post.levels)


def _offices(model: Model) -> Iterator[Fault]:
    """Offices of the instance: both that publishing needs, each with one post; names of posts tell them apart."""
    held = [post.administers for post in model.posts.values() if post.administers]
    doubled = len(set(held)) < len(held)
    for office in PUBLISHING if not (model.about.replay or doubled) else ():
        if office not in held:
            yield Fault(f"E28.{office}", ("post",))
    named: dict[tuple[str, str], str] = {}
    for post in model.posts.values():
        for code, word in (("E28.office", post.administers), ("E28.name", plain(post.name))):
            before = named.setdefault((code, word), post.id)
            if word and before != post.id:
                yield Fault(code, ("post", post.id), {"post": post.id, "name": post.name, "by": before})


def _hands(model: Model, post: Post) -> Iterator[Fault]:
    """Duties under which somebody would act on matters that this post is not shown."""
    if post.sees in ("figures", "none"):
        allowed = frozenset(("report",))
    elif post.sees == "referred":
        allowed = REFERRED
    else:
        return
    for duty in model.duties.values():
        if duty.kind not in allowed and _names(model, duty, post):
            yield Fault("E28.hand", ("duty", duty.id), {"duty": duty.id, "post": post.id})


def _runs(model: Model, post: Post, kinds: set[str]) -> Iterator[Fault]:
    path, params = ("post", post.id), {"post": post.id}
    if kinds or post.sees != "none":
        yield Fault("E28.runs", path, params)
    if post.levels != (model.root.id,):
        yield Fault("E28.root", path, params)
    beside = [o for o in model.posts.values() if o.id != post.id and may_hold_both(o, post)]
    for other in beside:
        if other.administers or _duties_of(model, other):
            yield Fault("E28.both", path, params | {"other": other.id})
            return


def _duties_of(model: Model, post: Post) -> set[str]:
    """Kinds of duty that some who-word gives to the post."""
    return {duty.kind for duty in model.duties.values() if _names(model, duty, post)}


def _names(model: Model, duty: Duty, post: Post) -> bool:
    """Whether some who-word of the duty gives it to the post."""
    grades = [g for s in model.grades.values() for g in s.grade.values()]
    meets = {who.parse(w).id for g in grades for w in g.meets}
    words = map(who.parse, duty.held_by)
    return any(one.id == post.id or (one.kind == "grade" and post.id in meets) for one in words)
