"""What stands in the named places of a text about one matter: facts that its page shows, never who reported it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gezhi.documents.own_words import date_words as date_words
from gezhi.documents.own_words import day as day
from gezhi.matters import sentences
from gezhi.matters.desks import desk_words
from gezhi.matters.queries import MatterPage

PLACES: dict[str, Promise] = {
    "编号": _("这一件的编号"),
    "事项": _("事项清单里的名称"),
    "地点": _("写明的地址"),
    "网格": _("所在单元"),
    "承办单位": _("承办的部门；还没有交给部门的，现在在办的岗位"),
    "期限": _("还没到的期限里最早一个的日期"),
    "反映日期": _("反映的那一天"),
    "今天": _("写的这一天"),
}
"""The places of a canned answer, and what stands in each."""


def due_day(at: datetime) -> str:
    """The last day of a time limit: what is due at midnight ends the day before."""
    return date_words(due_date(at))


def due_date(at: datetime) -> date:
    """The same as a date."""
    local = timezone.localtime(at)
    return timezone.localdate(at if local.hour or local.minute else at - timedelta(minutes=1))


def of_matter(page: MatterPage, at: datetime) -> dict[str, str]:
    """Each place with what stands in it, in the language of the house; empty where the matter has nothing for it."""
    matter, scene = page.matter, page.scene
    open_ones = [one.due_at for one in page.limits if one.open and one.due_at > at]
    with translation.override(settings.LANGUAGE_CODE):
        lead = page.model.departments.get(matter.department)
        return {
            "编号": matter.number,
            "事项": sentences.label(scene.item),
            "地点": matter.address,
            "网格": "".join(scene.ground.names(matter.path)[-2:]),
            "承办单位": sentences.label(lead) if lead else desk_words(matter.desk, scene),
            "期限": due_day(min(open_ones)) if open_ones else "",
            "反映日期": day(matter.at),
            "今天": day(at),
        }


def extended_days(page: MatterPage) -> tuple[date, ...]:
    """The last days of the open limits that were lengthened by a word that was given, the latest first; none where none
    was."""
    granted = {id for id, one in page.extending.items() if one.granted}
    days = {due_date(one.due_at) for one in page.limits if one.open and one.id in granted}
    return tuple(sorted(days, reverse=True))
