"""What somebody outside reported, offered for taking over on the form of a step: nothing of it moves by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gezhi.desk.forms import StepForm
from gezhi.desk.pictures import Picture, pictures
from gezhi.matters.pictures import PhotoView
from gezhi.matters.queries import Happening, MatterPage

MOST = 3


@dataclass(frozen=True)
class Report:
    """One report from outside: who said what when; `photos` with whether each is ticked. `href` fills the note."""

    by: str
    name: str
    at: datetime
    words: str
    photos: Sequence[tuple[Picture, bool]]
    href: str


def reports(page: MatterPage) -> list[Happening]:
    """What came from outside with words or pictures, latest first, at most so many."""
    found = [one for one in page.story if one.outside and (one.note or one.photos)]
    return found[:MOST]


def choices(page: MatterPage) -> list[tuple[str, str]]:
    """The pictures from outside that may be taken over, for the form."""
    return [(photo.id.hex, photo.kind) for one in reports(page) for photo in one.photos]


def words(page: MatterPage, request: HttpRequest) -> str:
    """The words of the report that the address names; empty where it names none."""
    wanted = request.GET.get("take", "")
    return next((one.note for one in reports(page) if one.entry.hex == wanted), "")


def offered(page: MatterPage, request: HttpRequest, form: StepForm) -> list[Report]:
    """The reports as the form shows them."""
    wanted = request.GET.get("take", "")
    ticked = request.POST.getlist("taken")
    return [
        Report(
            one.by_name or _("外部承办"),
            one.verb,
            one.at,
            one.note,
            _photos(one.photos, page, ticked, every=one.entry.hex == wanted and not form.is_bound),
            f"?take={one.entry.hex}#step" if one.note else "",
        )
        for one in reports(page)
    ]


def _photos(
    photos: Sequence[PhotoView], page: MatterPage, ticked: Sequence[str], *, every: bool
) -> list[tuple[Picture, bool]]:
    return [
        (picture, every or picture.id.hex in ticked)
        for photo, picture in zip(photos, pictures(photos, page), strict=True)
        if photo.state != "refused"
    ]
