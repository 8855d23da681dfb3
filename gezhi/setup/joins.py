"""Borders put together from those below, as the page shows them before they are stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from gezhi.places import geometry, stage_picture
from gezhi.places.joining import Joined
from gezhi.places.tree import Tree


def told(found: Sequence[Joined], ground: Tree) -> dict[str, Any]:
    """Each of them in a sentence, the lowest level that is joined as a picture, and the mark of what was shown."""
    lowest = max(len(one.unit.path) for one in found)
    shown = [one for one in found if len(one.unit.path) == lowest]
    title = _("由下级拼成的 {n} 块，实线填色；虚线是已有的边界").format(n=len(shown))
    rows = [(one.unit.name, one.border) for one in shown]
    drawn = stage_picture.drawing(rows, ground, {one.unit.identity for one in shown}, title)
    picture = mark_safe(drawn)  # noqa: S308  # drawn by the house, names escaped
    return {"rows": found, "picture": picture, "mark": mark(found)}


def mark(found: Sequence[Joined]) -> str:
    """What a confirmation rests on: the borders that were shown."""
    held = hashlib.sha256()
    for one in found:
        held.update(one.unit.path.encode() + geometry.to_wkb(one.border))
    return held.hexdigest()[:16]
