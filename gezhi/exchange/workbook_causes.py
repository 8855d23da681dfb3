"""Faults of the workbook that come of another row: they name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from gezhi.exchange.workbook_check import PersonLine
from gezhi.exchange.workbook_read import some
from gezhi.people.services.fitting import called

if TYPE_CHECKING:
    from gezhi.exchange.workbook_plan import Plan


def of(plan: Plan, line: PersonLine) -> str:
    """What to do in the workbook where a post lacks another: the row that is probably meant, of the same name under
    another sign-in name, or of the same person, who holds it later only; else a row more.
    """
    needed = plan.model.posts[line.post].must_be
    for other, wanted in plan.appointments:
        if other.sign_in == line.sign_in and wanted.post in needed and wanted.from_on > plan.on:
            told = _("第 {row} 行的“{post}”从 {day} 起。")
            post = called(plan.model.posts[wanted.post])
            return told.format(row=other.line, post=post, day=wanted.from_on)
    for other, wanted in plan.appointments:
        if other.name == line.name and other.sign_in != line.sign_in and wanted.post in needed:
            told = _("第 {row} 行的“{name}”登录名是“{other}”，这一行是“{mine}”：是同一个人的，改成一样。")
            return told.format(row=other.line, name=other.name, other=other.sign_in, mine=line.sign_in)
    told = _(
        "人员表里一个人可以有几行：再加一行，姓名和登录名照抄第 {row} 行，岗位写“{post}”，单元写任那个岗位的地方。"
    )
    return told.format(row=line.line, post=_("、").join(called(plan.model.posts[one]) for one in needed))


def somebody_administers(plan: Plan) -> None:
    """Whoever opens a district must be able to change it afterwards."""
    offices = [post for post in plan.model.posts.values() if post.administers == "system"]
    if not offices or any(term.post == post.id for term in plan.standing.terms for post in offices):
        return
    words = {word for post in offices for word in (post.name, post.english, post.id)}
    written = any(line.text("post") in words for line in plan.read.lines.get("people", ()))
    if not written and not plan.read.headless("people"):
        told = _("还没有人任“{post}”。请在人员表里加一行：开张以后由此人改设置、发条子。")
        strange = {
            one.row for one in plan.read.grave if one.sheet == "people" and one.column == _post_column(plan)
        }
        said = _("第 {rows} 行的岗位要改，也许就是这一行。") if strange else ""
        rows = some(map(str, sorted(strange)))
        plan.read.say("people", 0, "", told.format(post=called(offices[0])) + said.format(rows=rows))


def _post_column(plan: Plan) -> int:
    return plan.read.columns.get("people", {}).get("post", 0)
