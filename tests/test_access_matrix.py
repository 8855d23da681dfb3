"""Every role at every address, inside and outside its ground, gets the answer the register declares."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from urllib.parse import quote
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from PIL import Image

from gezhi.config.scopes import SCOPES, Scope
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.models import Instance
from gezhi.matters import finding
from gezhi.matters.models import Matter
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.placing import Where
from gezhi.matters.services.placing import place as put
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.people import services, tokens
from gezhi.people.tests.browsing import signed_in
from gezhi.promises.models import Promise
from tests.shares import share

WORDS = "楼道里堆着没人要的旧沙发"
INSIDERS = ("he", "tang", "qiao", "lin")
OUTSIDERS = ("song", "zhu")
UNKNOWN = "柳望〔2026〕1120-9999号"
NOBODYS = UUID(int=7)
WORLD_OF_ALL = (
    "home",
    "protect",
    "report",
    "report_look",
    "report_addresses",
    "report_borders",
    "report_base",
    "here",
    "plate",
    "around",
    "around_feed",
    "around_push",
    "open",
    "open_file",
    "follow",
    "following",
    "following_receipt",
    "following_words",
    "following_rights",
    "following_copy",
    "following_say",
    "following_push",
    "push_worker",
    "push_manifest",
    "robots",
    "delivered",
    "sign_in",
    "manual",
    "manual_home",
    "first_time",
    "complain",
    "outside",
    "outside_job",
    "outside_photo",
    "set_language",
    "ui",
    "ui_portal",
    "setup:home",
    "api:openapi",
)
Moves = tuple[tuple[str, str], ...]  # who, and which move of the model
pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Place:
    """The world, and the one matter that lies in lin's grid."""

    world: liuxi.World
    number: str
    promise: UUID


@pytest.fixture
def place(db: None) -> Iterator[Place]:
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY):
        world = liuxi.build()
        lon, lat = liuxi.INSIDE
        report = Report(text=WORDS, item="N01", lon=lon, lat=lat, name="样本居民", contact="13800000000")
        opened = open_matter(report, by=world.clerk())
        promise = Promise.objects.filter(about=opened.id).values_list("id", flat=True)[0]
        yield Place(world, opened.number, promise)
    liuxi.forget()


def patterns(under: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the house by its name."""
    for one in (under or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name}", one


@cache
def by_name() -> dict[str, URLPattern]:
    return dict(patterns())


def address(name: str, place: Place, *, number: str = "") -> str:
    """The address with everything it asks for filled in."""
    said = {
        "number": number or place.number,
        "move": "accept",
        "aside": "chase",
        "what": "route",
        "promise": place.promise,
        "photo": NOBODYS,
        "matter": NOBODYS,
        "code": "NOSUCH00",
        "place": liuxi.GRID,
        "opening": NOBODYS,
        "proposal": NOBODYS,
        "id": NOBODYS,
        "hook": NOBODYS,
        "kind": "now",
        "name": "pages",
        "account": place.world.accounts["lin"],
        "entry": NOBODYS,
        "unit": place.world.units["grid"],
        "post": "grid_worker",
        "application": NOBODYS,
        "batch": NOBODYS,
        "export": NOBODYS,
        "token": "nosuchsecret",
        "door": NOBODYS,
        "door_kind": "wecom",
        "broadcast": NOBODYS,
        "thread": NOBODYS,
        "team": NOBODYS,
        "handover": NOBODYS,
        "statement": NOBODYS,
        "right": NOBODYS,
        "paper": NOBODYS,
        "attachment": NOBODYS,
        "file": NOBODYS,
        "paper_kind": "dossier",
        "form": "pdf",
        "version": 0,
    }
    asked = by_name()[name].pattern.converters
    return reverse(name, kwargs={key: said[key] for key in asked})


def read(answer: HttpResponse) -> str:
    """What the answer says, unpacked where it comes packed."""
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(answer.content) if packed else answer.content).decode()


def masked(answer: HttpResponse, number: str) -> tuple[int, str, str]:
    """Status, where it leads and what it says, without the number asked for and what is new in each request."""
    body = read(answer).replace(number, "#").replace(quote(number), "#")
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body)
    body = re.sub(r"\d\d:\d\d:\d\d", "", body)
    return answer.status_code, answer.headers.get("Location", "").replace(quote(number), "#"), body


def browser_of(place: Place, name: str) -> Client:
    return signed_in(place.world.accounts[name], raise_request_exception=False)


def program_of(place: Place, name: str) -> Client:
    """Shows a key on every request and no session."""
    term = place.world.person(name).terms[0].term
    secret = tokens.issue(name, term, by=HOUSE, at=clock.now())
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})


def askers(place: Place, name: str) -> Callable[[Scope], Client]:
    """A browser and a program of this role, each signed in once for all addresses."""

    @cache
    def of_kind(is_program: bool) -> Client:
        return program_of(place, name) if is_program else browser_of(place, name)

    return lambda scope: of_kind(scope.who == "token")


def seats(of: str) -> list[str]:
    """Whose walk over all addresses asks no gate in SQL: everybody on SQLite, two of them drawn on PostgreSQL, where
    such a walk shows only that the statements of each page are understood."""
    everybody = [*INSIDERS, *OUTSIDERS]
    return share(everybody, 2, of) if connection.vendor == "postgresql" else everybody


def declared(**wanted: object) -> list[str]:
    """Names of the addresses whose scope is as wanted."""
    return [n for n, s in SCOPES.items() if all(getattr(s, key) == value for key, value in wanted.items())]


def test_every_address_declares_its_scope_and_every_scope_has_its_address() -> None:
    names = [name for name, _pattern in patterns()]
    assert sorted(set(names) - set(SCOPES)) == []
    assert sorted(set(SCOPES) - set(names)) == []
    assert all(scope.why for scope in SCOPES.values())


def test_only_these_addresses_are_open_to_everybody() -> None:
    assert sorted(declared(who="open")) == sorted(WORLD_OF_ALL)


def test_an_address_that_names_a_matter_is_declared_to_lie_somewhere() -> None:
    named = [name for name, pattern in patterns() if "number" in pattern.pattern.converters]
    assert sorted(named) == sorted(declared(ground=True))


def test_who_is_not_signed_in_comes_to_no_closed_address(place: Place) -> None:
    stranger = Client(raise_request_exception=False)
    for name, scope in SCOPES.items():
        for number in (place.number, UNKNOWN):
            for ask in (stranger.get, stranger.post):
                answer = ask(address(name, place, number=number))
                assert WORDS not in read(answer)
                if scope.who == "token":
                    assert answer.status_code in {401, 405}, name
                elif scope.who != "open":
                    assert answer.status_code == 302, name
                    assert answer.headers["Location"].startswith("/sign-in"), name
                else:
                    assert answer.status_code in {200, 302, 401, 404, 405, 422}, (name, answer.status_code)


def test_a_program_is_not_let_in_by_a_browsers_session(place: Place) -> None:
    for name in declared(who="token"):
        assert browser_of(place, "he").get(address(name, place)).status_code in {401, 405}


def test_a_browser_is_not_let_in_by_a_programs_key(place: Place) -> None:
    for name in declared(who="seated"):
        assert program_of(place, "he").get(address(name, place)).status_code == 302


def test_an_account_without_a_seat_comes_to_no_matter(place: Place) -> None:
    account = services.make_account("new", "新样本", by=HOUSE, at=clock.now())
    browser = signed_in(account, raise_request_exception=False)
    for name in declared(who="seated"):
        answer = browser.get(address(name, place))
        assert answer.status_code == 403, name
        assert WORDS not in read(answer)
    for name in declared(who="signed_in", invented=False):
        assert browser.get(address(name, place)).status_code in {200, 302, 405}, name


@pytest.mark.parametrize("role", seats("setup"))
def test_whoever_does_not_administer_comes_to_no_page_of_the_setup(place: Place, role: str) -> None:
    for name in [*declared(who="setup"), *declared(who="models")]:
        browser = browser_of(place, role)
        for ask in (browser.get, browser.post):
            assert ask(address(name, place)).status_code == 403, name


@pytest.mark.parametrize("role", INSIDERS)
def test_whoever_has_the_ground_sees_the_matter(place: Place, role: str) -> None:
    is_open_to(place, role)


def is_open_to(place: Place, role: str) -> None:
    """Every address of the matter opens to this role."""
    asker = askers(place, role)
    for name in declared(ground=True):
        if {"photo", "opening", "handover", "paper", "attachment", "file"} & set(
            by_name()[name].pattern.converters
        ):
            continue  # this matter has none
        answer = asker(SCOPES[name]).get(address(name, place))
        assert answer.status_code in {200, 302, 405}, (name, answer.status_code)
        assert "/sign-in" not in answer.headers.get("Location", ""), name


@pytest.mark.parametrize("role", OUTSIDERS)
def test_hidden_and_unknown_look_the_same(place: Place, role: str) -> None:
    is_hidden_from(place, role)


def is_hidden_from(place: Place, role: str) -> None:
    """Every address of the matter answers this role as if there were none, and nothing moves."""
    moved, asker = Matter.objects.get().moved, askers(place, role)
    for name in declared(ground=True):
        client = asker(SCOPES[name])
        for ask in (client.get, client.post, client.delete):
            kind = {"content_type": "application/json"} if SCOPES[name].who == "token" else {}
            hidden = masked(ask(address(name, place), **kind), place.number)
            unknown = masked(ask(address(name, place, number=UNKNOWN), **kind), UNKNOWN)
            assert hidden == unknown, name
            assert WORDS not in hidden[2], name
            assert hidden[0] < 500, (name, hidden[0])
    assert Matter.objects.get().moved == moved


@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_list_count_or_search_shows_what_lies_outside(place: Place, role: str) -> None:
    is_in_no_list_of(place, role, lists())


def lists() -> list[str]:
    """Every address that names nothing."""
    return [name for name, p in patterns() if not p.pattern.converters and not SCOPES[name].invented]


def is_in_no_list_of(place: Place, role: str, asked: Sequence[str]) -> None:
    """No list, count, file or search of this role shows the matter."""
    asker = askers(place, role)
    for name in asked:
        client = asker(SCOPES[name])
        for query in ({}, {"q": place.number}, {"unit": liuxi.GRID}, {"waiting": "mine"}, {"q": WORDS[:4]}):
            body = read(client.get(address(name, place), query))
            body = body.replace(f'value="{place.number}"', "")  # what was typed stands in its field
            assert WORDS not in body, (name, query)
            assert f"/m/{place.number}" not in body, (name, query)


SIGNED = (("he", "accept"), ("mei", "sign"))
DONE = (*SIGNED, ("mei", "finish"), ("qiao", "pass"), ("qiao", "answer"), ("he", "close_early"))
OBJECTED = (("he", "accept"), ("mei", "object"))
REDIRECTED = (*OBJECTED, ("he", "redirect"))
PLACED = (("he", "place"),)


@pytest.mark.parametrize(
    ("way", "sees", "not_yet"),
    [
        ((), "", "zhu mei"),
        (PLACED, "", "zhu mei"),
        ((("he", "refuse"),), "", "zhu mei"),
        (DONE[:1], "mei", "zhu"),
        (SIGNED, "mei", "zhu"),
        (DONE[:3], "mei", "zhu"),
        (DONE, "mei", "zhu"),
        (OBJECTED, "mei", "zhu"),
        (REDIRECTED, "mei zhu", ""),
        ((*REDIRECTED, ("zhu", "sign"), ("zhu", "finish")), "mei zhu", ""),
    ],
    ids=str,
)
def test_a_department_sees_a_matter_from_the_moment_it_is_asked_and_thereafter(
    place: Place, way: Moves, sees: str, not_yet: str
) -> None:
    """The item names mei's department (market) from the report on; it is asked when the matter is assigned to it.

    zhu's (housing) is asked when somebody decides that the matter is his; mei still answers for what she did.
    """
    lift = of_a_department(place)
    walk(lift, way)
    for role in sees.split():
        is_open_to(lift, role)
        assert lift.number in numbers_found_by(lift, role)
    for role in not_yet.split():
        is_hidden_from(lift, role)
        is_in_no_list_of(lift, role, share(lists(), 12, way, role))


def of_a_department(place: Place) -> Place:
    """The same corner with one matter: a lift that the item list gives to the market department, where mei sits."""
    Promise.objects.all().delete()
    Matter.objects.all().delete()
    world = place.world
    world.accounts["mei"] = services.make_account("mei", "梅样本", by=HOUSE, at=clock.now())
    wanted = services.Appointment(
        account=world.accounts["mei"],
        post="department",
        unit=world.units["county"],
        from_on=liuxi.BEGAN,
        note="示例：早就在任",
        department="market",
    )
    services.appoint(wanted, world.model, by=HOUSE, at=clock.now())
    lon, lat = liuxi.INSIDE
    opened = open_matter(Report(WORDS, "N03", lon=lon, lat=lat, reporting="anonymous"), by=world.clerk())
    assert Matter.objects.get().department == "market"
    return Place(world, opened.number, Promise.objects.get().id)


def walk(place: Place, way: Moves) -> None:
    for who, move in way:
        person, at = place.world.person(who), clock.now()
        if move == "place":
            put(place.number, Where(unit=liuxi.OTHER), by=person, at=at, seen=None)
        else:
            given = StepGiven(
                note="看过了。", department="housing", photos=[dot()] if move == "finish" else []
            )
            take_step(place.number, move, by=person, at=at, given=given)


def dot() -> bytes:
    """A picture of one point."""
    body = BytesIO()
    Image.new("RGB", (8, 8), "white").save(body, "JPEG")
    return body.getvalue()


def numbers_found_by(place: Place, role: str) -> list[str]:
    person = place.world.person(role)
    lines = finding.found(person, finding.sieve_of(state="all"), at=clock.now())
    return [line.number for line in lines]


@pytest.mark.parametrize("role", seats("reporter"))
def test_no_page_of_anybody_shows_who_reported(place: Place, role: str) -> None:
    asker = askers(place, role)
    for name, scope in SCOPES.items():
        body = read(asker(scope).get(address(name, place)))
        assert "样本居民" not in body, name
        assert "13800000000" not in body, name


@pytest.mark.parametrize("kind", ["live", "replay"])
def test_what_is_only_for_invented_data_does_not_exist_elsewhere(place: Place, kind: str) -> None:
    Instance.objects.update(kind=kind)
    instance.forget()
    for name in declared(invented=True):
        for ask in (browser_of(place, "he").get, browser_of(place, "he").post, Client().get):
            assert ask(address(name, place)).status_code == 404, name


@pytest.mark.parametrize("role", seats("answers"))
def test_every_address_answers_every_role(place: Place, role: str) -> None:
    """No address breaks: whatever the role, the answer is a page, a way on, or a refusal in words."""
    asker = askers(place, role)
    for name, scope in SCOPES.items():
        answer = asker(scope).get(address(name, place))
        assert answer.status_code < 500, (name, answer.status_code)
