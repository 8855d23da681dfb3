"""A whole is not done before its parts are, however it ends but by a merger or a refusal.

It is looked at twice: as the matter was read, so that who asks is told before anything is kept; and in the statement that
writes the step, under the lock that taking parts out holds too, so that parts which came between are seen.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.matters import bonds
from gezhi.matters.models import Matter
from gezhi.matters.scenes import Scene
from gezhi.rules.model import Move


def done_by(scene: Scene, taken: Move) -> bool:
    """Whether this move says that the matter is done: it is checked or answered next, or settled."""
    target = scene.flow.steps[taken.leads(scene.matter.step)]
    return target.phase in {"checking", "answering"} or target.settled


def check(scene: Scene, taken: Move) -> None:
    """Raise `Refused` for a move by which a whole would be done before its parts, as it was read."""
    if scene.matter.parted is not False and done_by(scene, taken):
        refuse_open(scene.matter.id)


def refuse_open(whole: UUID) -> None:
    """Raise `Refused` if, and only if, parts of a matter have not ended."""
    parts = bonds.parts_of(whole)
    still = Matter.objects.filter(id__in=parts, ended_at=None).count() if parts else 0
    if still:
        told = _("拆出去的还有 {n} 件没有办完，办完了这一件才能办结。")
        raise Refused(told.format(n=still), code="parts_open")
