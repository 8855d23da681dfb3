"""What stands on the day for which a workbook is read: units by what it calls them, who signs in, who holds which post."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from gezhi.people.models import Term
from gezhi.places.tree import Tree, TreeUnit


@dataclass(frozen=True, slots=True)
class Account:
    id: UUID
    name: str
    active: bool


@dataclass(frozen=True)
class Standing:
    """What stands on the day: the ground, who signs in by their name, and every term."""

    on: date
    ground: Tree
    accounts: Mapping[str, Account]
    terms: tuple[Term, ...]
    changes: Mapping[UUID, date]  # units that begin, change or end on the day or after it: the last such day

    @cached_property
    def keys(self) -> dict[UUID, str]:
        """What a workbook calls each unit: its code, or its path where it has none or shares it."""
        codes = Counter(unit.code for unit in self.ground.by_path.values())
        return {
            unit.identity: unit.code if unit.code and codes[unit.code] == 1 else unit.path
            for unit in self.ground.by_path.values()
        }

    @cached_property
    def terms_of(self) -> defaultdict[UUID, list[Term]]:
        found: defaultdict[UUID, list[Term]] = defaultdict(list)
        for term in self.terms:
            found[term.account_id].append(term)
        return found

    @cached_property
    def units(self) -> dict[str, TreeUnit]:
        """Units by those words."""
        return {self.keys[unit.identity]: unit for unit in self.ground.by_path.values()}
