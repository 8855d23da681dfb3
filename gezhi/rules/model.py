"""A governance model, read. One dataclass for each table of the language, one field for each key.

Everything is frozen. `Mapping`s keep the order of the file (for display; nothing depends on it). Lengths, who-words
and gates stay the words that were written (`length.parse`, `who.parse` read them, both cached).
"""

# ruff: noqa: RUF009  (key() makes a dataclass field)
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from gezhi.rules import keys
from gezhi.rules.flows import (
    Aside,
    Channel,
    Consequence,
    Extend,
    Flow,
    Move,
    PromiseRule,
    Step,
    Telling,
    When,
)
from gezhi.rules.ground import Department, Duty, Grade, Grades, Level, Overlay, Post, Staffing
from gezhi.rules.keys import key, mapping, tables, text
from gezhi.rules.lists import Admission, Assessment, Catalogue, Item, Metric, Score
from gezhi.rules.noticed import Alarm, Alike

__all__ = [
    "About",
    "Admission",
    "Alarm",
    "Alike",
    "Aside",
    "Assessment",
    "Burden",
    "Care",
    "Catalogue",
    "Channel",
    "Consequence",
    "Council",
    "Department",
    "Duty",
    "Emergency",
    "Extend",
    "File",
    "Flow",
    "Grade",
    "Grades",
    "Item",
    "Level",
    "Meeting",
    "Metric",
    "Migrate",
    "Model",
    "Module",
    "Move",
    "Overlay",
    "Post",
    "Privacy",
    "PromiseRule",
    "Score",
    "Staffing",
    "Step",
    "Telling",
    "When",
]

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """A council below the statutory bodies."""

    id: str
    name: str = text()
    english: str = text("")
    level: str = key("id", ref="level")
    flow: str = key("id", default="issue", ref="flow")
    fixed: Words = key("words", default=())
    rotating: Words = key("words", default=())
    quorum: str = key("fraction", default="2/3")
    majority: str = key("fraction", default="1/2")
    notice: str = key("natural", default="3日")
    open: bool = key("bool", default=True)
    basis: str = text("协商")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A kind of meeting."""

    id: str
    name: str = text()
    english: str = text("")
    level: Words = key("ids", ref="level", some=True)
    chair: Words = key("who", some=True)
    every: str = key("natural", default="")
    of: str = key("id", default="", ref="council")


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """Care and visits; validated and kept, no behaviour yet."""

    id: str
    name: str = text()
    english: str = text("")
    basis: str = text()
    module: str = key("choice", default="care", words=keys.MODULES)
    duty: Words = key("ids", ref="duty", some=True)
    every: Mapping[str, str] = mapping("naturals", some=True)
    campaign: Mapping[str, str] = mapping("texts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """The switched mode; validated and kept, no behaviour yet."""

    kinds: Mapping[str, str] = mapping("texts", label=True)
    duty: str = key("id", ref="duty")
    renew: str = key("id", ref="duty")
    most: str = key("natural")
    purge: str = key("natural")
    lists: Words = key("words", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A sensitive module and the papers that must be filed before it is switched on."""

    id: str
    on: bool = key("bool", default=False)
    needs: Words = key("words", default=("impact_assessment", "rule_document"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """Smallest public cell, how long what is kept, the code of the item under which it is registered that somebody makes
    trouble for a reporter (empty: under the item of the matter they reported), and the level up to which whoever holds a
    post is of the place and kept from what is said of them (empty: the one around the lowest)."""

    min_cell: int = key("int", default=5)
    retaliation: str = key("text", default="")
    local: str = key("text", default="")
    keep: Mapping[str, str] = mapping("naturals")
    module: Mapping[str, Module] = tables(Module)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """What the house itself may ask of people, at the most; 0 where the district sets no such aim.

    `contacts` of one telephone number in a week; `forms` handed in and `fields` asked of one worker in a working day,
    on average of a unit; `seconds` within which half of the residents have made a report. 国办函〔2026〕12号: what is
    asked of the grass roots is kept within bounds.
    """

    contacts: int = key("int", default=0)
    forms: int = key("int", default=0)
    fields: int = key("int", default=0)
    seconds: int = key("int", default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrate:
    """A stated plan that carries open matters over from an older version."""

    id: str
    step: Mapping[str, str] = mapping("texts")
    promise: Mapping[str, str] = mapping("texts")
    reason: str = key("text", label=True, some=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Table `[model]`. `replay`: matters come from records kept elsewhere and nobody works under it; no live instance takes it."""

    id: str = key("id")
    name: str = text()
    english: str = text("")
    valid_from: str = key("date", label=True)
    source: str = text()
    extends: str = key("id", default="", label=True)
    calendar: str = key("choice", default="cn", words=("cn", "us"))
    timezone: str = key("timezone", default="Asia/Shanghai")
    service_hours: str = key("hours", default="09:00-12:00 14:00-18:00")
    programme: str = text("")
    replay: bool = key("bool", default=False)
    jurisdictions: Words = key("words", default=("全国",))


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """The whole of model.toml after merging: one field for each top-level table."""

    model: About = key("table", of=About)
    level: Mapping[str, Level] = tables(Level, required=True)
    overlay: Mapping[str, Overlay] = tables(Overlay)
    post: Mapping[str, Post] = tables(Post, required=True)
    department: Mapping[str, Department] = tables(Department)
    duty: Mapping[str, Duty] = tables(Duty, required=True)
    grades: Mapping[str, Grades] = tables(Grades)
    flow: Mapping[str, Flow] = tables(Flow, required=True)
    aside: Mapping[str, Aside] = tables(Aside)
    channel: Mapping[str, Channel] = tables(Channel)
    telling: Mapping[str, Telling] = tables(Telling)
    council: Mapping[str, Council] = tables(Council)
    meeting: Mapping[str, Meeting] = tables(Meeting)
    care: Mapping[str, Care] = tables(Care)
    staffing: Mapping[str, Staffing] = tables(Staffing)
    catalogue: Mapping[str, Catalogue] = tables(Catalogue)
    admission: Mapping[str, Admission] = tables(Admission)
    alike: Mapping[str, Alike] = tables(Alike)
    alarm: Mapping[str, Alarm] = tables(Alarm)
    metric: Mapping[str, Metric] = tables(Metric)
    assessment: Mapping[str, Assessment] = tables(Assessment)
    emergency: Emergency | None = key("table", default=None, of=Emergency)
    privacy: Privacy = key("table", of=Privacy)
    burden: Burden | None = key("table", default=None, of=Burden, label=True)
    migrate: Mapping[str, Migrate] = tables(Migrate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A system of governance, whole and valid. `version` is 16 hex of its canonical form, `conduct` the same without labels."""

    about: About
    version: str
    conduct: str
    levels: Mapping[str, Level]
    overlays: Mapping[str, Overlay]
    posts: Mapping[str, Post]
    departments: Mapping[str, Department]
    duties: Mapping[str, Duty]
    grades: Mapping[str, Grades]
    flows: Mapping[str, Flow]
    items: Mapping[str, Item]
    asides: Mapping[str, Aside]
    channels: Mapping[str, Channel]
    tellings: Mapping[str, Telling]
    councils: Mapping[str, Council]
    meetings: Mapping[str, Meeting]
    cares: Mapping[str, Care]
    staffing: Mapping[str, Staffing]
    catalogues: Mapping[str, Catalogue]
    admissions: Mapping[str, Admission]
    alikes: Mapping[str, Alike]
    alarms: Mapping[str, Alarm]
    metrics: Mapping[str, Metric]
    assessments: Mapping[str, Assessment]
    emergency: Emergency | None
    privacy: Privacy
    burden: Burden | None
    migrations: Mapping[str, Migrate]
    canonical: str = field(repr=False)

    @property
    def id(self) -> str:
        return self.about.id

    @property
    def name(self) -> str:
        return self.about.name

    @property
    def service_hours(self) -> str:
        """When service hours run: "09:00-12:00 14:00-18:00"."""
        return self.about.service_hours

    @property
    def valid_from(self) -> date:
        """The first day on which matters are opened under it."""
        return date.fromisoformat(self.about.valid_from)

    @property
    def timezone(self) -> str:
        return self.about.timezone

    @property
    def root(self) -> Level:
        """The one level that has nothing above it."""
        return next(level for level in self.levels.values() if not level.under)

    @property
    def chains(self) -> tuple[Words, ...]:
        """Every way from the root to a level with nothing below it, by level ids.

        Each level that `may_skip` is left out of a second way, alone and together with others.
        """
        below: dict[str, list[str]] = {level: [] for level in self.levels}
        for level in self.levels.values():
            for above in level.unders:
                below[above].append(level.id)
        found: dict[Words, None] = {}
        for way in _ways((self.root.id,), below):
            skippable = [one for one in way if self.levels[one].may_skip]
            left_out = (set(some) for n in range(len(skippable) + 1) for some in combinations(skippable, n))
            found |= dict.fromkeys(tuple(one for one in way if one not in some) for some in left_out)
        return tuple(found)


def _ways(way: Words, below: Mapping[str, list[str]]) -> list[Words]:
    """Every way on from the last level of this one."""
    further = below[way[-1]]
    return [whole for level in further for whole in _ways((*way, level), below)] if further else [way]
