"""Parts of a picture covered by hand: for everybody, at once, and for good after a day."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from PIL import Image, ImageDraw
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters import events
from gezhi.matters.models import Matter, Photo
from gezhi.matters.services import covering, photo_files, photos
from gezhi.matters.services.drawing import Box, covered
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.vault.models import SealedFile

from . import liuxi
from .liuxi import World

PLATE = Box(250, 500, 250, 200)


def lettered() -> bytes:
    """White, with a black and white pattern of letters where PLATE lies."""
    picture = Image.new("RGB", (800, 600), "white")
    pen = ImageDraw.Draw(picture)
    for n in range(20):
        pen.rectangle((200 + n * 10, 300, 204 + n * 10, 419), fill="black")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return out.getvalue()


@pytest.fixture
def photo(world: World) -> tuple[Matter, UUID]:
    lon, lat = liuxi.INSIDE
    number = open_matter(Report("楼道堆了纸箱。", "N01", lon=lon, lat=lat), by=world.clerk()).number
    matter = Matter.objects.get(number=number)
    (id,) = photos.keep(matter.id, [lettered()], kind="report", at=clock.now())
    photos.encode_waiting(at=clock.now())
    return matter, id


def pixels(id: UUID, size: str = "large") -> Image.Image:
    row = Photo.objects.get(id=id)
    return Image.open(photo_files.drawn_file(id, row.version, size)).convert("L")


def contrast(picture: Image.Image) -> int:
    """Darkest to brightest along the middle of the plate: what would still be read there."""
    y, left, right = round(picture.height * 0.6), round(picture.width * 0.27), round(picture.width * 0.48)
    line = [picture.getpixel((x, y)) for x in range(left, right)]
    return max(line) - min(line)  # type: ignore[type-var,operator,return-value]


def drawn(files: DjangoCaptureOnCommitCallbacks) -> None:
    with files(execute=True):
        photos.encode_waiting(at=clock.now())


@pytest.mark.parametrize("how", ["black", "blurred"])
def test_what_lay_under_a_box_cannot_be_read_in_any_size(
    photo: tuple[Matter, UUID], world: World, how: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    matter, id = photo
    assert contrast(pixels(id)) > 200
    box = Box(PLATE.x, PLATE.y, PLATE.width, PLATE.height, how)
    covering.cover(matter, id, [box], version=0, by=world.clerk("lin"), at=clock.now())
    assert Photo.objects.get(id=id).state == "waiting"  # nobody sees it from now on
    drawn(django_capture_on_commit_callbacks)
    for size in photo_files.SIZES:
        picture = pixels(id, size)
        assert contrast(picture) < 60, size
        assert picture.getpixel((round(picture.width * 0.8), round(picture.height * 0.2))) > 250  # type: ignore[operator]
    assert not photos.shown_file(id, 0).exists()
    entry = Entry.objects.get(what=events.PHOTO_COVERED, about=matter.id)
    assert entry.by == world.accounts["lin"]
    assert '"boxes":1' in entry.facts


def plain_copies(id: UUID) -> list[Path]:
    """Files of the home under the picture's name in which the pattern can still be read."""
    found = []
    for file in Path(settings.HOME.files).rglob(f"{id.hex}*"):
        with Image.open(file) as picture:
            found += [file] if contrast(picture.convert("L")) > 150 else []
    return found


def test_after_a_day_nothing_is_left_of_it_anywhere(
    photo: tuple[Matter, UUID], world: World,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    matter, id = photo
    photos.raw_file(id).unlink()  # goes with the commit; the fixture's transaction has none
    covering.cover(matter, id, [PLATE], version=0, by=world.clerk("lin"), at=clock.now())
    drawn(django_capture_on_commit_callbacks)
    assert plain_copies(id) == []
    later = clock.now() + timedelta(hours=24, minutes=1)
    assert covering.forget_uncovered(at=clock.now()) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert covering.forget_uncovered(at=later) == 1
    assert SealedFile.objects.get().gone_at == later
    assert not list((settings.HOME.files / "sealed").rglob(f"{SealedFile.objects.get().id.hex}*"))
    with pytest.raises(Refused, match="已经销毁"):
        covering.uncover(matter, id, version=1, by=world.clerk("lin"), at=later)
    assert contrast(pixels(id)) < 60


def test_within_a_day_it_comes_back_as_it_was(
    photo: tuple[Matter, UUID], world: World,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    matter, id = photo
    by = world.clerk("lin")
    covering.cover(matter, id, [PLATE], version=0, by=by, at=clock.now())
    drawn(django_capture_on_commit_callbacks)
    covering.cover(matter, id, [Box(0, 0, 100, 100)], version=1, by=by, at=clock.now())
    drawn(django_capture_on_commit_callbacks)
    assert pixels(id).getpixel((20, 20)) < 10  # type: ignore[operator]
    assert contrast(pixels(id)) < 60  # the first box is still there
    covering.uncover(matter, id, version=2, by=by, at=clock.now())
    drawn(django_capture_on_commit_callbacks)
    assert contrast(pixels(id)) > 200
    row = Photo.objects.get(id=id)
    assert (row.boxes, row.uncovered, row.uncovered_until) == ("", None, None)
    assert SealedFile.objects.get().gone_at is not None


def test_what_is_burned_in_is_not_taken_back_by_undoing_a_later_box(
    photo: tuple[Matter, UUID], world: World,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    matter, id = photo
    by, later = world.clerk("lin"), clock.now() + timedelta(days=2)
    covering.cover(matter, id, [PLATE], version=0, by=by, at=clock.now())
    drawn(django_capture_on_commit_callbacks)
    covering.forget_uncovered(at=later)
    covering.cover(matter, id, [Box(0, 0, 100, 100)], version=1, by=by, at=later)
    drawn(django_capture_on_commit_callbacks)
    covering.uncover(matter, id, version=2, by=by, at=later)
    drawn(django_capture_on_commit_callbacks)
    assert pixels(id).getpixel((20, 20)) > 250  # type: ignore[operator]
    assert contrast(pixels(id)) < 60
    assert "burned" in Photo.objects.get(id=id).boxes


def test_boxes_drawn_on_an_older_picture_cover_nothing(photo: tuple[Matter, UUID], world: World) -> None:
    matter, id = photo
    by = world.clerk("lin")
    covering.cover(matter, id, [PLATE], version=0, by=by, at=clock.now())
    for version in (0, 1):  # still with the worker
        with pytest.raises(Refused, match="刷新"):
            covering.cover(matter, id, [PLATE], version=version, by=by, at=clock.now())


@pytest.mark.parametrize(
    "boxes",
    [[], [Box(0, 0, 0, 10)], [Box(-1, 0, 10, 10)], [Box(990, 0, 20, 10)], [Box(0, 0, 10, 10, "burned")], [PLATE] * 41],
)  # fmt: skip
def test_boxes_that_cover_nothing_of_the_picture_are_refused(
    photo: tuple[Matter, UUID], world: World, boxes: list[Box]
) -> None:
    matter, id = photo
    with pytest.raises(Refused):
        covering.cover(matter, id, boxes, version=0, by=world.clerk("lin"), at=clock.now())
    assert Photo.objects.get(id=id).state == "ready"


def test_a_box_of_one_pixel_and_one_of_all_are_drawn() -> None:
    body = lettered()
    for how in ("black", "blurred"):
        assert covered(body, [Box(0, 0, 1, 1, how), Box(0, 0, 1000, 1000, how)]).width == 800
