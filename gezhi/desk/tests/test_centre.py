"""The centre's page: seven kinds of its ground and no other's, each a list; acting on many; the log; a flat cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import overseen, queries, walls
from gezhi.matters.models import ActBeside, DutyNote, Matter, Returned
from gezhi.matters.overseen import KINDS, Look
from gezhi.matters.services.keeping import keep_promises
from gezhi.matters.tests.liuxi import COUNTY, FRIDAY, GRID, World
from gezhi.matters.tests.test_path import CLUTTER, LAMP, opened, step

from .conftest import Sit

CENTRE = "/desk/centre"


def look(world: World, *paths: str, **more: int) -> Look:
    reader = walls.reader(world.person("he"))
    return Look(reader, paths or (COUNTY,), clock.now(), world.model, **more)


def counts(world: World, *paths: str, **more: int) -> dict[str, int]:
    at = look(world, *paths, **more)
    return {kind: n for kind in KINDS if (n := overseen.count(kind, at))}


def test_each_kind_holds_what_it_says(world: World) -> None:
    number = opened(world, CLUTTER).number
    assert counts(world) == {}
    step(world, number, "he", "accept")
    step(world, number, "tang", "pause", "等天晴。", reason="weather")
    lamp = opened(world, LAMP).number
    step(world, lamp, "he", "accept")
    with clock.fixed(FRIDAY + timedelta(days=5)):  # Wednesday: three working days since
        keep_promises(at=clock.now())
        assert counts(world, silent=2) == {"late": 1, "silent": 1}
        assert counts(world, silent=4) == {"late": 1}
        step(world, lamp, "zhu", "object", "不归我们。")
        assert counts(world, silent=2) == {"objected": 1}
    with clock.fixed(FRIDAY + timedelta(days=16)):
        assert counts(world, suspended=15)["suspended"] == 1
        assert "suspended" not in counts(world, suspended=17)
    Matter.objects.filter(number=lamp).update(located="none")
    assert counts(world)["nowhere"] == 1


def test_returned_twice_is_counted_where_it_moves(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    for n in (1, 2):
        step(world, number, "lin", "finish_grid", "已清。")
        step(world, number, "qiao", "fail_grid", "还有残留。")
        assert Returned.objects.get().times == n
        assert counts(world) == ({"returned": 1} if n == 2 else {})
    assert overseen.times_returned([Matter.objects.get().id]) == {Matter.objects.get().id: 2}


def test_what_was_verified_and_not_answered(world: World) -> None:
    number = opened(world).number
    step(world, number, "he", "accept")
    step(world, number, "lin", "finish_grid", "已清。")
    step(world, number, "qiao", "pass", "看过，已清。")
    with clock.fixed(FRIDAY + timedelta(days=6)):
        assert counts(world) == {"late": 1, "unanswered": 1}
        step(world, number, "qiao", "answer", "已清。")
    with clock.fixed(FRIDAY + timedelta(days=60)):
        assert "unanswered" not in counts(world)  # the reporter's word is waited for: that is no debt


def test_nothing_of_other_ground(world: World) -> None:
    opened(world)
    with clock.fixed(FRIDAY + timedelta(days=2)):
        assert counts(world, GRID) == {"late": 1}
        assert counts(world, GRID[:-1] + "2") == {}
        assert overseen.lines("late", look(world, GRID[:-1] + "2"), most=9) == []


def test_only_who_supervises_comes_in(world: World, sit: Sit) -> None:
    assert sit("he").get(CENTRE).status_code == 200
    assert 'href="/desk/centre"' in sit("he").get(reverse("desk:inbox")).content.decode()
    for other in ("lin", "zhu", "qiao", "song"):
        assert sit(other).get(CENTRE).status_code == 403, other
        assert sit(other).post(CENTRE, {"act": "chase|x"}).status_code == 403, other
        assert 'href="/desk/centre"' not in sit(other).get(reverse("desk:inbox")).content.decode()


def test_many_are_urged_and_each_refusal_is_told(world: World, sit: Sit) -> None:
    one, two, early = (opened(world).number for _ in range(3))
    for number in (one, two):
        step(world, number, "he", "accept")
    client = sit("he")
    told = client.post(CENTRE, {"act": "chase|", "number": [one, two, early]}).content.decode()
    assert "办成 2 件" in told
    assert "催办、督办已经记下" in told
    assert "没有办成 1 件" in told
    assert "到了受理、办理中、待核查才能做" in told
    again = client.post(CENTRE, {"act": f"chase|{one}"}).content.decode()
    assert "17:30 已经办过「催办」" in again
    assert "说明" in client.post(CENTRE, {"act": "press|", "number": [one]}).content.decode()
    client.post(CENTRE, {"act": "press|", "number": [one], "note": "今天办完。"})
    assert sorted(ActBeside.objects.values_list("aside", flat=True)) == ["chase", "chase", "press"]
    assert client.post(CENTRE, {"act": "chase|"}).status_code == 422
    many = [f"柳望〔2026〕1120-{n:04}号" for n in range(101)]
    assert "一次最多 100 件" in client.post(CENTRE, {"act": "chase|", "number": many}).content.decode()


def test_what_was_ticked_stays_ticked_where_nothing_was_done(world: World, sit: Sit) -> None:
    one, two = opened(world).number, opened(world).number
    for number in (one, two):
        step(world, number, "he", "accept")
    with clock.fixed(FRIDAY + timedelta(days=20)):
        client = sit("he")
        for said, kept in (
            ({"act": "press|", "number": [one, two]}, 2),
            ({"act": "press|", "number": [two], "note": "打 13912345678"}, 1),
            ({"act": f"press|{one}"}, 1),
            ({"act": "press|", "number": [one, two], "note": "今天办完。"}, 0),
        ):
            page = client.post(f"{CENTRE}?show=late", said).content.decode()
            assert page.count('name="number"') == 2
            assert len(re.findall(r'name="number"[^>]* checked>', page)) == kept, said


def test_the_log_keeps_its_words_out_of_the_ledger(world: World, sit: Sit) -> None:
    client = sit("he")
    assert "还没有人写过" in client.get(CENTRE).content.decode()
    client.post(CENTRE, {"words": "夜里停电一处，已派人。", "hands_over": "on"})
    page = client.get(CENTRE).content.decode()
    assert "夜里停电一处，已派人。" in page
    assert "交班" in page
    note = DutyNote.objects.get()
    assert (note.path, note.hands_over) == (COUNTY, True)
    entry = Entry.objects.get(what="duty.noted")
    assert "停电" not in entry.facts
    assert entry.about == note.id
    client.post(CENTRE, {"words": "请打 13800000000"})
    client.post(CENTRE, {"words": " "})
    assert DutyNote.objects.count() == 1
    seal(at=clock.now())
    assert verify(queries.read_texts).whole


def test_of_the_log_the_last_notes_stand_open_and_the_older_ones_are_folded(world: World, sit: Sit) -> None:
    client = sit("he")
    for n in range(3):
        client.post(CENTRE, {"words": f"第{n}条。"})
    assert "更早的" not in client.get(CENTRE).content.decode()
    for n in range(3, 8):
        client.post(CENTRE, {"words": f"第{n}条。"})
    page = client.get(CENTRE).content.decode()
    latest, _summary, older = page.partition("更早的 5 条")
    assert [int(n) for n in re.findall("第(.)条。", latest)] == [7, 6, 5]
    assert [int(n) for n in re.findall("第(.)条。", older)] == [4, 3, 2, 1, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_costs_the_same_however_many_there_are(world: World, sit: Sit, kind: str) -> None:
    client, spent = sit("he"), []
    with clock.fixed(FRIDAY + timedelta(days=2)):
        for more in (3, 9):
            with clock.fixed(FRIDAY):
                for _n in range(more):
                    opened(world)
            client.get(CENTRE)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert client.get(CENTRE, {"show": kind}).status_code == 200
            spent.append(len(seen))
    assert spent[0] == spent[1]
    assert spent[0] <= 34


def test_days_from_an_address_are_numbers_or_what_stands(world: World, sit: Sit) -> None:
    page = sit("he").get(CENTRE, {"days": "30", "silent": "-4", "show": "suspended"}).content.decode()
    assert "超过 30 日" in page
    assert "3 个工作日没有一笔" in page
    assert sit("he").get(CENTRE, {"days": "九", "show": "none", "after": "x"}).status_code == 200
