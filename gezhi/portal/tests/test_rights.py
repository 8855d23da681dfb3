"""A reporter's rights over their own data: a copy at once, the rest on request, with the answer on their own page."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from itertools import chain
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import following, queries, rights
from gezhi.matters.models import Matter, RightAsked, Text
from gezhi.matters.services import asking_rights
from gezhi.matters.services.asking_rights import RightWanted
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import World
from gezhi.people import services as staff
from gezhi.people.tests.browsing import signed_in
from gezhi.vault.models import Secret

from .test_report import TEXT, sheet

NAME, PHONE = "样本居民", "13800000000"


@pytest.fixture
def mine(world: World) -> tuple[Client, Matter]:
    """A report with a name, and the browser that may follow it."""
    browser = Client()
    answer = browser.post("/report", sheet(name=NAME, contact=PHONE))
    assert answer.status_code == 302
    return browser, Matter.objects.get()


@pytest.fixture
def officer(world: World) -> Client:
    account = staff.make_account("luo", "骆样本", "", by=HOUSE, at=clock.now())
    world.accounts["luo"] = account
    wanted = staff.Appointment(
        account=account,
        post="privacy_officer",
        unit=world.units["county"],
        from_on=liuxi.BEGAN,
        note="早就在任",
    )
    staff.appoint(wanted, world.model, by=HOUSE, at=clock.now())
    return signed_in(account, raise_request_exception=False)


def ask(browser: Client, matter: Matter, kind: str, words: str, **more: str) -> int:
    said = {"id": str(uuid4()), "kind": kind, "words": words} | more
    return browser.post(reverse("following_rights", args=[matter.id]), said).status_code


def test_a_copy_holds_what_is_stored_and_no_name(mine: tuple[Client, Matter]) -> None:
    browser, matter = mine
    for form in ("html", "json"):
        answer = browser.get(reverse("following_copy", args=[matter.id, form]))
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Cache-Control"] == "no-store"
        body = answer.content.decode()
        assert TEXT in body
        assert matter.number in body
        assert NAME not in body
        assert PHONE not in body
    told = json.loads(body)
    assert told["identity"] == {"kept": "sealed", "read_by_machine": 0, "looked": []}
    assert told["format"] == "gezhi-own-copy-1"
    assert told["messages"] is not None
    assert RightAsked.objects.filter(kind="copy", state="done").count() == 1, "recorded once a day"
    assert browser.get(reverse("following_copy", args=[matter.id, "pdf"])).status_code == 404
    stranger = Client()
    for name, more in (("following_copy", ["html"]), ("following_rights", [])):
        answer = stranger.get(reverse(name, args=[matter.id, *more]))
        assert answer.status_code == 401
        assert TEXT not in answer.content.decode()


def test_a_request_has_its_clock_and_its_answer_is_read_by_who_asked(
    mine: tuple[Client, Matter], officer: Client, world: World
) -> None:
    browser, matter = mine
    assert ask(browser, matter, "correct", "") == 422
    assert ask(browser, matter, "correct", "电话写错了，应当是 13900000000") == 422, "no number here"
    assert ask(browser, matter, "copy", "给我一份") == 422, "a copy is there at once"
    assert ask(browser, matter, "correct", "地点不对，应当是二号楼后面。") == 302
    row = RightAsked.objects.get()
    assert row.due_at - row.made_at >= timedelta(days=15)
    page = browser.get(reverse("following_rights", args=[matter.id])).content.decode()
    assert "地点不对" in page
    assert "在办" in page
    listed = officer.get(reverse("desk:rights")).content.decode()
    assert row.number in listed
    assert "还剩" in listed
    there = reverse("desk:right", args=[row.id])
    assert officer.post(there, {"answer": "refused", "reply": "核对过，地点没有错。"}).status_code == 422
    assert officer.post(there, {"answer": "refused", "reason": "other"}).status_code == 422
    said = {"answer": "refused", "reason": "not_kept", "reply": "核对过，登记的就是二号楼后面。"}
    assert officer.post(there, said).status_code == 302
    assert officer.post(there, said).status_code == 422, "once"
    page = browser.get(reverse("following_rights", args=[matter.id])).content.decode()
    assert "没有办：没有存这样的信息" in page
    assert "登记的就是二号楼后面" in page
    assert reverse("complain") in page
    assert "第五十条" in page
    assert [one.what for one in ledger.story(row.id)] == ["right.asked", "right.refused"]
    assert "right." not in " ".join(one.what for one in ledger.story(matter.id)), "handlers do not read it"
    seal(at=clock.now())
    assert verify(queries.read_texts).faults == []


def test_what_is_late_says_so_on_both_sides(mine: tuple[Client, Matter], officer: Client) -> None:
    browser, matter = mine
    ask(browser, matter, "explain", "为什么要留电话？")
    row = RightAsked.objects.get()
    with clock.fixed(row.due_at + timedelta(days=2)):
        assert rights.waiting(clock.now()) == (1, 1)
        assert [one.late for one in rights.open_ones(clock.now())] == [True]


def test_deleting_destroys_the_name_and_after_the_end_the_words(
    mine: tuple[Client, Matter], officer: Client
) -> None:
    browser, matter = mine
    ask(browser, matter, "delete", "请把我的姓名和原话都删掉。")
    there = reverse("desk:right", args=[RightAsked.objects.get().id])
    said = {"answer": "done", "reply": "删了。", "identity": "on", "words": "on"}
    refused = officer.post(there, said)
    assert refused.status_code == 422
    assert "还没有了结" in refused.content.decode()
    assert bytes(Secret.objects.get().sealed) != b"", "nothing of it was done"
    Matter.objects.update(ended_at=clock.now())
    assert officer.post(there, said).status_code == 302
    assert bytes(Secret.objects.get().sealed) == b""
    assert not Text.objects.filter(matter=matter.id, kind="report").exists()
    assert TEXT not in browser.get(f"/follow/{matter.id}").content.decode()


def test_only_the_officer_comes_to_the_desk(mine: tuple[Client, Matter], world: World) -> None:
    browser, matter = mine
    ask(browser, matter, "access", "存了我什么？")
    row = RightAsked.objects.get()
    for who in ("he", "tang", "lin", "zhu"):
        other = signed_in(world.accounts[who], raise_request_exception=False)
        for address in (reverse("desk:rights"), reverse("desk:right", args=[row.id])):
            for answer in (other.get(address), other.post(address, {"answer": "done", "reply": "好了。"})):
                assert answer.status_code in {403, 422}
                assert "存了我什么" not in answer.content.decode()
        assert reverse("desk:rights") not in other.get(reverse("desk:inbox")).content.decode()
    assert RightAsked.objects.get().state == "open"


def test_the_counter_needs_number_and_code_together(
    mine: tuple[Client, Matter], officer: Client, world: World
) -> None:
    _browser, matter = mine
    form = {"id": str(uuid4()), "kind": "access", "known": "code", "words": "想知道谁看过。"}
    wrong = officer.post(reverse("desk:rights"), form | {"number": matter.number, "code": "00000000"})
    assert wrong.status_code == 422
    assert "对不上" in wrong.content.decode()
    assert officer.post(reverse("desk:rights"), form).status_code == 422, "a code was said to be shown"
    right_one = {"number": matter.number, "code": following.code_of(matter.id)}
    assert officer.post(reverse("desk:rights"), form | right_one).status_code == 302
    assert officer.post(reverse("desk:rights"), form | right_one).status_code == 302, "the same form again"
    assert RightAsked.objects.get().matter == matter.id
    seen = form | {"id": str(uuid4()), "known": "seen"}
    assert officer.post(reverse("desk:rights"), seen).status_code == 302
    assert RightAsked.objects.filter(matter=None).count() == 1


def test_there_is_an_end_to_asking(mine: tuple[Client, Matter]) -> None:
    browser, matter = mine
    for _time in range(3):
        assert ask(browser, matter, "explain", "想弄清一件事。") == 302
    assert ask(browser, matter, "explain", "想弄清一件事。") == 422
    RightAsked.objects.update(state="done")
    for _time in range(3):
        asking_rights.ask_own(matter.id, RightWanted(uuid4(), "explain", "再问。"), at=clock.now())
        RightAsked.objects.update(state="done")
    with pytest.raises(Refused):
        asking_rights.ask_own(matter.id, RightWanted(uuid4(), "explain", "再问。"), at=clock.now())


def test_the_same_form_sent_twice_at_once_asks_once(
    mine: tuple[Client, Matter], officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, matter = mine
    written = asking_rights._write_once

    def by_both(*said: Any, **more: Any) -> None:
        """Both looked before either wrote."""
        written(*said, **more)
        written(*said, **more)

    monkeypatch.setattr(asking_rights, "_write_once", by_both)
    assert ask(browser, matter, "explain", "为什么要留电话？") == 302
    form = {"id": str(uuid4()), "kind": "access", "known": "seen", "words": "想知道谁看过。"}
    assert officer.post(reverse("desk:rights"), form).status_code == 302
    rows = RightAsked.objects.all()
    assert sorted(one.kind for one in rows) == ["access", "explain"]
    assert [len(ledger.story(one.id)) for one in rows] == [1, 1]


def written_down(many: int, **more: Any) -> None:
    """So many requests, three kinds by turns, due one after another and some of them at the very same moment."""
    for n in range(many):
        RightAsked.objects.create(
            id=uuid4(),
            number=f"Q{RightAsked.objects.count():04d}",
            kind=("access", "delete", "explain")[n % 3],
            known="seen",
            made_at=clock.now(),
            due_at=clock.now() + timedelta(days=n // 2),
            **more,
        )


def pages_of(officer: Client, address: str) -> list[list[str]]:
    """The numbers on each page, going on by its own link."""
    found = []
    while address:
        page = officer.get(address).content.decode()
        found.append(re.findall(r"Q\d{4}", page))
        onward = re.search(r'class="pager"><a class="btn" href="([^"]+)"', page)
        address = reverse("desk:rights") + html.unescape(onward[1]) if onward else ""
    return found


def test_the_desk_is_paged_by_key_and_keeps_its_filter(officer: Client, world: World) -> None:
    written_down(130)
    written_down(40, state="done", ended_at=clock.now())
    desk = reverse("desk:rights")
    every = pages_of(officer, desk)
    assert [len(page) for page in every] == [30, 30, 30, 30, 10]
    rows = RightAsked.objects.filter(state="open").order_by("due_at", "id")
    assert list(chain.from_iterable(every)) == list(rows.values_list("number", flat=True)), (
        "none twice, none left out"
    )
    some = pages_of(officer, f"{desk}?kind=delete")
    assert list(chain.from_iterable(some)) == list(
        rows.filter(kind="delete").values_list("number", flat=True)
    )
    assert len(some) == 2
    ended = pages_of(officer, f"{desk}?state=ended&kind=access")
    done = RightAsked.objects.filter(state="done", kind="access").order_by("-ended_at", "-id")
    assert list(chain.from_iterable(ended)) == list(done.values_list("number", flat=True))
    for odd in ("after=7-x", "after=99999999999999999999-" + "0" * 32, "kind=nix", "state=nix"):
        assert officer.get(f"{desk}?{odd}").status_code == 200


def test_what_the_desk_asks_of_the_database_does_not_grow(
    mine: tuple[Client, Matter], officer: Client, django_assert_max_num_queries: Any
) -> None:
    browser, matter = mine
    ask(browser, matter, "explain", "为什么要留电话？")
    for state in ({}, {"state": "done", "ended_at": clock.now()}):
        written_down(1, matter=matter.id, **state)
        with CaptureQueriesContext(connection) as few:
            officer.get(reverse("desk:rights"), {"state": state.get("state", "") and "ended"})
        written_down(60, matter=matter.id, **state)
        with django_assert_max_num_queries(len(few)):
            officer.get(reverse("desk:rights"), {"state": state.get("state", "") and "ended"})


def test_a_page_of_the_desk_reads_one_range_of_an_index(officer: Client, world: World) -> None:
    written_down(40)
    if connection.vendor != "sqlite":
        pytest.skip("what the planner of PostgreSQL chooses depends on how many rows there are")
    key = rights.Key(clock.now(), uuid4())
    with CaptureQueriesContext(connection) as asked:
        rights.open_ones(clock.now(), after=key, most=3)
        rights.ended_ones(clock.now(), after=key, most=3)
    lists = [one["sql"] for one in asked if "ORDER BY" in one["sql"]]
    assert len(lists) == 2
    for sql in lists:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert "USING INDEX matters_rights_" in plan, plan
        assert "TEMP B-TREE" not in plan, plan
