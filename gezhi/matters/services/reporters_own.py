"""What a reporter does themself, by the number and code of their matter: hands in, answers, rates, opens again.

Each is one transaction, and the entry says that the reporter did it (`own_story.OWN`): their own word is counted apart
from what a clerk recorded of it (docs/decisions/0057).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.matters import editions, events, following, reporters_part, routing, scenes, troubled, walls
from gezhi.matters.models import Matter
from gezhi.matters.own_story import OWN
from gezhi.matters.scenes import Scene
from gezhi.matters.services import locating, moving, photos, reporting_back, reports, sheets, wall_rows
from gezhi.matters.services.handing_in import hand_in
from gezhi.matters.services.intake import Opened
from gezhi.matters.services.moving import Said
from gezhi.matters.services.reports import Report
from gezhi.places import queries as places
from gezhi.vault import limits
from gezhi.vault import queries as vault
from gezhi.vault.services import erase

QUARTER = 900
MOST_REPORTS = 30  # from one address in a quarter of an hour: a phone network shows many residents as one
MOST_LOOKS = 240
MOST_TRIES = 30  # wrong codes
MOST_PLATES = 60
MOST_PLACES = 2400  # twelve places that are followed, of two hundred telephones behind one address
SAID = 1000
TROUBLE = 3900
"""Of what is said of trouble, in characters: a sentence that names the first matter stands behind it."""
LEAST = 2
"""Characters below which nothing was said, as of a report."""
RATINGS = ("content", "fair", "discontent")


def hand_in_own(
    report: Report, pictures: Sequence[bytes] = (), *, address: str, at: datetime, about_local: bool = False
) -> Opened:
    """Open the matter of a resident's own report. Raises `Refused` as `hand_in` does, `TooOften` for a flood, and
    `KeyReused` where this sheet came before and something of it was changed since.

    `about_local`: it is about those who look after the place. Then they are kept from it from the first moment (信访工作条例
    30(3)), and it goes to whoever stands above; without a place nobody knows who they are, and `Refused` asks for it.
    No picture is kept as it came, whatever its item asks for and whether the browser shrank it: a resident's page says that
    place and device are taken out. Of `address` nothing is kept but a count under a salt that is gone within a day.
    """
    limits.knock("resident_report", address, at=at, most=MOST_REPORTS, seconds=QUARTER)
    if about_local:
        report = replace(report, about=_local(report))
    with transaction.atomic():
        opened = hand_in(report, pictures, by=OWN, whole=False)
        if report.client_key:
            sheets.seen(opened, report, pictures, at=at)
    return opened


def _local(report: Report) -> tuple[str, ...]:
    ground = places.tree(clock.today())
    spot = locating.locate(report, ground, on=clock.today())
    if spot.how == "none":
        told = _("说的是管那里的人，就要知道是哪里，才避得开他们。请写地址，或者在地图上点。")
        raise Refused(told, code="about_where", field="address")
    return troubled.of_the_place(spot.path, ground, editions.today())


def may_look(address: str, *, at: datetime) -> None:
    """Count one look at what a resident asks while they write; raise `TooOften` for a flood."""
    limits.knock("resident_look", address, at=at, most=MOST_LOOKS, seconds=QUARTER)


def may_look_around(address: str, *, at: datetime) -> None:
    """Count one look at the page of a place or its feed, apart from all else: first pages ask for feeds by themselves, and
    must take nobody the help with a report. Raise `TooOften` for a flood."""
    limits.knock("place", address, at=at, most=MOST_PLACES, seconds=QUARTER)


def may_read_a_plate(address: str, *, at: datetime) -> None:
    """Count one look at a door plate; raise `TooOften` for whoever tries codes one after the other. Of a million plates a
    random code of forty bits hits one in a million tries: years from one address, and what it shows is public."""
    limits.knock("plate", address, at=at, most=MOST_PLATES, seconds=QUARTER)


def open_by(number: str, code: str, *, address: str, at: datetime) -> UUID:
    """The matter that number and code open. Raises `NotFound` in the same words whichever of them is wrong.

    Wrong tries are counted by who asks, and not by the number: else anybody could lock a reporter out of their own matter.
    Right ones are not: a household, an office and a street behind one address follow theirs as often as they like.
    A code has forty bits; ten thousand addresses at their limits would need a century for one.
    """
    limits.knock("resident_code", address, at=at, most=MOST_TRIES, seconds=QUARTER)
    found = following.followed(number, code, at)
    if found is None:
        raise NotFound(_("编号和查询码对不上。请照着回执再写一遍；回执丢了，可以请网格中心代查。"))
    limits.take_back("resident_code", address, at=at, seconds=QUARTER)
    return found


def answer(
    matter: UUID, words: str, pictures: Sequence[bytes] = (), *, seen: int | None, at: datetime
) -> None:
    """Answer what was asked: the work goes on with it. Raises `Refused` where nobody asks, or for empty words."""
    scene, note = _opened(matter, words, seen, at)
    move = following.answering(scene.flow, scene.matter.step)
    if move is None:
        raise Refused(_("现在没有问您什么。页面已经变了，请看上面。"), code="nothing_asked")
    if not note:
        raise Refused(_("请写几个字，办的人等着看。"), code="needs_note", field="words")
    photos.check(pictures)
    with transaction.atomic():
        moving.hold(scene.matter, seen)
        kept = photos.keep(matter, pictures, kind="report", at=at)
        said = Said(note, photos=tuple(kept))
        moving.move(scene, move, by=OWN, at=at, recorded_at=at, said=said)


def rate(matter: UUID, rating: str, words: str, *, seen: int | None, at: datetime) -> None:
    """Say how it was done. Content and fair end the matter, discontent sends it back as often as the model lets it;
    after that it stands in the story, moves nothing and is asked no more. Raises `Refused` where no rating is asked."""
    scene, note = _opened(matter, words, seen, at)
    if rating not in RATINGS:
        raise Refused(_("请按一个：满意、基本满意或不满意。"), code="rating_missing", field="rating")
    if following.asks_of(scene) != "rating" or reporters_part.heard(ledger.story(matter)):
        raise Refused(_("现在不能评价：还没有答复，或者已经评过。"), code="wrong_step")
    if rating == "discontent" and not note:
        raise Refused(_("请写哪里没有办好，返工的人要看。"), code="needs_note", field="words")
    reporting_back.take_rating(scene, rating, Said(note), by=OWN, at=at)


def reopen(matter: UUID, words: str, *, seen: int | None, at: datetime) -> None:
    """Say within the window of the flow that an end was none: the matter goes on, its promises begin anew."""
    scene, note = _opened(matter, words, seen, at)
    if scene.matter.ended_at is None:
        raise Refused(_("这一件还在办，不用重新打开。办好了会答复您。"), code="not_ended")
    until = reporters_part.until_of(scene)
    if until is None or at > until:
        raise Refused(
            _("已经过了可以重新打开的日子。又出现了，请重新报告，写上这个编号。"), code="window_over"
        )
    if not note:
        raise Refused(_("请写哪里没有办好，接着办的人要看。"), code="needs_note", field="words")
    said = Said(note, entry=events.REOPENED)
    with transaction.atomic():
        again = reporting_back.opening_again(scene)
        moving.move(scene, again, by=OWN, at=at, recorded_at=at, said=said)


def trouble(matter: UUID, words: str, *, address: str, at: datetime) -> Opened:
    """Report that somebody makes trouble for the reporter because they spoke up: a matter of its own, that nobody who
    acted on the first one, no department that did, and nobody of the place where it lies handles or sees (信访工作条例 30(3),
    46(5), 46(6): 打击报复). Whoever makes trouble on a doorstep is of that place, whether they took a step or not. Whoever stands
    above takes it. It is filed under the item that the model names for it (`privacy.retaliation`), else under that of the first
    matter. No name goes with it. The same words again are one matter.

    Raises `Refused` for empty words, and `TooOften` as a report does.
    """
    row = Matter.objects.filter(id=matter).first()
    if row is None:
        raise NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))
    if len(words.strip()) > TROUBLE:
        raise Refused(_("最多 {most} 字，请写短些。").format(most=TROUBLE), code="too_long", field="words")
    said = reports.check_note(words).strip()
    if len(said) < LEAST:
        raise Refused(_("请写谁、怎样为难您。"), code="needs_note", field="words")
    told = _("{words}\n（因为反映 {number}，有人为难报告人。）").format(number=row.number, words=said)
    report = Report(
        text=told,
        item=editions.today().privacy.retaliation or row.item,
        channel=row.channel,
        reporting="anonymous",
        unit=row.path if row.located != "none" else "",
        client_key=f"trouble {matter.hex} {sha256(said.encode()).hexdigest()}",
        about=(
            *troubled.of_the_place(row.path, places.tree(clock.today()), editions.today()),
            *_who_acted(matter, wall_rows.today(at)),
        )[: wall_rows.MOST],
    )
    limits.knock("resident_report", address, at=at, most=MOST_REPORTS, seconds=QUARTER)
    return hand_in(report, by=OWN)


def _who_acted(matter: UUID, day: wall_rows.Day) -> tuple[str, ...]:
    """Everybody who acted on a matter and is here today, and every department that did, as walls name them; who acted last
    stands first, for there may be more than a matter can be kept from."""
    found: dict[str, None] = {}
    for entry in reversed(ledger.story(matter)):
        if entry.by is not None and entry.by in day.staff.people:
            found[walls.person_word(entry.by)] = None
        department = routing.department_at(entry.post)
        if department and department in day.model.departments:
            found[f"department:{department}"] = None
    return tuple(found)


def forget(matter: UUID, *, at: datetime) -> None:
    """Destroy the name and phone that the reporter left (个人信息保护法 47); the matter goes on, and they follow it by its
    number. A second press, from another page, changes nothing. Raises `NotFound` where nothing was ever kept."""
    limits.knock("resident_said", matter.hex, at=at, most=20, seconds=QUARTER)
    token = Matter.objects.filter(id=matter).values_list("reporter", flat=True).first()
    if token is None:
        raise NotFound(_("这一件没有留下姓名电话。"))
    if vault.is_there(token):
        with transaction.atomic():
            erase(token, "asked_by_person", by=OWN, at=at)


def _opened(matter: UUID, words: str, seen: int | None, at: datetime) -> tuple[Scene, str]:
    """The matter with what surrounds it, and the words checked; the page that was shown must still be so."""
    limits.knock("resident_said", matter.hex, at=at, most=20, seconds=QUARTER)
    row = Matter.objects.filter(id=matter).first()
    if row is None:
        raise NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))
    moving.unmoved(row, seen)
    note = reports.check_note(words).strip()
    if len(note) > SAID:
        raise Refused(_("最多 {most} 字，请写短些。").format(most=SAID), code="too_long", field="words")
    return scenes.scene_of(row, at), note
