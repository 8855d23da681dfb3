"""Originals as evidence: kept only where the item asks for them and the reporter stands by their name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters import editions
from gezhi.matters.models import Matter, Photo
from gezhi.matters.services import covering, originals, photos, reporters_own
from gezhi.matters.services.handing_in import hand_in
from gezhi.matters.services.reports import Report
from gezhi.vault import events
from gezhi.vault.models import SealedFile

from . import liuxi
from .liuxi import World
from .test_photos import with_place

REPORT = Report("渣土倒在沟边。", "N01", lon=liuxi.INSIDE[0], lat=liuxi.INSIDE[1], reporting="staff")


@pytest.fixture
def keeps(world: World) -> Iterator[World]:
    """The world with a model whose item N01 keeps originals."""
    model = editions.today()
    items = dict(model.items) | {"N01": replace(model.items["N01"], original=True)}
    editions._loaded[model.version] = replace(model, items=items)
    yield world
    editions._loaded[model.version] = model


def handed_in(world: World, **said: str) -> Photo:
    number = hand_in(replace(REPORT, **said), [with_place()], by=world.clerk()).number  # type: ignore[arg-type]
    photos.encode_waiting(at=clock.now())
    return Photo.objects.get(matter=Matter.objects.get(number=number).id)


@pytest.mark.parametrize(
    ("reporting", "kept"), [("staff", True), ("named", True), ("confidential", False), ("anonymous", False)]
)
def test_whose_originals_are_kept(keeps: World, reporting: str, kept: bool) -> None:
    name = {"name": "样本居民", "contact": "0000-6200-1"} if reporting in ("named", "confidential") else {}
    photo = handed_in(keeps, reporting=reporting, **name)
    assert (photo.original is not None) is kept
    assert SealedFile.objects.filter(kind="original").exists() is kept
    assert b"PhoneMaker" not in photos.shown_file(photo.id).read_bytes()


@pytest.mark.parametrize("reporting", ["named", "confidential", "anonymous"])
def test_a_resident_who_was_told_that_the_place_is_taken_out_leaves_no_original(
    keeps: World, reporting: str
) -> None:
    """A browser without scripts sends the picture as the camera made it."""
    said = {"name": "样本居民", "contact": "0000-6200-1"} if reporting != "anonymous" else {}
    report = replace(REPORT, reporting=reporting, client_key="one-sheet", **said)
    opened = reporters_own.hand_in_own(report, [with_place()], address="192.0.2.7", at=clock.now())
    photos.encode_waiting(at=clock.now())
    photo = Photo.objects.get(matter=opened.id)
    assert (photo.state, photo.original) == ("ready", None)
    assert not SealedFile.objects.exists()
    assert b"PhoneMaker" not in photos.shown_file(photo.id).read_bytes()


def test_an_item_that_asks_for_none_keeps_none(world: World) -> None:
    assert handed_in(world).original is None
    assert not SealedFile.objects.exists()


def test_an_original_opens_for_a_purpose_and_that_is_an_entry(keeps: World) -> None:
    photo = handed_in(keeps)
    matter, by = Matter.objects.get(id=photo.matter), keeps.clerk("lin")
    with pytest.raises(Refused, match="查看目的"):
        covering.open_original(matter, photo.id, "", by=by, at=clock.now())
    body = covering.open_original(matter, photo.id, "dispute", by=by, at=clock.now())
    assert body == with_place()
    told = {e.what: e.facts for e in Entry.objects.filter(about=matter.id)}
    assert hashlib.sha256(body).hexdigest() in told[events.FILE_SEALED]
    assert '"dispute"' in told[events.FILE_OPENED]


def test_it_is_kept_as_long_after_the_end_as_the_model_says_and_then_destroyed(
    keeps: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    photo = handed_in(keeps)
    long = originals.keeping(editions.today())
    assert long == timedelta(days=60 * 30)  # matter = "60月" of the model
    far = clock.now() + 10 * long
    assert originals.destroy_what_is_over(at=far) == 0  # it has not ended
    ended = clock.now()
    Matter.objects.filter(id=photo.matter).update(ended_recorded_at=ended)
    assert originals.destroy_what_is_over(at=ended + long - timedelta(minutes=1)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert originals.destroy_what_is_over(at=ended + long) == 1
    matter = Matter.objects.get(id=photo.matter)
    with pytest.raises(NotFound, match="没有留原件"):
        covering.open_original(matter, photo.id, "dispute", by=keeps.clerk("lin"), at=far)
    assert SealedFile.objects.get(kind="original").gone_at is not None
    assert photos.shown_file(photo.id).exists()


def test_the_model_may_say_another_time_for_originals(world: World) -> None:
    model = editions.today()
    keep = dict(model.privacy.keep) | {"original": "12月"}
    other = replace(model, privacy=replace(model.privacy, keep=keep))
    assert originals.keeping(other) == timedelta(days=360)
