"""`gezhi account` makes somebody who can sign in, lifts a lock, and says what it needs where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Command, Homes

GROUND = """
import django; django.setup()
from datetime import date
from django.db import transaction
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.places.services import Levels, UnitRow, plant_tree
from gezhi.matters import editions
from django.utils import timezone
model = editions.current(timezone.localdate(clock.now()))
levels = Levels({one.id: one.under for one in model.levels.values()})
rows = [
    UnitRow("county", "", "county", "柳溪县"),
    *(UnitRow(f"town{n}", "county", "town", name) for n, name in enumerate(("望湖街道", "青石镇"))),
    *(UnitRow(f"community{n}", f"town{n}", "community", "新村社区") for n in range(2)),
]
plant_tree(rows, levels, on=date(2020, 1, 1), by=HOUSE, at=clock.now())
"""
LOCK = """
import django; django.setup()
from datetime import timedelta
from gezhi.ledger import clock
from gezhi.people.models import Account
Account.objects.update(failures=5, locked_until=clock.now() + timedelta(minutes=15))
"""
KNOCK = """
import django; django.setup()
from gezhi.ledger import clock
from gezhi.people import sign_in
print(sign_in.authenticate({name!r}, {password!r}, address="192.0.2.1", at=clock.now()))
"""
STORY = """
import django; django.setup()
from gezhi.ledger.models import Entry
print("\\n".join(Entry.objects.order_by("id").values_list("what", flat=True)))
"""


@pytest.fixture
def bare(gezhi: Command, homes: Homes) -> Path:
    """A live home without any ground."""
    return homes.copy(gezhi.folder / "home")


@pytest.fixture
def home(gezhi: Command, homes: Homes) -> Path:
    return homes.copy(gezhi.folder / "home", GROUND)


def test_without_units_it_is_said_how_to_get_them(gezhi: Command, bare: Path) -> None:
    said = gezhi("account", "add", "lin", "--name", "林", "--post", "centre", "--home", bare, code=1).stderr
    assert "还没有单位" in said
    assert "gezhi import" in said
    assert gezhi.json("account", "list", "--home", bare) == []


@pytest.mark.slow
def test_an_account_is_made_signs_in_and_is_given_another_password(gezhi: Command, home: Path) -> None:
    lin = ("account", "add", "Lin", "--name", "林晓", "--post", "网格管理中心", "--generate", "--home", home)
    first = gezhi.json(*lin)
    assert first["account"] in gezhi.python(home, KNOCK.format(name="lin", password=first["password"]))

    gezhi.python(home, LOCK)
    assert [(a["sign_in"], a["state"]) for a in gezhi.json("account", "list", "--home", home)] == [
        ("lin", "locked")
    ]
    (gezhi.folder / "word").write_text("green-door-41\n", encoding="utf-8")
    gezhi("account", "password", "lin", "--password-file", gezhi.folder / "word", "--home", home)
    assert first["account"] in gezhi.python(home, KNOCK.format(name="lin", password="green-door-41"))

    town = ("--unit", "望湖街道", "--home", home)
    assert "不得兼任" in gezhi("account", "appoint", "lin", "--post", "town_desk", *town, code=1).stderr
    told = gezhi.json("account", "list", "--home", home)[0]
    assert (told["name"], told["state"]) == ("林晓", "open")
    assert [seat["words"] for seat in told["seats"]] == ["柳溪县网格管理中心"]
    assert gezhi.python(home, STORY).split()[-5:] == [
        "account.made",
        "term.began",
        "account.signed_in",
        "account.password_set",
        "account.signed_in",
    ]


FIRST = """
import django; django.setup()
from gezhi.ledger import clock
from gezhi.people import sign_in
print(sign_in.first_time("xin", {code!r}, "green-door-41", address="192.0.2.1", at=clock.now()))
"""


@pytest.mark.slow
def test_somebody_new_gets_a_slip_and_sets_their_own_password(gezhi: Command, home: Path) -> None:
    xin = ("account", "invite", "xin", "--home", home)
    assert "没有登录名为 xin 的账号" in gezhi(*xin, code=1).stderr
    said = gezhi(*xin, "--name", "辛样本", "--post", "centre").stdout
    assert "给：辛样本" in said
    assert "登录名：xin" in said
    assert "/first-time" in said
    code = gezhi.json(*xin)["code"]
    assert code not in said
    assert gezhi.python(home, FIRST.format(code=code)).strip()
    assert "已经有密码" in gezhi(*xin, code=1).stderr
    seats = gezhi.json("account", "list", "--home", home)[0]["seats"]
    assert [seat["post"] for seat in seats] == ["centre"]
    assert "已经有了" in gezhi(*xin, "--name", "辛", "--post", "centre", code=1).stderr


@pytest.mark.slow
def test_what_is_meant_by_no_or_several_units_or_posts_is_asked_back(gezhi: Command, home: Path) -> None:
    def refused(*words: str) -> str:
        return gezhi(
            "account", "add", "he", "--name", "何", *words, "--generate", "--home", home, code=1
        ).stderr

    assert "centre（网格管理中心）" in refused("--post", "mayor")
    assert "请用 --unit 写明" in refused("--post", "town_desk")
    assert "没有单位“月亮”" in refused("--post", "town_desk", "--unit", "月亮")
    assert "有 2 个" in refused("--post", "cadre", "--unit", "新村社区")
    assert "不设在" in refused("--post", "centre", "--unit", "青石镇")
    assert gezhi.json("account", "list", "--home", home) == []

    gezhi(
        "account",
        "add",
        "he",
        "--name",
        "何",
        "--post",
        "cadre",
        "--unit",
        "青石镇/新村社区",
        "--generate",
        "--home",
        home,
    )
    gezhi("account", "appoint", "he", "--post", "cadre", "--unit", "望湖街道/新村社区", "--home", home)
    gezhi("account", "add", "ju", "--name", "菊", "--department", "住建", "--generate", "--home", home)
    seats = [[seat["words"] for seat in a["seats"]] for a in gezhi.json("account", "list", "--home", home)]
    assert seats == [["青石镇/新村社区在职干部", "望湖街道/新村社区在职干部"], ["柳溪县县住建局"]]


@pytest.mark.slow
def test_a_weak_password_or_none_is_refused(gezhi: Command, home: Path) -> None:
    he = ("account", "add", "he", "--name", "何", "--post", "centre", "--home", home)
    (gezhi.folder / "weak").write_text("123\n", encoding="utf-8")
    told = gezhi(*he, "--password-file", gezhi.folder / "weak", "--json", code=1).stdout
    assert json.loads(told)["error"]["code"] == "password_weak"
    assert "--generate" in gezhi(*he, code=1).stderr
    assert gezhi.json("account", "list", "--home", home) == []


@pytest.mark.slow
def test_a_day_that_has_passed_needs_a_reason_and_a_certificate_nobody_asked_for_is_refused(
    gezhi: Command, home: Path
) -> None:
    new = (
        "account",
        "invite",
        "xin",
        "--name",
        "辛样本",
        "--post",
        "town_desk",
        "--unit",
        "望湖街道",
        "--home",
        home,
    )
    late = (*new, "--from", "2026-01-05")
    assert "请写明为什么" in gezhi(*late, code=1).stderr
    assert "不要求“律师证”" in gezhi(*new, "--certificate", "律师证=2027-12-31", code=1).stderr
    assert "认不出" in gezhi(*new, "--certificate", "2027-12-31", code=1).stderr
    gezhi(*late, "--why", "交接单一月已签", "--last", "2090-12-30")
    assert gezhi.python(home, TERM).strip() == "2026-01-05 2090-12-31 交接单一月已签"
    assert len(gezhi.json("account", "list", "--home", home)) == 1


TERM = """
import django; django.setup()
from gezhi.people.models import Term
print(*Term.objects.values_list("from_on", "to_on", "note").get())
"""
