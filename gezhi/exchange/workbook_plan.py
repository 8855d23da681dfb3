"""What a workbook would change, compared with what stands; and the change itself, whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.exchange import workbook_causes, workbook_foreign, workbook_people
from gezhi.exchange import workbook_check as check
from gezhi.exchange.workbook_check import PersonLine, UnitLine
from gezhi.exchange.workbook_layout import NEXT
from gezhi.exchange.workbook_model import remade
from gezhi.exchange.workbook_read import Read
from gezhi.exchange.workbook_standing import Account, Standing
from gezhi.ledger import instance
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.matters import editions
from gezhi.matters.services.editions import adopt
from gezhi.people import certificates
from gezhi.people import queries as accounts
from gezhi.people import services as people
from gezhi.people.certificates import Shown
from gezhi.people.counts import counts
from gezhi.people.models import Term
from gezhi.people.queries import DEPARTMENT
from gezhi.people.services import Appointment, CountRow, Listed, Newcomer, fitting
from gezhi.people.services.accounts import plain_sign_in
from gezhi.people.services.fitting import Where
from gezhi.people.services.many import stored, unfit
from gezhi.people.spans import after
from gezhi.places import queries as places
from gezhi.places.changes import Add, Change, Move, Rename
from gezhi.places.paths import parent
from gezhi.places.services import UnitRow, adopt_plan, changed_from, levels_of, plant_tree
from gezhi.places.tree import TreeUnit
from gezhi.rules.findings import ModelError
from gezhi.rules.length import LengthError
from gezhi.rules.model import Model

HOUSEHOLDS = "households"
_NEVER = date.min  # what was never shown


@dataclass
class Plan:
    """What would be written. With faults, nothing may be.

    `model` is the model with which all of this holds: the one in force, or a new version of it (`new_model`).
    Appointments name units by the keys of `keys` until they are written.
    """

    on: date
    today: date
    model: Model
    read: Read
    standing: Standing
    base: Model  # the one that was chosen or is in force, before the workbook
    new_model: bool = False
    was: Model | None = None
    units: dict[str, UnitLine] = field(default_factory=dict)
    new_units: list[UnitLine] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    households: list[UnitLine] = field(default_factory=list)
    newcomers: list[Newcomer] = field(default_factory=list)
    appointments: list[tuple[PersonLine, Appointment]] = field(default_factory=list)
    ends: list[tuple[PersonLine, Term, date]] = field(default_factory=list)
    certificates: list[tuple[PersonLine, Term, Shown]] = field(default_factory=list)  # shown again
    earlier: list[PersonLine] = field(
        default_factory=list
    )  # appointed from the day on, though a day before was said
    keys: dict[UUID, str] = field(default_factory=dict)  # provisional or real identity → key

    @property
    def may(self) -> bool:
        return not self.read.grave

    @property
    def empty(self) -> bool:
        """Whether everything is already so."""
        units = (self.new_units, self.changes, self.households)
        staff = (self.newcomers, self.appointments, self.ends, self.certificates)
        return not self.new_model and not any(units) and not any(staff)


def planned(read: Read, model: Model, *, on: date, at: datetime, in_force: Model | None) -> Plan:
    """Look a workbook through: every fault goes to its cell. Nothing is written.

    `model` is the one that was chosen, `in_force` the one that holds today, if there is one.
    """
    today = timezone.localdate(at)
    stands = standing(on)
    if workbook_foreign.told(read, model, opened=stands.ground.root is not None):
        return Plan(on, today, model, read, stands, model, was=in_force)
    plan = Plan(on, today, remade(model, read, on), read, stands, model, was=in_force)
    plan.new_model = in_force is None or plan.model.version != in_force.version
    if plan.new_model and in_force is not None:
        _no_other_waits(plan, at)
    plan.units = check.units(read, plan.model, plan.standing)
    _plan_units(plan)
    lines = workbook_people.people(read, plan.model, plan.units, plan.standing, today)
    _plan_people(plan, lines, at)
    workbook_causes.somebody_administers(plan.read, plan.model, plan.standing)
    return plan


def rehearsed(plan: Plan, *, by: Actor, at: datetime) -> None:
    """Write the plan and take it all back: what a confirm would refuse is a fault of the workbook now."""
    if not plan.may or plan.empty:
        return
    try:
        with instance.reading(), transaction.atomic():
            carry_out(plan, by=by, at=at)
            transaction.set_rollback(True)
    except Refused as refusal:
        plan.read.say("", 0, "", refusal.reason)
    except ModelError as error:
        plan.read.say("items", 0, "", NEXT.join(one.sentence for one in error.findings[:3]))


def _no_other_waits(plan: Plan, at: datetime) -> None:
    """Say it before anybody confirms: while an edition waits for its day no other is adopted."""
    line = editions.waiting(timezone.localdate(at))
    if line is not None and line.version != plan.model.version:
        told = _("已经排定从 {day} 起用新的一版。请先撤销那一版，或者等到那天以后再改。")
        plan.read.say("items", 0, "", told.format(day=line.since))


def standing(on: date) -> Standing:
    """What stands on that day."""
    known = {one.sign_in: Account(one.account, one.name, one.active) for one in accounts.accounts()}
    return Standing(on, places.tree(on), known, tuple(stored()), changed_from(on))


def _plan_units(plan: Plan) -> None:
    there, on = plan.standing.units, plan.on
    plan.keys = dict(plan.standing.keys)
    told = {unit: said.number for unit, said in counts(HOUSEHOLDS, on).items()}
    for unit in plan.units.values():
        old = there.get(unit.key)
        if old is None:
            plan.new_units.append(unit)
            plan.keys[new_id()] = unit.key
        else:
            _plan_change(plan, unit, old)
        number = told.get(old.identity) if old else None
        if unit.households is not None and unit.households != number:
            plan.households.append(unit)


def _plan_change(plan: Plan, unit: UnitLine, old: TreeUnit) -> None:
    there = plan.standing.units
    if unit.level != old.level:
        said = _("单元的层级不能改。请另起一个编码，新写一行。")
        plan.read.say("units", unit.line, "level", said)
    before = len(plan.changes)
    if unit.name != old.name or (unit.short and unit.short != old.short):
        plan.changes.append(Rename(unit=old.identity, name=unit.name, short=unit.short or None))
    above = plan.standing.ground.by_path.get(parent(old.path))
    if unit.parent and above and plan.standing.keys[above.identity] != unit.parent:
        new = there.get(unit.parent)
        plan.changes.append(Move(unit=old.identity, under=new.identity if new else unit.parent))
    later = plan.standing.changes.get(old.identity)
    if len(plan.changes) > before and later is not None:
        _changes_too_early(plan, unit, old, later)


def _changes_too_early(plan: Plan, unit: UnitLine, old: TreeUnit, later: date) -> None:
    """A unit changes once a day and in the order of days: it may from the day after its last change on."""
    told = (
        _("{name}是今天刚立的单元，改名、换上级要从明天（{day}）起。请把生效日改成那天，再传。")
        if later == plan.today
        else _("{name}在 {last} 已有变动，再改要从 {day} 起。请把生效日改成那天，再传。")
    )
    said = told.format(name=old.name, last=later, day=later + timedelta(days=1))
    plan.read.say("units", unit.line, "name" if unit.name != old.name else "parent", said)


def _plan_people(plan: Plan, lines: Sequence[PersonLine], at: datetime) -> None:
    """Accounts that are not there yet, terms that are not there yet, ends that differ."""
    ids = {sign_in: one.id for sign_in, one in plan.standing.accounts.items()}
    identity = {key: one for one, key in plan.keys.items()}
    for line in lines:
        if line.sign_in not in ids:
            ids[line.sign_in] = new_id()
            plan.newcomers.append(Newcomer(ids[line.sign_in], line.sign_in, line.name))
        _plan_term(plan, line, _appointment(plan, line, ids[line.sign_in], identity[line.unit]))
    ground = {one: Where(*_where(plan, key)) for one, key in plan.keys.items()}
    listed = Listed(ground, plan.standing.terms)
    wrong = _wrong_people(plan, lines)
    for index, refusal in unfit([one for _l, one in plan.appointments], plan.model, listed, at=at).items():
        line = plan.appointments[index][0]
        if line.sign_in in wrong:
            continue  # what is lacking may stand in the row that is wrong
        column = {one: one for one in ("post", "unit", "department", "to_on", "certificate")}
        said = refusal.reason
        if refusal.code == "post_must_be":
            said += workbook_causes.of(line, plan.appointments, plan.model, plan.on)
        plan.read.say("people", line.line, column.get(refusal.field, "post"), said)
    _check_ends(plan, listed)


def _plan_term(plan: Plan, line: PersonLine, wanted: Appointment) -> None:
    old = _same_term(plan, wanted)
    if old is None and line.to_on is not None and line.to_on <= plan.on:
        _already_over(plan, line, wanted)
    elif old is None:
        plan.appointments.append((line, wanted))
        if line.from_on is not None and line.from_on < wanted.from_on:
            plan.earlier.append(line)
    elif line.to_on is not None and line.to_on != old.to_on:
        plan.ends.append((line, old, line.to_on))
    if old is not None and line.certificates:
        known = certificates.latest(certificates.seen([old.id]).get(old.id, ()))
        plan.certificates += [
            (line, old, one) for one in line.certificates if known.get(one.kind, _NEVER) != one.until
        ]


def _check_ends(plan: Plan, listed: Listed) -> None:
    for line, term, to_on in plan.ends:
        try:
            fitting.stays_filled(term, (to_on, term.to_on), plan.model, listed)
            fitting.stays_administered(term, (to_on, term.to_on), plan.model)
            fitting.nothing_leans_on(term, (to_on, term.to_on), plan.model)
        except Refused as refusal:
            plan.read.say("people", line.line, "to_on", refusal.reason)


def _wrong_people(plan: Plan, lines: Sequence[PersonLine]) -> set[str]:
    """Who has a row that could not be taken."""
    taken = {line.line for line in lines}
    rows = plan.read.lines.get("people", ())
    return {plain_sign_in(row.text("sign_in")) for row in rows if row.number not in taken}


def _appointment(plan: Plan, line: PersonLine, account: UUID, unit: UUID) -> Appointment:
    """A term that began before the day begins on it here, and still ends when it would have ended."""
    from_on = max(line.from_on or plan.on, plan.on)
    to_on = line.to_on
    post = plan.model.posts.get(line.post)
    if to_on is None and line.from_on and line.from_on < plan.on and post and post.term:
        try:
            to_on = after(line.from_on, post.term)
        except LengthError:
            to_on = None
        if to_on is not None and to_on <= from_on:
            told = _("从 {day} 起的任期已满（{term}）。请改起，或写新的任期。")
            plan.read.say("people", line.line, "from_on", told.format(day=line.from_on, term=post.term))
            to_on = None
    return Appointment(
        account=account, post=line.post, unit=unit, from_on=from_on, department=line.department, to_on=to_on,
        certificates=line.certificates,
    )  # fmt: skip


def _already_over(plan: Plan, line: PersonLine, wanted: Appointment) -> None:
    """A row that ends before the day speaks of a term on record, one that ends then already or was never there."""
    terms = plan.standing.terms_of[wanted.account]
    if not any((t.post, t.department, t.to_on) == (line.post, line.department, line.to_on) for t in terms):
        told = _("此人没有这个任期，止又在生效日 {day} 以前。请删去这一行，或把止改晚。")
        plan.read.say("people", line.line, "to_on", told.format(day=plan.on))


def _same_term(plan: Plan, wanted: Appointment) -> Term | None:
    """The term on record that this row speaks of: the same post at the same unit, on a day of it. A row that ends
    before the workbook takes effect speaks of the days until then.
    """
    begins = wanted.from_on
    if wanted.to_on is not None and wanted.to_on <= plan.on:
        begins = plan.today
    for term in plan.standing.terms_of[wanted.account]:
        same = (term.post, term.department) == (wanted.post, wanted.department)
        there = term.unit == wanted.unit or term.post == DEPARTMENT
        if same and there and not term.standing and (term.to_on is None or term.to_on > begins):
            return term
    return None


def _where(plan: Plan, key: str) -> tuple[str, str]:
    mine, old = plan.units.get(key), plan.standing.units.get(key)
    if mine is not None:
        return mine.level, mine.name
    return (old.level, old.name) if old is not None else ("", key)


@transaction.atomic
def carry_out(plan: Plan, *, by: Actor, at: datetime) -> None:
    """Write everything, or nothing: model, units, counts, accounts, terms. Raises `Refused` for what cannot be.

    Whatever was changed since the plan was made is found by the services themselves.
    """
    if not plan.may:
        raise Refused(_("工作簿里还有要改的地方，没有保存任何内容。"), code="workbook_faults")
    instance.bump()  # also the lock
    if places.tree(plan.on).begins != plan.standing.ground.begins or len(stored()) != len(
        plan.standing.terms
    ):
        told = _("上传以后，别人改动了这里。请再传一次，看看会改动什么。")
        raise Refused(told, code="moved_meanwhile")
    if plan.new_model:
        adopt(plan.model, by=by, at=at)
    real = _carry_out_units(plan, by, at)
    _carry_out_households(plan, real, by, at)
    people.make_accounts(plan.newcomers, by=by, at=at)
    wanted = [_at_real_unit(one, real[plan.keys[one.unit]]) for _line, one in plan.appointments]
    ground = {unit: Where(*_where(plan, key)) for key, unit in real.items()}
    people.appoint_many(wanted, plan.model, ground, by=by, at=at)
    for _line, term, to_on in plan.ends:
        people.change_end(term.id, to_on, plan.model, by=by, at=at)
    for _line, term, shown in plan.certificates:
        people.see_certificate(term.id, shown, plan.model, by=by, at=at)


def _carry_out_units(plan: Plan, by: Actor, at: datetime) -> Mapping[str, UUID]:
    """Plant the first tree, or adopt a plan of what differs. Returns the identity of each unit by its key."""
    levels = levels_of(plan.model)
    if plan.standing.ground.root is None:
        rows = [UnitRow(u.key, u.parent, u.level, u.name, None, u.short, u.key) for u in plan.new_units]
        return plant_tree(rows, levels, on=plan.on, by=by, at=at).identities
    there = plan.standing.units
    adds: list[Change] = [
        Add(
            key=u.key, under=there[u.parent].identity if u.parent in there else u.parent,
            level=u.level, name=u.name, short=u.short, code=u.key,
        )
        for u in _from_above(plan.new_units)
    ]  # fmt: skip
    if adds or plan.changes:
        adopt_plan([*adds, *plan.changes], levels, on=plan.on, by=by, at=at, title=_("工作簿"))
    stands = standing(plan.on)
    return {key: unit for unit, key in stands.keys.items()}


def _from_above(units: Sequence[UnitLine]) -> list[UnitLine]:
    """A unit comes after the one above it."""
    waiting = {unit.key: unit for unit in units}
    found: dict[str, UnitLine] = {}

    def take(unit: UnitLine) -> None:
        if unit.key not in found:
            if unit.parent in waiting:
                take(waiting[unit.parent])
            found[unit.key] = unit

    for unit in units:
        take(unit)
    return list(found.values())


def _carry_out_households(plan: Plan, real: Mapping[str, UUID], by: Actor, at: datetime) -> None:
    today = min(plan.on, timezone.localdate(at))
    rows = [
        CountRow(real[unit.key], HOUSEHOLDS, unit.households or 0, unit.source or _("工作簿"), today)
        for unit in plan.households
        if plan.on <= today or unit.key in plan.standing.units
    ]
    if rows:
        people.put_counts(rows, plan.model, by=by, at=at)


def _at_real_unit(one: Appointment, unit: UUID) -> Appointment:
    return Appointment(
        account=one.account,
        post=one.post,
        unit=unit,
        from_on=one.from_on,
        department=one.department,
        to_on=one.to_on,
        certificates=one.certificates,
    )


def by_level(plan: Plan) -> list[tuple[str, int]]:
    """How many new units of each level, from the top: for the preview."""
    found = Counter(unit.level for unit in plan.new_units)
    return [(level.id, found[level.id]) for level in plan.model.levels.values() if found[level.id]]
