"""格尺: ten cells, a warning from the ninth on, and what sticks out when it is late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gezhi.ui import ruler
from gezhi.ui.showcase import NOON, Sample


@pytest.mark.parametrize(
    ("sample", "kind", "used", "beyond"),
    [
        (Sample("", 1, 10), "run", 1.0, 0),
        (Sample("", 8, 10), "soon", 8.0, 0),
        (Sample("", 9, 10), "soon", 9.0, 0),
        (Sample("", 10.5, 10), "late", 10.0, 1),
        (Sample("", 15, 10), "late", 10.0, 2),
        (Sample("", 40, 10), "late", 10.0, 3),
        (Sample("", 40, 10, met_after=5), "met", 5.0, 0),
        (Sample("", 40, 10, met_after=12), "late", 10.0, 2),
        (Sample("", 5, 10, paused="缺经费"), "pause", 5.0, 0),
    ],
)
def test_a_promise_is_drawn_as_ten_cells(sample: Sample, kind: str, used: float, beyond: int) -> None:
    made = ruler.of(sample, NOON)
    assert (made.kind, round(made.used, 6), made.beyond) == (kind, used, beyond)
    assert made.words


def test_what_has_no_promise_is_an_empty_dashed_frame() -> None:
    assert ruler.of(None, NOON).kind == "none"


def test_the_ninth_cell_begins_with_the_warning_also_where_nights_do_not_count() -> None:
    made = datetime(2026, 11, 20, 1, tzinfo=UTC)
    warn, due = made + timedelta(hours=3), made + timedelta(hours=72)
    assert ruler.cells(made, warn, due, warn) == 8.0
    assert ruler.cells(made, warn, due, due) == 10.0


def test_the_drawing_has_classes_and_no_style() -> None:
    drawn = ruler.svg(ruler.of(Sample("", 15, 10), NOON))
    assert "style" not in drawn
    assert drawn.count('class="o"') == 2
