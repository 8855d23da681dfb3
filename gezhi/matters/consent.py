"""当事人同意: who agreed, how and on which day, as whoever takes the step says it. Values, and nobody's name.

A step that a model makes wait for consent (`needs = ["consent"]`) is not taken before somebody has agreed: 人民调解法 17,
and the proof holds every way into a mediation to it (E24).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.errors import Refused
from gezhi.ledger.digests import Fact
from gezhi.matters.models import Matter

WHO: dict[str, Promise] = {
    "reporter": gettext_lazy("报告人"),
    "party": gettext_lazy("当事人"),
    "guardian": gettext_lazy("监护人"),
}
HOW: dict[str, Promise] = {
    "in_person": gettext_lazy("当面"),
    "phone": gettext_lazy("电话"),
    "signed": gettext_lazy("书面签字"),
}


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed (`WHO`), how (`HOW`) and on which day; all empty where nothing was said."""

    who: str = ""
    how: str = ""
    on: date | None = None

    def __bool__(self) -> bool:
        return bool(self.who or self.how or self.on)

    def facts(self) -> dict[str, Fact]:
        """How an entry says it; nothing where nobody agreed."""
        if not self or self.on is None:
            return {}
        return {"agreed": self.who, "agreed_how": self.how, "agreed_on": self.on.isoformat()}


NONE = Consent()


def check(said: Consent, matter: Matter, at: datetime) -> Consent:
    """Raise `Refused` unless it is whole or not there, in the words of the language, of a day between the matter and the
    step, and of somebody there is."""
    if not said:
        return said
    if said.who not in WHO or said.how not in HOW or said.on is None:
        told = _(
            "同意要三样写齐：谁同意（报告人、当事人或监护人）、怎么说的（当面、电话或书面签字）、哪一天。"
        )
        raise Refused(
            told, code="consent_incomplete", field="agreed_on" if said.who and said.how else "agreed"
        )
    if said.on > timezone.localdate(at):
        told = _("同意在先，办在后：同意的日期晚于这一步。请核对日期。")
        raise Refused(told, code="consent_later", field="agreed_on")
    if said.on < timezone.localdate(matter.at):
        told = _("同意的日期早于反映的日期。请核对日期。")
        raise Refused(told, code="consent_early", field="agreed_on")
    if said.who == "reporter" and matter.seen_by_staff:
        told = _("这一件是工作人员自己看到的，没有报告人。请选当事人或监护人。")
        raise Refused(told, code="no_reporter", field="agreed")
    return said


def of_facts(facts: Mapping[str, Any]) -> Consent:
    """The consent that an entry tells."""
    on = facts.get("agreed_on")
    return Consent(
        facts.get("agreed", ""), facts.get("agreed_how", ""), date.fromisoformat(on) if on else None
    )


def sentence(said: Consent) -> str:
    """当事人当面同意，2026-11-20。 Empty where nobody agreed."""
    if not said:
        return ""
    who, how = WHO.get(said.who, said.who), HOW.get(said.how, said.how)
    return _("{who}{how}同意，{day}。").format(who=who, how=how, day=said.on or "")
