"""What this instance is called on its pages. `settings.DISTRICT_NAME` names this function, since the frame of the
pages knows no domain."""

from __future__ import annotations

from django.db import Error as DatabaseProblem

from gezhi.ledger import clock
from gezhi.places import queries as places


def district() -> str:
    """The district's name, or nothing: a page that tells of a database gone must still be drawn."""
    try:
        return places.district_name(clock.today())
    except DatabaseProblem:
        return ""
