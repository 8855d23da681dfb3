"""打击报复: trouble made for somebody because they reported. Which item it is filed under, and from whom it is kept.

信访工作条例 (2022) art. 30(3), 46(5), 46(6): what a reporter said comes to nobody it is said of, and retaliation is punished. Whoever
makes trouble on a doorstep is of that place: so no matter of this item, however it came in, is seen by those who look after it.
"""

from __future__ import annotations

from gezhi.matters import walls
from gezhi.places.paths import WIDTH, parent
from gezhi.places.tree import Tree
from gezhi.rules.model import Model


def is_item(item: str, model: Model) -> bool:
    """Whether this is the item that the model names for it (`privacy.retaliation`). No list offers it to the public, and no words
    suggest it: it is reported at one's own matter, or typed in by whoever is told of it."""
    return item == model.privacy.retaliation != ""


def of_the_place(path: str, ground: Tree, model: Model) -> tuple[str, ...]:
    """All who sit in the unit around a point and below it, as walls name them: the unit of the level that the model calls local
    (`privacy.local`), where the point lies that deep; else the one around a grid, or the unit itself. Where that is the whole
    ground, as of a matter without a place, all who sit below the root: whoever made the trouble may be any of them, and it
    may be sent to any of them later."""
    unit = ground.by_path.get(path)
    around = _local(path, ground, model) or (parent(path) if unit is not None and unit.leaf else path)
    return (walls.unit_word(around) if len(around) > WIDTH else walls.below_word(around),)


def _local(path: str, ground: Tree, model: Model) -> str:
    """The path of the unit of the local level in which this one lies, itself among them; empty where there is none."""
    return next((one.path for one in ground.down_to(path) if one.level == model.privacy.local), "")
