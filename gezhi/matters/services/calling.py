"""Which department a step gives a matter to."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.matters import routing, sentences
from gezhi.matters.scenes import Scene
from gezhi.rules.model import Department, Move


def department(scene: Scene, taken: Move, chosen: str) -> str:
    """The department that has the matter once this move is taken. Raises `Refused`, naming the field, where the move
    asks for one and this one cannot be chosen."""
    if taken.calls == "chosen":
        _check(scene, taken, chosen)
        return chosen
    if taken.calls == "item":
        return routing.department_of(scene.item)
    return scene.matter.department


def choices(scene: Scene, taken: Move | None) -> list[Department]:
    """The departments that may be chosen with this move, in the order of the model."""
    had = scene.matter.department if taken and routing.leaves(scene.flow, scene.matter.step, taken) else ""
    return [one for one in scene.model.departments.values() if one.id != had]


def _check(scene: Scene, taken: Move, chosen: str) -> None:
    if chosen not in scene.model.departments:
        raise Refused(_("请选交给哪个部门。"), code="department_missing", field="department")
    aside = scene.roster.aside
    if aside is not None and chosen in aside.departments:
        told = _("这个部门要回避，不能交给它。请选别的部门，或由本级接着办。")
        raise Refused(told, code="walled", field="department")
    leaving = routing.leaves(scene.flow, scene.matter.step, taken)
    if leaving is None or chosen != scene.matter.department:
        return
    told = _("这件本来就在{department}手里，不能再交给它。请选别的部门。")
    if leaving is not taken:
        told = _("这件本来就在{department}手里，不能再交给它。请选别的部门；要它接着办，用“{move}”。")
    name = sentences.label(scene.model.departments[chosen])
    said = told.format(department=name, move=sentences.label(leaving))
    raise Refused(said, code="department_same", field="department")
