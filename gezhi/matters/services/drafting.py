"""Changing the model: drafted by one, published by another, from a day on; taken back until then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.services import record
from gezhi.matters import drafts, editions, events, fits, models
from gezhi.matters.drafts import Draft, local_day
from gezhi.matters.services import admitting_outcome
from gezhi.matters.services.editions import adopt, carried_over, withdraw
from gezhi.people import queries as people
from gezhi.rules.findings import Finding
from gezhi.rules.model import Model
from gezhi.rules.proof.check import in_order
from gezhi.rules.texts import Texts, checked, holding_from, texts_of_model

LARGEST = 2_000_000  # characters of both texts
_GONE: dict[str, Any] = {"toml": "", "items": "", "findings": "[]", "trial": "", "live": None}


def begin_draft(origin: str, *, by: Actor, at: datetime) -> Draft:
    """Begin a draft from a stored version. Raises `Refused` while another one is in work, or waits for its day."""
    account, today = _holder(by, at, drafts.DRAFTS), local_day(at)
    texts = texts_of_model(editions.of_version(origin))
    return _begin(texts, today + timedelta(days=1), account, by=by, at=at, origin=origin)


def begin_draft_with(texts: Texts, since: date, *, by: Actor, at: datetime) -> Draft:
    """Begin a draft with these texts, for a service that has asked by a right of its own whether `by` may: a batch of
    admission. Submitting and publishing it is left to whoever administers. Raises `Refused` as `begin_draft` does."""
    if by.account is None:
        raise Refused(_("改治理模型的，只有管理系统的人；发布的，还可以是管理安全的人。"), code="not_yours")
    _not_past(since, at)
    return _begin(texts, since, by.account, by=by, at=at, origin=editions.current(local_day(at)).version)


def _begin(texts: Texts, since: date, account: UUID, *, by: Actor, at: datetime, origin: str) -> Draft:
    today = local_day(at)
    if line := editions.waiting(today):
        told = _("已经排定从 {day} 起用新的一版。请先撤销那一版，或者等到那天以后再改。")
        raise Refused(told.format(day=line.since), code="edition_waits")
    end_what_began(at=at)
    row = models.Draft(
        id=new_id(), live=True, state="open", base=editions.current(today).version, toml=texts.toml, items=texts.items,
        findings=_stored(examined(texts)), since=since, began_at=at, edited_by=account, edited_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record(events.DRAFT_BEGUN, row.id, by=by, at=at, base=row.base, origin=origin)
    except IntegrityError:
        raise Refused(_("已经有一份草稿在改。同时只有一份，请接着改那一份。"), code="draft_there") from None
    return drafts.draft_of(row)


def save_texts(draft: Draft, texts: Texts, *, by: Actor, at: datetime) -> Draft:
    """Put other texts into the draft, readable or not: what is wrong with them is kept beside them."""
    account = _holder(by, at, drafts.DRAFTS)
    if len(texts.toml) + len(texts.items) > LARGEST:
        raise Refused(_("这些文字太长。治理模型只有几个文本文件。"), code="model_files")
    if texts == draft.texts:
        return draft
    said = {"toml": texts.toml, "items": texts.items, "findings": _stored(examined(texts)), "trial": ""}
    with transaction.atomic():
        _revise(draft, ("open",), said | {"edited_by": account, "edited_at": at})
        record(events.DRAFT_SAVED, draft.id, by=by, at=at, digest=texts.digest)
    return _again(draft)


def set_first_day(draft: Draft, since: date, *, by: Actor, at: datetime) -> Draft:
    """Say from which day the draft shall hold: today or later. Raises `Refused` for a day that has passed."""
    account = _holder(by, at, drafts.DRAFTS)
    _not_past(since, at)
    with transaction.atomic():
        _revise(draft, ("open",), {"since": since, "edited_by": account, "edited_at": at})
        record(events.DRAFT_SAVED, draft.id, by=by, at=at, since=since.isoformat())
    return _again(draft)


def compare_with_present(draft: Draft, *, by: Actor, at: datetime) -> Draft:
    """Go on with a draft although the model in force is another one since it was begun."""
    account, version = _holder(by, at, drafts.DRAFTS), editions.current(local_day(at)).version
    with transaction.atomic():
        _revise(draft, ("open",), {"base": version, "edited_by": account, "edited_at": at})
        record(events.DRAFT_SAVED, draft.id, by=by, at=at, base=version)
    return _again(draft)


def submit_draft(draft: Draft, *, by: Actor, at: datetime) -> Draft:
    """Hand the draft in for publication. From then on it does not change.

    Raises `Refused` if, and only if, it is not proved, changes nothing, does not fit the district, was begun from
    another model than the one in force, or its first day has passed.
    """
    account = _holder(by, at, drafts.DRAFTS)
    model = _ready(draft, at)
    said = {"state": "submitted", "version": model.version, "submitted_by": account, "submitted_at": at}
    with transaction.atomic():
        _revise(draft, ("open",), said)
        facts = {"version": model.version, "digest": draft.texts.digest, "since": draft.since.isoformat()}
        record(events.DRAFT_SUBMITTED, draft.id, by=by, at=at, **facts)
    return _again(draft)


def send_back(draft: Draft, *, by: Actor, at: datetime) -> Draft:
    """Give a submitted draft back to be worked on."""
    _holder(by, at, drafts.PUBLISHES)
    with transaction.atomic():
        _revise(
            draft,
            ("submitted",),
            {"state": "open", "submitted_by": None, "submitted_at": None, "version": ""},
        )
        record(events.DRAFT_RETURNED, draft.id, by=by, at=at, version=draft.version)
    return _again(draft)


def publish_draft(draft: Draft, *, by: Actor, at: datetime) -> None:
    """Publish what was submitted; it holds from its first day on. Raises `Refused` for whoever submitted it."""
    account = _holder(by, at, drafts.PUBLISHES)
    if account == draft.submitted_by:
        told = _("这一版是您自己提交的，要由另一个人发布。能发布的人列在页面上。")
        raise Refused(told, code="same_person")
    if draft.state == "submitted":
        _ready(draft, at)
    with transaction.atomic():
        _revise(draft, ("submitted",), {"state": "published", "published_by": account, "published_at": at})
        model = adopt(draft.model(), by=by, at=at)
        facts = {"version": model.version, "since": draft.since.isoformat()}
        record(events.DRAFT_PUBLISHED, draft.id, by=by, at=at, **facts)
        admitting_outcome.published(draft.id, model, by=by, at=at)
        _end_begun(at=at)


def take_back(draft: Draft, *, by: Actor, at: datetime) -> Draft:
    """Undo a publication before its first day: the edition is withdrawn, the draft is open again."""
    _holder(by, at, drafts.PUBLISHES)
    said = {
        "state": "open",
        "version": "",
        **dict.fromkeys(("submitted_by", "submitted_at", "published_by", "published_at")),
    }
    with transaction.atomic():
        withdraw(draft.version, by=by, at=at)
        _revise(draft, ("published",), said)
        admitting_outcome.taken_back(draft.id, by=by, at=at)
    return _again(draft)


def withdraw_edition(version: str, *, by: Actor, at: datetime) -> None:
    """Undo an edition that did not come from a draft, a workbook's, before its first day."""
    _holder(by, at, drafts.PUBLISHES)
    withdraw(version, by=by, at=at)


def drop_draft(draft: Draft, *, by: Actor, at: datetime) -> None:
    """Throw the draft away; its texts are gone."""
    _holder(by, at, drafts.DRAFTS)
    with transaction.atomic():
        _revise(draft, ("open", "submitted"), {"state": "dropped", "ended_at": at, **_GONE})
        record(events.DRAFT_DROPPED, draft.id, by=by, at=at)
        admitting_outcome.dropped(draft.id, by=by, at=at)


def keep_trial(draft: UUID, before: str, trial: str) -> bool:
    """Keep how far a trial has come. False, and nothing kept, where somebody else took it further or dropped it."""
    return bool(models.Draft.objects.filter(id=draft, live=True, trial=before).update(trial=trial))


def ask_for_trial(draft: Draft, trial: str, *, by: Actor, at: datetime) -> Draft:
    """Begin a trial of the draft."""
    _holder(by, at, drafts.PUBLISHES)
    with transaction.atomic():
        if not keep_trial(draft.id, draft.trial, trial):
            raise moved(draft.id)
        record(events.DRAFT_TRIED, draft.id, by=by, at=at, digest=draft.texts.digest)
    return _again(draft)


def end_what_began(*, at: datetime) -> int:
    """Close the draft whose edition has begun: the edition holds by the calendar, this notes it, once."""
    if not _begun(at).exists():
        return 0
    with transaction.atomic():
        return _end_begun(at=at)


def examined(texts: Texts) -> tuple[Finding, ...]:
    """Everything that is wrong with these texts, plans for open matters included. Files without a folder's name."""
    proof = checked(texts)
    found = list(proof.findings)
    if proof.model is not None:
        found += carried_over(proof.model)
    return tuple(replace(one, file=one.file.removeprefix("draft/")) for one in in_order(found))


def _begun(at: datetime) -> QuerySet[models.Draft]:
    return models.Draft.objects.filter(live=True, state="published", since__lte=local_day(at))


def _end_begun(*, at: datetime) -> int:
    for id, version in _begun(at).values_list("id", "version"):
        if _begun(at).filter(id=id).update(state="begun", ended_at=at, **_GONE):
            record(events.EDITION_BEGAN, id, by=HOUSE, at=at, version=version)
            return 1
    return 0


def _ready(draft: Draft, at: datetime) -> Model:
    """The model of a draft that may be submitted or published today. Raises `Refused` with the reason why not."""
    today = local_day(at)
    _not_past(draft.since, at)
    if not draft.holds:
        told = _("还有 {n} 处要改，改好才能提交。")
        raise Refused(told.format(n=len(draft.findings)), code="model_unproved")
    present = editions.current(today)
    if draft.base != present.version:
        told = _("起草以后，别人改过现在用的一版。请先看清和现在的差别，再提交。")
        raise Refused(told, code="base_moved")
    model = draft.model()
    if model.version == holding_from(present, draft.since).version:
        raise Refused(_("和现在用的一版一字不差，没有要发布的。"), code="nothing_changed")
    if model.about.id != present.about.id or model.about.replay:
        raise Refused(
            _("代号（id）变了，或者只供回放：这是另一套办法，不是改这一套。请把代号改回来。"),
            code="another_model",
        )
    if reasons := fits.unfit(model, present, draft.since):
        raise Refused(" ".join(reasons), code="model_unfit")
    return model


def _not_past(since: date, at: datetime) -> None:
    if since < local_day(at):
        raise Refused(_("生效日不能在今天以前。请改成今天或以后的一天。"), code="day_past", field="since")


def _holder(by: Actor, at: datetime, offices: frozenset[str]) -> UUID:
    """The account that acts from one of these offices. Raises `Refused` for anybody else."""
    post = editions.current(local_day(at)).posts.get(by.post.partition("@")[0])
    if by.account is None or post is None or post.administers not in offices:
        raise Refused(_("改治理模型的，只有管理系统的人；发布的，还可以是管理安全的人。"), code="not_yours")
    return by.account


def _revise(draft: Draft, states: tuple[str, ...], said: dict[str, Any]) -> None:
    """Change the draft if, and only if, nobody changed it since it was read. The loser is told, nothing is overwritten."""
    mine = models.Draft.objects.filter(id=draft.id, live=True, revision=draft.revision, state__in=states)
    if not mine.update(revision=F("revision") + 1, **said):
        raise moved(draft.id)


def moved(draft: UUID) -> Refused:
    """What is said to whoever comes second: what became of the draft meanwhile, and by whom."""
    row = models.Draft.objects.filter(id=draft, live=True).first()
    if row is None:
        return Refused(_("这份草稿已经不在了：别人发布了它，或者丢弃了它。"), code="draft_gone")
    if row.state == "published":
        who, told = row.published_by, _("就在刚才，{who}发布了这一版。您这一次的没有保存。")
    elif row.state == "submitted":
        who, told = (
            row.submitted_by,
            _("就在刚才，{who}提交了这份草稿，不能再改；要改，先退回。您这一次的没有保存。"),
        )
    else:
        who = row.edited_by
        told = _("这份草稿在您看的时候变了，最后改它的是{who}。您这一次的没有保存，请看过现在的再改。")
    name = people.names_of([who]).get(who, "") if who else ""
    return Refused(told.format(who=name), code="moved_meanwhile")


def _again(draft: Draft) -> Draft:
    return drafts.draft_of(models.Draft.objects.get(id=draft.id))


def _stored(findings: tuple[Finding, ...]) -> str:
    return msgspec.json.encode(findings).decode()
