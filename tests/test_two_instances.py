"""Two districts on one PostgreSQL: nothing of one touches the other (decision 2)."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.instances import Instance, opened

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
Pair = tuple[Instance, Instance]

SIGN_IN = """
from datetime import UTC, datetime
from gezhi.people.models import Account
from importlib import import_module
from django.conf import settings
from django.contrib.auth.hashers import make_password
Account.objects.create(id=words["id"], sign_in=words["sign_in"], name="柳溪", password=make_password("x"),
                       made_at=datetime.now(UTC))
session = import_module(settings.SESSION_ENGINE).SessionStore(); session["who"] = words["id"]; session.create()
answer = session.session_key
"""
ALL_ROWS = """
from django.apps import apps
answer = sorted(str(pk) for m in apps.get_models() if m.__module__.startswith("gezhi.")
                for pk in m.objects.values_list("pk", flat=True) if not isinstance(pk, int))
"""
MIGRATIONS = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("select table_schema, count(*) from information_schema.tables where table_schema not in"
                   " ('pg_catalog', 'information_schema') and table_name = 'django_migrations' group by 1")
    mine = connection.settings_dict["OPTIONS"]["options"].split("search_path=")[1].split()[0]
    answer = [mine, sorted(row[0] for row in cursor.fetchall())]
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """柳溪 and 松岗, each with a schema of its own in the same database."""
    address = os.environ["GEZHI_TEST_DATABASE"]
    mark = uuid.uuid4().hex[:8]
    schemas = [f"liuxi_{mark}", f"songgang_{mark}"]
    with psycopg.connect(address, autocommit=True) as link:
        folder = tmp_path_factory.mktemp("homes")
        first, second = (opened(folder / s, database=address, schema=s) for s in schemas)
        yield first, second
        for schema in schemas:
            link.execute(f"DROP SCHEMA {schema} CASCADE")


def test_an_account_and_a_session_of_one_are_unknown_in_the_other(pair: Pair) -> None:
    liuxi, songgang = pair
    who = str(uuid.uuid4())
    key = liuxi.run(SIGN_IN, id=who, sign_in="an")
    known = """
from gezhi.people.models import Account
from importlib import import_module
from django.conf import settings
store = import_module(settings.SESSION_ENGINE).SessionStore()
answer = [Account.objects.filter(pk=words["id"]).count(), store.exists(words["key"])]
"""
    assert liuxi.run(known, id=who, key=key) == [1, True]
    assert songgang.run(known, id=who, key=key) == [0, False]


AN_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_no_row_of_one_has_an_id_of_the_other(pair: Pair) -> None:
    for instance in pair:
        instance.run(SIGN_IN, id=str(uuid.uuid4()), sign_in="bo")
    # ids only: the calendar, a model's version and a day's serial are called alike in both, as what they name is
    one, other = ({row for row in i.run(ALL_ROWS) if AN_ID.fullmatch(row)} for i in pair)
    assert one
    assert one & other == set()


def test_a_password_token_signed_by_one_is_refused_by_the_other(pair: Pair) -> None:
    signed = pair[0].run("from django.core import signing; answer = signing.dumps('qiao')")
    read = """
from django.core import signing
try:
    answer = signing.loads(words["signed"])
except signing.BadSignature:
    answer = "refused"
"""
    assert [i.run(read, signed=signed) for i in pair] == ["qiao", "refused"]


def test_each_keeps_its_own_list_of_migrations(pair: Pair) -> None:
    for instance in pair:
        mine, all_lists = instance.run(MIGRATIONS)
        assert mine in all_lists
        assert len([s for s in all_lists if s == mine]) == 1
    unmigrate = "from django.core.management import call_command; call_command('migrate', 'exchange', 'zero', verbosity=0)"
    pair[1].run(unmigrate)
    assert pair[0].run("from gezhi.exchange.models import Run; answer = Run.objects.count()") == 0
    pair[1].run("from django.core.management import call_command; call_command('migrate', verbosity=0)")


def test_homes_share_no_key_and_no_folder(pair: Pair) -> None:
    first, second = (instance.home for instance in pair)
    keys = [{p.read_bytes() for p in (home / "keys").iterdir()} for home in (first, second)]
    assert keys[0] & keys[1] == set()
    assert not any(Path(a).resolve().is_relative_to(b) for a, b in ((first, second), (second, first)))


def test_a_cookie_of_one_is_not_even_read_by_the_other(pair: Pair) -> None:
    names = (
        "from django.conf import settings; answer = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]"
    )
    said = [name for instance in pair for name in instance.run(names)]
    assert len(set(said)) == len(said)


SETTLE = """
import io
from PIL import Image
from gezhi.ledger import clock
from gezhi.matters.services.handing_in import hand_in
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.people import tokens
out = io.BytesIO(); Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
world = liuxi.build()
with clock.fixed(liuxi.FRIDAY):
    report = Report(text=words["text"], item="N01", unit=liuxi.GRID)
    opened = hand_in(report, [out.getvalue()], by=world.clerk())
    secret = tokens.issue("test", world.person("he").terms[0].term, by=world.clerk(), at=clock.now())
answer = [opened.number, secret]
"""
LOOK = """
from gezhi.ledger import clock
from gezhi.matters import finding
from gezhi.matters.models import Photo
from gezhi.matters.services import photos
from gezhi.matters.tests.liuxi import FRIDAY
from gezhi.people import queries as people, tokens
from django.test import Client
with clock.fixed(FRIDAY):
    he = people.person(people.account_named("he"), FRIDAY.date())
    found = [line.headline for line in finding.found(he, finding.Sieve(words="楼道"), at=FRIDAY, most=50)]
    key = {"authorization": "Bearer " + words["secret"]}
    read = Client().get("/api/v1/matters", headers=key).status_code
files = sorted(p.name for p in photos.raw_file(Photo.objects.get().id).parent.iterdir())
answer = [found, tokens.lookup(words["secret"]) is not None, read, files]
"""


def test_a_key_a_search_and_a_file_of_one_reach_nothing_of_the_other(pair: Pair) -> None:
    keys = [
        instance.run(SETTLE, text=text)[1] for instance, text in zip(pair, ("楼道甲", "楼道乙"), strict=True)
    ]
    own = [instance.run(LOOK, secret=key) for instance, key in zip(pair, keys, strict=True)]
    assert [(found, known, read) for found, known, read, _files in own] == [
        (["楼道甲"], True, 200),
        (["楼道乙"], True, 200),
    ]
    assert set(own[0][3]) & set(own[1][3]) == set()
    swapped = [instance.run(LOOK, secret=key) for instance, key in zip(pair, reversed(keys), strict=True)]
    assert [(known, read) for _found, known, read, _files in swapped] == [(False, 401), (False, 401)]
