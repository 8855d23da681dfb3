"""One of these values, given as one parameter."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.ledger import among as among  # the lookup of its name

pytestmark = pytest.mark.django_db
IDS = [UUID(int=n) for n in (3, 1 << 127, 5)]


def test_it_finds_what_in_finds_by_the_same_words_however_many_values() -> None:
    from gezhi.matters.models import Sought

    Sought.objects.bulk_create([Sought(place=n, matter=id, belongs="") for n, id in enumerate(IDS)])
    words = set()
    for some in ([], IDS[:1], IDS[1:], [*IDS, UUID(int=9)]):
        with CaptureQueriesContext(connection) as seen:
            found = set(Sought.objects.filter(matter__among=some).values_list("place", flat=True))
        assert found == set(Sought.objects.filter(matter__in=some).values_list("place", flat=True))
        words |= {one["sql"].partition("= ANY")[0].partition("IN (")[0] for one in seen}
    assert len(words) == 1
    assert set(Sought.objects.filter(place__among=[0, 2, 7]).values_list("place", flat=True)) == {0, 2}
    assert not Sought.objects.filter(place__among=[7]).exists()
    assert Sought.objects.exclude(place__among=[0]).count() == 2
