"""Looking for words in the index: scope first, then words; newest first; a page at a time.

1. The marks: what is new or changed is looked at directly. 2. The scope as a set of places. 3. The places of each
word, within the scope. 4. Order: all words written one after the other, then all written somewhere, then what has
them by a name or by initials; open before ended, newer before older. 5. The rows of a page, once more through the one
gate of `access`, and words of more than two signs read again in the text, since their pairs may stand apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from gezhi.ledger import among as among  # the lookup of its name
from gezhi.ledger.fetching import fetch, fetch_ids, marks
from gezhi.matters import access, pieces, postings, walls
from gezhi.matters.lists import COLUMNS, Line
from gezhi.matters.models import Asked, Matter, Seeking, Sought, Text, Unsought
from gezhi.matters.postings import Bits
from gezhi.matters.sifting import Condition, as_q
from gezhi.matters.wanted import Word
from gezhi.people.queries import Person
from gezhi.places.paths import WIDTH
from gezhi.rules.model import Model

FRESH = 400  # marked matters that a search looks at directly, the newest ones
CHUNK = 240
FIRST = 80  # of what fits is looked at first where no row has to be read to know: mostly that is a page
EXAMINED = 1200  # places whose rows one page reads at most
_AFTER_ALL = 1 << 62  # the place of what has none yet


@dataclass(frozen=True, slots=True)
class Kept:
    """What beside words is asked for: `state` is open, ended or all; `since` and `before` keep what falls due from then
    on and before then, and what is `further` kept is read in each row."""

    state: str = "all"
    unit: str = ""
    step: str = ""
    since: datetime | None = None
    before: datetime | None = None
    further: tuple[Condition, ...] = ()

    @property
    def by_row(self) -> bool:
        """Whether rows must be read to know."""
        return bool(self.step or self.before or self.further)

    @property
    def of_rows(self) -> Q:
        """What of it a row must be read for."""
        kept = as_q(self.further)
        if self.step:
            kept &= Q(step=self.step)
        if self.since:
            kept &= Q(next_due_at__gte=self.since)
        return kept & Q(next_due_at__lt=self.before, ended_at=None) if self.before else kept


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of what was found. `count` is exact or, if `at_most`, no smaller than the truth; `more` is the last matter
    that was looked at if there may be others after it; `texts` are the normal forms in which the words stand."""

    lines: list[Line]
    count: int
    at_most: bool
    more: UUID | None
    said: dict[UUID, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A marked matter that fits, as a search sees it before the index does."""

    id: UUID
    place: int
    group: int


_ACTED = "SELECT matter FROM matters_acted WHERE account = %s"
_IN_TEAMS = "SELECT matter FROM matters_member WHERE account = %s AND ended_at IS NULL"
_SHOWN = (
    "SELECT r.matter FROM matters_referred AS r JOIN matters_matter AS m ON m.id = r.matter"
    " WHERE r.desk IN ({}) AND m.ended_at IS NULL"
)
_WAITING = "SELECT id FROM matters_matter WHERE desk IN ({}) AND ended_at IS NULL"
_STATE = [field.attname for field in Seeking._meta.concrete_fields]


def _state() -> Seeking:
    rows = fetch(Seeking, _STATE, "ORDER BY id LIMIT 1", [])
    return Seeking(**dict(zip(_STATE, rows[0], strict=True))) if rows else Seeking()


class Search:
    """One search of one person. Everything is read when it is made; `page` reads the rows."""

    def __init__(self, person: Person, words: Sequence[Word], kept: Kept, model: Model) -> None:
        self.person, self.words, self.kept, self.model = person, words, kept, model
        self.state = _state()
        marked = [row[0] for row in fetch(Unsought, ["matter"], "ORDER BY id DESC LIMIT %s", [FRESH])]
        indexed = Sought.objects.filter(matter__among=set(marked)) if marked else ()
        places = {one.matter: one.place for one in indexed}
        self.groups = self._indexed(postings.of_places(places.values()))
        self.fresh = self._fresh(dict.fromkeys(marked), places)

    # places

    def _indexed(self, masked: Bits) -> list[Bits]:
        """The places that fit, by group, best first."""
        scope = postings.without(self._scope(), masked)
        if not scope or not self.words:
            return []
        needed = {t for word in self.words for t in (*word.pairs, *word.initials, *word.named.pieces)}
        phrase = pieces.of_phrase([word.word for word in self.words]) if len(self.words) > 1 else []
        found = self._read({*needed, *phrase, pieces.OPEN}, scope)
        written = [self._all(found, word.pairs, scope) for word in self.words]
        named = [self._any(found, word, scope) for word in self.words]
        somehow = [postings.either(*pair) for pair in zip(written, named, strict=True)]
        has_all, has_somehow = reduce(postings.both, written), reduce(postings.both, somehow)
        in_a_row = postings.both(self._all(found, phrase, scope), has_all) if phrase else {}
        tiers = [in_a_row, postings.without(has_all, in_a_row), postings.without(has_somehow, has_all)]
        is_open = found[pieces.OPEN]
        return [
            part for tier in tiers for part in (postings.both(tier, is_open), postings.without(tier, is_open))
        ]

    def _read(self, needed: set[int], scope: Bits) -> dict[int, Bits]:
        """Postings of the blocks in which the scope has places, and of no others."""
        blocks = postings.blocks_to(self.state.next_place, self.state.folding)
        return postings.read(needed, [block for block in blocks if postings.home(block)[0] in scope])

    @staticmethod
    def _all(found: dict[int, Bits], some: Sequence[int], scope: Bits) -> Bits:
        return reduce(postings.both, (found[piece] for piece in some), scope)

    def _any(self, found: dict[int, Bits], word: Word, scope: Bits) -> Bits:
        """Where a word is a name or initials."""
        if word.named.everything:
            return scope
        bits: Bits = self._all(found, word.initials, scope) if word.letters else {}
        for piece in word.named.pieces:
            bits = postings.either(bits, postings.both(found[piece], scope))
        return bits

    def _scope(self) -> Bits:
        """The places of what the gate opens, sifted by state and unit."""
        reaches = access.reaches(self.person, self.model)
        paths = {reach.path for reach in reaches if reach.path}
        roots = any(len(path) == pieces.LEVEL for path in paths)
        wanted = {pieces.named("u", path) for path in paths} | {
            pieces.named("d", reach.department) for reach in reaches if reach.department
        }
        wanted = set() if roots else wanted
        unit = {pieces.named("u", self.kept.unit)} if len(self.kept.unit) > pieces.LEVEL else set()
        state = {pieces.OPEN} if self.kept.state != "all" else set()
        blocks = postings.blocks_to(self.state.next_place, self.state.folding)
        found = postings.read(wanted | unit | state, blocks)
        whole = postings.every(self.state.next_place)
        if not roots:
            own = postings.of_places(self._beside(paths))
            whole = reduce(postings.either, (found[piece] for piece in wanted), own)
        for piece in unit:
            whole = postings.both(whole, found[piece])
        which, given = walls.kept_from(walls.reader(self.person))
        walled = fetch(Sought, ["place"], f"WHERE matter IN ({which})", given)
        whole = postings.without(whole, postings.of_places(place for (place,) in walled))
        if self.kept.state == "open":
            return postings.both(whole, found[pieces.OPEN])
        return postings.without(whole, found[pieces.OPEN]) if self.kept.state == "ended" else whole

    def _beside(self, paths: set[str]) -> list[int]:
        """Places of matters at one's own desks outside of one's ground, of those one acted on, and of one's teams."""
        account = self.person.account
        said, given = [_ACTED, _IN_TEAMS], list[Any]([account, account])
        if posts := access.referable(self.person, self.model):
            said.append(_SHOWN.format(marks(posts)))
            given += posts
        if desks := [desk for desk in self.person.desks if not desk.startswith("department:")]:
            outside = [path for path in paths if len(path) <= WIDTH * access.DEPTHS]
            beyond = (f" AND a{len(path) // WIDTH} <> %s" for path in outside)
            said.append(_WAITING.format(marks(desks)) + "".join(beyond))
            given += [*desks, *outside]
        own = fetch_ids(" UNION ".join(said), given)
        rows = Sought.objects.filter(matter__among=own) if own else Sought.objects.none()
        return list(rows.values_list("place", flat=True))

    # what the index has still to follow

    def _fresh(self, marked: dict[UUID, None], places: dict[UUID, int]) -> list[_Fresh]:
        if not marked or not self.words:
            return []
        rows = self._open_rows().filter(id__among=list(marked), **self._plainly())
        if self.kept.unit:
            rows = rows.filter(access.within(self.kept.unit))
        read = _Read(rows, self.words)
        found = []
        for line in read.lines:
            group = read.group(line, self.words)
            if group is not None:
                place = places.get(line.id, _AFTER_ALL | line.id.int >> 66)
                found.append(_Fresh(line.id, place, group))
        return sorted(found, key=lambda one: -one.place)

    def _plainly(self) -> dict[str, Any]:
        return {} if self.kept.state == "all" else {"ended_at__isnull": self.kept.state == "open"}

    def _open_rows(self) -> QuerySet[Matter]:
        return access.matters_open_to(self.person, self.model)

    @property
    def is_behind(self) -> bool:
        """Whether matters that lay there before the index was are not in it yet."""
        return self.state.next_place > 0 and not self.state.filled

    # pages

    def count(self) -> int:
        """How many places fit: no fewer than there are hits."""
        return sum(map(postings.count, self.groups)) + len(self.fresh)

    @property
    def is_certain(self) -> bool:
        """Whether `count` is exact without reading a row."""
        return all(word.is_certain for word in self.words) and not self.kept.by_row

    def page(self, most: int, after: UUID | None = None, examined: int = EXAMINED) -> Hits:
        """The first `most` hits after a matter."""
        coming = self._candidates(self._position(after) if after else None)
        lines: list[Line] = []
        said: dict[UUID, tuple[str, str]] = {}
        last, looked = after, 0
        while len(lines) <= most and looked < examined:
            chunk = list(islice(coming, CHUNK if looked or self.kept.by_row else max(FIRST, most + 20)))
            looked += len(chunk)
            if not chunk:
                last = None
                break
            for line, words in self._fitting(chunk):
                lines.append(line)
                said[line.id] = words
            last = chunk[-1][1]
        whole = last is None and after is None
        if len(lines) > most:
            last = lines[most - 1].id
        number = len(lines) if whole else self.count()
        return Hits(lines[:most], number, not (whole or self.is_certain), last, said)

    def _candidates(self, after: tuple[int, int] | None) -> Iterator[tuple[int, UUID]]:
        """Place and id of what fits, best first, after a group and place."""
        for group in range(6):
            if after is not None and group < after[0]:
                continue
            below = after[1] if after is not None and group == after[0] else None
            yield from self._of_group(group, below)

    def _of_group(self, group: int, below: int | None) -> Iterator[tuple[int, UUID]]:
        fresh = [
            (one.place, one.id)
            for one in self.fresh
            if one.group == group and (below is None or one.place < below)
        ]
        bits = self.groups[group] if self.groups else {}
        yield from merge(fresh, self._with_ids(bits, below), key=lambda one: -one[0])

    def _with_ids(self, bits: Bits, below: int | None) -> Iterator[tuple[int, UUID]]:
        places, many = postings.newest(bits, below), CHUNK if self.kept.by_row else FIRST
        while chunk := list(islice(places, many)):
            ids = dict(Sought.objects.filter(place__among=chunk).values_list("place", "matter"))
            yield from ((place, ids[place]) for place in chunk if place in ids)
            many = CHUNK

    def _position(self, matter: UUID) -> tuple[int, int]:
        """Group and place of the matter with which the page before ended."""
        for one in self.fresh:
            if one.id == matter:
                return one.group, one.place
        place = Sought.objects.filter(matter=matter).values_list("place", flat=True).first()
        if place is None:
            return 0, _AFTER_ALL | matter.int >> 66
        block, bit = place // postings.LARGE, 1 << place % postings.LARGE
        for group, bits in enumerate(self.groups):
            if bits.get(block, 0) & bit:
                return group, place
        return 0, place

    def _fitting(self, chunk: Sequence[tuple[int, UUID]]) -> Iterator[tuple[Line, tuple[str, str]]]:
        """Those of these matters that are open to the person and fit, in the same order, and their words."""
        rows = self._open_rows().filter(id__among=[id for _place, id in chunk], **self._plainly())
        read = _Read(rows.filter(self.kept.of_rows), self.words)
        by_id = {line.id: line for line in read.lines}
        for _place, id in chunk:
            if id in by_id and read.group(by_id[id], self.words) is not None:
                yield by_id[id], read.said[id]


class _Read:
    """Rows of matters with their words."""

    def __init__(self, rows: QuerySet[Matter], words: Sequence[Word]) -> None:
        found = list(rows.values_list(*COLUMNS, "address"))
        self.lines = [Line(*row[:-1]) for row in found]
        ids = [line.id for line in self.lines]
        bodies = dict(Text.objects.filter(matter__among=ids, kind="report").values_list("matter", "body"))
        self.said = {row[0]: (row[-1], bodies.get(row[0], "")) for row in found}
        self._asked = self._departments(ids, words)

    @staticmethod
    def _departments(ids: Sequence[UUID], words: Sequence[Word]) -> dict[UUID, set[str]]:
        """Of the departments that words name those that were asked about each."""
        named = {one for word in words for one in word.named.departments}
        found: dict[UUID, set[str]] = {}
        if named and ids:
            rows = Asked.objects.filter(department__in=named, matter__among=ids)
            for matter, department in rows.values_list("matter", "department"):
                found.setdefault(matter, set()).add(department)
        return found

    def group(self, line: Line, words: Sequence[Word]) -> int | None:
        """How well a matter fits, 0 best; none if it does not."""
        whole = pieces.plain("\n".join((line.number, line.headline, *self.said[line.id])))
        if all(word.stands_in(whole) for word in words):
            in_a_row = len(words) > 1 and "".join(word.word for word in words) in whole
            tier = 0 if in_a_row else 1
        elif all(word.stands_in(whole) or self._called(line, word) for word in words):
            tier = 2
        else:
            return None
        return tier * 2 + (line.ended_at is not None)

    def _called(self, line: Line, word: Word) -> bool:
        asked = self._asked.get(line.id, ())
        return word.named.holds(line.path, line.item, asked) or word.is_read_in(line.headline)
