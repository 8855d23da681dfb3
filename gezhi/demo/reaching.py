"""How 柳溪 reaches people and hears them: chat groups that are registered, a text to them that waits for a second person, a
party that is asked by a restatement, a reporter who asks about their own data, and one who asks to be called. All of it invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.matters import overseen, scenes, statements, troubled, walls
from gezhi.matters.models import Matter
from gezhi.matters.services import asking_rights, relaying, reporters_own, stating
from gezhi.matters.services.asking_rights import RightWanted
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.relaying import RelayGiven
from gezhi.matters.services.reports import Report
from gezhi.matters.services.stating import StatementWanted
from gezhi.notify import broadcasts, groups_file
from gezhi.notify.broadcasts import Around
from gezhi.notify.group_columns import COLUMNS
from gezhi.people.queries import Roster
from gezhi.places.services import BuildingRow
from gezhi.places.tree import Tree, TreeUnit
from gezhi.rules.model import Model

NEWS = "停水通知：明天上午 9 时到 11 时检修水管，请提前存水。有不便的老人，请群里的网格员上门看一看。"
COMPLAINT = "社区服务站上班时间没有人，连着去了两回，都说管事的出去了。"
RESTATED = "请说明本月工作日上午窗口怎样排班、有没有人值守，以及没有人时怎样告诉来办事的人。"
OWN_REPORT = "单元门口的路灯不亮，晚上进出看不清台阶。"
CALL_ME = "白天看不出来，要晚上八点以后来看。来之前请打个电话，我下楼开门。"
CORRECTION = "我写成了 3 单元，其实是 2 单元门口，请改过来。"


def reach(here: BuildingRow, grid: str, model: Model, ground: Tree, staff: Roster, *, at: datetime) -> None:
    """What waits on the pages of tellings, statements and rights, in the grid whose people sign in to the demo."""
    _register(model, ground, at)
    _plan(grid, model, ground, staff, at)
    _restate(here, grid, model, staff, at)
    _ask(here, model, at)


def _register(model: Model, ground: Tree, at: datetime) -> None:
    """A group for each grid and each community, all of them posted to by hand."""
    random, today = Random("liuxi:groups"), timezone.localdate(at)
    units = sorted(ground.by_path.values(), key=lambda unit: unit.path)
    rows = [",".join(COLUMNS)]
    for n, unit in enumerate((one for one in units if _post_of(one, model, units)), 1):
        checked = today - timedelta(days=random.randint(0, 60))
        post = _post_of(unit, model, units)
        rows.append(
            f"Q{n:04d},{unit.name}邻里群,{'/'.join(unit.names)},,{random.randint(60, 420)},{post},人工,{checked}"
        )
    groups_file.take("\n".join(rows), model, ground, by=HOUSE, at=at)


def _post_of(unit: TreeUnit, model: Model, units: list[TreeUnit]) -> str:
    """The post that keeps a unit's group: of the two lowest levels; none higher up."""
    depth = max(len(one.path) for one in units)
    if len(unit.path) < depth - 4:
        return ""
    return next(
        (post.name for post in model.posts.values() if unit.level in post.levels and post.sees == "ground"),
        "",
    )


def _plan(grid: str, model: Model, ground: Tree, staff: Roster, at: datetime) -> None:
    """Somebody who oversees the ground writes a text; another one has to read it."""
    writers = [one for one in staff.people.values() if overseen.seats(one, model)]
    unit = ground.by_path.get(grid[:8])
    if len(writers) > 1 and unit is not None:
        writer = max(writers, key=lambda one: one.own_desk)
        around = Around(writer, model, ground)
        one = broadcasts.plan(NEWS, (unit.identity,), (), around, at=at)
        broadcasts.ask_others(one, around, staff, at=at)


def _restate(here: BuildingRow, grid: str, model: Model, staff: Roster, at: datetime) -> None:
    """A resident complains of their community; whoever has it asks that community in words of their own."""
    party = walls.unit_word(grid[:12])
    report = Report(
        text=COMPLAINT, item=_item(model, "服务"), reporting="confidential", lon=here.lon, lat=here.lat, about=(party,),
        client_key="liuxi-restated",
    )  # fmt: skip
    opened = open_matter(report, by=HOUSE)
    scene = scenes.scene_of(Matter.objects.get(id=opened.id), clock.now())
    asker = next((one for one in staff.people.values() if statements.seat_for(scene, one)), None)
    if asker is not None and statements.anybody(party, staff, model):
        stating.ask(scene, StatementWanted(new_id(), party, RESTATED, 5), by=asker, at=at)


def _ask(here: BuildingRow, model: Model, at: datetime) -> None:
    """A resident wrote something wrong in their own report and asks to have it corrected; and asks to be called."""
    report = Report(
        text=OWN_REPORT, item=_item(model, "灯"), reporting="confidential", lon=here.lon, lat=here.lat, name="沈样路",
        contact="00001234567", client_key="liuxi-corrected",
    )  # fmt: skip
    opened = reporters_own.hand_in_own(report, address="liuxi", at=at)
    asking_rights.ask_own(opened.id, RightWanted(new_id(), "correct", CORRECTION), at=at)
    relaying.add_own(opened.id, RelayGiven(new_id(), CALL_ME, call=True), at=at)


def _item(model: Model, word: str) -> str:
    """An item whose name holds this word, else the last that is a matter."""
    items = [one for one in model.items.values() if one.flow and not troubled.is_item(one.code, model)]
    return next((item for item in items if word in item.name), items[-1]).code
