"""What the cells of items say in the words of a model: names where the model has names, ids taken just as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from gezhi.places.services import levels_of
from gezhi.rules.ground import Grade, Level, Post
from gezhi.rules.model import Model

NAMED = ("清单", "流程", "等级")
_OFFICES = {
    "system": ("改设置、发登录单，不办事项", "changes settings and gives slips, takes no part in matters"),
    "security": ("管登录安全，不办事项", "looks after the safety of signing in, takes no part in matters"),
    "audit": ("查操作记录，不办事项", "looks through the record, takes no part in matters"),
    "privacy": ("管个人信息保护，不办事项", "protects personal information, takes no part in matters"),
}


def names(model: Model, column: str, flow: str = "") -> dict[str, str]:
    """By id what a cell of the column may be called, each name once; of 等级, what the flow has (of any, without)."""
    if column == "清单":
        pairs = [(one.id, one.name) for one in model.catalogues.values()]
    elif column == "流程":
        pairs = [(one.id, one.name) for one in model.flows.values() if one.subject == "matter"]
    else:
        pairs = [(grade.id, grade.name) for grades in _schemes(model, flow) for grade in grades]
    said = dict(pairs)
    often = Counter(said.values())
    return {id: name if name and often[name] == 1 else id for id, name in said.items()}


def _schemes(model: Model, flow: str) -> Iterable[Iterable[Grade]]:
    wanted = [one for one in model.flows.values() if not flow or one.id == flow]
    found = dict.fromkeys(one.grades for one in wanted if one.grades in model.grades)
    return [tuple(model.grades[scheme].grade.values()) for scheme in found]


def shown(row: Mapping[str, str], model: Model) -> dict[str, str]:
    """A row of the model's list as the workbook shows it."""
    flow = row.get("流程", "")
    return {
        head: names(model, head, flow).get(cell, cell) if head in NAMED else cell
        for head, cell in row.items()
    }


def taken(row: Mapping[str, str], was: Mapping[str, str], model: Model) -> dict[str, str]:
    """A row of the workbook as the model has it: ids for names; what says the same stays as it was written."""
    found = dict(row)
    for head in NAMED:
        if head not in row:
            continue
        ids = {name: id for id, name in names(model, head, found.get("流程", "")).items()}
        before = was.get(head, "")
        word = ids.get(row[head], row[head])
        found[head] = before if before and ids.get(before, before) == word else word
    return found


def explained_first(model: Model) -> list[tuple[str, str, str]]:
    """Levels of the model and the posts that have a rule, each in a line: heading, Chinese, English."""
    lines = [("层级", "", "Levels")] + [_level(level, model) for level in model.levels.values()]
    ruled = [_post(post, model) for post in model.posts.values() if _has_rule(post)]
    return lines + ([("有要求的岗位", "", "Posts that have a rule"), *ruled] if ruled else [])


def explained_later(model: Model) -> list[tuple[str, str, str]]:
    """The other posts, flows and grades of the model, in the same way: what is only looked up."""
    others = [_post(post, model) for post in model.posts.values() if not _has_rule(post)]
    lines = [("其余的岗位", "", "Other posts"), *others] if others else []
    lines.append(("流程", "", "Flows"))
    known = names(model, "流程")
    for one in model.flows.values():
        if one.id in known:
            steps = one.step.values()
            said = "、".join(step.name for step in steps)
            english = ", ".join(step.english or step.name for step in steps)
            lines.append(
                (
                    known[one.id],
                    f"写“{known[one.id]}”或 {one.id}。步骤：{said}。",
                    f"{one.english or one.id}: {english}.",
                )
            )
    grades = [grade for scheme in _schemes(model, "") for grade in scheme]
    lines += [("等级", "", "Grades")] if grades else []
    return lines + [
        (one.name, f"写“{one.name}”或 {one.id}。" + (one.says if one.says != "未说明" else ""), one.english)
        for one in grades
    ]


def _level(level: Level, model: Model) -> tuple[str, str, str]:
    """Under what its units may stand: with several levels, under any of them."""
    above = [model.levels[one] for one in levels_of(model).allowed(level.id) if one]
    if not above:
        return (
            level.name,
            "最上一级，只有一个，“上级”留空。",
            f"{level.english or level.id}: the top, only one.",
        )
    chinese = f"放在{'或'.join(one.name for one in above)}下面。"
    english = " or ".join(one.english or one.id for one in above)
    return level.name, chinese, f"{level.english or level.id}: under {english}."


def _has_rule(post: Post) -> bool:
    return bool(post.must_be or post.never_vacant or post.most)


def _post(post: Post, model: Model) -> tuple[str, str, str]:
    levels = [model.levels[one] for one in post.levels]
    said = [f"设在{'、'.join(one.name for one in levels)}"]
    english = [f"{post.english or post.id}: at {', '.join(one.english or one.id for one in levels)}"]
    if post.must_be:
        said.append(f"本人须同时任{'、'.join(model.posts[one].name for one in post.must_be)}")
        english.append(f"also holds {', '.join(model.posts[one].english for one in post.must_be)}")
    if post.never_vacant:
        said.append("不得空缺")
        english.append("never vacant")
    if post.most:
        said.append(f"每处最多 {post.most} 人")
        english.append(f"at most {post.most} at each")
    if post.administers in _OFFICES:
        said.append(_OFFICES[post.administers][0])
        english.append(_OFFICES[post.administers][1])
    return post.name, "；".join(said) + "。", "; ".join(english) + "."
