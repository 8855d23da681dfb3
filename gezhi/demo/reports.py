"""What comes in during the season: when, what, where, by which channel, from whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from gezhi.demo import names, phrases
from gezhi.matters import troubled
from gezhi.matters.services.reports import Report
from gezhi.places import datum
from gezhi.places.services import BuildingRow
from gezhi.rules.model import Item, Model

_WEEKDAY, _WEEKEND = 6.6, 4.2  # matters a day: about 600 in ninety days
_HOURS = (7, 8, 8, 9, 9, 9, 10, 10, 11, 12, 13, 14, 14, 15, 15, 16, 16, 17, 18, 19, 20, 21)
_CHANNELS = (("worker", 48), ("phone", 30), ("resident", 14), ("hotline", 8))
_LATE_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Coming:
    """A report at its moment. `happened_at` is earlier than `moment` where it is recorded late (补录)."""

    moment: datetime
    happened_at: datetime
    report: Report
    photo: int  # number of a drawn picture; 0 for none


class Source:
    """Reports of any day, always the same for one seed and one day."""

    def __init__(self, model: Model, buildings: Sequence[BuildingRow], seed: int) -> None:
        self.model = model
        self.items = [
            one for one in model.items.values() if one.flow and not troubled.is_item(one.code, model)
        ]
        self.weights = [phrases.weight(item) for item in self.items]
        self.channels = [(word, weight) for word, weight in _CHANNELS if word in model.channels]
        self.lived_in = [building for building in buildings if building.households]
        self.seed = seed

    def of_day(self, day: date) -> list[Coming]:
        """The reports of a day, by moment."""
        random = Random(f"{self.seed}:{day}")
        mean = _WEEKDAY if day.weekday() < 5 else _WEEKEND
        count = max(1, round(random.gauss(mean, 1.6)))
        return sorted((self._coming(random, day) for _n in range(count)), key=lambda one: one.moment)

    def in_the_street(self, day: date, buildings: Sequence[BuildingRow]) -> list[Coming]:
        """Every other day one of what stands in the street, at one of these buildings: what 这一带 has to tell there."""
        items = [item for item in self.items if item.me_too]
        if day.toordinal() % 2 or not items:
            return []
        random = Random(f"{self.seed}:{day}:street")
        moment = timezone.make_aware(datetime.combine(day, time(random.choice(_HOURS), random.randrange(60))))
        channel = random.choices(*zip(*self.channels, strict=True))[0]
        report = self.at(random, random.choice(items), random.choice(buildings), channel)
        return [Coming(moment, moment, report, 0)]

    def at(self, random: Random, item: Item, building: BuildingRow, channel: str = "worker") -> Report:
        """A report about an item at a building."""
        text = phrases.report(random, item, building.address)
        lon = building.lon + random.uniform(-4e-5, 4e-5)
        lat = building.lat + random.uniform(-4e-5, 4e-5)
        bare = Report(
            text, item.code, channel, "staff", round(lon, 6), round(lat, 6), address=building.address
        )
        return bare if channel == "worker" else self._from_resident(random, bare)

    def _coming(self, random: Random, day: date) -> Coming:
        clock_time = time(random.choice(_HOURS), random.randrange(60), random.randrange(60))
        moment = timezone.make_aware(datetime.combine(day, clock_time))
        item = random.choices(self.items, self.weights)[0]
        channel = random.choices(*zip(*self.channels, strict=True))[0]
        report = self._placed(random, self.at(random, item, random.choice(self.lived_in), channel))
        happened_at = moment
        if channel == "worker" and random.random() < _LATE_SHARE * 2:
            happened_at -= timedelta(minutes=random.randint(40, 600))
            report = replace(report, late_reason=random.choice(phrases.LATE_REASONS))
        photo = random.randint(1, 12) if channel in {"worker", "resident"} and random.random() < 0.14 else 0
        return Coming(moment, happened_at, report, photo)

    def _from_resident(self, random: Random, report: Report) -> Report:
        """Anonymous, confidential or by name; a contact that no telephone has."""
        way = random.choices(("anonymous", "confidential", "named"), (20, 55, 25))[0]
        if way == "anonymous":
            return replace(report, reporting=way)
        name = names.person(random.randrange(450, 900))
        return replace(report, reporting=way, name=name, contact=f"0000{random.randrange(10**7):07}")

    def _placed(self, random: Random, report: Report) -> Report:
        """How the place is told: mostly a point; else an address; now and then what cannot be placed."""
        told = random.random()
        if told < 0.72:
            return report
        nowhere = replace(report, lon=None, lat=None)
        if told < 0.80 and report.lon is not None and report.lat is not None:
            lon, lat = datum.from_wgs84(report.lon, report.lat, "gcj02")
            return replace(report, lon=round(lon, 6), lat=round(lat, 6), datum="gcj02")
        if told < 0.97:
            return nowhere
        if told < 0.98:
            return replace(report, lon=118.2, lat=30.5)  # rounded
        return replace(nowhere, address="", text=report.text.replace(report.address, ""))
