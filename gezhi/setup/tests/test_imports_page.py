"""The page of imports: seen before it is taken, by whoever administers and nobody else, with or without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gezhi.exchange import tasks
from gezhi.exchange.models import Task
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters.models import Matter
from gezhi.vault.models import Secret

from .test_opening import administrator, text

pytestmark = pytest.mark.django_db
PAGE = "/setup/imports"
ROWS = """工单编号,来电时间,内容,一级分类,工单状态,市民姓名,民族
R1,2026/3/2 9:00,楼道堆了纸箱,堆物,办理中,某某某,汉
R2,昨天,路灯不亮,堆物,办理中,,
合计,,,,,,
"""


@pytest.fixture
def chief(clerk: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Whoever administers the district, signed in."""
    monkeypatch.setattr(tasks, "folder", lambda: tmp_path)
    administrator(clerk)
    return clerk


def handed_in(chief: Client, body: bytes = ROWS.encode("gb18030")) -> str:
    chief.post(PAGE, {"file": SimpleUploadedFile("热线.csv", body), "hand_in": "1"})
    return text(chief, PAGE)


def sent(page: str, **more: str) -> dict[str, str]:
    """What the form of the page holds, and more."""
    form = page[page.index('id="map"') : page.index("</form>", page.index('id="map"'))]
    found = {}
    for name, body in re.findall(r'<select[^>]* name="([^"]+)">(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found | {"source": "hotline", "zone": "Asia/Shanghai", "formats": "%Y/%m/%d %H:%M"} | more


def test_a_file_is_seen_mapped_checked_and_taken(chief: Client) -> None:
    page = handed_in(chief)
    assert "GB18030，分隔符是逗号" in page
    assert "不得采集，不读" in page
    assert "「市民姓名」像是个人信息" in page  # of the preview
    assert "某某某" not in page
    form = sent(page, **{"person-0": "name", "word-status-0": "gridwork", "item-0": "N01"})
    assert (form["field-key"], form["field-at"], form["field-status"]) == ("工单编号", "来电时间", "工单状态")

    preview = chief.post(PAGE, form | {"look": "1"}).content.decode()
    assert "其中 2 行会退回" in preview
    assert "来电时间：日期读不出来。" in preview
    assert "这一行像是合计" in preview
    assert "格内处置" in preview
    assert Matter.objects.count() == 0

    chief.post(PAGE, form | {"check": "1"})
    task = Task.objects.get()
    assert (task.state, task.act) == ("waiting", "check")
    assert "马上开始" in text(chief, PAGE)
    tasks.carry_out(task.id, at=clock.now())
    assert "读到 3 行 = 会收下 1 + 以前收过 0 + 会退回 2" in text(chief, PAGE)
    chief.post(PAGE, {"take": "1"})
    tasks.carry_out(task.id, at=clock.now())
    assert "读到 3 行 = 收下 1 + 以前收过 0 + 退回 2 + 待收 0" in text(chief, PAGE)
    row = Matter.objects.get()
    assert (row.number, row.step, row.origin) == ("R1", "gridwork", "import")
    assert Secret.objects.filter(id=row.reporter).exists()
    assert Entry.objects.get(what="import.ended").by is not None

    rejected = b"".join(chief.get(f"{PAGE}/rejected.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "来电时间：日期读不出来。,R2" in rejected
    assert "民族" not in rejected
    toml = chief.get(f"{PAGE}/mapping.toml").content.decode()
    assert tasks.parsed(toml).said.personal.name == "市民姓名"
    chief.post(PAGE, {"drop": "1"})
    assert not Task.objects.exists()
    assert chief.get(f"{PAGE}/rejected.csv").status_code == 404


def test_nothing_is_taken_before_it_was_checked(chief: Client) -> None:
    handed_in(chief)
    answer = chief.post(PAGE, {"take": "1"})
    assert answer.status_code == 422
    assert "请先核对整份文件" in answer.content.decode()
    assert Task.objects.get().state == "drafted"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"zone": "Asia/Liuxi"}, "没有「Asia/Liuxi」这个时区"),
        ({"item-0": "X99"}, "事项清单里没有「X99」"),
        ({"source": "旧 册"}, "小写字母"),
    ],
)
def test_a_wrong_word_is_told_and_changes_nothing(chief: Client, more: dict[str, str], said: str) -> None:
    page = handed_in(chief)
    before = Task.objects.get().mapping
    answer = chief.post(PAGE, sent(page, **more) | {"save": "1"})
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert Task.objects.get().mapping == before


def test_a_mapping_may_be_written_as_text(chief: Client) -> None:
    handed_in(chief)
    toml = Task.objects.get().mapping.replace('"old_system"', '"hotline"')
    chief.post(PAGE, {"save": "1", "toml": toml})
    assert tasks.parsed(Task.objects.get().mapping).source == "hotline"
    answer = chief.post(PAGE, {"save": "1", "toml": "[source"})
    assert answer.status_code == 422


def test_a_file_that_is_none_is_refused_and_nothing_is_kept(chief: Client, tmp_path: Path) -> None:
    answer = chief.post(PAGE, {"file": SimpleUploadedFile("x.csv", bytes(range(256)) * 40), "hand_in": "1"})
    assert (answer.status_code, "文件不是表格" in answer.content.decode()) == (422, True)
    assert chief.post(PAGE, {"hand_in": "1"}).status_code == 422
    assert not Task.objects.exists()
    assert list(tmp_path.iterdir()) == []


def test_the_page_is_whole_in_english(chief: Client) -> None:
    handed_in(chief)
    chief.cookies["gezhi_language"] = "en"
    page = text(chief, PAGE)
    assert "encoding GB18030, separated by comma" in page
    assert "What the first 20 rows would become" in page


def test_nobody_else_comes_here(chief: Client) -> None:
    handed_in(chief)
    stranger = Client()
    for address in (PAGE, f"{PAGE}/mapping.toml", f"{PAGE}/rejected.csv"):
        assert stranger.get(address).status_code in {302, 403, 404}


def test_one_wrong_word_keeps_all_that_was_chosen_and_is_told_at_its_field(chief: Client) -> None:
    page = handed_in(chief, ROWS.replace("路灯不亮,堆物", "路灯不亮,路灯").encode("gb18030"))
    chosen = {"word-status-0": "gridwork", "person-0": "name", "field-address": "内容"}
    typed = {"item-0": "N01", "item-1": "不存在的", "item-rest": "也没有的", "zone": "Asia/Liuxi"}
    answer = chief.post(PAGE, sent(page, **chosen, **typed) | {"check": "1"})
    again = answer.content.decode()
    assert answer.status_code == 422
    for name, value in typed.items():
        field = re.search(rf'<input id="{name}"[^>]*value="([^"]*)"[^>]*>(.{{0,40}})', again, re.DOTALL)
        assert field is not None
        assert field[1] == value
        assert ('class="say"' in field[2]) is (name != "item-0")
    assert {name: sent(again)[name] for name in chosen} == chosen
    assert Task.objects.get().act == ""

    mended = sent(again, **typed) | {"item-1": "N01", "item-rest": "", "zone": "Asia/Shanghai", "check": "1"}
    assert chief.post(PAGE, mended).status_code == 302


def test_a_text_that_says_nothing_stays_as_it_was_written(chief: Client) -> None:
    handed_in(chief)
    page = chief.post(PAGE, {"save": "1", "toml": "[source\n我写的"}).content.decode()
    assert "我写的</textarea>" in page


def test_where_nothing_can_be_taken_nothing_is_offered_to_take(chief: Client) -> None:
    page = handed_in(chief)
    chief.post(PAGE, sent(page, **{"person-0": "drop"}) | {"check": "1"})
    task = Task.objects.get()
    tasks.carry_out(task.id, at=clock.now())
    page = text(chief, PAGE)
    assert "会收下 0" in page
    assert 'name="take"' not in page
    assert "没有能收下的" in page
    answer = chief.post(PAGE, {"take": "1"})
    assert (answer.status_code, "没有能收下的" in answer.content.decode()) == (422, True)
    assert Task.objects.get().act == "check"
