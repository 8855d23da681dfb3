"""The draft of the model: what it changes, whether it holds, what it would have done; submitted by one, published by another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.matters import drafts, editions, fits, sentences
from gezhi.matters.drafts import Draft
from gezhi.matters.services import drafting
from gezhi.people import queries as people
from gezhi.reporting import open_ones, trials
from gezhi.reporting.open_ones import OpenOnes
from gezhi.reporting.trials import KeptPart, Trial
from gezhi.rules.differences import GROUPS, Change, differences
from gezhi.rules.findings import Finding, ModelError
from gezhi.rules.model import Model
from gezhi.rules.texts import holding_from
from gezhi.setup import days, gate
from gezhi.setup.views.editing import english, need_opened, show

MOST_FINDINGS = 40
CONFLICTS = frozenset(("moved_meanwhile", "draft_gone", "draft_there", "base_moved", "edition_waits"))


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one kind: each with how many open matters stand where it would be felt."""

    name: str
    changes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in the language of the page. `file` and `line` lead into the text."""

    where: str
    file: str
    line: int
    sentence: str
    mend: str
    story: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """One count of a trial with its denominator, what changed into what, and the first by number."""

    said: str
    different: int
    of: int
    kinds: tuple[tuple[str, str, int], ...]
    first: tuple[tuple[str, str, str], ...]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The draft; POST does what its button says: begin, day, compare, try, submit, return, publish, withdraw, drop."""
    model = need_opened()
    if request.method != "POST":
        return _page(request, model)
    act = next((name for name in ACTS if name in request.POST), "")
    try:
        if not act:
            raise Refused(_("没有看懂要做什么。请从页面上的按钮里选。"), code="act_unknown")
        return ACTS[act](request)
    except Refused as refusal:
        status = 409 if refusal.code in CONFLICTS else 403 if refusal.code == "not_yours" else 422
        return _page(request, model, refused=refusal.reason, field=refusal.field, status=status)
    except ModelError as wrong:
        told = " ".join(said(one).sentence for one in wrong.findings[:3])
        return _page(request, model, refused=told, status=422)


def by(request: HttpRequest) -> Actor:
    return gate.keeper(request).by


def present_draft(request: HttpRequest) -> Draft:
    """The draft that the page was shown from. Raises `Refused` where it was changed, published or dropped since."""
    draft = drafts.in_work(clock.today())
    if draft is None:
        raise Refused(_("这份草稿已经不在了：别人发布了它，或者丢弃了它。"), code="draft_gone")
    if request.POST.get("revision", "") != str(draft.revision):
        raise drafting.moved(draft.id)
    return draft


def _begin(request: HttpRequest) -> HttpResponse:
    """From the edition in force, or from an older one that is named."""
    origin = request.POST.get("origin") or editions.today().version
    if origin not in {one.version for one in editions.lines()}:
        raise Refused(_("没有这一版。请从“用过的版本”里选。"), code="version_missing")
    drafting.begin_draft(origin, by=by(request), at=clock.now())
    if request.POST.get("origin"):
        messages.success(request, _("草稿照以前那一版起好了。下面是它和现在的差别。"), extra_tags="good")
        return redirect("setup:draft")
    return redirect(f"{_address('model')}?of=draft")


def _day(request: HttpRequest) -> HttpResponse:
    drafting.set_first_day(present_draft(request), _typed_day(request), by=by(request), at=clock.now())
    return _done(request, _("生效日记下了。"))


def _typed_day(request: HttpRequest) -> date:
    return days.written(request.POST.get("since", "").strip(), "since")


def _compare(request: HttpRequest) -> HttpResponse:
    drafting.compare_with_present(present_draft(request), by=by(request), at=clock.now())
    return _done(request, _("改为和现在用的一版比。"))


def _try(request: HttpRequest) -> HttpResponse:
    draft = present_draft(request)
    if not draft.readable:
        raise Refused(_("文字里还有读不懂的地方，改好才能试。"), code="model_unreadable")
    this = request.POST.get("month") == "this"
    days = (trials.this_month if this else trials.last_month)(clock.today())
    trials.ask(draft, days, by=by(request), at=clock.now())
    return redirect(f"{_address('draft')}#trial")


def _submit(request: HttpRequest) -> HttpResponse:
    draft = present_draft(request)
    if request.POST.get("since"):
        day = _typed_day(request)
        if day != draft.since:
            draft = drafting.set_first_day(draft, day, by=by(request), at=clock.now())
    drafting.submit_draft(draft, by=by(request), at=clock.now())
    return _done(request, _("提交了。请另一个人来看，由他发布。"))


def _return(request: HttpRequest) -> HttpResponse:
    drafting.send_back(present_draft(request), by=by(request), at=clock.now())
    return _done(request, _("退回去接着改了。"))


def _publish(request: HttpRequest) -> HttpResponse:
    draft = present_draft(request)
    drafting.publish_draft(draft, by=by(request), at=clock.now())
    if draft.since <= clock.today():
        messages.success(request, _("发布了，今天起新登记的事项照它办。"), extra_tags="good")
    else:
        told = _("发布了，{day} 起新登记的事项照它办。在那以前可以撤销。")
        messages.success(request, told.format(day=draft.since), extra_tags="good")
    return redirect("setup:model")


def _withdraw(request: HttpRequest) -> HttpResponse:
    """Undo what waits for its day: a draft's edition, or one that a workbook brought."""
    draft = drafts.in_work(clock.today())
    if draft is not None and draft.state == "published":
        drafting.take_back(present_draft(request), by=by(request), at=clock.now())
        return _done(request, _("撤销了，草稿还在，可以接着改。"))
    drafting.withdraw_edition(request.POST.get("version", ""), by=by(request), at=clock.now())
    messages.success(request, _("撤销了，到那天不会变。"), extra_tags="good")
    return redirect("setup:model")


def _drop(request: HttpRequest) -> HttpResponse:
    drafting.drop_draft(present_draft(request), by=by(request), at=clock.now())
    messages.success(request, _("草稿丢弃了，现在用的一版没有动。"), extra_tags="good")
    return redirect("setup:model")


ACTS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "begin": _begin, "day": _day, "compare": _compare, "try": _try, "submit": _submit, "return": _return,
    "publish": _publish, "withdraw": _withdraw, "drop": _drop,
}  # fmt: skip


def _done(request: HttpRequest, told: str) -> HttpResponse:
    messages.success(request, told, extra_tags="good")
    return redirect("setup:draft")


def _address(name: str) -> str:
    return reverse(f"setup:{name}")


def _page(
    request: HttpRequest, model: Model, *, refused: str = "", field: str = "", status: int = 200
) -> HttpResponse:
    draft = drafts.in_work(clock.today())
    told: dict[str, Any] = {"refused": refused, "field": field, "draft": draft, "present": model}
    if draft is not None:
        told |= _of(draft, model) | {"mine": draft.submitted_by == by(request).account}
        told |= {"typed": request.POST.get("since") if field == "since" else None}
    return show(request, "model_draft", status=status, **told)


def _of(draft: Draft, model: Model) -> dict[str, Any]:
    """What the page of a draft tells."""
    names = people.names_of({who for who in (draft.edited_by, draft.submitted_by, draft.published_by) if who})
    told: dict[str, Any] = {
        "findings": [said(one) for one in draft.findings[:MOST_FINDINGS]],
        "more_findings": max(len(draft.findings) - MOST_FINDINGS, 0),
        "edited": names.get(draft.edited_by, ""),
        "submitted": names.get(draft.submitted_by, "") if draft.submitted_by else "",
        "published": names.get(draft.published_by, "") if draft.published_by else "",
        "publishers": _publishers(draft),
        "not_come": _publishers(draft, came=False),
        "base_moved": draft.base != model.version and draft.state != "published",
        "passed": draft.since < clock.today(),
    }
    if draft.readable:
        told |= _compared(draft, model) | _tried(draft)
    return told


def _publishers(draft: Draft, *, came: bool = True) -> str:
    """Who can publish it: post and name, without the one who submitted, or, before that, who worked on it last; or,
    not `came`, who could but was never here."""
    model = editions.today()
    but = draft.submitted_by or draft.edited_by
    found = drafts.publishers(clock.today(), but=but, came=came)
    one = _("{name}（{post}）")
    return _("、").join(
        one.format(name=person.name, post=sentences.label(model.posts[seat.post])) for person, seat in found
    )


def _compared(draft: Draft, present: Model) -> dict[str, Any]:
    after, before = draft.model(), holding_from(present, draft.since)
    found = differences(before, after, english=english())
    standing = open_ones.of(present.version)
    groups = [
        Group(GROUPS[group][english()], tuple((one.sentence, _felt(one, standing)) for one in changes))
        for group, changes in found.grouped().items()
    ]
    told = {
        "groups": groups,
        "changes": len(found.changes),
        "same_conduct": found.same_conduct,
        "open": standing.all,
    }
    if draft.state != "published":
        told["unfit"] = fits.unfit(after, present, max(draft.since, clock.today()))
        told["vacancies"] = fits.new_vacancies(after, present, max(draft.since, clock.today()))
    return told


def _felt(change: Change, standing: OpenOnes) -> int:
    return standing.concerned(change.steps, change.items) if change.steps or change.items else 0


def said(one: Finding) -> Told:
    """A finding in the language of the page."""
    en = english()
    where = f"{one.file}:{one.line}" if one.line else one.file
    sentence = one.english if en and one.english else one.sentence
    mend = one.mend_english if en and one.mend_english else one.mend
    story = one.story_english if en and one.story_english else one.story
    return Told(where, "items" if one.file.endswith(".csv") else "model", one.line, sentence, mend, story)


def _tried(draft: Draft) -> dict[str, Any]:
    trial = trials.of(draft)
    if trial is None:
        return {}
    return {"trial": trial, "counts": _counts(trial), "promises": trial.promises if trial.covered else ()}


def _counts(trial: Trial) -> list[Count]:
    """What would have come out differently; nothing before the first matter was tried."""
    sentence = {
        "absent": _("清单里没有了的事项"),
        "grade": _("等级不同"),
        "first_desk": _("登记以后先交给的人不同"),
        "handling_desk": _("到处置时先交给的人不同"),
        "newly_late": _("原来按时、换了会超期"),
        "newly_in_time": _("原来超期、换了会按时"),
    }
    if not trial.covered:
        return []
    return [_count(sentence[name], part) for name, part in trial.parts.items()]


def _count(words: str, part: KeptPart) -> Count:
    return Count(words, part.different, part.of, tuple(_rows(part.kinds[:8])), tuple(_rows(part.first)))


def _rows(rows: Iterable[tuple[Any, Any, Any]]) -> Iterable[tuple[Any, Any, Any]]:
    nothing = _("无")
    for a, b, c in rows:
        yield (
            (a or nothing, b or nothing, c or nothing)
            if not isinstance(c, int)
            else (a or nothing, b or nothing, c)
        )
