"""The pictures of a matter on its pages: fast with two hundred, through the gate only, covered and taken away."""

from __future__ import annotations

import io
import re
import zipfile
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters import events
from gezhi.matters.models import Matter, Photo
from gezhi.matters.services import photos
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.test_photos import jpeg

from .conftest import Sit

pytestmark = pytest.mark.django_db


def opened(world: liuxi.World, text: str = "楼道堆了纸箱。") -> str:
    lon, lat = liuxi.INSIDE
    return open_matter(Report(text=text, item="N01", lon=lon, lat=lat), by=world.clerk()).number


@pytest.fixture
def matter(world: liuxi.World) -> Matter:
    return Matter.objects.get(number=opened(world))


def given(matter: Matter, many: int = 1, kind: str = "report") -> list[UUID]:
    """Pictures that came and were drawn."""
    ids: list[UUID] = []
    while len(ids) < many:
        some = [jpeg(900, 600)] * min(photos.MOST, many - len(ids))
        ids += photos.keep(matter.id, some, kind=kind, at=clock.now())
    while photos.encode_waiting(at=clock.now(), most=50):
        pass
    return ids


def file_of(matter: Matter, photo: UUID, **more: str) -> str:
    return reverse("desk:photo", args=[matter.number, photo], query=more)


def test_a_picture_has_three_sizes_and_an_etag(sit: Sit, matter: Matter) -> None:
    (id,) = given(matter)
    lin, sides = sit("lin"), {}
    for size in ("small", "middle", "large"):
        answer = lin.get(file_of(matter, id, size=size, v="0"))
        with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as picture:  # type: ignore[attr-defined]
            sides[size] = picture.width
    assert sides == {"small": 320, "middle": 900, "large": 900}
    assert answer["Cache-Control"] == "private, max-age=86400"
    assert answer["Content-Type"] == "image/jpeg"
    again = lin.get(file_of(matter, id, v="0"), HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert lin.get(file_of(matter, id, v="7"))["Cache-Control"] == "private, no-cache"


def test_whoever_does_not_see_the_matter_sees_none_of_its_pictures(sit: Sit, matter: Matter) -> None:
    (id,) = given(matter)
    etag = sit("lin").get(file_of(matter, id))["ETag"]
    names = ("desk:photo", "desk:picture", "desk:original")
    addresses = [reverse(name, args=[matter.number, id]) for name in names]
    addresses.append(reverse("desk:photos_file", args=[matter.number]))
    song = sit("song")  # who has the grid beside it
    for address in addresses:
        assert song.post(address).status_code in {404, 405}, address
        if "original" not in address and "zip" not in address:
            assert song.get(address, HTTP_IF_NONE_MATCH=etag).status_code == 404, address


def test_a_picture_of_one_matter_is_not_found_under_another(
    sit: Sit, world: liuxi.World, matter: Matter
) -> None:
    other = Matter.objects.get(number=opened(world, text="路灯不亮，好几天了"))
    (id,) = given(matter)
    assert sit("lin").get(file_of(other, id)).status_code == 404
    assert sit("lin").get(reverse("desk:picture", args=[other.number, id])).status_code == 404


def test_two_hundred_pictures_cost_no_statement_more_and_come_small(sit: Sit, matter: Matter) -> None:
    """Lazy, in small, each with its size: what the page itself weighs and asks stays what it is with one picture."""
    given(matter)
    lin, address = sit("lin"), reverse("desk:matter", args=[matter.number])
    lin.get(address)
    with CaptureQueriesContext(connection) as one:
        small = lin.get(address).content
    given(matter, photos.MOST_OF_A_MATTER - 1)
    with CaptureQueriesContext(connection) as many:
        page = lin.get(address).content.decode()
    images = re.findall(r"<img[^>]*size=small[^>]*>", page)
    assert len(images) == photos.MOST_OF_A_MATTER
    assert all('loading="lazy"' in tag and 'width="148"' in tag and 'height="104"' in tag for tag in images)
    assert len(many) == len(one)
    assert (len(page.encode()) - len(small)) / 199 < 900  # bytes of page for each further picture
    assert "共 200 张照片" in page


def test_more_than_two_hundred_are_not_taken(matter: Matter) -> None:
    given(matter, photos.MOST_OF_A_MATTER - 2)
    with pytest.raises(Refused, match="这件已有 198 张，还能加 2 张"):
        photos.keep(matter.id, [jpeg()] * 3, kind="work", at=clock.now())
    assert len(photos.keep(matter.id, [jpeg()] * 2, kind="work", at=clock.now())) == 2


def test_all_pictures_come_as_one_file_and_that_is_an_entry(sit: Sit, matter: Matter) -> None:
    given(matter, 3)
    Photo.objects.filter(id=given(matter)[0]).update(state="refused", reason="lost")
    address = reverse("desk:photos_file", args=[matter.number])
    assert sit("lin").get(address).status_code == 302
    answer = sit("lin").post(address)
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        assert packed.namelist() == [f"{matter.number}-{n:03d}-report.jpg" for n in (1, 2, 3)]
        assert packed.testzip() is None
    assert answer["Cache-Control"] == "no-store"
    entry = Entry.objects.get(what=events.PHOTOS_TAKEN, about=matter.id)
    assert '"count":3' in entry.facts
