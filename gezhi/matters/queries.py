"""What a person can ask about matters. Everything goes through `access`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.matters import (
    access,
    besides,
    carried,
    consent,
    editions,
    events,
    extending,
    lists,
    outside,
    parties,
    reporters_part,
    routing,
    scenes,
    sentences,
    serving,
    statements,
    teams,
    vacancies,
    verbs,
    wall_words,
)
from gezhi.matters.attachments import FileView, files_of
from gezhi.matters.besides import Beside, Joined
from gezhi.matters.clocks import PromiseView, promise_view
from gezhi.matters.desks import acting_words, desk_words, waiting_words
from gezhi.matters.extending import Extending
from gezhi.matters.happenings import Happening as Happening
from gezhi.matters.happenings import NextMove as NextMove
from gezhi.matters.happenings import NotNow as NotNow
from gezhi.matters.lists import Kept, Key, Line
from gezhi.matters.models import Matter, Member, Text
from gezhi.matters.outside import HandoverView
from gezhi.matters.pictures import PhotoView, photos_of
from gezhi.matters.reporters_part import Part
from gezhi.matters.scenes import Scene
from gezhi.matters.teams import NO_TEAM, Team
from gezhi.matters.ties import NO_TIES, Ties, ties_of
from gezhi.matters.whereabouts import desks_places as desks_places
from gezhi.matters.whereabouts import open_places as open_places
from gezhi.people import queries as people
from gezhi.people.queries import Person
from gezhi.promises import queries as promises
from gezhi.promises.models import Promise
from gezhi.promises.queries import FAR
from gezhi.rules import deadlines
from gezhi.rules.model import Model, Move
from gezhi.rules.steps import EVERYTHING

STEPS = frozenset((events.STEPPED, events.PROPOSED))


def inbox(person: Person, *, most: int = 50, after: Key | None = None, step: str = "") -> list[Line]:
    """What waits for this person, by promise. One statement."""
    return lists.open_lines(desks_places(person), most=most, after=after, kept=Kept(step))


def open_in(
    person: Person,
    path: str = "",
    *,
    most: int = 50,
    after: Key | None = None,
    step: str = "",
) -> list[Line]:
    """Open matters this person may see, by promise; within one unit if a path is given that they cover."""
    here = open_places(person, editions.today(), path)
    return lists.open_lines(here, most=most, after=after, kept=Kept(step))


def count_inbox(person: Person, *, before: datetime | None = None) -> int:
    """How many matters wait for this person, as `lists.count_open` counts; due before a moment if one is given."""
    return lists.count_open(desks_places(person), kept=Kept(before=before))


@dataclass(frozen=True, slots=True)
class MatterPage:
    """Everything one matter's page shows to one person. `photos` are those that no entry of the story tells, `mine`
    says that it waits for this person. `same` is the matter of which its reporter says that this is the same.
    """

    matter: Matter
    model: Model
    item_name: str
    category: str
    grade_name: str
    step_name: str
    place_names: tuple[str, ...]
    located: str
    text: str
    text_erased: bool
    desk_words: str
    steps: tuple[tuple[str, str, datetime | None], ...]
    story: tuple[Happening, ...]
    next_moves: tuple[NextMove, ...]
    not_now: tuple[NotNow, ...]
    promises: tuple[PromiseView, ...]
    photos: tuple[PhotoView, ...]
    scene: Scene
    part: Part
    may_place: bool = False
    mine: bool = False
    besides: tuple[Beside, ...] = ()
    not_beside: tuple[tuple[str, str], ...] = ()
    besides_done: int = 0
    joined: tuple[Joined, ...] = ()
    handovers: tuple[HandoverView, ...] = ()
    may_hand_out: bool = False
    extending: Mapping[UUID, Extending] = field(default_factory=dict)
    ties: Ties = NO_TIES
    parties: str = ""
    team: Team = NO_TEAM
    same: UUID | None = None

    @property
    def limits(self) -> tuple[PromiseView, ...]:
        """The time limits of the work itself: a rule about silence is told to nobody outside."""
        silent = deadlines.silent(self.scene.flow)
        return tuple(p for p in self.promises if p.rule not in silent)

    @property
    def awaited(self) -> PromiseView | None:
        """The promise that waits for somebody outside now; none where the house is to act."""
        rules = self.scene.flow.promises
        ours = (p for p in self.promises if p.open and p.rule in rules)
        return next((p for p in ours if deadlines.waits_outside(self.scene.flow, rules[p.rule])), None)


def page(person: Person, number: str) -> MatterPage | None:
    """One matter as this person may see it; None for unknown and hidden alike."""
    matter = access.matter_for(person, number)
    if matter is None:
        return None
    scene = scenes.scene_of(matter, clock.now())
    texts = {t.id: t for t in Text.objects.filter(matter=matter.id)}
    report = next((t for t in texts.values() if t.kind == "report"), None)
    mine = matter.desk in (*person.desks, *vacancies.minded_today(person))
    told, refused = _moves(scene, person, mine=mine)
    photos = {p.id: p for p in photos_of(matter.id)}
    entries, vows = ledger.story(matter.id), promises.about(matter.id)
    story = _with_files(_story(scene, entries, texts, photos), matter.id)
    return MatterPage(
        matter=matter,
        model=scene.model,
        item_name=sentences.label(scene.item),
        category=sentences.category(scene.item, scene.model),
        grade_name=grade_name(scene.model, scene.flow.grades, matter.grade),
        step_name=sentences.label(scene.flow.steps[matter.step]),
        place_names=scene.ground.names(matter.path),
        located=sentences.located(matter.located, matter.place_flag),
        text=report.body if report else "",
        text_erased=report is None,
        desk_words=waiting_words(matter.desk, scene),
        steps=_strip(scene, entries),
        story=tuple(reversed(story)),
        next_moves=told,
        not_now=refused,
        promises=tuple(promise_view(p, scene) for p in vows),
        photos=_untold(photos, story),
        scene=scene,
        part=reporters_part.part_of(scene, person, clock.now(), entries),
        may_place=scenes.placing_seat(scene, person) is not None,
        mine=mine,
        ties=ties_of(scene, person, entries),
        same=_said_same(entries),
        parties=parties.told(scene, entries),
        **_beside(scene, person, vows, clock.now()),
    )


def _said_same(entries: Iterable[ledger.Happened]) -> UUID | None:
    """The matter of which the reporter said that this is the same."""
    said = (entry.facts["same"] for entry in entries if entry.what == events.OPENED and "same" in entry.facts)
    return next((UUID(word) for word in said), None)


def _untold(photos: dict[UUID, PhotoView], story: list[Happening]) -> tuple[PhotoView, ...]:
    """The photos that no entry of the story tells."""
    told = {photo.id for one in story for photo in one.photos}
    return tuple(p for p in photos.values() if p.id not in told)


def _beside(scene: Scene, person: Person, vows: list[Promise], now: datetime) -> dict[str, Any]:
    """What of the page stands beside the steps: acts, helpers, longer times."""
    helpers, team = parties.helpers_of(scene.matter.id), teams.of_matter(scene, person)
    allowed, refused = besides.offered(scene, person, helpers, member=team.mine is not None)
    return {
        "handovers": outside.of_matter(scene, now) if scene.matter.handed_out else (),
        "team": team,
        "besides": allowed,
        "not_beside": refused,
        "besides_done": besides.done_on(scene.matter.id),
        "joined": besides.joined(scene, helpers),
        "may_hand_out": outside.seat_for(scene, person) is not None,
        "extending": extending.of_matter(scene, person, vows, at=now),
    }


def grade_name(model: Model, scheme: str, grade: str) -> str:
    """What people call a grade."""
    found = model.grades[scheme].grade.get(grade) if scheme in model.grades else None
    return sentences.label(found) if found else grade


def _moves(scene: Scene, person: Person, *, mine: bool) -> tuple[tuple[NextMove, ...], tuple[NotNow, ...]]:
    """What this person may do now, and what not. Likely is a move of theirs only while the matter waits for them."""
    allowed: list[NextMove] = []
    refused: list[NotNow] = []
    on = scenes.likely_moves(
        scene.model, scene.flow, scene.matter.step, in_grid=scene.in_grid, low=scene.item.low
    )
    for move in routing.offered_from(scene.flow, scene.matter.step):
        if reporters_part.of_the_reporter(scene.flow, scene.matter.step, move):
            continue  # his rating is recorded by its own form
        seat, reason = scenes.seat_for(scene, move, person, EVERYTHING)
        if seat is not None:
            likely = mine and move in on and not any(other.likely for other in allowed)
            allowed.append(NextMove(move.id, sentences.label(move), _needs(scene, move), likely, move.tells))
        elif reason is not None:
            words = sentences.why_not(reason, scene)
            refused.append(NotNow(move.id, sentences.label(move), words, reason.code))
    return tuple(allowed), tuple(refused)


def _needs(scene: Scene, move: Move) -> tuple[str, ...]:
    gates = scenes.needs_of(scene, move)
    more = ["department"] if move.calls == "chosen" else []
    more += ["into"] if routing.merges(scene.flow, move) else []
    return (*gates, *more)


def _story(
    scene: Scene, entries: list[ledger.Happened], texts: dict[UUID, Text], photos: dict[UUID, PhotoView]
) -> list[Happening]:
    names = people.names_of(e.by for e in entries if e.by)
    if scene.matter.handed_out:
        names |= outside.companies(scene.matter.id)
    rows = teams.rows_of(scene.matter)
    if rows:
        names |= people.names_of(row.account for row in rows)
    known = _Known(names, wall_words.of_matter(scene.matter, scene.model), rows)
    return [_happening(entry, scene, known, texts, photos) for entry in outside.told(entries)]


def _with_files(story: list[Happening], matter: UUID) -> list[Happening]:
    """The story with the documents that came with each entry. One without any is not looked up."""
    if not any(one.facts.get("files") for one in story):
        return story
    files = files_of(matter)
    return [_with(one, files) for one in story]


def _with(one: Happening, files: dict[UUID, FileView]) -> Happening:
    came = tuple(files[i] for word in one.facts.get("files", ()) if (i := UUID(word)) in files)
    return replace(one, files=came) if came else one


@dataclass(frozen=True, slots=True)
class _Known:
    """What the entries of a story speak of by ids: accounts and companies, walls, members of the team."""

    names: dict[UUID, str]
    walls: Sequence[wall_words.WallShown]
    members: Sequence[Member]


def _name(entry: ledger.Happened, known: _Known) -> str:
    """Who acted: an account, as a member of the team with the role, or whoever stands behind a link."""
    if entry.by is None and entry.post == "outside":
        return known.names.get(UUID(entry.facts["handover"]), "")
    name = known.names.get(entry.by, "") if entry.by else ""
    return teams.with_role(name, entry, known.members)


def _happening(
    entry: ledger.Happened,
    scene: Scene,
    known: _Known,
    texts: dict[UUID, Text],
    photos: dict[UUID, PhotoView],
) -> Happening:
    ids = [UUID(word.split(":", 1)[0]) for word in entry.facts.get("texts", ())]
    names = known.names
    notes = besides.noted(entry.what, entry.facts, scene)
    notes += wall_words.of_entry(entry.facts, known.walls)
    notes += teams.noted(entry, known.members, names)
    notes += [verbs.worded(texts[i]) for i in ids if i in texts and texts[i].kind != "report"]
    if entry.what.startswith("outside.") and entry.post != "outside":
        notes.insert(0, names.get(UUID(entry.facts["handover"]), ""))
    notes += _by_facts(entry, scene)
    was, desk = entry.facts.get("was", ""), entry.facts.get("desk", "")
    hop = (desk_words(was, scene), desk_words(desk, scene)) if was and desk and was != desk else None
    post, unit = acting_words(entry, scene)
    return Happening(
        at=entry.at,
        recorded_at=entry.recorded_at,
        late_recorded=(entry.recorded_at - entry.at).total_seconds() > 600,
        verb=verbs.verb_of(entry, scene),
        by=entry.by,
        by_name=_name(entry, known),
        post=post,
        unit=unit,
        note="\n".join(notes),
        erased=any(i not in texts for i in ids),
        hop=hop,
        node=verbs.node_of(entry),
        entry=entry.id,
        facts=entry.facts,
        photos=tuple(photos[i] for word in entry.facts.get("pictures", ()) if (i := UUID(word)) in photos),
    )


def _by_facts(entry: ledger.Happened, scene: Scene) -> list[str]:
    """What an entry says by its facts, beside its texts."""
    notes = []
    if entry.what == events.PLACED:
        notes.append(verbs.from_to(entry.facts, scene))
    if entry.what == events.CARRIED:
        notes.append(carried.sentence(entry.facts))
    if entry.what == events.PROMISE_RECOUNTED:
        notes.append(sentences.recounted(entry.facts))
    if entry.what in events.STATEMENTS:
        notes += statements.noted(entry.facts, scene)
    if entry.facts.get("agreed"):
        notes.append(consent.sentence(consent.of_facts(entry.facts)))
    if entry.facts.get("paper") and entry.what in STEPS:
        notes.append(sentences.by_paper(serving.number_of(scene.matter.id, UUID(entry.facts["paper"]))))
    if entry.facts.get("how") and entry.what in {events.STEPPED, events.RATED, events.REOPENED}:
        notes.append(sentences.heard(entry.facts))
    return notes


def _strip(scene: Scene, entries: list[ledger.Happened]) -> tuple[tuple[str, str, datetime | None], ...]:
    """The matter's way so far and what may follow, as cells: (name, ok | cur | fut, when it came there).

    Steps passed come from the ledger; what follows is the shortest way the model knows to a solved end. A merger that
    was undone is no part of the way: the matter stands where it stood, since when it stood there.
    """
    came: list[tuple[str, datetime]] = []
    for one in entries:
        step = one.facts.get("step")
        if one.what == events.UNMERGED:
            came = came[: [name for name, _at in came].index(one.facts["step"]) + 1]
        elif step and (not came or came[-1][0] != step):
            came = [pair for pair in came if pair[0] != step]
            came.append((step, one.at))
    cells = [(sentences.label(scene.flow.steps[step]), "ok", at) for step, at in came[:-1]]
    found: list[tuple[str, str, datetime | None]] = [*cells]
    step, at = came[-1]
    found.append((sentences.label(scene.flow.steps[step]), "ok" if scene.matter.ended_at else "cur", at))
    if not scene.matter.ended_at:
        found += [(sentences.label(scene.flow.steps[s]), "fut", None) for s in scenes.way_to_end(scene)]
    return tuple(found)


def due_or_none(line: Line) -> datetime | None:
    """The due moment of a list's row; none where nothing is promised."""
    return None if line.next_due_at == FAR else line.next_due_at


def read_texts(ids: list[UUID]) -> dict[UUID, tuple[str, bytes]]:
    """Bodies and salts for the proof of the ledger."""
    rows = Text.objects.filter(id__in=ids).values_list("id", "body", "salt")
    return {id: (body, bytes(salt)) for id, body, salt in rows}


def notes_among(ids: Collection[UUID]) -> list[str]:
    """Those of these texts that are the note of a step, in the order in which they were written; one statement, none for
    none. A receipt and the reason of a late record are no notes."""
    rows = Text.objects.filter(id__in=list(ids), kind="note").order_by("id")
    return list(rows.values_list("body", flat=True)) if ids else []


def number_of(matter: UUID) -> str:
    """The number of a matter by its id."""
    return Matter.objects.filter(id=matter).values_list("number", flat=True).first() or ""


def numbers_of(ids: Collection[UUID]) -> dict[UUID, str]:
    """The numbers of matters by their ids. One statement, none for none."""
    return dict(Matter.objects.filter(id__in=list(ids)).values_list("id", "number")) if ids else {}


def matter_behind(id: UUID) -> Matter | None:
    """The matter with this id, for readers of the ledger; not a gate for persons."""
    return Matter.objects.filter(id=id).first()
