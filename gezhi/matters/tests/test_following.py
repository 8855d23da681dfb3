"""Whoever has number and code follows their own matter, and says their own word on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.services import seal
from gezhi.matters import access, editions, following, wall_words
from gezhi.matters.following import Following
from gezhi.matters.models import Matter
from gezhi.matters.proof import proof
from gezhi.matters.services import reporters_own
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.places.paths import WIDTH
from gezhi.promises.models import Promise
from gezhi.vault import limits
from gezhi.vault.events import ERASED
from gezhi.vault.models import Secret
from gezhi.vault.services import allow_opening, ask_to_open, read_opened
from gezhi.vault.services.telling import contact_to_tell

from .liuxi import FRIDAY, World
from .test_awaiting import CLUTTER, SEEN, WAY, answered, page_of, step

NAMELESS = replace(CLUTTER, reporting="anonymous", contact="", channel="resident", client_key="k1")
HERE = "192.0.2.7"


def own(number: str) -> tuple[UUID, str]:
    id = Matter.objects.get(number=number).id
    return id, following.code_of(id)


def seen(id: UUID) -> Following:
    found = following.following(id, clock.now())
    assert found is not None
    return found


def rate(number: str, rating: str, words: str = "") -> Matter:
    id, _code = own(number)
    reporters_own.rate(id, rating, words, seen=seen(id).seen, at=clock.now())
    return Matter.objects.get(id=id)


def test_number_and_code_open_it_and_nothing_else_does(world: World) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    other = open_matter(replace(CLUTTER, text="路灯不亮。"), by=world.clerk()).number
    id, code = own(number)
    short = number.split("〕")[1].removesuffix("号")
    bare = (short.replace("-", ""), number.replace("-", ""), f" {number.replace('-', '')}")
    for typed in (number, f" {number} ", short, *bare):
        for way in (code, following.spaced(code).lower(), code.replace("0", "O").replace("1", "l")):
            assert reporters_own.open_by(typed, way, address=HERE, at=clock.now()) == id
    for wrong in ((number, own(other)[1]), (other, code), (number, ""), ("", code), (number, code[:7])):
        with pytest.raises(NotFound, match="对不上"):
            reporters_own.open_by(*wrong, address=HERE, at=clock.now())


def test_what_staff_saw_themselves_is_followed_by_nobody(world: World) -> None:
    number = open_matter(SEEN, by=world.clerk()).number
    with pytest.raises(NotFound):
        reporters_own.open_by(number, own(number)[1], address=HERE, at=clock.now())


def test_one_address_tries_thirty_codes_in_a_quarter_and_locks_nobody_else_out(world: World) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    for _n in range(reporters_own.MOST_TRIES):
        with pytest.raises(NotFound):
            reporters_own.open_by(number, "00000000", address=HERE, at=FRIDAY)
    with pytest.raises(limits.TooOften):
        reporters_own.open_by(number, own(number)[1], address=HERE, at=FRIDAY)
    assert reporters_own.open_by(number, own(number)[1], address="192.0.2.8", at=FRIDAY) == own(number)[0]


def test_right_codes_are_not_counted_so_that_a_street_behind_one_address_can_follow(world: World) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    for n in range(2 * reporters_own.MOST_TRIES):
        assert reporters_own.open_by(number, own(number)[1], address=HERE, at=FRIDAY) == own(number)[0]
        if n < reporters_own.MOST_TRIES - 1:
            with pytest.raises(NotFound):
                reporters_own.open_by(number, "00000000", address=HERE, at=FRIDAY)


def test_the_code_is_stored_nowhere_and_stays_the_same(world: World) -> None:
    once = reporters_own.hand_in_own(NAMELESS, address=HERE, at=clock.now())
    again = reporters_own.hand_in_own(NAMELESS, address=HERE, at=clock.now())
    assert (again.again, again.id) == (True, once.id)
    row = Matter.objects.get(id=once.id)
    code = following.code_of(row.id)
    assert code not in str(Matter.objects.filter(id=row.id).values().get())
    assert all(code not in str(entry.facts) for entry in ledger.story(row.id))
    assert (row.reporter, row.channel, row.reporting) == (None, "resident", "anonymous")
    assert ledger.story(row.id)[0].post == "reporter"


def test_a_flood_from_one_address_is_stopped_and_another_is_not(world: World) -> None:
    for n in range(reporters_own.MOST_REPORTS):
        reporters_own.hand_in_own(replace(NAMELESS, client_key=f"f{n}"), address=HERE, at=FRIDAY)
    with pytest.raises(limits.TooOften):
        reporters_own.hand_in_own(replace(NAMELESS, client_key="more"), address=HERE, at=FRIDAY)
    reporters_own.hand_in_own(replace(NAMELESS, client_key="more"), address="192.0.2.8", at=FRIDAY)


def test_the_story_is_told_in_plain_words_and_names_nobody(world: World) -> None:
    number = answered(world)
    id, _code = own(number)
    one = seen(id)
    assert (one.asks, one.phase) == ("rating", "answering")
    assert one.story[-1].said == "收到您的报告"
    assert "已受理。" in [line.said for line in one.story]
    said = " ".join(f"{line.said} {line.who} {line.note}" for line in one.story)
    for who in ("he", "lin", "qiao"):
        assert world.person(who).name not in said
    told = [line.note for line in one.story if line.note]
    assert told == [
        "看过了。"
    ]  # the answer's note; what was written at acceptance and at the work stays within


def test_before_acceptance_the_promise_and_what_comes_after_it_are_said(world: World) -> None:
    id, _code = own(open_matter(CLUTTER, by=world.clerk()).number)
    one = seen(id)
    assert one.promise is not None
    assert (one.promise.rule, one.length) == ("triage", "3 个工作日")
    step(world, one.number, "he", "accept")
    one = seen(id)
    assert one.promise is not None
    assert (one.promise.rule, one.length) == ("finish", "")


def test_their_own_rating_ends_it_and_is_counted_as_their_own(world: World) -> None:
    number = answered(world)
    row = rate(number, "fair")
    assert (row.step, row.closing) == ("closed", "solved")
    rated, stepped = ledger.story(row.id)[-2:]
    assert (rated.what, rated.post, rated.facts["rating"]) == ("matter.rated", "reporter", "fair")
    assert "recorded" not in rated.facts
    assert (stepped.facts["move"], stepped.by, stepped.post) == ("content", None, "reporter")
    assert page_of(world, "he", number).story[0].post == "报告人"
    seal(at=clock.now())
    assert proof().whole


def test_not_content_goes_back_once_and_then_is_heard_only(world: World) -> None:
    number = answered(world)
    with pytest.raises(Refused, match="哪里没有办好"):
        rate(number, "discontent")
    id, _code = own(number)
    assert (seen(id).asks, seen(id).back, seen(id).rated) == ("rating", True, "")
    assert rate(number, "discontent", "又堆回来了。").step == "gridwork"
    for who, move in WAY[1:]:
        step(world, number, who, move)
    assert (seen(id).asks, seen(id).back, seen(id).rated) == ("rating", False, "")
    assert page_of(world, "he", number).part.heard == ""
    row = rate(number, "discontent", "还是堆着。")
    assert (row.step, row.ended_at) == ("answered", None)
    one = seen(row.id)
    assert [(line.said, line.note) for line in one.story[:1]] == [("评价：不满意", "还是堆着。")]
    assert (one.asks, one.rated, one.again, one.desk != "") == ("", "discontent", "30 天", True)
    with pytest.raises(Refused, match="已经评过"):
        rate(number, "content")
    assert page_of(world, "he", number).part.heard == "discontent"
    seal(at=clock.now())
    assert proof().whole


def test_their_words_stand_under_their_own_line_and_an_answer_is_called_one(world: World) -> None:
    """Newest first: what followed from a rating stands above it, and bears no word of the reporter's."""
    number = answered(world)
    id, _code = own(number)
    pressed = clock.now() - timedelta(seconds=1)  # the entry of the rating is written a moment later
    reporters_own.rate(id, "discontent", "又堆回来了。", seen=seen(id).seen, at=pressed)
    told = [(line.said, line.note, line.kind) for line in seen(id).story[:4]]
    assert told == [
        ("网格正在处置。", "", "state"),
        ("已受理。", "", "state"),
        ("评价：不满意", "又堆回来了。", "own"),
        ("给您的答复", "看过了。", "state"),
    ]


def test_a_stale_page_changes_nothing(world: World) -> None:
    number = answered(world)
    id, _code = own(number)
    old = seen(id).seen
    rate(number, "discontent", "又堆回来了。")
    with pytest.raises(Refused, match="刚刚有人办过"):
        reporters_own.rate(id, "content", "", seen=old, at=clock.now())


def test_they_answer_what_was_asked_and_the_work_goes_on(world: World) -> None:
    number = open_matter(CLUTTER, by=world.clerk()).number
    id, _code = own(number)
    with pytest.raises(Refused, match="没有问您"):
        reporters_own.answer(id, "在三楼。", seen=seen(id).seen, at=clock.now())
    step(world, number, "he", "accept")
    take_step(number, "ask_grid", by=world.person("lin"), at=clock.now(), given=StepGiven(note="在几楼？"))
    one = seen(id)
    assert (one.asks, one.asked) == ("answer", "在几楼？")
    with pytest.raises(Refused, match="写几个字"):
        reporters_own.answer(id, "  ", seen=one.seen, at=clock.now())
    reporters_own.answer(id, "在三楼。", seen=one.seen, at=clock.now())
    row = Matter.objects.get(id=id)
    assert row.step == "gridwork"
    last = ledger.story(id)[-1]
    assert (last.facts["move"], last.post) == ("told_grid", "reporter")
    assert "在三楼。" in page_of(world, "lin", number).story[0].note
    told = [(line.said, line.note) for line in seen(id).story[:3]]
    assert told == [("网格正在处置。", ""), ("您说了情况", "在三楼。"), ("请您补充几句情况。", "在几楼？")]
    assert not Promise.objects.filter(about=id, name="ask_grid", met_at=None).exists()


def test_within_the_window_they_open_it_again(world: World) -> None:
    number = answered(world)
    at_work, _code = own(number)
    with pytest.raises(Refused, match="还在办"):
        reporters_own.reopen(at_work, "又堆了。", seen=seen(at_work).seen, at=clock.now())
    row = rate(number, "content")
    until = seen(row.id).until
    assert until is not None
    with pytest.raises(Refused, match="哪里没有办好"):
        reporters_own.reopen(row.id, "", seen=seen(row.id).seen, at=clock.now())
    with clock.fixed(until + timedelta(minutes=1)), pytest.raises(Refused, match="已经过了"):
        reporters_own.reopen(row.id, "又堆了。", seen=seen(row.id).seen, at=clock.now())
    with clock.fixed(until - timedelta(minutes=1)):
        reporters_own.reopen(row.id, "又堆了。", seen=seen(row.id).seen, at=clock.now())
        again = Matter.objects.get(id=row.id)
        assert (again.ended_at, again.closing) == (None, "")
        assert "又堆了。" in [line.note for line in seen(row.id).story]
        seal(at=clock.now())
        assert proof().whole


def test_a_merged_report_follows_the_whole_under_its_own_number(world: World) -> None:
    first = open_matter(CLUTTER, by=world.clerk()).number
    second = open_matter(replace(CLUTTER, text="楼道里纸箱太多。"), by=world.clerk()).number
    take_step(
        second, "merge", by=world.person("he"), at=clock.now(), given=StepGiven(into=first, note="同一件。")
    )
    id, _code = own(second)
    with clock.fixed(FRIDAY + timedelta(minutes=5)):
        step(world, first, "he", "accept")
        one = seen(id)
        assert (one.number, one.people, one.stands) == (second, 2, "网格正在处置。")
        assert one.story[0].said == "网格正在处置。"
        assert first not in str(one)
        take_step(first, "ask_grid", by=world.person("lin"), at=clock.now(), given=StepGiven(note="在几楼？"))
        theirs, _code = own(first)
        reporters_own.answer(theirs, "在三楼。", seen=seen(theirs).seen, at=clock.now())
        assert "在三楼。" in str(seen(theirs).story)
        assert "在三楼。" not in str(seen(id))  # what another reporter wrote is theirs


def test_who_asked_to_see_their_name_is_told_by_post_and_purpose(world: World) -> None:
    number = open_matter(replace(CLUTTER, name="样本居民"), by=world.clerk()).number
    id, _code = own(number)
    assert following.identity(id, clock.now()) == following.Identity("sealed")
    row = Matter.objects.get(id=id)
    assert row.reporter is not None
    contact_to_tell(row.reporter, id, uuid4(), at=clock.now())
    assert following.identity(id, clock.now()) == following.Identity("sealed", (), 1)
    who = world.person("he")
    opening = ask_to_open(id, row.reporter, "call_back", by=who.acting(who.terms[0]), at=clock.now())
    (look,) = following.identity(id, clock.now()).seen
    assert look.state == "waiting"
    assert look.purpose.startswith("回访")
    assert who.name not in str(look)
    allow_opening(opening, by=world.clerk("tang"), at=clock.now())
    read_opened(opening, by=who.acting(who.terms[0]), at=clock.now())
    assert [one.state for one in following.identity(id, clock.now()).seen] == ["read"]


def test_they_take_back_their_name_and_the_matter_goes_on(world: World) -> None:
    number = open_matter(replace(CLUTTER, name="样本居民"), by=world.clerk()).number
    id, code = own(number)
    reporters_own.forget(id, at=clock.now())
    assert following.identity(id, clock.now()).kept == "erased"
    assert Secret.objects.get().sealed in (b"", memoryview(b""))
    reporters_own.forget(id, at=clock.now())  # pressed again, in another window
    assert len(ledger.facts_of(Secret.objects.get().id, ERASED)) == 1
    step(world, number, "he", "accept")
    assert reporters_own.open_by(number, code, address=HERE, at=clock.now()) == id
    nameless = reporters_own.hand_in_own(NAMELESS, address=HERE, at=clock.now()).id
    assert following.identity(nameless, clock.now()).kept == "nothing"
    with pytest.raises(NotFound):
        reporters_own.forget(nameless, at=clock.now())


def test_trouble_is_a_matter_that_nobody_who_acted_sees(world: World) -> None:
    first = open_matter(CLUTTER, by=world.clerk()).number
    id, _code = own(first)
    step(world, first, "he", "accept")
    step(world, first, "lin", "finish_grid")
    with pytest.raises(Refused, match="怎样为难"):
        reporters_own.trouble(id, " ", address=HERE, at=clock.now())
    opened = reporters_own.trouble(id, "上门来问是不是我说的。", address=HERE, at=clock.now())
    assert reporters_own.trouble(id, "上门来问是不是我说的。", address=HERE, at=clock.now()).again
    row = Matter.objects.get(id=opened.id)
    assert (row.walled, row.reporter, row.reporting) == (True, None, "anonymous")
    assert access.matter_for(world.person("lin"), row.number) is None
    assert access.matter_for(world.person("he"), row.number) is None
    assert row.desk in world.person("wu").desks
    assert access.matter_for(world.person("wu"), row.number) is not None
    assert first in seen(opened.id).text
    assert access.matter_for(world.person("lin"), first) is not None  # the first one goes on as it did


@pytest.mark.parametrize(("named", "filed"), [("N13", "N13"), ("", CLUTTER.item)])
def test_trouble_is_filed_under_the_item_that_the_model_names_else_as_the_first_one(
    world: World, named: str, filed: str
) -> None:
    id, _code = own(open_matter(CLUTTER, by=world.clerk()).number)
    model = editions.today()
    editions._loaded[model.version] = replace(model, privacy=replace(model.privacy, retaliation=named))
    try:
        opened = reporters_own.trouble(id, "上门来问是不是我说的。", address=HERE, at=clock.now())
    finally:
        editions._loaded[model.version] = model
    row = Matter.objects.get(id=opened.id)
    assert (row.item, row.category) == (filed, model.items[filed].category)
    assert row.walled


def test_trouble_without_a_place_and_without_anybody_who_acted_is_kept_from_all_below_the_root(
    world: World,
) -> None:
    id = reporters_own.hand_in(replace(NAMELESS, lon=None, lat=None), by=reporters_own.OWN).id
    assert Matter.objects.get(id=id).located == "none"
    opened = reporters_own.trouble(id, "有人打电话叫我撤回。", address=HERE, at=clock.now())
    row = Matter.objects.get(id=opened.id)
    assert row.walled
    for name in world.accounts:
        person = world.person(name)
        at_root = any(len(seat.path) == WIDTH for seat in person.terms)
        assert at_root or access.matter_for(person, row.number) is None, name
    assert row.desk in world.person("wu").desks
    assert access.matter_for(world.person("wu"), row.number) is not None
    shown = wall_words.of_matter(row, editions.today())
    assert [one.name for one in shown] == ["柳溪县以下各级"]
    assert following.following(opened.id, clock.now()) is not None
    lin = world.person("lin")
    Matter.objects.filter(id=row.id).update(
        path=lin.terms[0].path, located="point"
    )  # somebody places it later
    assert access.matter_for(lin, row.number) is None


def test_trouble_is_kept_from_the_whole_place_though_nobody_there_took_a_step(world: World) -> None:
    first = open_matter(CLUTTER, by=world.clerk()).number
    id, _code = own(first)
    opened = reporters_own.trouble(id, "网格员上门威胁我，叫我撤回。", address=HERE, at=clock.now())
    row = Matter.objects.get(id=opened.id)
    assert row.walled
    for name in ("lin", "qiao", "song"):  # the grid, its community, and the grid beside it
        assert access.matter_for(world.person(name), row.number) is None, name
    assert access.matter_for(world.person("tang"), row.number) is not None  # the town above
    assert row.desk in (*world.person("he").desks, *world.person("tang").desks)
