"""Which papers agree with where a matter stands: none says what its steps have not said, or have said otherwise."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gezhi.documents.kinds import KINDS, Kind
from gezhi.matters.queries import MatterPage
from gezhi.rules.keys import SETTLED
from gezhi.rules.model import Move, Step

NEVER_TAKEN = frozenset(("refused", "void", "transferred"))
"""Ends after which nobody is told that it was accepted."""
WORKED_ON = frozenset(("reported", "accepted", "handling", "suspended"))
"""Phases in which another unit may still be asked to do something."""
ANSWERED = SETTLED | {"unsolved"}
"""Ends of which there is something to answer."""


def kinds_for(page: MatterPage) -> list[Kind]:
    """The kinds of papers that agree with where this matter stands now, and have somebody to speak to."""
    nobody = tells_nobody(page)
    return [one for one in KINDS.values() if not (nobody and one.to_reporter) and not why_not(page, one)]


def not_yet(page: MatterPage) -> list[tuple[Kind, str]]:
    """The kinds that do not agree with where it stands, each with the reason in a sentence. Where nobody reported it,
    those that speak to the reporter are left out: of them `tells_nobody` says why."""
    nobody = tells_nobody(page)
    told = ((one, why_not(page, one)) for one in KINDS.values() if not (nobody and one.to_reporter))
    return [(one, why) for one, why in told if why]


def tells_nobody(page: MatterPage) -> bool:
    """Whether nobody reported the matter, nor any that was merged into it: no paper has a reporter to speak to."""
    return not page.ties.people


def why_not(page: MatterPage, kind: Kind) -> str:
    """Why a paper of this kind is not issued now, in a sentence; empty where it may be.

    It may be where the matter stands so, or where a step can be taken now that leads there and asks for a document:
    the paper is what that step then shows.
    """
    flow, accepted = page.scene.flow, page.matter.accepted_at is not None
    now = flow.steps[page.matter.step]
    fits = _agrees(kind.id, now, accepted=accepted, running=_runs(page))
    if fits or any(_serves(kind.id, one, now, flow.steps[one.leads(now.id)]) for one in flow.moves.values()):
        return ""
    return _reasons()[kind.id]


def _runs(page: MatterPage) -> bool:
    """Whether a time limit of the house runs: the reporter's own days to rate are none."""
    awaited = page.awaited
    return any(one.open and one != awaited for one in page.limits)


def _agrees(kind: str, step: Step, *, accepted: bool, running: bool) -> bool:
    fit = {
        "acceptance": accepted and step.closing not in NEVER_TAKEN,
        "refusal": step.closing == "refused",
        "answer": step.phase == "answering" or step.closing in ANSWERED,
        "extension": accepted and running,
        "transfer": step.phase in WORKED_ON or step.closing == "transferred",
    }
    return fit.get(kind, True)


def _serves(kind: str, move: Move, now: Step, then: Step) -> bool:
    """Whether a step that asks for a document leads from where the matter stands to where this paper agrees."""
    if now.id not in move.from_ or "file" not in move.needs or then.id == now.id:
        return False
    return _agrees(kind, then, accepted=then.phase != "reported" and not then.ends, running=False)


def _reasons() -> dict[str, str]:
    return {
        "acceptance": _("受理以后才出，不予受理、无效、转出的不出"),
        "refusal": _("办了“不予受理”这一步、就此了结的才出"),
        "answer": _("办完、核查过，到了答复这一步才出"),
        "extension": _("受理以后、期限还在走的时候才出"),
        "transfer": _("还在办的、转出了结的才出"),
    }
