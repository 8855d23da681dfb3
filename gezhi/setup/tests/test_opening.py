"""From an empty instance to a district in which somebody can take the first matter in, without a command."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from gezhi.exchange import workbook_example, workbook_write
from gezhi.exchange.tests.chains import two_chains
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters import editions
from gezhi.paper import qr
from gezhi.people import queries as people
from gezhi.people.models import Account, Term
from gezhi.places import queries as places
from gezhi.places.models import Unit
from gezhi.rules import load
from gezhi.rules.folder import DISTRICTS
from gezhi.setup.views import model as model_page

from .conftest import CODE

pytestmark = pytest.mark.django_db
PASSWORD = "柳溪-绿荫-2026"


def example(**cells: str) -> SimpleUploadedFile:
    """The invented district as a file; cells of the sheet of units may be spoilt."""
    model = load.named("nanling")
    body = workbook_write.filled(model, workbook_example.rows(model), room=10)
    if cells:
        book = load_workbook(io.BytesIO(body))
        for place, value in cells.items():
            book["单元"][place] = value
        out = io.BytesIO()
        book.save(out)
        body = out.getvalue()
    return SimpleUploadedFile("柳溪.xlsx", body)


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def upload(client: Client, **cells: str) -> str:
    answer = client.post("/setup/workbook", {"workbook": example(**cells)}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def confirm(client: Client, page: str) -> str:
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest
    answer = client.post("/setup/workbook", {"confirm": "1", "digest": digest[1]}, follow=True)
    return answer.content.decode()


def opened(client: Client) -> None:
    client.post("/setup/model", {"model": "nanling"})
    confirm(client, upload(client))


def administrator(client: Client) -> None:
    """The clerk becomes the one who administers."""
    opened(client)
    me = Account.objects.get(terms__post="system_admin")
    said = {"me": me.id.hex, "password": PASSWORD}
    assert client.post("/setup/people", said).status_code == 302


def test_the_whole_way_without_a_command(clerk: Client) -> None:
    assert "南陵县全科网格" in text(clerk, "/setup/model")
    assert clerk.post("/setup/model", {"model": "nanling"}).url == "/setup/model/names"
    assert "空白模板" in text(clerk, "/setup/workbook")
    page = upload(clerk)
    assert "确认以后会这样" in page
    assert not Unit.objects.exists()
    assert "边界" in confirm(clerk, page)
    assert Term.objects.count() > 20
    assert Entry.objects.filter(what="tree.planted", post="operator").exists()
    me = Account.objects.get(terms__post="system_admin")
    said = {"me": me.id.hex, "password": PASSWORD}
    assert "给每个人一张登录单" in clerk.post("/setup/people", said, follow=True).content.decode()
    assert settings.HOME.setup_code == ""
    worker = Account.objects.filter(terms__post="centre").order_by("sign_in")[0]
    slips = clerk.post("/setup/people", {"who": [worker.id.hex]}).content.decode()
    code = re.search(r'class="code">([\w-]+)<', slips)
    assert code
    assert worker.sign_in in slips
    other = Client()
    said = {"sign_in": worker.sign_in, "code": code[1], "password": PASSWORD}
    assert other.post("/first-time", said).status_code == 302
    assert "登记事项" in text(other, "/desk/new")
    said = {"sign_in": me.sign_in, "password": PASSWORD}
    assert "重设了您的密码" not in Client().post("/sign-in", said, follow=True).content.decode()
    page = text(clerk, "/setup/finish")
    assert "个网格没有边界" in page
    assert "网格管理中心" in page


def test_the_district_is_called_as_its_widest_unit(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, name=""))
    assert "还没有开张" in text(clerk, "/setup/model")
    opened(clerk)
    assert "<small>柳溪县</small>" in text(clerk, "/setup/people")


def test_whoever_administers_finds_the_setup_in_the_rail(clerk: Client) -> None:
    administrator(clerk)
    assert 'href="/setup"' in text(clerk, "/desk")
    assert "待我办" in text(clerk, "/setup/finish")
    worker = Account.objects.filter(terms__post="centre").order_by("sign_in")[0]
    from gezhi.people.tests.browsing import signed_in

    assert 'href="/setup"' not in text(signed_in(worker.id), "/desk")


def test_a_border_drawn_for_a_later_day_holds_from_then_on(clerk: Client) -> None:
    administrator(clerk)
    path = Unit.objects.get(name="桥东01网格").path
    later = clock.today() + timedelta(days=9)
    said = {"unit": path, "border": "118.1,31.1\n118.2,31.1\n118.2,31.2", "on": later.isoformat()}
    assert "在那以前可以撤回" in clerk.post("/setup/borders", said, follow=True).content.decode()
    assert places.tree(clock.today()).by_path[path].lon is None
    assert places.tree(later).by_path[path].lon is not None
    gone = said | {"on": (clock.today() - timedelta(days=1)).isoformat()}
    assert clerk.post("/setup/borders", gone).status_code == 422
    assert "请写成" in clerk.post("/setup/borders", said | {"on": "明天"}).content.decode()


def test_a_reload_of_the_slips_makes_no_new_ones(clerk: Client) -> None:
    administrator(clerk)
    worker = Account.objects.filter(terms__post="centre").order_by("sign_in")[0]
    mark = re.search(r'name="once" value="(\w+)"', text(clerk, "/setup/people"))
    assert mark
    said = {"who": [worker.id.hex], "once": mark[1]}
    assert clerk.post("/setup/people", said).status_code == 200
    made = Entry.objects.filter(what="account.invited").count()
    again = clerk.post("/setup/people", said)
    assert again.status_code == 422
    assert "已经印过" in again.content.decode()
    assert Entry.objects.filter(what="account.invited").count() == made > 0


def test_a_slip_carries_the_address_that_others_can_open(clerk: Client) -> None:
    administrator(clerk)
    worker = Account.objects.filter(terms__post="centre").order_by("sign_in")[0]
    page = clerk.get("/setup/people", HTTP_HOST="127.0.0.1:8000").content.decode()
    assert "只有这台机器打得开" in page
    wrong = clerk.post("/setup/people", {"who": [worker.id.hex], "address": "梧桐县"})
    assert wrong.status_code == 422
    assert "不是网址" in wrong.content.decode()
    here = {"who": [worker.id.hex], "address": "http://127.0.0.1:8000", "anyway": "1"}
    assert 'class="square"' not in clerk.post("/setup/people", here).content.decode()
    said = {"who": [worker.id.hex], "address": "https://wangge.example.cn/", "anyway": "1"}
    slips = clerk.post("/setup/people", said).content.decode()
    assert "<dd>https://wangge.example.cn/first-time</dd>" in slips
    code = re.search(r'class="code">([\w-]+)<', slips)
    assert code
    square = f"https://wangge.example.cn/first-time?as={worker.sign_in}#{code[1]}"
    assert qr.svg(square, title="扫码打开，登录名和代码就填好") in slips
    assert "只有这台机器打得开" not in slips
    assert "再印，旧单作废" in text(clerk, "/setup/people")
    assert "https://wangge.example.cn/first-time" in text(clerk, "/setup/finish")


def test_the_first_page_of_an_empty_instance_is_the_setup(empty: None) -> None:
    assert Client().get("/desk").url == "/setup"
    assert "这里还没有开张" in text(Client(), "/setup")


def test_only_the_code_opens_and_only_until_somebody_can_sign_in(clerk: Client) -> None:
    stranger = Client()
    assert stranger.get("/setup", {"code": "abcd-efgh-jkmp"}).status_code == 401
    assert stranger.get("/setup/model").url == "/setup"
    administrator(clerk)
    late = Client()
    assert late.get("/setup", {"code": CODE}).url.startswith("/sign-in")
    assert late.get("/setup/model").url.startswith("/sign-in")
    assert clerk.get("/setup/people").status_code == 200  # as the administrator now


def test_a_session_of_the_code_ends_with_it(clerk: Client) -> None:
    other = Client()
    other.get("/setup", {"code": CODE})
    administrator(clerk)
    assert other.get("/setup/people").url.startswith("/sign-in")


def test_somebody_else_does_not_set_up(clerk: Client) -> None:
    administrator(clerk)
    worker = Account.objects.filter(terms__post="centre").order_by("sign_in")[0]
    from gezhi.people.tests.browsing import signed_in

    assert signed_in(worker.id).get("/setup/people").status_code == 403
    assert signed_in(worker.id).get("/setup").status_code == 403


def test_too_many_codes_are_stopped(empty: None) -> None:
    client = Client()
    answers = [client.get("/setup", {"code": f"wrong-{n}"}).status_code for n in range(21)]
    assert answers[:20] == [401] * 20
    assert answers[20] == 429


def test_faults_are_said_on_the_page_and_in_the_returned_workbook(clerk: Client) -> None:
    clerk.post("/setup/model", {"model": "nanling"})
    page = upload(clerk, C3="乡镇")
    assert "还有 " in page
    assert "单元 C3" in page
    twice = upload(clerk, C3="乡镇", C4="屯")
    assert twice.count("可以写：") == twice.count("治理模型里没有") == 2
    assert "治理模型里没有“屯”。可以写：县、镇、社区、网格。" in twice
    answer = clerk.get("/setup/workbook/returned.xlsx")
    cell = load_workbook(io.BytesIO(answer.content))["单元"]["C3"]
    assert cell.fill.fgColor.rgb == workbook_write.RED
    assert clerk.post("/setup/workbook", {"confirm": "1", "digest": "x"}).status_code == 422
    assert not Unit.objects.exists()


def test_a_start_before_the_day_is_told_before_anybody_confirms(clerk: Client) -> None:
    clerk.post("/setup/model", {"model": "nanling"})
    book = load_workbook(example())
    for row in book["人员"].iter_rows(min_row=11, max_row=13):
        row[5].value = "2026.3.1"
    out = io.BytesIO()
    book.save(out)
    body = SimpleUploadedFile("柳溪.xlsx", out.getvalue())
    page = clerk.post("/setup/workbook", {"workbook": body}, follow=True).content.decode()
    assert f"3 行的“起”写的是以前的日子（人员第 11、12、13 行），都登记为 {clock.today()} 起" in page
    confirm(clerk, page)
    assert set(Term.objects.values_list("from_on", flat=True)) == {clock.today()}
    assert "写的是以前的日子" not in upload(clerk)


def test_the_confirm_page_says_what_was_and_what_will_be(clerk: Client) -> None:
    opened(clerk)
    book, on = load_workbook(example()), clock.today() + timedelta(days=9)
    book["单元"]["B3"], book["部门"]["B2"] = "望湖新镇", "柳溪县住建局"
    gone = book["部门"].max_row
    name = book["部门"].cell(gone, 2).value
    book["部门"].delete_rows(gone)
    for number in range(book["人员"].max_row, 1, -1):
        row = book["人员"][number]
        if row[4].value == "县住建局":
            row[4].value = "柳溪县住建局"
        elif row[4].value == name:
            book["人员"].delete_rows(number)
        elif row[0].value == "grid_worker.010":
            row[6].value = on + timedelta(days=20)
    out = io.BytesIO()
    book.save(out)
    said = {"workbook": SimpleUploadedFile("柳溪.xlsx", out.getvalue()), "on": on.isoformat()}
    page = clerk.post("/setup/workbook", said, follow=True).content.decode()
    for line in (
        "望湖镇 → 望湖新镇",
        f"朱样夏 网格员 没有期限 → {on + timedelta(days=20)}",
        "县住建局 → 柳溪县住建局",
        f"<b>去掉 1 个部门</b><span>{name}</span>",
    ):
        assert line in page, line


def test_a_confirm_of_another_file_than_was_shown_does_nothing(clerk: Client) -> None:
    clerk.post("/setup/model", {"model": "nanling"})
    page = upload(clerk)
    upload(clerk, B3="望湖新镇")
    assert "再看一遍" in confirm(clerk, page)
    assert not Unit.objects.exists()


def test_no_workbook_is_refused_in_a_sentence(clerk: Client) -> None:
    clerk.post("/setup/model", {"model": "nanling"})
    answer = clerk.post("/setup/workbook", {"workbook": SimpleUploadedFile("a.xlsx", b"nothing")})
    assert answer.status_code == 422
    assert "不是 Excel 工作簿" in answer.content.decode()


def test_a_model_of_ones_own_is_checked_line_by_line(clerk: Client) -> None:
    folder = DISTRICTS / "nanling"
    body = (folder / "model.toml").read_bytes()
    items = SimpleUploadedFile("items.csv", (folder / "items.csv").read_bytes())
    wrong = SimpleUploadedFile("model.toml", body.replace(b'triage    = { held_by = ["centre"] }', b""))
    page = clerk.post("/setup/model", {"own": [wrong, items]})
    assert "处要改" in page.content.decode()
    assert clerk.post("/setup/model", {"model": "own"}).status_code == 422
    right = [
        SimpleUploadedFile("model.toml", body),
        SimpleUploadedFile("items.csv", (folder / "items.csv").read_bytes()),
    ]
    assert "没有卡住的" in clerk.post("/setup/model", {"own": right}).content.decode()
    assert clerk.post("/setup/model", {"model": "own"}).url == "/setup/model/names"


def test_another_system_than_the_first_one_is_in_force_after_the_opening(clerk: Client) -> None:
    editions_before = load.named("nanling")
    from gezhi.ledger import clock
    from gezhi.ledger.actor import HOUSE
    from gezhi.matters.services.editions import adopt

    adopt(editions_before, by=HOUSE, at=clock.now() - timedelta(hours=1))  # as `gezhi upgrade` does
    clerk.post("/setup/model", {"model": "guanlan"})
    model = load.named("guanlan")
    body = workbook_write.filled(model, workbook_example.rows(model), room=10)
    page = clerk.post("/setup/workbook", {"workbook": SimpleUploadedFile("观澜.xlsx", body)}, follow=True)
    confirm(clerk, page.content.decode())
    assert editions.current(clock.today()).id == "guanlan"
    assert people.roster(clock.today()).people


SQUARE = [[118.30, 31.00], [118.40, 31.00], [118.40, 31.10], [118.30, 31.10], [118.30, 31.00]]


def test_a_border_is_drawn_or_brought_by_a_file(clerk: Client) -> None:
    opened(clerk)
    root = Unit.objects.get(path="0001")
    drawn = "\n".join(f"{lon},{lat}" for lon, lat in SQUARE[:-1])
    assert clerk.post("/setup/borders", {"unit": "0001", "border": "1,2"}).status_code == 422
    assert clerk.post("/setup/borders", {"unit": "0001", "border": drawn}).status_code == 302
    root.refresh_from_db()
    assert root.border is not None
    assert json.loads(clerk.get("/setup/borders.geojson").content)["features"]
    half = [[118.30, 31.00], [118.35, 31.00], [118.35, 31.10], [118.30, 31.10], [118.30, 31.00]]
    town = Unit.objects.filter(level="town").order_by("path")[0]
    feature = {
        "type": "Feature",
        "properties": {"NAME": town.name},
        "geometry": {"type": "Polygon", "coordinates": [half]},
    }
    file = SimpleUploadedFile(
        "镇.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    )
    page = clerk.post("/setup/borders", {"file": file}, follow=True).content.decode()
    assert "1 块对上已有的单元" in page
    assert clerk.post("/setup/borders", {"confirm": "1", "sure": "1"}).status_code == 302
    town.refresh_from_db()
    assert town.border is not None


def test_every_page_stands_in_english(clerk: Client) -> None:
    opened(clerk)
    clerk.cookies["gezhi_language"] = "en"
    for name in ("model", "workbook", "borders", "people", "finish"):
        page = text(clerk, f"/setup/{name}")
        page = re.sub(
            r'<td[^>]* lang="zh-CN">[^<]*', "", page
        )  # what residents are sent, in their own language
        main = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
        assert "of 5" in page or name == "model"  # the district stands: it is not chosen any more
        assert "请" not in main, name


def test_a_card_shows_every_chain_of_levels() -> None:
    card = model_page._card("two_chains", two_chains(), "")
    assert card.levels == "县 → 镇 → 社区 → 网格；县 → 园区 → 网格"
