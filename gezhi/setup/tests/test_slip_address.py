"""Whether others reach the address on a slip: told before a code is spent, and what the machine's keeper must do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from gezhi.ledger.models import Entry
from gezhi.setup.tests.corner import Corner, corner
from gezhi.ui import manual

__all__ = ["corner"]
pytestmark = pytest.mark.django_db
PAGE = "/setup/people"
HERE = "127.0.0.1:8073"


def shown(client: Client, host: str = HERE) -> str:
    return client.get(PAGE, HTTP_HOST=host).content.decode()


def printing(corner: Corner, address: str, **more: str) -> tuple[int, str]:
    said = {"who": corner.who("wu").hex, "address": address, **more}
    answer = corner.lu.post(PAGE, said, HTTP_HOST=HERE)
    return answer.status_code, answer.content.decode()


@pytest.fixture
def slips(corner: Corner, settings: Settings) -> Iterator[Corner]:
    """The corner on a machine with two names; the address that is kept goes again."""
    settings.ALLOWED_HOSTS = ["127.0.0.1", "10.0.0.5", "testserver"]
    yield corner
    shutil.rmtree(settings.HOME.setup, ignore_errors=True)


def test_a_server_of_this_machine_alone_says_so_and_who_must_do_what(
    slips: Corner, settings: Settings
) -> None:
    settings.LISTENS = f"http://{HERE}/"
    page = shown(slips.lu)
    assert "现在只有这台机器打得开" in page
    assert f"只在 {HERE} 上应答" in page
    assert "--host" in page
    assert '<a href="/manual/operating#s2">' in page
    for tongue in ("zh", "en"):
        assert ("s2", {"zh": "运行", "en": "Run"}[tongue]) in manual.books(tongue)["operating"].headings
        assert "--host 0.0.0.0" in manual.books(tongue)["operating"].body
    assert "现在只有这台机器打得开" not in shown(slips.lu, "10.0.0.5")  # it came through: something passes on


def test_a_server_that_others_reach_names_the_addresses(slips: Corner, settings: Settings) -> None:
    settings.LISTENS = "http://0.0.0.0:8073/"
    assert "<code>http://10.0.0.5:8073</code>" in shown(slips.lu)
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    settings.LISTENS = "http://10.0.0.5:8073/"
    assert "还没有别人打得开的网址" in shown(slips.lu)


@pytest.mark.parametrize(
    ("listens", "typed", "why"),
    [
        (f"http://{HERE}/", "http://10.0.0.5:8073", "http://10.0.0.5:8073 上没有人应答"),
        (f"http://{HERE}/", "https://10.0.0.5", "要前面有转发"),
        ("http://0.0.0.0:8073/", "http://10.0.0.5", "要前面有转发"),
        ("http://0.0.0.0:8073/", "http://10.0.0.9:8073", "hosts 里没有 10.0.0.9"),
        ("http://0.0.0.0:8073/", "http://localhost:8073", "只有这台机器打得开"),
    ],
)
def test_an_address_that_does_not_answer_spends_no_code(
    slips: Corner, settings: Settings, listens: str, typed: str, why: str
) -> None:
    settings.LISTENS = listens
    status, page = printing(slips, typed)
    assert status == 422
    assert why in page
    assert "也没有发代码" in page
    assert f'value="{slips.who("wu").hex}" checked' in page
    assert not Entry.objects.filter(what="account.invited").exists()
    status, page = printing(slips, typed, anyway="1")
    assert status == 200
    assert "单子上的网址别人可能打不开" in page
    assert Entry.objects.filter(what="account.invited").count() == 1


def test_an_address_that_answers_prints(slips: Corner, settings: Settings) -> None:
    settings.LISTENS = "http://0.0.0.0:8073/"
    status, page = printing(slips, "http://10.0.0.5:8073")
    assert status == 200
    assert "可能打不开" not in page


def test_a_port_that_is_none_is_no_address(slips: Corner) -> None:
    assert printing(slips, "http://10.0.0.5:99999")[0] == 422
