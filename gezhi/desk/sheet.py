"""One matter's page in words: steps as cells, story by day, clocks, next steps, reporter under the mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.desk import clocks, foretelling, rows
from gezhi.desk.attached import Attached, attached
from gezhi.desk.pictures import Picture, pictures
from gezhi.desk.rows import short, state_of
from gezhi.matters import scenes, sentences
from gezhi.matters.clocks import PromiseView
from gezhi.matters.happenings import told_once
from gezhi.matters.queries import Happening, MatterPage, NextMove
from gezhi.rules import deadlines, steps
from gezhi.ui import ruler, states, words

LONG, BEGINNING = 360, 240  # characters


@dataclass(frozen=True)
class Cell:
    name: str
    state: str
    words: str


@dataclass(frozen=True)
class Told:
    """One entry of the chain, ready to print."""

    at: datetime
    clock: str
    exact: str
    late_recorded: bool
    name: str
    by: str
    reason: str
    hop: tuple[str, str] | None
    node: str
    recorded: str = ""
    cost: str = ""
    kept: ruler.Ruler | None = None
    photos: Sequence[Picture] = ()
    files: Sequence[Attached] = ()


@dataclass(frozen=True)
class DayTold:
    word: str
    story: list[Told]


@dataclass(frozen=True)
class Choice:
    """A step that may be taken now. One press is enough where it needs nothing and the step that follows can be told from
    it; one that leaves nothing but its record, or that tells the reporter something, has a `form` to be read first. After
    one that `draws`, a sample decides."""

    id: str
    name: str
    needs: tuple[str, ...]
    likely: bool
    href: str
    draws: bool = False
    form: bool = False


@dataclass(frozen=True)
class Sheet:
    """What desk/matter.html prints."""

    page: MatterPage
    now: datetime
    steps: list[Cell]
    days: list[DayTold]
    promises: list[clocks.Clock]
    photos: list[Picture]
    next_moves: list[Choice]
    before: str = ""
    after: str = ""

    def __getattr__(self, name: str) -> Any:
        """What the page shows as it is stands on the page or on its matter."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.page, name) if hasattr(self.page, name) else getattr(self.page.matter, name)

    @property
    def short_number(self) -> str:
        return short(self.page.matter.number)

    @property
    def state(self) -> str:
        return state_of(self.page.matter.phase, self.page.matter.closing)

    @property
    def ended(self) -> bool:
        return self.page.matter.ended_at is not None

    @property
    def ended_words(self) -> str:
        ended = self.page.matter.ended_at
        return words.day(timezone.localdate(ended), timezone.localdate(self.now)) if ended else ""

    @property
    def ended_say(self) -> str:
        return _("这件已经了结，账还在，随时可以看。")

    @property
    def reopen_say(self) -> str:
        """Up to when what ended may be opened again; else why it may not."""
        part = self.page.part
        if part.until is None or not part.reopening:
            return part.reopening.why
        return _("报告人说没有办好的，可以重新打开到 {until}。").format(until=sentences.due_words(part.until))

    @property
    def waiting_say(self) -> str:
        """Who is waited for, where it is not the reader; empty where it is."""
        silent = self.page.awaited
        if silent is not None:
            until = words.due(silent.due_at, self.now)
            said = _("等{who}，到 {until}；到时没有回音，自动「{then}」。")
            if self.page.part.heard:
                return _("{rating}。报告人已经评价，不再退回重办；{until} 自动「{then}」。").format(
                    rating=sentences.rating(self.page.part.heard), until=until, then=self.lapses_to
                )
            said = said.format(who=waits_for(self.page), until=until, then=self.lapses_to)
            if not (self.next_moves and self.page.part.rating):
                return said
            then = _("回访过的，记下报告人的评价；没有报告人可等的，现在就可以销号，写明理由。")
            return in_one(said, then)
        if self.page.mine:
            return ""
        who = waits_for(self.page)
        if self.next_moves:
            return _("现在等 {who}。下面这些，我的岗位也能办。").format(who=who)
        return _("现在等 {who}，这里没有我要做的。").format(who=who)

    @property
    def lapses_to(self) -> str:
        """What the clock does when the reporter says nothing."""
        taken = deadlines.silence(self.page.scene.flow, self.page.matter.step)
        return sentences.label(taken) if taken else ""

    @property
    def desk_name(self) -> str:
        """Who is waited for now: somebody outside, or a desk."""
        return waits_for(self.page)

    @property
    def headline(self) -> str:
        return self.page.matter.headline or _("（原文已删除）")

    @property
    def text(self) -> str:
        return _("（原文已按规定删除）") if self.page.text_erased else self.page.text

    @property
    def beginning(self) -> str:
        """The first of a text too long to be read before anything is done; empty where it is short."""
        return self.text[:BEGINNING] if len(self.text) > LONG else ""

    @property
    def not_now(self) -> list[tuple[str, str]]:
        """What cannot be done now and why: (names, reason), one reason once; of two steps of one name, the other."""
        told: dict[str, list[str]] = {}
        offered = {move.name for move in self.page.next_moves}
        for one in (one for one in self.page.not_now if one.name not in offered):
            told.setdefault(one.reason, []).append(one.name)
        for name, reason in () if self.has_besides else self.page.not_beside:  # no card of their own for a no
            told.setdefault(reason, []).append(name)
        return [(_("、").join(names), reason) for reason, names in told.items()]

    @property
    def beside_not_now(self) -> list[tuple[str, str]]:
        """What cannot be done beside the flow now and why: (names, reason), one reason once."""
        told: dict[str, list[str]] = {}
        for name, reason in self.page.not_beside if self.has_besides else ():
            told.setdefault(reason, []).append(name)
        return [(_("、").join(names), reason) for reason, names in told.items()]

    @property
    def has_besides(self) -> bool:
        """Whether there is anything beside the flow to tell or to do."""
        some = self.page.besides or self.page.joined
        team = self.page.team or self.page.team.may_name
        return bool(some or team or self.page.handovers or self.page.may_hand_out)

    @property
    def glyph(self) -> str:
        return self.page.scene.item.glyph or self.page.item_name[:1]

    @property
    def mark(self) -> str:
        """The class of its mark on the map."""
        due = min((p.due_at for p in self.page.promises if p.runs), default=None)
        return "late" if due and due < self.now else states.of(self.state).css

    @property
    def place_flag(self) -> str:
        return self.page.located if self.page.matter.place_flag else ""

    @property
    def place_first(self) -> bool:
        """Whether the first thing to do here is to say where it is."""
        return self.page.may_place and self.page.matter.located == "none"

    @property
    def photos_cleaned(self) -> bool:
        """Whether one of them can be seen: of one that waits or was not taken, nothing was removed."""
        return any(photo.href for photo in self.photos)

    @property
    def photos_say(self) -> str:
        """How many pictures of the matter can be seen, wherever on the page; empty for none."""
        told = (photo for day in self.days for one in day.story for photo in one.photos)
        many = sum(1 for photo in (*self.photos, *told) if photo.href)
        return ngettext("共 {n} 张照片", "共 {n} 张照片", many).format(n=many) if many else ""

    @property
    def running(self) -> list[clocks.Clock]:
        return [clock for clock in self.promises if clock.met_at is None]

    @property
    def strip_say(self) -> str:
        """The strip in one line, for a narrow page: how far it has come, and what is ahead by name."""
        done = sum(1 for cell in self.steps if cell.state == "ok")
        if self.ended:
            return _("走完 {n} 步，看每一步").format(n=done)
        ahead = len(self.steps) - done - 1
        if not ahead:
            return _("第 {n} 步，最后一步").format(n=done + 1)
        return _("第 {n} 步，后面还有 {ahead} 步").format(n=done + 1, ahead=ahead)

    @property
    def story_words(self) -> str:
        hops = sum(1 for one in self.page.story if one.hop)
        steps = sum(1 for one in self.page.story if one.node in ("d", "s"))
        said = ngettext("{n} 步", "{n} 步", steps).format(n=steps)
        return said + ngettext("，{n} 次换手", "，{n} 次换手", hops).format(n=hops) if hops else said

    @property
    def borders_href(self) -> str:
        return f"{reverse('desk:borders')}?path={self.page.matter.path}"


def in_one(first: str, then: str) -> str:
    """Two sentences after one another, with the space that the reader's language puts between."""
    return _("{first}{then}").format(first=first, then=then) if then else first


def waits_for(page: MatterPage) -> str:
    """Whom a matter waits for, for every sentence that says so; empty where it has ended."""
    if page.matter.ended_at is not None:
        return ""
    if page.awaited is not None:
        return rows.outside(page.scene.flow.steps[page.matter.step])
    return page.desk_words or _("别人")


def sheet_of(page: MatterPage, now: datetime, *, beside: tuple[str, str] = ("", "")) -> Sheet:
    """The page in words, as it stands now. `beside`: the numbers before and after it in the reader's inbox."""
    before, after = (reverse("desk:matter", args=[number]) if number else "" for number in beside)
    return Sheet(
        page=page,
        now=now,
        steps=_cells(page, now),
        days=_days(page, now),
        promises=[clocks.clock_of(p, page, now) for p in clocks.in_order(page.promises)],
        photos=pictures(page.photos, page),
        next_moves=sorted((_choice(m, page) for m in page.next_moves), key=lambda m: not m.likely),
        before=before,
        after=after,
    )


def _cells(page: MatterPage, now: datetime) -> list[Cell]:
    cells = []
    for name, state, at in page.steps:
        said, late = words.moment(at, now) if at else "", False
        if state == "cur":
            due = min((p.due_at for p in page.promises if p.runs), default=None)
            late = due is not None and due < now
            said = words.left(due - now) if due and due >= now else words.late(now - due) if due else said
        cells.append(Cell(name, "cur late" if late else state, said))
    return cells


def _days(page: MatterPage, now: datetime) -> list[DayTold]:
    """The story by the day on which each thing happened, newest first; what was recorded later says when."""
    days: list[DayTold] = []
    today = timezone.localdate(now)
    for one in sorted(told_once(page.story), key=lambda one: one.at, reverse=True):
        word = words.day(timezone.localdate(one.at), today)
        if not days or days[-1].word != word:
            days.append(DayTold(word, []))
        days[-1].story.append(_told(one, page, now))
    return days


def _recorded(one: Happening, now: datetime) -> str:
    """When it happened and when it was recorded, where a person recorded it later; empty for all else."""
    if not one.late_recorded or one.by is None:
        return ""
    today = timezone.localdate(now)
    local = (timezone.localtime(at) for at in (one.at, one.recorded_at))
    happened, recorded = (f"{words.day(at.date(), today)} {at:%H:%M}" for at in local)
    return _("{at} 的事，{recorded} 补录。").format(at=happened, recorded=recorded)


def _told(one: Happening, page: MatterPage, now: datetime) -> Told:
    kept = _kept_by(one, page)
    by = " · ".join(word for word in (one.by_name, one.post, one.unit) if word) or _("平台自动")
    return Told(
        at=one.at,
        clock=f"{timezone.localtime(one.at):%H:%M}",
        exact=words.exact(one.at),
        late_recorded=one.late_recorded,
        name=one.verb,
        by=by,
        reason=_("（文字已按规定删除）") if one.erased and not one.note else one.note,
        hop=one.hop,
        node=one.node.replace("w", "s"),
        recorded=_recorded(one, now),
        cost=" · ".join(
            f"{p.name} {words.took(one.recorded_at - p.made_at, p.due_at - p.made_at, clocks.limit(p))}"
            for p in kept
        ),
        kept=ruler.of(clocks.clock_of(kept[0], page, one.recorded_at), one.recorded_at) if kept else None,
        photos=pictures(one.photos, page),
        files=attached(one.files, page.matter.number),
    )


def _kept_by(one: Happening, page: MatterPage) -> list[PromiseView]:
    """The promises that ended with this entry: told once, at the step a person took."""
    if one.node == "w" or (
        not one.by_name and any(o.by_name and o.recorded_at == one.recorded_at for o in page.story)
    ):
        return []
    return [p for p in page.promises if p.met_at == one.recorded_at and p.void_at is None]


def _choice(move: NextMove, page: MatterPage) -> Choice:
    href = reverse("desk:step", args=[page.matter.number, move.id])
    flow = page.scene.flow
    taken = flow.moves[move.id]
    stays = taken.leads(page.matter.step) == page.matter.step
    form = bool(move.needs) or stays or foretelling.tells(page, taken)
    return Choice(
        *(move.id, move.name, move.needs, move.likely, href), draws=scenes.draws(flow, taken.to), form=form
    )


def last_done(page: MatterPage, now: datetime) -> list[Told]:
    """What whoever takes the next step has to read: the last handling, and what was written or photographed after it,
    latest first."""
    moves = page.scene.flow.moves
    found: list[Told] = []
    for one in page.story:
        taken = moves.get(one.facts.get("move", "")) if one.by else None
        if taken is None or not (one.note or one.erased or one.photos or one.files):
            continue
        handled = steps.sets_handler(page.model, taken)
        found.append(_told(one, page, now))
        if handled:
            break
    return found


def closes_ahead(page: MatterPage, move: str) -> bool:
    """Whether a person's move ends a matter whose reporter is still waited for."""
    flow = page.scene.flow
    taken = flow.moves.get(move)
    target = flow.steps.get(taken.to) if taken else None
    return page.awaited is not None and bool(target and target.ends)
