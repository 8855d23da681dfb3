"""Pictures in words and addresses, for every page that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.matters.pictures import OF_PARTY, PhotoView

if TYPE_CHECKING:
    from gezhi.matters.queries import MatterPage


@dataclass(frozen=True)
class Picture:
    """One picture: its page (`href`, empty while it cannot be seen), its three sizes, and else what is to be said."""

    id: UUID
    name: str
    href: str
    say: str
    small: str = ""
    middle: str = ""
    large: str = ""
    width: int = 0
    height: int = 0
    covered: bool = False


def pictures(photos: Sequence[PhotoView], page: MatterPage) -> list[Picture]:
    """These pictures as a list shows them, numbered from one."""
    return [picture(photo, place, page.matter.number) for place, photo in enumerate(photos, 1)]


def picture(photo: PhotoView, place: int, number: str) -> Picture:
    """One picture; `place` is its number among those that came with it."""
    name = {"work": _("办理照 {n}"), "outside": _("外部承办照 {n}"), OF_PARTY: _("说明照 {n}")}.get(
        photo.kind, _("报告照 {n}")
    )
    name = name.format(n=place)
    if photo.state != "ready":
        return Picture(
            photo.id, name, "", waiting(photo) if photo.state == "waiting" else refused(photo.reason)
        )
    file = f"{reverse('desk:photo', args=[number, photo.id])}?v={photo.version}"
    return Picture(
        *(photo.id, name, reverse("desk:picture", args=[number, photo.id]), ""),
        small=f"{file}&size=small",
        middle=f"{file}&size=middle",
        large=file,
        width=photo.width,
        height=photo.height,
        covered=photo.covered,
    )


def waiting(photo: PhotoView) -> str:
    """Why a picture cannot be seen yet."""
    return _("正在重画，稍后可看") if photo.version else _("正在去掉位置信息，稍后可看")


def refused(reason: str) -> str:
    """Why a picture was not taken."""
    said = {
        "lost": _("文件没有存下"),
        "too_many_pixels": _("尺寸过大，没有收"),
        "unreadable": _("打不开，没有收"),
        "infected": _("查出病毒，没有收"),
        "unscanned": _("太大，查毒程序不收，没有收"),
        "broke_worker": _("处理两次都中断，没有收"),
    }
    return said.get(reason, reason)
