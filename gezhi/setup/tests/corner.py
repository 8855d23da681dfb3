"""A corner of 柳溪 that is open, with two who administer it: for tests of the pages that change it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape
from uuid import UUID

import pytest
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters.tests import liuxi
from gezhi.people import services
from gezhi.people.models import Account, Term
from gezhi.people.tests.browsing import signed_in

TODAY = date(2026, 11, 20)
TOMORROW = TODAY + timedelta(days=1)
PASSWORD = "柳溪-绿荫-2026"
GRID_NAME = "望湖街道/桥东社区/桥东 01 格"
OTHER_NAME = "望湖街道/桥东社区/桥东 02 格"


@dataclass
class Corner:
    """The world, the browser of lu, who administers, and that of bai, who does too."""

    world: liuxi.World
    lu: Client = field(default_factory=Client)
    bai: Client = field(default_factory=Client)

    def who(self, name: str) -> UUID:
        return self.world.accounts[name]

    def page_of(self, name: str) -> str:
        return f"/setup/staff/{self.who(name)}"

    def newcomer(self, sign_in: str, name: str) -> str:
        """Somebody without a post; the address of their page."""
        made = services.make_account(sign_in, name, by=HOUSE, at=liuxi.FRIDAY)
        self.world.accounts[sign_in] = made
        return self.page_of(sign_in)

    def term(self, name: str, post: str, *, standing: bool = False) -> Term:
        found = Term.objects.filter(account=self.who(name), post=post, standing=standing)
        return found.latest("from_on")

    def ask(self, path: str, client: Client | None = None, **said: str) -> str:
        """The page that asks whether to."""
        answer = (client or self.lu).post(path, said)
        assert answer.status_code == 200, (answer.status_code, reasons(answer.content.decode()))
        return answer.content.decode()

    def confirm(self, path: str, page: str, client: Client | None = None) -> tuple[int, str]:
        """Press the one button of that page. Returns status and text of what follows."""
        answer = (client or self.lu).post(path, {**hidden(page), "sure": "1"}, follow=True)
        return answer.status_code, answer.content.decode()

    def change(self, path: str, **said: str) -> str:
        """Ask and confirm."""
        status, text = self.confirm(path, self.ask(path, **said))
        assert status == 200, reasons(text)
        return text

    def refused(self, path: str, field: str = "", **said: str) -> str:
        """What is said of a change that is refused, beside its field or, without one, above; nothing was written."""
        before = sorted(map(repr, Term.objects.values_list()))
        answer = self.lu.post(path, said)
        text = answer.content.decode()
        assert answer.status_code == 422, answer.status_code
        assert sorted(map(repr, Term.objects.values_list())) == before
        return beside(text, field) if field else " ".join(reasons(text))


def hidden(page: str) -> dict[str, str]:
    """What the page that asks sends again."""
    main = page[page.index("<main") : page.index("</main>")]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', main)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def sentence(page: str) -> str:
    """What the page that asks says will hold."""
    found = re.search(r'<p class="said" id="said">(.*?)</p>', page)
    assert found
    return found[1]


def reasons(page: str) -> list[str]:
    return re.findall(r'role="alert".*?</svg>(?:<div>)?(.*?)</(?:p|div)>', page, re.DOTALL)


def beside(page: str, field: str) -> str:
    """What is said beside a field."""
    block = re.search(rf'name="{field}".*?(?=<div class="f|</form>)', page, re.DOTALL)
    assert block, field
    return " ".join(reasons(block[0]))


@pytest.fixture
def corner(db: None) -> Iterator[Corner]:
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        world = liuxi.build("live")
        for sign_in, name in (("lu", "陆样本"), ("bai", "白样本")):
            account = services.make_account(sign_in, name, "", by=HOUSE, at=liuxi.FRIDAY)
            services.set_password(account, PASSWORD, by=HOUSE, at=liuxi.FRIDAY)
            wanted = services.Appointment(
                account=account,
                post="system_admin",
                unit=world.units["county"],
                from_on=liuxi.BEGAN,
                note="示例：早就在任",
            )
            services.appoint(wanted, world.model, by=HOUSE, at=liuxi.FRIDAY)
            world.accounts[sign_in] = account
        Account.objects.filter(sign_in__in=["he", "lin"]).update(
            password=Account.objects.get(sign_in="lu").password
        )
        made = Corner(world)
        made.lu, made.bai = signed_in(world.accounts["lu"]), signed_in(world.accounts["bai"])
        yield made
    liuxi.forget()
