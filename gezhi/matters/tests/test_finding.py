"""Looking through what is open to me: the words fit, the scope holds, the statements are few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import access, finding, queries, scenes
from gezhi.matters.finding import sieve_of
from gezhi.matters.lists import Key, Line
from gezhi.matters.models import Matter, Photo
from gezhi.matters.services import handing_in
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report

from .liuxi import BESIDE, GRID, INSIDE, OTHER, World
from .test_photos import jpeg


def opened(world: World, text: str, at: tuple[float, float] = INSIDE, **more: str) -> str:
    return open_matter(
        Report(text=text, item="N01", lon=at[0], lat=at[1], reporting="anonymous", **more),  # type: ignore[arg-type]  # test shorthand
        by=world.clerk(),
    ).number


def take(world: World, number: str, who: str, move: str, note: str = "看过了。", *photos: bytes) -> None:
    take_step(number, move, by=world.person(who), at=clock.now(), given=StepGiven(note, photos=photos))


def found(
    world: World, who: str = "he", *, most: int = 50, after: Key | None = None, **sieve: object
) -> list[Line]:
    made = sieve_of(**sieve)  # type: ignore[arg-type]  # test shorthand
    return finding.found(world.person(who), made, at=clock.now(), most=most, after=after)


def numbers(lines: list[Line]) -> list[str]:
    return [line.number for line in lines]


@pytest.fixture
def three(world: World) -> list[str]:
    """One open in the first grid, one void there, one open in the second grid."""
    made = [
        opened(world, "楼道堆了纸箱，𠮷祥院里也有。"),
        opened(world, "楼道灯坏了 🔥。", address="桥东路 8 号"),
        opened(world, "河边垃圾。", BESIDE),
    ]
    take(world, made[1], "he", "drop")
    return made


def test_open_ended_and_all_are_three_lists(world: World, three: list[str]) -> None:
    assert sorted(numbers(found(world))) == [three[0], three[2]]
    assert numbers(found(world, state="ended")) == [three[1]]
    assert numbers(found(world, state="all")) == three[::-1]


@pytest.mark.parametrize(
    ("words", "hits"),
    [("楼道", [0, 1, 2]), ("楼道 纸箱", [0]), ("楼道 垃圾", [2]), ("ddh", [1]), ("1120-0002", [1]), ("桥东路 8", [1]), ("𠮷", [0]), ("🔥", [1]), ("没有", []), ("%", []), ("_", [])],
)  # fmt: skip
def test_words_stand_in_the_matter_or_in_the_name_of_its_item_open_ones_first(
    world: World, three: list[str], words: str, hits: list[int]
) -> None:
    assert numbers(found(world, state="all", words=words)) == [three[n] for n in hits]


def test_a_control_character_in_a_search_is_a_space(world: World, three: list[str]) -> None:
    assert numbers(found(world, state="all", words="纸箱\0\n")) == [three[0]]


def test_nobody_finds_what_lies_outside_their_ground(world: World, three: list[str]) -> None:
    assert numbers(found(world, "song", state="all", words="纸箱")) == []
    assert numbers(found(world, "song", state="all", words="楼道")) == [three[2]]
    assert numbers(found(world, "song", state="all")) == [three[2]]
    assert numbers(found(world, "song", state="all", unit=GRID)) == []
    assert numbers(found(world, "he", state="all", unit=OTHER)) == [three[2]]


def test_a_department_finds_what_it_handles(world: World) -> None:
    assert found(world, "zhu", state="all", words="楼道") == []


@pytest.mark.parametrize("state", ["open", "ended", "all"])
@pytest.mark.parametrize("words", ["", "楼道"])
def test_pages_follow_one_another_without_gap_or_repetition(world: World, state: str, words: str) -> None:
    made = [opened(world, f"楼道第 {n} 堆。") for n in range(5)]
    for number in made if state == "ended" else []:
        take(world, number, "he", "drop")
    seen: list[str] = []
    after = None
    while page := found(world, most=2, after=after, state=state, words=words):
        seen += numbers(page)
        after = Key(page[-1].next_due_at, page[-1].id)
    assert sorted(seen) == made
    assert len(seen) == 5


def test_late_ones_are_open_and_past_due(world: World, three: list[str]) -> None:
    with clock.fixed(clock.now() + timedelta(days=3)):
        assert sorted(numbers(found(world, late=True, state="ended"))) == [three[0], three[2]]
        assert queries.count_inbox(world.person("he"), before=clock.now()) == 2
    assert queries.count_inbox(world.person("he"), before=clock.now()) == 0


@pytest.mark.parametrize("sieve", [{}, {"state": "ended"}, {"state": "all", "unit": GRID}])
def test_a_list_is_one_statement(world: World, three: list[str], sieve: dict[str, str]) -> None:
    person, made = world.person("he"), sieve_of(**sieve)
    finding.found(person, made, at=clock.now())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        finding.found(person, made, at=clock.now())
    assert len([q for q in asked if "matters_matter" in q["sql"]]) == 1
    assert len(asked) <= 2  # and the instance's pulse


def test_what_stands_before_and_after_in_my_inbox(world: World) -> None:
    made = []
    with clock.fixed(clock.now()) as watch:
        for n in range(3):
            made.append(opened(world, f"第 {n} 件。"))
            watch.tick(seconds=60)
    he = world.person("he")
    middle = access.matter_for(he, made[1])
    assert middle is not None
    assert finding.beside(he, middle) == (made[0], made[2])
    assert finding.beside(world.person("lin"), middle) == ("", "")


def test_the_likely_step_leads_on_and_is_never_a_return_or_a_raise(world: World) -> None:
    flow, model = world.model.flows["main"], world.model
    names = {
        step: [m.id for m in scenes.likely_moves(model, flow, step, in_grid=True)][:1] for step in flow.steps
    }
    assert names["reported"] == ["accept"]
    assert names["gridwork"] == ["finish_grid"]
    assert names["done"] == ["pass"]
    assert names["objected"] == []
    assert not {"raise", "object", "fail", "fail_grid", "refuse", "drop"} & {
        m for ms in names.values() for m in ms
    }


def test_a_step_shows_the_pictures_that_came_with_it(world: World) -> None:
    number = opened(world, "楼道堆了纸箱。")
    take(world, number, "he", "accept")
    take(world, number, "lin", "finish_grid", "已清。", jpeg(), jpeg())
    page = queries.page(world.person("lin"), number)
    assert page is not None
    assert [len(one.photos) for one in page.story if one.photos] == [2]
    assert page.photos == ()


def test_a_report_and_its_pictures_are_taken_whole_or_not_at_all(world: World) -> None:
    report = Report(text="楼道堆了纸箱。", item="N01", unit=GRID, reporting="staff", client_key="once")
    with pytest.raises(Refused):
        handing_in.hand_in(report, [jpeg(), b"<script>"], by=world.clerk())
    assert not Matter.objects.exists()
    for _time in range(2):
        opened = handing_in.hand_in(report, [jpeg()], by=world.clerk())
    assert opened.again
    assert Photo.objects.filter(matter=opened.id, kind="report").count() == 1
