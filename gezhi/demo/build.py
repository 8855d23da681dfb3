"""The whole demo in one call: ground, people, a season, and today's table, each built once.

The instance must be open as a demo and its tables made. Called again, it builds what is missing and nothing else.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from gezhi.demo import burden, doorplates, people, season, table
from gezhi.demo.ground import SEED, District, district
from gezhi.demo.people import SignIn
from gezhi.demo.progress import Bar, along
from gezhi.demo.reports import Source
from gezhi.errors import Refused
from gezhi.home import Home
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE
from gezhi.matters.services.editions import adopt
from gezhi.notify import doorkeeping
from gezhi.notify.doorkeeping import Said
from gezhi.places.models import Unit
from gezhi.places.services import levels_of, plant_tree, put_buildings
from gezhi.promises.services import put_calendar
from gezhi.rules import load, seed
from gezhi.rules.model import Model

BASE = "base.geojson"
_TABLE = timedelta(hours=8)  # in which today's table is laid
_FINISHED = timedelta(minutes=1)
_CONTACT = "mailto:wangge@liuxi.example"
"""Whom a push service would write to. Nothing leaves a demo: what such a telephone is told lies in the drawer."""


def fill(days: int = season.DAYS) -> None:
    """Build what the demo lacks, with a season of so many days. Raises `Refused` in an instance that is no demo."""
    if instance.kind() != "demo":
        raise Refused(_("只有演示实例能放入示例数据。"), code="not_a_demo")
    with Bar(_("柳溪县（示例） 地图与楼栋"), 2) as bar:
        model = _model()
        began = _began(days)
        made = _district(model, began)
        bar.step()
        if not base_file().exists():
            _write_base(made)
    if not Unit.objects.exists():
        _settle(model, made, began)
    if not settings.HOME.sign_ins.exists():
        write_sign_ins(days)
    if not finished():
        _live(model, made)


def finished() -> bool:
    """True if, and only if, the demo's clock has come up to the wall's: the last thing a season does."""
    return Unit.objects.exists() and clock.now() >= clock.wall() - _FINISHED


def sign_ins(days: int = season.DAYS) -> list[SignIn]:
    """The ways into a demo of so many days, one for each post. All have the password `people.PASSWORD`."""
    model = _model()
    made = _district(model, _began(days))
    return people.sign_ins(model, people.staff(model, made.units), made.units)


def greeting(days: int = season.DAYS) -> str:
    """The ways into the demo as lines to print, columns one under the other on a terminal."""
    english = (translation.get_language() or "").startswith("en")
    rows = [
        (one.sign_in, (one.english if english else "") or one.post, one.unit, one.name)
        for one in sign_ins(days)
    ]
    wide = [max(_width(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  " + "  ".join(cell + " " * (wide[n] - _width(cell)) for n, cell in enumerate(row)).rstrip()
        for row in rows
    ]
    head = _("示例数据：柳溪县和这里的人都是虚构的。登录密码都是 {password}，登录名：").format(
        password=people.PASSWORD
    )
    return "\n".join([head, *lines, ""])


def write_sign_ins(days: int) -> None:
    """Put the ways into the demo where the sign-in page looks for them."""
    said = {"password": people.PASSWORD, "seats": [asdict(one) for one in sign_ins(days)]}
    home: Home = settings.HOME
    home.sign_ins.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def base_file() -> Path:
    """Where the picture under the map lies in this home."""
    files: Path = settings.HOME.files
    return files / BASE


def _model() -> Model:
    return load.named(settings.HOME.model)


def _began(days: int) -> datetime:
    """The midnight with which a season that ends today begins."""
    first = timezone.localdate(clock.wall()) - timedelta(days=days)
    return timezone.make_aware(datetime.combine(first, time()))


@lru_cache(maxsize=1)
def _made(chain: tuple[str, ...], counted_on: date) -> District:
    return district(chain, counted_on=counted_on)


def _district(model: Model, began: datetime) -> District:
    """The district, generated once a process."""
    return _made(_chain(model), timezone.localdate(began))


def _chain(model: Model) -> tuple[str, ...]:
    """Levels from the root down."""
    found = [level.id for level in model.levels.values() if not level.under]
    while below := [level.id for level in model.levels.values() if level.under == found[-1]]:
        found.append(below[0])
    return tuple(found)


def _write_base(made: District) -> None:
    base_file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    base_file().write_text(made.base, encoding="utf-8")


def _settle(model: Model, made: District, began: datetime) -> None:
    """Calendar, model, ground and people, on the eve of the season, whole or not at all."""
    eve, on = began - timedelta(hours=6), timezone.localdate(began) - timedelta(days=30)
    label = _("柳溪县（示例） 区划与人员")
    with Bar(label, 4) as bar, clock.fixed(eve), transaction.atomic():
        clock.start_at(eve)
        put_calendar(seed.days(eve.year - 1, eve.year + 2))
        adopt(load.named(settings.HOME.model), by=HOUSE, at=eve)
        bar.step()
        planted = plant_tree(made.units, levels_of(model), on=on, by=HOUSE, at=eve)
        bar.step()
        put_buildings(made.buildings, on=on, by=HOUSE, at=eve)
        bar.step()
        staff = people.staff(model, made.units)
        people.employ(staff, made.units, planted.identities, model, from_on=on, at=eve)
        doorplates.publish(model, on=on, at=eve)
        doorkeeping.add("webpush", _("手机提醒"), Said(contact=_CONTACT), "", by=HOUSE, at=eve)


def _live(model: Model, made: District) -> None:
    """The rest of the season up to this minute, then today's table, then the clock runs with the wall's."""
    ends = clock.wall() - timedelta(seconds=5)
    source = Source(model, made.buildings, SEED)
    with clock.fixed(min(clock.now(), ends)) as watch:
        running = season.Season(source, watch, SEED)
        evening = ends - _TABLE
        rest = season.days(watch.moment, evening) if watch.moment < evening else []
        for day, until in along(_("柳溪县（示例） 一季事项"), rest, len(rest)):
            running.live(day, until)
        with Bar(_("柳溪县（示例） 今天的事项"), 1), transaction.atomic():
            table.lay(running, ends)
            burden.count(ends, Random(f"{SEED}:burden"))
            clock.move_to(ends)
    clock.move_to(clock.wall())
