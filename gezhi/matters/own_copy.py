"""个人信息保护法 45: everything that is stored of a report and its reporter, as a copy for whoever has number and code.

A name and telephone number are not in it: a receipt can be taken out of somebody's pocket (docs/decisions/0057). That they are
kept, since when, and who asked to see them, is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gezhi.matters import editions, following, pictures, rights, sentences
from gezhi.matters.following import Following, Identity
from gezhi.matters.models import Matter
from gezhi.matters.pictures import PhotoView
from gezhi.matters.rights import RightView

NAME = "gezhi-own-copy-1"


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """What is stored: the report as it was handed in and as it stands, its pictures, what of the reporter is kept and who
    asked to see it, and what they asked about their data."""

    one: Following
    channel: str
    reporting: str
    address: str
    point: tuple[float, float] | None
    ended_at: datetime | None
    photos: tuple[PhotoView, ...]
    mine: Identity
    asked: tuple[RightView, ...]


def copy_of(matter: UUID, at: datetime) -> OwnCopy | None:
    """The copy; none for a matter that is not there."""
    one, row = following.following(matter, at), Matter.objects.filter(id=matter).first()
    if one is None or row is None:
        return None
    channel = editions.of_version(row.model).channels.get(row.channel)
    return OwnCopy(
        one=one,
        channel=sentences.label(channel) if channel else row.channel,
        reporting=row.reporting,
        address=row.address,
        point=(row.lon, row.lat) if row.lon is not None and row.lat is not None else None,
        ended_at=row.ended_at,
        photos=tuple(photo for photo in pictures.photos_of(matter) if photo.kind == "report"),
        mine=following.identity(matter, at),
        asked=rights.of_matter(matter, at),
    )


def as_data(copy: OwnCopy) -> dict[str, object]:
    """The same for programs: plain values, moments in ISO 8601."""
    one, mine = copy.one, copy.mine
    return {
        "format": NAME,
        "number": one.number,
        "item": one.item,
        "text": one.text,
        "place": one.place,
        "address": copy.address,
        "point": list(copy.point) if copy.point else None,
        "channel": copy.channel,
        "reporting": copy.reporting,
        "received_at": one.made_at.isoformat(),
        "ended_at": copy.ended_at.isoformat() if copy.ended_at else None,
        "stands": one.stands,
        "photos": [{"state": p.state, "width": p.width, "height": p.height} for p in copy.photos],
        "story": [{"at": s.at.isoformat(), "what": s.said, "who": s.who, "words": s.note} for s in one.story],
        "identity": {
            "kept": mine.kept,
            "read_by_machine": mine.told,
            "looked": [
                {"at": s.at.isoformat(), "who": s.who, "purpose": s.purpose, "state": s.state}
                for s in mine.seen
            ],
        },
        "rights": [
            {
                "number": r.number,
                "kind": r.kind,
                "at": r.made_at.isoformat(),
                "state": r.state,
                "words": r.words,
                "reply": r.reply,
            }
            for r in copy.asked
        ],
    }
