"""待我办: what waits for me, by promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from gezhi.desk import noticed, rows, several
from gezhi.desk.frame import me, show
from gezhi.ledger import clock
from gezhi.matters import (
    access,
    admission,
    asked,
    beside_me,
    besides,
    drafts,
    editions,
    expiring,
    extending,
    queries,
    sentences,
)
from gezhi.matters.lists import MOST_COUNTED, Glance, Line, glance
from gezhi.matters.outside import Waiting
from gezhi.notify import broadcasts, by_hand, doorkeeping, hooks, posting
from gezhi.notify.broadcasts import Around
from gezhi.people import queries as people
from gezhi.people.queries import Person
from gezhi.places import queries as places
from gezhi.places.tree import Tree
from gezhi.rules.model import Model
from gezhi.ui import words

PAGE = 50
BESIDE = (
    "asked", "to_grant", "brought", "second", "in_teams", "outside", "to_state", "stated", "relayed",
    "to_tell", "to_read", "to_publish", "stopped", "doors_stopped",
)  # fmt: skip
"""What of the notices above the list asks something of whoever reads it."""


@dataclass(frozen=True)
class Tab:
    word: str
    number: str
    href: str
    here: bool


@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for me, by promise. Where one step is kept, several can be taken at once; POST takes it on them."""
    person, now = me(request), clock.now()
    model, ground = surroundings(now)
    step, after = request.GET.get("step", ""), rows.key_from(request.GET.get("after", ""))
    acts = several.acts(person, model, step) if step else []
    acted = several.acted(request.POST, acts, person) if request.method == "POST" else {}
    lines = queries.inbox(person, most=PAGE + 1, after=after, step=step)
    glances = glance(queries.desks_places(person))
    total, capped = len(glances), len(glances) > MOST_COUNTED
    day = rows.day_of(_of(glances[:MOST_COUNTED], step), now, more=capped)
    made = rows.rows_of(lines, model, ground, person.desks)
    cut = rows.Cut(
        before=after is not None, after=len(lines) > PAGE, late=rows.many(day.late, more=day.all_late)
    )
    admitting = _admitting(person, model)
    page = {
        "now": now,
        "acts": acts,
        "hint": not step and any(several.acts(person, model, one) for one in {g.step for g in glances}),
        **acted,
        "total": total,
        "sentence": _sentence(day, None if after else next(iter(made), None), now),
        "day": day,
        "tabs": _tabs(glances, model, step),
        "groups": rows.grouped(made[:PAGE], now, cut),
        "last_column": _("等我做"),
        "more": more(request, lines),
        **(notices := _notices(person, model, now)),
        "admitting": admitting,
        "ending": _ending(person, model, ground),
        "beside": bool(admitting) or any(notices[name] for name in BESIDE),
    }
    status = 422 if acted.get("wrong") else 200
    return show(request, "desk/inbox.html", "inbox", status=status, waiting=total, page=page)


def _notices(person: Person, model: Model, now: datetime) -> dict[str, object]:
    """What stands above the list: not matters that wait at a desk, and for this person all the same."""
    around = Around(person, model, places.tree(timezone.localdate(now)))
    waits = by_hand.waits()
    keyed = [seat.term for seat in access.seats_for_keys(person, model)]
    return {
        **_asked(person, now),
        **_brought(person),
        **_beside_me(person, now),
        "to_grant": _to_grant(person, now),
        "stopped": hooks.stopped(keyed),
        "doors_stopped": doorkeeping.stopped() if access.seat_of_office(person, model) else [],
        "to_tell": _to_tell(person, around, waits),
        "to_read": _to_read(around) if waits[1] else "",
        "to_publish": drafts.waits_for(person, model),
    }


def _to_tell(person: Person, around: Around, waits: tuple[bool, bool]) -> str:
    """What people must tell because no door did, and what did not go out, in a few words; empty for none."""
    cards, dead = by_hand.counts(person) if waits[0] else (0, 0)
    said = []
    if cards:
        told = ngettext("{n} 条要由人告知", "{n} 条要由人告知", cards)
        said.append(told.format(n=_up_to(cards)))
    if groups := posting.count(around, most=by_hand.MOST_COUNTED) if waits[1] else 0:
        told = ngettext("{n} 个群等我贴话", "{n} 个群等我贴话", groups)
        said.append(told.format(n=_up_to(groups)))
    if dead:
        told = ngettext("{n} 条没有送到", "{n} 条没有送到", dead)
        said.append(told.format(n=_up_to(dead)))
    return " · ".join(said)


def _to_read(around: Around) -> str:
    """Texts to groups that wait for a second person to read them; empty for none."""
    unread = broadcasts.waiting(around) if around.seats else 0
    told = ngettext("{n} 条群发等我看过", "{n} 条群发等我看过", unread)
    return told.format(n=words.count(unread)) if unread else ""


def _up_to(number: int) -> str:
    most = by_hand.MOST_COUNTED
    return f"{words.count(most)}+" if number > most else words.count(number)


def _admitting(person: Person, model: Model) -> str:
    """What of admission waits for me: on a phone its door stands in the menu, and the number is read here."""
    if not admission.has_a_part(person, model):
        return ""
    review, returned = admission.waiting_for(person, model)
    said = []
    if review:
        told = ngettext("{n} 份准入申请等我审核", "{n} 份准入申请等我审核", review)
        said.append(told.format(n=words.count(review)))
    if returned:
        told = ngettext("{n} 份准入申请退回来等我们补充", "{n} 份准入申请退回来等我们补充", returned)
        said.append(told.format(n=words.count(returned)))
    return " · ".join(said)


def _asked(person: Person, now: datetime) -> dict[str, object]:
    """The requests to see a reporter that wait for me."""
    waiting = asked.awaited(person, at=now)
    said = ngettext("{n} 件等我决定能否查看报告人", "{n} 件等我决定能否查看报告人", len(waiting))
    links = [
        (rows.short(one.number), f"{reverse('desk:matter', args=[one.number])}#reporter") for one in waiting
    ]
    return {"asked_say": said.format(n=words.count(len(waiting))) if waiting else "", "asked": links}


def _to_grant(person: Person, now: datetime) -> list[tuple[str, str, str]]:
    """Extensions that wait for my word: (short number, what is asked, address), the earliest due first."""
    told = _("延 {more}，{left}内批")
    return [
        (
            rows.short(one.number),
            told.format(more=one.more, left=words.length(one.due_at - now)),
            reverse("desk:extend", args=[one.number, one.promise]),
        )
        for one in extending.waiting_for(person, at=now)
    ]


def _brought(person: Person) -> dict[str, object]:
    """Matters with which my departments are asked to help, and those referred to me: they stand at other desks."""
    found = besides.for_me(person)
    told = []
    for referred, what in ((False, _("请我们协办")), (True, _("转请我看"))):
        some = [each for each in found if each.referred is referred]
        links = [(rows.short(each.number), reverse("desk:matter", args=[each.number])) for each in some]
        if links:
            told.append((_("{n} 件{what}").format(n=words.count(len(links)), what=what), links))
    return {"brought": told}


def _beside_me(person: Person, now: datetime) -> dict[str, object]:
    """Open matters in whose teams I am: they wait for whoever leads, and are mine to see and to write about; and what
    was handed to somebody outside from my desks and asks something of me: late, or reported upon."""
    found = beside_me.look(person, now)
    said = ngettext("我在 {n} 件的团队里", "我在 {n} 件的团队里", len(found.teams))
    links = [
        (rows.short(one.number), one.role, reverse("desk:matter", args=[one.number])) for one in found.teams
    ]
    second = ngettext("{n} 件等第二个人确认", "{n} 件等第二个人确认", len(found.proposed))
    waits = [(rows.short(number), reverse("desk:matter", args=[number])) for number in found.proposed]
    return {
        "second_say": second.format(n=words.count(len(waits))),
        "second": waits,
        "in_teams_say": said.format(n=words.count(len(links))),
        "in_teams": links,
        "outside": _outside(found.outside),
        **noticed.statements_of(found),
        **noticed.words_of(found),
    }


def _outside(found: Sequence[Waiting]) -> list[tuple[str, bool, list[tuple[str, str]]]]:
    told = []
    for late, what in ((True, _("外部承办逾期")), (False, _("外部承办有报告"))):
        links = [
            (rows.short(one.number), reverse("desk:handover", args=[one.number, one.handover]))
            for one in found
            if one.late is late
        ]
        if links:
            told.append((_("{n} 件{what}").format(n=words.count(len(links)), what=what), late, links))
    return told


def _ending(person: Person, model: Model, ground: Tree) -> list[str]:
    """Certificates of those whom I head, in sentences: which ends when."""
    found = expiring.told(person)
    names = people.names_of(one.ending.account for one in found)
    today = clock.today()
    said = []
    for one in found:
        over = one.ending.until < today
        sentence = (
            _("{name}（{unit}{post}）的{kind} {day} 已经过期，要这个证的步骤现在办不了。")
            if over
            else _("{name}（{unit}{post}）的{kind} {day} 到期。")
        )
        post = model.posts.get(one.ending.post)
        said.append(
            sentence.format(
                name=names[one.ending.account], unit=ground.by_path[one.path].name,
                post=sentences.label(post) if post else one.ending.post, kind=one.ending.kind,
                day=words.day(one.ending.until, today),
            )
        )  # fmt: skip
    return said


def surroundings(now: datetime) -> tuple[Model, Tree]:
    """Today's model and ground."""
    on = timezone.localdate(now)
    return editions.current(on), places.tree(on)


def _of(glances: list[Glance], step: str) -> list[Glance]:
    return [one for one in glances if one.step == step] if step else glances


def _sentence(day: rows.Day, first: rows.Row | None, now: datetime) -> str:
    """37 件。先办「竹园电梯」，还剩 41分: how many, and the first of the list with its time; what else is late last.

    The first of the list is what comes first: there is no other order. On a further page nothing is said of it.
    """
    said = day.say
    if first is None:
        return said + _("。")
    said += _("。先办「{what}」").format(what=_brief(first.headline))
    if first.due_at and first.due_at < now:
        said += _("，已超期 {span}").format(span=words.length(now - first.due_at))
        others = day.late - 1
        return said + (_("；另有 {n} 件也超期了。").format(n=words.count(others)) if others > 0 else _("。"))
    if first.due_at:
        said += _("，还剩 {left}").format(left=words.length(first.due_at - now))
    return said + _("。")


def _brief(headline: str) -> str:
    return headline if len(headline) <= 20 else headline[:19] + "…"


def _tabs(glances: list[Glance], model: Model, step: str) -> list[Tab]:
    """All and the five most frequent steps. Where not all were counted, what is counted of a step is told as 以上."""
    inbox_href = reverse("desk:inbox")
    names = {s.id: sentences.label(s) for flow in model.flows.values() for s in flow.steps.values()}
    more, shown = len(glances) > MOST_COUNTED, glances[:MOST_COUNTED]
    counts = Counter(one.step for one in shown)
    tabs = [Tab(_("全部"), rows.counted(len(shown), more=more), inbox_href, not step)]
    for id, number in counts.most_common(5):
        href = f"{inbox_href}?{urlencode({'step': id})}"
        tabs.append(Tab(names.get(id, id), rows.counted(number, more=more), href, id == step))
    return tabs


def more(request: HttpRequest, lines: list[Line]) -> str:
    """The address of what follows; empty on the last page."""
    if len(lines) <= PAGE:
        return ""
    asked = request.GET.copy()
    asked["after"] = rows.key_of(lines[PAGE - 1])
    return f"?{asked.urlencode()}"
