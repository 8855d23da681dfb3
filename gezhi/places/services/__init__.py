"""Changes of the ground. Nothing is overwritten: a change ends one row on a day and begins another."""

from gezhi.places.planting import Levels, UnitRow, levels_of
from gezhi.places.services.brought import new_faults
from gezhi.places.services.codes import put_codes
from gezhi.places.services.importing import Taken, faults_of, stage_file, take_in
from gezhi.places.services.lifting import fresh_borders, lift_borders
from gezhi.places.services.overlays import OverlayRow, overlay_rows, put_overlay
from gezhi.places.services.plans import (
    Preview,
    adopt_plan,
    changed_from,
    keys_of,
    previewed,
    rename,
    reparent,
    undo_plan,
)
from gezhi.places.services.planting import BuildingRow, Planted, Put, plant_tree, put_buildings
from gezhi.places.services.redrawing import Redrawn, draw_border, redraw

__all__ = [
    "BuildingRow",
    "Levels",
    "OverlayRow",
    "Planted",
    "Preview",
    "Put",
    "Redrawn",
    "Taken",
    "UnitRow",
    "adopt_plan",
    "changed_from",
    "draw_border",
    "faults_of",
    "fresh_borders",
    "keys_of",
    "levels_of",
    "lift_borders",
    "new_faults",
    "overlay_rows",
    "plant_tree",
    "previewed",
    "put_buildings",
    "put_codes",
    "put_overlay",
    "redraw",
    "rename",
    "reparent",
    "stage_file",
    "take_in",
    "undo_plan",
]
