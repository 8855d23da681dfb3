"""Desks in words: who is asked, whether anybody sits there, as what somebody acted, and whom a search passed over."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from gezhi.ledger.queries import Happened
from gezhi.matters import routing, sentences
from gezhi.matters.scenes import Scene
from gezhi.places import history
from gezhi.rules import who


def desk_words(desk: str, scene: Scene) -> str:
    """A desk as people say it: 网格员 · 柳荫 03 格."""
    if not desk:
        return ""
    if desk.startswith("department:"):
        found = scene.model.departments.get(desk.removeprefix("department:"))
        return sentences.label(found) if found else desk
    post, _, path = desk.partition("@")
    label = sentences.label(scene.model.posts[post]) if post in scene.model.posts else post
    unit = scene.ground.by_path.get(path)
    name = unit.name if unit else history.name_ever_at(path)
    return f"{label} · {name}" if name else label


def waiting_words(desk: str, scene: Scene) -> str:
    """The desk at which a matter waits, with who stands in there, or that nobody sits there any more."""
    words = desk_words(desk, scene)
    if stood_in := scene.roster.stood_in_from(desk):
        return _("{desk}（由{own}代理）").format(desk=words, own=_own(stood_in, scene))
    if desk and not scene.roster.at_desk(desk) and desk in scene.roster.vacated:
        return _("{desk}（空缺）").format(desk=words)
    return words


def acting_words(entry: Happened, scene: Scene) -> tuple[str, str]:
    """As which post somebody acted, and of which unit; whoever stood in is named as what they are."""
    if entry.post == "house":
        return "", ""
    if entry.post == "outside":
        return _("外部承办"), ""
    if entry.post == "reporter":
        return _("报告人"), ""
    label, _dot, unit = desk_words(entry.post, scene).partition(" · ")
    own = str(entry.facts.get("own", ""))
    if own:
        label = _("{desk}（由{own}代理）").format(desk=label, own=desk_words(own, scene))
    return label, unit


class Passed(NamedTuple):
    """One step of a search: which post or department, what was found there, and whether the search went on."""

    who: str
    found: str
    over: bool


def passed_words(word: str, asked: str, scene: Scene) -> Passed:
    """A word of an entry's `passed` in words; `asked` is the desk at which the search ended."""
    resolver, _slash, why = word.partition("/")
    code, _colon, own = why.partition(":")
    name = sentences.who_words((resolver,), scene.model)
    if code == "stood_in":
        return Passed(name, _("由{own}代理").format(own=_own((own,), scene)), over=False)
    if said := _stepped_aside(code, resolver, asked, scene):
        return Passed(name, said, over=not code.startswith("raised"))
    if code == "raised":
        found = _("本级空缺，由上一级的同一岗位接办：{desk}").format(desk=desk_words(asked, scene))
        return Passed(name, found, over=False)
    if code != "vacant":
        return Passed(name, sentences.passed_over(code), over=True)
    if _above(resolver, asked, scene):
        said = _("空缺，由上一级接办：{desk}").format(desk=desk_words(asked, scene))
    else:
        said = _("空缺，由{desk}接办").format(desk=desk_words(asked, scene))
    return Passed(name, said, over=True)


def _stepped_aside(code: str, resolver: str, asked: str, scene: Scene) -> str:
    """Why whoever sits there does not have it, where that is 回避; else nothing."""
    desk = desk_words(asked, scene)
    if code == "about" and who.parse(resolver).kind == "department":
        return _("因反映的是原该承办的一方，依回避交上一级：{desk}").format(desk=desk)
    said = {
        "about": _("因反映的是原该承办的一方，依回避交上一级：{desk}"),
        "raised_about": _("因反映的是原该承办的一方，依回避交上一级：{desk}"),
        "recused": _("本级的人依规定回避，由上一级接办：{desk}"),
        "raised_recused": _("本级的人依规定回避，由上一级的同一岗位接办：{desk}"),
    }
    return said[code].format(desk=desk) if code in said else ""


def _own(desks: tuple[str, ...], scene: Scene) -> str:
    return _("、").join(desk_words(desk, scene) or _("没有本职的人") for desk in desks)


def _above(resolver: str, asked: str, scene: Scene) -> bool:
    """Whether the desk that was asked stands above the unit at which the vacant post would sit."""
    one, path = who.parse(resolver), asked.partition("@")[2]
    post = scene.model.posts.get(one.id) if one.kind == "post" else None
    seat = routing.seat_of(post, scene.matter.path, scene.ground) if post is not None else ""
    return bool(path) and len(path) < len(seat)
