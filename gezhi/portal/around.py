"""这一带 in words: how it goes with what stands in the street of one place, as a page and as an Atom feed (RFC 4287)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gezhi.matters import sentences
from gezhi.matters.around import Line, News
from gezhi.notify.mornings import happened
from gezhi.places.tree import TreeUnit
from gezhi.portal import others
from gezhi.rules.model import Model
from gezhi.ui import words

ATOM = "application/atom+xml; charset=utf-8"
SPACE = "http://www.w3.org/2005/Atom"
SALT = "gezhi.portal.around"
LONGEST = 100
"""Entries of one feed."""


@dataclass(frozen=True, slots=True)
class Said:
    """One line: what it is, how it stands, how many there are (empty for one)."""

    what: str
    how: str
    many: str


def said(one: Line, model: Model, today: date) -> Said:
    """A line in words."""
    many = words.matters(one.count) if one.count > 1 else ""
    return Said(sentences.label(model.items[one.item]), _how(one, today), many)


def _how(one: Line, today: date) -> str:
    accepted = words.day(one.accepted, today)
    if one.done:
        return _("{accepted}受理，{done}办好").format(accepted=accepted, done=words.day(one.done, today))
    how = others.how("handling", one.due)
    told = _("{accepted}受理，{how}，已超期") if one.late else _("{accepted}受理，{how}")
    return told.format(accepted=accepted, how=how)


def title(unit: TreeUnit) -> str:
    """What the page of a place is called: with the unit above, for grids of two communities may be called alike."""
    return _("这一带：{place}").format(place=_named(unit))


def feed(
    unit: TreeUnit, house: str, found: list[News], model: Model, *, page: str, itself: str, today: date
) -> str:
    """An Atom feed: an entry for each kind of thing and day that is over. An entry keeps its id (a keyed digest) and is
    dated by its day; no hour stands anywhere. `page` and `itself` are the addresses of both, whole."""
    top = Element("feed", {"xmlns": SPACE, "xml:lang": get_language() or "zh-hans"})
    _put(top, "id", _id(unit.path))
    _put(top, "title", title(unit))
    _put(top, "updated", _moment(max((one.day for one in found), default=today)))
    _put(SubElement(top, "author"), "name", house)
    SubElement(top, "link", {"rel": "alternate", "type": "text/html", "href": page})
    SubElement(top, "link", {"rel": "self", "type": "application/atom+xml", "href": itself})
    for one in found[:LONGEST]:
        entry = SubElement(top, "entry")
        _put(entry, "id", _id(unit.path, one.item, one.day.isoformat(), "done" if one.done else "accepted"))
        _put(entry, "title", happened(one, model))
        _put(entry, "updated", _moment(one.day))
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page})
        _put(entry, "content", _("{day}，{place}").format(day=words.day(one.day, today), place=_named(unit)))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, encoding="unicode")


def _named(unit: TreeUnit) -> str:
    return " ".join(unit.names[-2:])


def _put(under: Element, name: str, text: str) -> None:
    SubElement(under, name).text = text


def _moment(day: date) -> str:
    return timezone.make_aware(datetime.combine(day, time())).isoformat()


def _id(*said: str) -> str:
    """The same for the same thing for ever, and told by no counter."""
    digest = salted_hmac(SALT, "\n".join(said), algorithm="sha256").digest()
    return UUID(bytes=digest[:16], version=5).urn
