"""Faults of the workbook that come of another row: they name it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from gezhi.exchange.workbook_check import PersonLine
from gezhi.exchange.workbook_read import Read, some
from gezhi.exchange.workbook_standing import Standing
from gezhi.people.services import Appointment
from gezhi.people.services.fitting import called
from gezhi.rules.model import Model


def of(line: PersonLine, others: Sequence[tuple[PersonLine, Appointment]], model: Model, on: date) -> str:
    """What to do in the workbook where a post lacks another: the row that is probably meant, of the same name under
    another sign-in name, or of the same person, who holds it only from after the day `on`; else a row more. `others` are
    all rows that appoint somebody.
    """
    needed = model.posts[line.post].must_be
    for other, wanted in others:
        if other.sign_in == line.sign_in and wanted.post in needed and wanted.from_on > on:
            told = _("第 {row} 行的“{post}”从 {day} 起。")
            post = called(model.posts[wanted.post])
            return told.format(row=other.line, post=post, day=wanted.from_on)
    for other, wanted in others:
        if other.name == line.name and other.sign_in != line.sign_in and wanted.post in needed:
            told = _("第 {row} 行的“{name}”登录名是“{other}”，这一行是“{mine}”：是同一个人的，改成一样。")
            return told.format(row=other.line, name=other.name, other=other.sign_in, mine=line.sign_in)
    told = _(
        "人员表里一个人可以有几行：再加一行，姓名和登录名照抄第 {row} 行，岗位写“{post}”，单元写任那个岗位的地方。"
    )
    return told.format(row=line.line, post=_("、").join(called(model.posts[one]) for one in needed))


def somebody_administers(read: Read, model: Model, standing: Standing) -> None:
    """Whoever opens a district must be able to change it afterwards."""
    offices = [post for post in model.posts.values() if post.administers == "system"]
    if not offices or any(term.post == post.id for term in standing.terms for post in offices):
        return
    words = {word for post in offices for word in (post.name, post.english, post.id)}
    written = any(line.text("post") in words for line in read.lines.get("people", ()))
    if not written and not read.headless("people"):
        told = _("还没有人任“{post}”。请在人员表里加一行：开张以后由此人改设置、发条子。")
        strange = {
            one.row for one in read.grave if one.sheet == "people" and one.column == _post_column(read)
        }
        said = _("第 {rows} 行的岗位要改，也许就是这一行。") if strange else ""
        rows = some(map(str, sorted(strange)))
        read.say("people", 0, "", told.format(post=called(offices[0])) + said.format(rows=rows))


def _post_column(read: Read) -> int:
    return read.columns.get("people", {}).get("post", 0)
