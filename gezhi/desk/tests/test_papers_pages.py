"""文书 at the desk: seen whole before it is issued, taken as two files, voided; nothing of it for who does not see the matter."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from gezhi.documents.models import Paper
from gezhi.documents.services import printing
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.test_path import CLUTTER, opened, step
from gezhi.paper import sheet_press

from .conftest import Sit
from .test_besides_pages import in_grid
from .test_matter_page import read

pytestmark = pytest.mark.django_db
CONTACT = {"联系方式": "群众工作科，公开电话 0553-0000000"}
ROOT = Path(__file__).parents[3]


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def issued(browser: Client, number: str, kind: str = "acceptance", **said: str) -> None:
    address = reverse("desk:paper_new", args=[number, kind])
    key = key_of(read(browser, address))
    for _press in range(2):
        assert browser.post(address, {**CONTACT, **said, "key": key, "issue": "1"}).status_code == 302


def test_the_whole_paper_is_seen_before_it_has_a_number(world: liuxi.World, sit: Sit) -> None:
    number, browser = in_grid(world), sit("he")
    assert reverse("desk:papers", args=[number]) in read(browser, reverse("desk:matter", args=[number]))
    assert "受理告知书" in read(browser, reverse("desk:papers", args=[number]))
    address = reverse("desk:paper_new", args=[number, "acceptance"])
    key = key_of(read(browser, address))
    empty = browser.post(address, {"key": key, "look": "1"})
    assert empty.status_code == 422
    assert "请写联系方式。" in empty.content.decode()
    seen = browser.post(address, {**CONTACT, "key": key, "look": "1"}).content.decode()
    sheet = seen.partition('class="papersheet"')[2].partition("</article>")[0]
    assert number in sheet
    assert CONTACT["联系方式"] in sheet
    assert "（出具时编号）" in sheet
    assert "出具，编号" in seen
    assert not Paper.objects.exists()


def test_issued_once_taken_as_two_files_and_voided(world: liuxi.World, sit: Sit) -> None:
    number, browser = in_grid(world), sit("he")
    issued(browser, number)
    paper = Paper.objects.get()
    assert "正在排版" in read(browser, reverse("desk:papers", args=[number]))
    address = reverse("desk:paper_file", args=[number, paper.id, "pdf"])
    assert browser.get(address).status_code == 404
    printing.print_waiting(at=clock.now())
    pdf, word = browser.get(address), browser.get(address.replace(".pdf", ".docx"))
    assert pdf.content[:5] == b"%PDF-"
    assert word.content[:2] == b"PK"
    assert "attachment" in pdf.headers["Content-Disposition"]
    assert browser.get(address.replace(".pdf", ".said")).status_code == 404
    assert Entry.objects.filter(what="paper.taken").count() == 2
    papers = reverse("desk:papers", args=[number])
    assert browser.post(papers, {"void": paper.id.hex, "reason": ""}).status_code == 422
    assert browser.post(papers, {"void": paper.id.hex, "reason": "电话写错"}).status_code == 302
    page = read(browser, papers)
    assert "作废：电话写错" in page
    assert paper.number in page
    assert address in page
    assert address.replace(".pdf", ".docx") not in page
    assert browser.get(address.replace(".pdf", ".docx")).status_code == 404
    assert browser.get(address).content not in {pdf.content, word.content}
    story = read(browser, reverse("desk:matter", args=[number]))
    for said in ("出具文书", "作废文书", "下载文书", paper.number):
        assert said in story


def test_who_does_not_see_the_matter_finds_nothing(world: liuxi.World, sit: Sit) -> None:
    number = in_grid(world)
    issued(sit("he"), number)
    printing.print_waiting(at=clock.now())
    paper = Paper.objects.get().id
    for who in ("song", "zhu"):
        browser = sit(who)
        for form in ("pdf", "docx"):
            assert browser.get(reverse("desk:paper_file", args=[number, paper, form])).status_code == 404
        assert browser.get(reverse("desk:papers", args=[number])).status_code == 404
        assert browser.get(reverse("desk:paper_new", args=[number, "dossier"])).status_code == 404
        assert (
            browser.post(
                reverse("desk:papers", args=[number]), {"void": paper.hex, "reason": "甲"}
            ).status_code
            == 404
        )
    other = opened(world).number
    assert sit("he").get(reverse("desk:paper_file", args=[other, paper, "pdf"])).status_code == 404
    assert Paper.objects.get().voided_at is None


def test_a_sign_that_cannot_be_printed_is_named_above_the_whole_paper(world: liuxi.World, sit: Sit) -> None:
    number, browser = opened(world, replace(CLUTTER, text="堆了\U0001f600纸箱。")).number, sit("he")
    step(world, number, "he", "refuse", "法院已经受理。")
    address = reverse("desk:paper_new", args=[number, "refusal"])
    said = {**CONTACT, "理由": "不属于受理范围。", "去向": "请向人民法院提出。", "look": "1"}
    answer = browser.post(address, {**said, "key": key_of(read(browser, address))})
    assert answer.status_code == 200
    seen = answer.content.decode().partition("出具以后是这样")[2]
    assert "原文里的 \U0001f600 打印用的字体没有" in seen.partition('class="papersheet"')[0]


def test_every_empty_place_is_told_at_once_and_the_day_is_begun(world: liuxi.World, sit: Sit) -> None:
    number, browser = in_grid(world), sit("he")
    address = reverse("desk:paper_new", args=[number, "transfer"])
    page = read(browser, address)
    (day,) = re.findall(r'<input type="date" name="回告日期" value="([\d-]{10})"', page)
    assert day >= "2026-11-20"
    answer = browser.post(address, {"key": key_of(page), "回告日期": f"{day} 县住建局", "issue": "1"})
    told = answer.content.decode()
    assert answer.status_code == 422
    for said in ("请写转往单位。", "请写转办意见。", "请写联系方式。", "回告日期只写一个日期"):
        assert said in told
    assert not Paper.objects.exists()


def test_in_english_a_place_is_named_twice(world: liuxi.World, sit: Sit) -> None:
    """The paper is Chinese in either language; who writes it knows what each place asks for."""
    address = reverse("desk:paper_new", args=[in_grid(world), "transfer"])
    english = sit("he").get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    for said in ("Transferred to · 转往单位", "What they are asked to do · 转办意见", "Reply by · 回告日期"):
        assert said in english
    assert "Transferred to" not in read(sit("he"), address)


def test_where_nobody_reported_the_page_says_why_nobody_is_told(world: liuxi.World, sit: Sit) -> None:
    number, browser = opened(world, replace(CLUTTER, reporting="staff")).number, sit("he")
    page = read(browser, reverse("desk:papers", args=[number]))
    assert "没有报告人" in page
    assert "转办单" in page
    assert reverse("desk:paper_new", args=[number, "refusal"]) not in page
    address = reverse("desk:paper_new", args=[number, "refusal"])
    told = browser.post(address, {"key": key_of(read(browser, address)), "look": "1"})
    assert told.status_code == 422
    assert "没有人可告知" in told.content.decode()
    assert "没有报告人" not in read(browser, reverse("desk:papers", args=[in_grid(world)]))


def test_a_machine_that_cannot_print_says_so_before_anything_is_written(
    world: liuxi.World, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, browser = in_grid(world), sit("he")
    address = reverse("desk:paper_new", args=[number, "acceptance"])
    papers = reverse("desk:papers", args=[number])
    assert "requirements/paper.lock" not in read(browser, papers)
    monkeypatch.setattr(sheet_press, "is_there", lambda: False)
    listed, form = read(browser, papers), read(browser, address)
    assert "requirements/paper.lock" in listed
    assert address not in listed
    assert "requirements/paper.lock" in form
    assert re.search(r'name="look" value="1" disabled', form)


def test_the_demo_installs_what_prints() -> None:
    said = subprocess.run(
        ["/usr/bin/make", "-n", "-W", "requirements/paper.lock", "demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "-r requirements/paper.lock" in said.stdout


def test_the_whole_paper_leaves_no_form_behind_that_is_sent_again(world: liuxi.World, sit: Sit) -> None:
    number, browser = in_grid(world), sit("he")
    address = reverse("desk:paper_new", args=[number, "acceptance"])
    form = read(browser, address)
    assert "data-asks" not in form
    assert (
        "data-asks" in browser.post(address, {**CONTACT, "key": key_of(form), "look": "1"}).content.decode()
    )
