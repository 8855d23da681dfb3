"""A report becomes a matter: checked, located, graded, promised, routed, recorded, in one write."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import clock, digests, instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.instance import Pulse
from gezhi.ledger.services import Prepared as PreparedEntry
from gezhi.ledger.services import prepare as prepare_entry
from gezhi.matters import admission_gate, editions, events, routing, sentences, suggesting, troubled, walls
from gezhi.matters.models import Matter, Text
from gezhi.matters.services import locating, promising, reports, wall_rows, writer
from gezhi.matters.services.locating import Spot
from gezhi.matters.services.reports import Report
from gezhi.matters.typed_numbers import FORM
from gezhi.people.queries import Roster, roster
from gezhi.places import queries as places
from gezhi.places.paths import WIDTH
from gezhi.places.tree import Tree
from gezhi.promises.queries import FAR
from gezhi.promises.services import Prepared as PreparedPromise
from gezhi.rules import deadlines
from gezhi.rules.model import Flow, Item, Model, PromiseRule
from gezhi.rules.steps import Facts
from gezhi.vault.services import prepared_reporter

DEPTHS = 6
_SENTENCE = re.compile(r"[。！？!?]*[^。！？!?\r\n\x85\u2028\u2029]*")


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of a report. `again` is true when the same client key had been taken before."""

    number: str
    id: UUID
    step: str
    desk: str
    due_at: datetime | None
    again: bool = False
    located: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What every intake of one moment shares: the day, the model and what is kept in memory of the ground."""

    at: datetime
    recorded_at: datetime
    on: date
    model: Model
    ground: Tree
    roster: Roster
    revision: int


def open_matter(
    report: Report, *, by: Actor, at: datetime | None = None, pulse: Pulse | None = None
) -> Opened:
    """Take a report in. Raises `Refused`, naming the field, when it cannot be taken as it is.

    1. Check words, point, identity and time. 2. Locate. 3. Item → flow, first step, grade. 4. Promises that
    start there. 5. Who is asked. 6. One write: matter, text, promises, entry, its reader's mark, reporter.
    The same client key of the same actor is one matter, however often and however fast it comes.
    """
    rows, opened = prepare(report, by=by, at=at, pulse=pulse)
    try:
        number = _walled(rows, by) if rows.walls else writer.write(rows)
    except IntegrityError:
        before = _opened_before(rows)
        if before is None:
            raise
        return before
    return replace(opened, number=number)


def _walled(rows: writer.Rows, by: Actor) -> str:
    """Write a matter that complains of somebody, and its walls, at once: they never see it."""
    at = rows.entry.recorded_at
    with transaction.atomic():
        number = writer.write(rows)
        wall_rows.write(rows.entry.about, rows.walls, by=by.account, at=at)
        Matter.objects.filter(id=rows.entry.about).update(walled=True)
    return number


def prepare(
    report: Report, *, by: Actor, at: datetime | None = None, pulse: Pulse | None = None
) -> tuple[writer.Rows, Opened]:
    """All rows of a new matter, decided and made in memory; nothing is stored. Its number is still to come."""
    setting = _setting(at, pulse)
    report = reports.check(report, at=setting.at, recorded_at=setting.recorded_at)
    if report.channel not in setting.model.channels:
        told = _("没有「{channel}」这个渠道。请用本地模型里的渠道。")
        raise Refused(told.format(channel=report.channel[:40]), code="channel_unknown", field="channel")
    item, flow = item_of(report, setting.model)
    if admission_gate.only_for_a_grid(setting.model, item):
        told = _("「{item}」没有准入，不能交给网格。请承办部门先在“准入”页申请，入册以后再登记。")
        raise Refused(told.format(item=sentences.label(item)), code="not_admitted", field="item")
    if troubled.is_item(item.code, setting.model):
        report = _kept_from_the_place(report, setting)
    if not (report.about or report.recused):
        return _rows(report, (item, flow), setting, by)
    found = wall_rows.of_report(report, wall_rows.Day(setting.roster, setting.model, setting.ground))
    rows, opened = _rows(report, (item, flow), _without_whom(found, setting), by)
    return rows._replace(walls=found.standing), opened


def _kept_from_the_place(report: Report, now: Setting) -> Report:
    """A report of trouble made for a reporter: whoever looks after the place is kept from it, named or not."""
    place = troubled.of_the_place(locating.locate(report, now.ground, on=now.on).path, now.ground, now.model)
    return replace(report, about=tuple(dict.fromkeys((*place, *report.about))))


def _without_whom(found: walls.Walls, now: Setting) -> Setting:
    """The setting as a report sees it that complains of somebody: nobody asks them."""
    return replace(now, roster=walls.staff_without(now.roster, found, now.model, now.ground))


def _setting(at: datetime | None, pulse: Pulse | None) -> Setting:
    pulse = pulse or instance.pulse()
    recorded_at = clock.ahead(pulse.clock_ahead)
    on = recorded_at.astimezone(timezone.get_default_timezone()).date()
    return Setting(
        at=at or recorded_at,
        recorded_at=recorded_at,
        on=on,
        model=editions.current(on, pulse.revision),
        ground=places.tree(on, pulse.revision),
        roster=roster(on, revision=pulse.revision),
        revision=pulse.revision,
    )


def item_of(report: Report, model: Model) -> tuple[Item, Flow]:
    """The item that a report names, and its flow. Raises `Refused` when the list has no such item."""
    item = model.items.get(report.item)
    if item is None or not item.flow:
        told = _("事项清单里没有「{item}」。请从清单里选一项。")
        if model.admissions:
            told += _("清单外的事不能交给网格：要由网格办，请承办部门先在“准入”页申请。")
        raise Refused(told.format(item=report.item[:40]), code="item_unknown", field="item")
    return item, model.flows[item.flow]


def _rows(report: Report, what: tuple[Item, Flow], now: Setting, by: Actor) -> tuple[writer.Rows, Opened]:
    item, flow = what
    id = new_id()
    spot = locating.locate(report, now.ground, on=now.on)
    lie = routing.Lie(spot.path, spot.path, item, routing.department_of(item), None, now.ground)
    facts = Facts(
        flow.first,
        item.grade,
        admission_gate.in_grid(now.model, item),
        routing.level_at(now.ground, spot.path),
        evidence=item.evidence,
    )
    route = routing.asked_at(now.model, flow, facts, lie, now.roster)
    starts = _starts(now.model, flow)
    promises = promising.made(id, (now.model, flow, item), starts, at=now.recorded_at, revision=now.revision)
    texts = [_text(id, "report", report.text.strip())]
    if report.late_reason.strip():
        texts.append(_text(id, "late_reason", report.late_reason.strip()))
    entry = _entry(id, report, (item, flow), spot, route, (texts, promises), now, by)
    secret = None
    if report.reporting != "anonymous" and (report.name or report.contact):
        secret = prepared_reporter(report.name.strip(), report.contact.strip(), at=now.recorded_at)
    matter = _matter(id, report, what, spot, route, promises, now, by, secret[0] if secret else None)
    serial, before, after = numbering(flow, now.ground, spot.path, now.recorded_at)
    due = min((p.due_at for p in promises), default=None)
    asked = [(one, id, now.recorded_at) for one in departments_of(route, by)]
    rows = writer.Rows(serial, before, after, matter, texts, asked, promises, entry, secret)
    return rows, Opened("", id, flow.first, route.desk, due, located=spot.how)


def departments_of(route: routing.Route, by: Actor) -> Iterable[str]:
    """The departments that see a matter from now on: those asked, and the one that acted itself."""
    own = routing.department_at(by.post)
    return dict.fromkeys((*route.asked, own)) if own else route.asked


_first_promises: dict[tuple[str, str], tuple[PromiseRule, ...]] = {}


def _starts(model: Model, flow: Flow) -> tuple[PromiseRule, ...]:
    """The promises that opening a matter starts: the same for every matter of a flow."""
    key = (model.version, flow.id)
    if key not in _first_promises:
        _first_promises[key] = deadlines.on_open(flow).starts
    return _first_promises[key]


def _text(matter: UUID, kind: str, body: str) -> tuple[UUID, UUID, str, str, bytes]:
    return new_id(), matter, kind, body, digests.new_salt()


def digest_word(text: tuple[UUID, UUID, str, str, bytes]) -> str:
    """How an entry speaks of a text: its id and salted digest."""
    return f"{text[0].hex}:{digests.of(text[3], text[4])}"


def _entry(  # noqa: PLR0913  # one argument for each thing the entry speaks of
    id: UUID,
    report: Report,
    what: tuple[Item, Flow],
    spot: Spot,
    route: routing.Route,
    made: tuple[list[Any], list[PreparedPromise]],
    now: Setting,
    by: Actor,
) -> PreparedEntry:
    item, flow = what
    facts: dict[str, digests.Fact] = {
        "model": now.model.version,
        "flow": flow.id,
        "item": item.code,
        "grade": item.grade,
        "step": flow.first,
        "path": spot.path,
        "located": spot.how,
        "flag": spot.flag,
        "channel": report.channel,
        "reporting": report.reporting,
        "origin": origin(now),
        "desk": route.desk,
        "duty": route.duty,
        "resolver": route.resolver,
        "passed": [f"{resolver}/{why}" for resolver, why in route.passed],
        "texts": [digest_word(text) for text in made[0]],
        "promises": [promising.word(p) for p in made[1]],
    }
    if report.suggested:
        facts["suggested"] = suggesting.kept(report.suggested, now.model)
    if report.same is not None:
        facts["same"] = report.same.hex
    return prepare_entry(events.OPENED, id, by=by, at=now.at, recorded_at=now.recorded_at, facts=facts)


def origin(now: Setting) -> str:
    """ "late" (补录) if, and only if, it happened more than ten minutes before it was recorded."""
    return "late" if now.recorded_at - now.at > reports.LATE else "live"


def _matter(  # noqa: PLR0913  # the row of a matter is wide
    id: UUID,
    report: Report,
    what: tuple[Item, Flow],
    spot: Spot,
    route: routing.Route,
    promises: list[PreparedPromise],
    now: Setting,
    by: Actor,
    reporter: UUID | None,
) -> tuple[Any, ...]:
    item, flow = what
    key = client_key(by, report.client_key) if report.client_key else None
    first = min(promises, key=lambda p: p.due_at, default=None)
    step = flow.steps[flow.first]
    return (
        *(id, key, now.model.version, flow.id, item.code, item.category, item.grade, step.id, step.phase, ""),
        *(report.channel, origin(now), headline(report.text), spot.path, *ancestors(spot.path), spot.path),
        *(spot.lon, spot.lat, spot.datum, spot.how, spot.flag, spot.address),
        *(report.reporting, reporter, route.desk, routing.department_of(item), route.asked_last(""), None),
        *(now.at, now.recorded_at, None, None, None, None),
        *((first.due_at, first.made_at, first.name) if first else (FAR, None, "")),
        0,
    )


def ancestors(path: str) -> list[str]:
    """The values of a1 … a6: every prefix of the path, empty below it."""
    return [path[:end] if len(path) >= end else "" for end in range(WIDTH, WIDTH * DEPTHS + 1, WIDTH)]


def headline(text: str) -> str:
    """The first sentence, cut to 40 characters: what a list shows."""
    line = _SENTENCE.match(text.strip())[0].strip()  # type: ignore[index]  # it always matches
    return line if len(line) <= 40 else line[:39] + "…"


def client_key(by: Actor, key: str) -> str:
    """The client's key under its own account, so that nobody can guess another's."""
    said = f"{by.account.hex if by.account else by.post}\n{key}"
    return hashlib.sha256(said.encode()).hexdigest()


def numbering(flow: Flow, ground: Tree, path: str, at: datetime) -> tuple[str, str, str]:
    """Key of the day's counter, and what stands before and after the serial: 柳望〔2026〕1118-0417号.

    The unit that numbers is the second level at most: its short name stands in the number.
    """
    day = at.astimezone(timezone.get_default_timezone()).date()
    unit = ground.by_path.get(path[:8]) or ground.root
    return _numbered(flow.number, unit.short or unit.name if unit else "", path[:8], day)


@lru_cache(maxsize=512)
def _numbered(form: str, unit: str, path: str, day: date) -> tuple[str, str, str]:
    said = (form or FORM).format(
        unit=unit,
        year=f"{day:%Y}",
        md=f"{day:%m%d}",
        date=f"{day:%Y%m%d}",
        serial="\0",
    )
    before, _mark, after = said.partition("\0")
    return f"{path}:{day:%Y%m%d}", before, after


class KeyReused(Refused):
    """The key of this report has opened another matter, `number` (its id is `matter`). `words`: what it says happened is
    another thing; else only what goes with the words is."""

    def __init__(self, number: str, matter: UUID, *, words: bool = True) -> None:
        told = _("同一张登记表已经登记了另一件（{number}），这一份没有收下。请重新打开登记页再交。")
        super().__init__(told.format(number=number), code="key_reused", field="client_key")
        self.number, self.matter, self.words = number, matter, words


@dataclass(frozen=True, slots=True)
class Before:
    """What a client key opened earlier: number, item, and the words of the report."""

    number: str
    item: str
    text: str


def opened_under(by: Actor, keys: Iterable[str]) -> dict[str, Before]:
    """What this actor's client keys have opened, by key; nothing for those that opened none. Two statements, one where
    none did."""
    keyed = {client_key(by, key): key for key in keys}
    columns = ("client_key", "id", "number", "item")
    rows = list(Matter.objects.filter(client_key__in=keyed).values_list(*columns)) if keyed else []
    said = Text.objects.filter(matter__in=[row[1] for row in rows], kind="report")
    texts = dict(said.values_list("matter", "body")) if rows else {}
    return {keyed[key]: Before(number, item, texts.get(id, "")) for key, id, number, item in rows}


def _opened_before(rows: writer.Rows) -> Opened | None:
    """The matter that the same client key opened. Raises `Refused` when that one says something else."""
    named = dict(zip(writer.MATTER, rows.matter, strict=True))
    columns = ("number", "id", "step", "desk", "next_due_at", "item", "located")
    found = Matter.objects.filter(client_key=named["client_key"] or "").values_list(*columns).first()
    if found is None:
        return None
    number, id, step, desk, due_at, item, located = found
    said = Text.objects.filter(matter=id, kind="report").values_list("body", flat=True).first()
    if item != named["item"] or said not in {None, rows.texts[0][3]}:
        raise KeyReused(number, id)
    return Opened(number, id, step, desk, None if due_at == FAR else due_at, True, located)
