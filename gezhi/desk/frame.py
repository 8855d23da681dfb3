"""Who sits here, what they can see and where they can go: what the page frame of the desk says."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.desk import carried
from gezhi.documents import access as documents
from gezhi.errors import Refused
from gezhi.ledger import clock, instance
from gezhi.matters import access, admission, drafts, editions, overseen, queries, rights, sentences
from gezhi.matters.lists import MOST_COUNTED
from gezhi.people.queries import Person, Roster, Seat, roster
from gezhi.people.visitor import person_of, visitor
from gezhi.places import queries as places
from gezhi.places.paths import WIDTH
from gezhi.places.tree import Tree
from gezhi.reporting.scopes import open_to
from gezhi.rules.model import Model
from gezhi.ui import words
from gezhi.ui.frame import Door, Frame, Leap
from gezhi.ui.frame import Seat as Chair

A_POST = 2  # how many people of one post the role switcher offers


def show(
    request: HttpRequest,
    template: str,
    here: str,
    *,
    status: int = 200,
    waiting: int | None = None,
    **told: Any,
) -> HttpResponse:
    """A page of the desk in its frame. `here` names the door that is open, `waiting` how much waits, if known."""
    now = clock.now()
    person = visitor(request)
    frame = frame_of(person, now, waiting) if person else None
    told = {"frame": frame, "here": here, "now": now, "carried": carried.shown(request)} | told
    return render(request, template, told, status=status)


def frame_of(person: Person, now: datetime, waiting: int | None = None) -> Frame:
    """The frame for this person at this moment."""
    on = timezone.localdate(now)
    revision = instance.revision()
    ground = places.tree(on, revision)
    model = _model(now)
    scope, more = scope_of(person, model, ground)
    shifting = instance.kind() in ("demo", "simulation")
    waiting = queries.count_inbox(person) if waiting is None else waiting
    counts = model is not None and any(open_to(person, model))
    return Frame(
        name=person.name,
        post=posts_words(person, model, ground) if person.terms and model else _("今天没有岗位"),
        scope=scope,
        scope_more=more,
        doors=_doors(
            waiting,
            counts,
            shifting,
            int(drafts.waits_for(person, model) is not None)
            if model and drafts.seat_of(person, drafts.PUBLISHES, model)
            else None,
            sum(admission.waiting_for(person, model))
            if model and admission.has_a_part(person, model)
            else None,
            oversees=model is not None and bool(overseen.seats(person, model)),
            asked=rights.waiting(now)[0] if model and rights.seat_for(person, model) else None,
        ),
        find_href=reverse("desk:find"),
        new_href="" if model and _only_administers(person, model) else reverse("desk:new"),
        seats=_chairs(roster(on, revision=revision), person, model, ground) if shifting and model else (),
        leaps=_leaps(now) if shifting else (),
        now_words=words.moment(now, now - timedelta(days=1)),
        phrases_href=reverse("desk:phrases") if model and documents.kept_by(person, model) else "",
        groups_href=reverse("desk:groups") if model and overseen.seats(person, model) else "",
        drawn_for=carried.mark_of(person.account),
        teams_href=_teams_href(person, model),
        keys_href=reverse("keys") if model and access.seats_for_keys(person, model) else "",
    )


def _teams_href(person: Person, model: Model | None) -> str:
    """Where the teams of one's own desks are kept; nowhere for who has no desk that handles."""
    if model is None or not person.terms or _only_administers(person, model):
        return ""
    return reverse("desk:standing_teams")


def _only_administers(person: Person, model: Model) -> bool:
    """Whether every seat of this person administers the instance: from none of them matters are handled."""
    posts = [model.posts.get(seat.post) for seat in person.terms]
    return bool(posts) and all(post is not None and post.administers for post in posts)


def _model(now: datetime) -> Model | None:
    try:
        return editions.current(timezone.localdate(now))
    except Refused:
        return None


def seat_words(seat: Seat, model: Model, ground: Tree) -> str:
    """A seat as people say it: 网格员 · 柳荫 03 格."""
    unit = ground.by_path.get(seat.path) if seat.post != "department" else None
    return f"{_post_name(seat, model)} · {unit.name}" if unit else _post_name(seat, model)


def _post_name(seat: Seat, model: Model) -> str:
    """The post alone, 网格员; of a department its name."""
    if seat.post == "department":
        found = model.departments.get(seat.department)
        return sentences.label(found) if found else seat.department
    return sentences.label(model.posts[seat.post]) if seat.post in model.posts else seat.post


def posts_words(person: Person, model: Model, ground: Tree) -> str:
    """Every seat of a person who has one or two; of more the kinds of post, two of them, and how many seats."""
    said = list(dict.fromkeys(seat_words(seat, model, ground) for seat in person.terms))
    if len(said) < 3:
        return _("、").join(said)
    kinds = list(dict.fromkeys(seat.post for seat in person.terms))
    first = [next(seat for seat in person.terms if seat.post == kind) for kind in kinds[:2]]
    named = _("、").join(_post_name(seat, model) for seat in first)
    return _("{post} 等 {n} 个岗位").format(post=named, n=len(said))


def scope_of(person: Person, model: Model | None, ground: Tree) -> tuple[str, str]:
    """我看得到：the widest ground of the person's seats, and how many units lie in it."""
    if not person.terms or model is None:
        return "", ""
    seat = min(person.terms, key=lambda s: (s.post == "department", len(s.path)))
    if seat.post == "department":
        return seat_words(seat, model, ground), _("承办的事项")
    unit = ground.by_path.get(seat.path)
    if seat.post in model.posts and model.posts[seat.post].sees != "ground":
        return unit.name if unit else "", _("只看交到手上的事")
    return unit.name if unit else "", _("、").join(_counted(seat.path, model, ground))


def _counted(path: str, model: Model, ground: Tree) -> list[str]:
    counts: dict[str, int] = {}
    for unit in ground.within(path)[1:]:
        counts[unit.level] = counts.get(unit.level, 0) + 1
    said = ngettext("{n} 个{level}", "{n} 个{level}", 2)
    return [
        said.format(n=words.count(n), level=sentences.label(model.levels[level]))
        for level, n in list(counts.items())[-2:]
        if level in model.levels
    ]


def _counted_to(number: int) -> str:
    """How many wait, nothing for none: a count goes no further than `MOST_COUNTED`."""
    if number > MOST_COUNTED:
        return f"{words.count(MOST_COUNTED)}+"
    return words.count(number) if number else ""


def _doors(
    waiting: int,
    counts: bool,
    shifting: bool,
    setting: int | None,
    admitting: int | None,
    *,
    oversees: bool = False,
    asked: int | None = None,
) -> tuple[Door, ...]:
    """The doors that open for this person: no figures where none may be seen, admission (with how many wait) only for
    who has a part in it, requests about personal information only for who answers them, the drawer only for invented data, the setup (with the draft that waits to be published by
    them) for whoever administers."""
    doors = [
        Door("inbox", reverse("desk:inbox"), "inbox", _("待我办"), _counted_to(waiting)),
        Door("matters", reverse("desk:matters"), "list-details", _("全部事项")),
    ]
    if asked is not None:
        doors.append(Door("rights", reverse("desk:rights"), "user", _("权利请求"), _counted_to(asked)))
    if oversees:
        doors.append(Door("centre", reverse("desk:centre"), "flag", _("督办台")))
    if counts:
        doors.append(Door("figures", reverse("desk:figures"), "chart-bar", _("数据")))
    doors.append(Door("ledger", reverse("desk:ledger"), "shield-lock", _("账本")))
    if admitting is not None:
        doors.append(
            Door("admission", reverse("desk:admission"), "list-check", _("准入"), _counted_to(admitting))
        )
    if setting is not None:
        doors.append(Door("setup", reverse("setup:home"), "settings", _("设置"), _counted_to(setting)))
    if shifting:
        doors.append(Door("drawer", reverse("desk:drawer"), "mail", _("已告知")))
    return tuple(doors)


def _leaps(now: datetime) -> tuple[Leap, ...]:
    return (
        Leap("1h", _("往后 1 小时")),
        Leap("1d", _("往后 1 天")),
        Leap("morning", _("到明早 9:00，{day}").format(day=words.weekday(_tomorrow(now).date()))),
        Leap("1w", _("往后 1 周")),
    )


def leap_to(leap: str, now: datetime) -> datetime | None:
    """The moment a leap goes to; none for a word that is no leap."""
    spans = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "1w": timedelta(weeks=1)}
    if leap == "morning":
        return _tomorrow(now)
    return now + spans[leap] if leap in spans else None


def _tomorrow(now: datetime) -> datetime:
    local = timezone.localtime(now)
    return datetime.combine(local.date() + timedelta(days=1), time(9), local.tzinfo)


def _chairs(
    staff: Roster, person: Person, model: Model, ground: Tree
) -> tuple[tuple[str, tuple[Chair, ...]], ...]:
    """Somebody of each post, near ones first: level by level from the top, departments last."""
    home = person.terms[0].path if person.terms else ""
    groups: dict[tuple[int, str, str], list[tuple[int, Chair]]] = {}
    for other in staff.people.values():
        for seat in other.terms[:1]:
            outside = seat.post == "department"
            group = _("部门") if outside else _level_name(seat, model)
            far = -_shared(seat.path, home)
            chair = Chair(
                other.account.hex,
                other.name,
                seat_words(seat, model, ground),
                other.account == person.account,
            )
            depth = len(model.levels) * WIDTH + 1 if outside else len(seat.path)
            groups.setdefault((depth, group, seat.post), []).append((far, chair))
    found: dict[str, list[Chair]] = {}
    for (_depth, name, _post), chairs in sorted(groups.items(), key=lambda g: g[0]):
        most = A_POST if name != _("部门") else len(chairs)
        found.setdefault(name, []).extend(
            c for _far, c in sorted(chairs, key=lambda c: (not c[1].here, c[0]))[:most]
        )
    return tuple((name, tuple(chairs)) for name, chairs in found.items())


def _level_name(seat: Seat, model: Model) -> str:
    return sentences.label(model.levels[seat.level]) if seat.level in model.levels else seat.level


def _shared(one: str, other: str) -> int:
    """How many levels two paths have in common."""
    shared = 0
    while shared < len(one) and one[shared : shared + 4] == other[shared : shared + 4]:
        shared += 4
    return shared


def me(request: HttpRequest) -> Person:
    """The signed-in person behind a page of the desk."""
    return person_of(request)
