from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.places import paths

numbers = st.integers(1, 32**4 - 1)
a_path = st.lists(numbers, min_size=1, max_size=6).map(lambda ns: "".join(map(paths.segment, ns)))


@given(numbers, numbers)
def test_segments_sort_as_their_numbers_do(one: int, other: int) -> None:
    assert (paths.segment(one) < paths.segment(other)) == (one < other)
    assert paths.number(paths.segment(one)) == one


@given(a_path, a_path)
def test_a_path_is_in_the_span_of_another_exactly_when_it_is_within(path: str, outer: str) -> None:
    first, after = paths.span(outer)

    assert (first <= path < after) == paths.within(path, outer)
    assert outer in paths.ancestors(outer + path)


def test_nothing_lies_within_no_path() -> None:
    assert not paths.within("0001", "")


@pytest.mark.parametrize("number", [0, -1, 32**4])
def test_a_number_without_a_segment_is_an_error(number: int) -> None:
    with pytest.raises(ValueError, match="no segment"):
        paths.segment(number)


def test_ancestors_run_from_the_root_to_the_path_itself() -> None:
    assert paths.ancestors("00010002000A") == ("0001", "00010002", "00010002000A")
    assert paths.parent("00010002") == "0001"
    assert paths.depth("00010002") == 2
