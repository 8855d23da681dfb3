"""The last step: who registers the first matter, where and how; and what is still missing, said whole."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.matters.models import Matter
from gezhi.matters.tests import ground_plans, liuxi
from gezhi.people import services
from gezhi.people.models import Account
from gezhi.places.models import Unit
from gezhi.setup import lacks
from gezhi.setup.views import people as people_page

from .corner import TODAY, Corner
from .corner import corner as corner
from .test_opening import PASSWORD, opened, text

pytestmark = pytest.mark.django_db
PAGE = "/setup/finish"


def said(page: str) -> str:
    """The words of the main part."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def appoint(corner: Corner, sign_in: str, name: str, post: str, unit: str, days: int) -> None:
    """Somebody new, from a day on."""
    account = services.make_account(sign_in, name, "", by=HOUSE, at=liuxi.FRIDAY)
    corner.world.accounts[sign_in] = account
    wanted = services.Appointment(
        account=account, post=post, unit=corner.world.units[unit], from_on=TODAY + timedelta(days=days)
    )
    services.appoint(wanted, corner.world.model, by=HOUSE, at=liuxi.FRIDAY)


def test_the_last_step_says_who_where_and_what_to_press(corner: Corner) -> None:
    page = text(corner.lu, PAGE)
    words = said(page)
    assert "办第一件" in words
    assert "请 网格管理中心 何样本 打开 http://testserver ，登录。" in words
    assert "登记事项" in words
    assert 'class="stepper"' in page
    assert page.index("登记事项") < page.index("样，不急")
    Account.objects.filter(sign_in="he").update(password="!")
    page = text(corner.lu, PAGE)
    assert "拿登录单，打开 http://testserver/first-time ，定密码" in said(page)
    assert "q=%E7%BD%91%E6%A0%BC%E7%AE%A1%E7%90%86%E4%B8%AD%E5%BF%83" in page
    corner.lu.post("/setup/people", {"who": corner.who("he").hex})
    page = text(corner.lu, PAGE)
    assert "登录单已经印过" in page
    assert 'class="btn pri' not in page  # a second print would spoil the slip that was handed over


def test_how_many_are_missing_is_their_number_and_not_that_of_their_names() -> None:
    assert lacks.named(["受理", "受理", *"一二三四五六"]) == "受理、一、二、三、四、五等 8 个"
    assert lacks.named(["受理", "受理"]) == "受理"


def test_the_five_steps_stand_until_the_first_matter_has_ended(corner: Corner) -> None:
    number = ground_plans.opened(corner.world, at=(118.205, 30.505))
    assert "第一件已经登记" in said(text(corner.lu, PAGE))
    for path in ("/setup/staff", "/setup/calendar", "/setup/people"):
        assert 'class="stepper"' in text(corner.lu, path), path
    Matter.objects.filter(number=number).update(ended_at=clock.now(), closing="refused")
    assert 'class="stepper"' in text(corner.lu, PAGE)  # what was refused is no first matter done
    Matter.objects.filter(number=number).update(closing="solved")
    for path in (PAGE, "/setup/staff", "/setup/people"):
        assert 'class="stepper"' not in text(corner.lu, path), path
    page = text(corner.lu, PAGE)
    assert "<h1>还缺什么</h1>" in page
    assert "办第一件" not in page


@pytest.mark.parametrize("path", ["/setup/model", "/setup/model/draft", "/setup/staff"])
def test_where_things_are_changed_the_current_step_is_the_one_to_do_next(corner: Corner, path: str) -> None:
    page = text(corner.lu, path)
    steps = page[page.index('class="stepper"') : page.index("</ol>")]
    current = re.findall(r'aria-current="step"><i[^>]*>\s*(\d)\s*</i><span>([^<]+)', steps)
    assert current == [("5", "办第一件")]
    assert '选治理模型</span><span class="sr">已做' in steps
    assert "第 1 步" not in page


def test_a_post_that_waits_for_its_day_is_told_with_name_and_day(corner: Corner) -> None:
    assert "要等到任" not in text(corner.lu, PAGE)
    appoint(corner, "chen", "陈样本", "partner", "other", 11)
    assert "个岗位要等到任" in text(corner.lu, PAGE)
    assert "12月1日（周二）起 陈样本" in said(text(corner.lu, PAGE))
    staff = said(text(corner.lu, "/setup/staff"))
    assert "岗位都有人" not in staff
    assert "12月1日（周二）起 陈样本 任；那天以前没有人" in staff


def test_borders_of_upper_units_and_example_promises_are_missing(corner: Corner) -> None:
    page = said(text(corner.lu, PAGE))
    assert "个时限还是示例" in page
    assert "个上级单元没有边界" not in page
    Unit.objects.filter(identity=corner.world.units["community"]).update(border=None, lon=None, lat=None)
    liuxi.forget()
    page = text(corner.lu, PAGE)
    assert "个上级单元没有边界" in page
    assert "桥东社区（社区）" in said(page)
    anchor = re.search(r'href="/setup/model#(promises-\w+)"', page)
    assert anchor
    assert f'id="{anchor[1]}"' in text(corner.lu, "/setup/model")


def test_whoever_begins_later_gets_a_slip_now(corner: Corner) -> None:
    before = re.search(r"(\d+) 人里", text(corner.lu, "/setup/people"))
    appoint(corner, "chen", "陈样本", "grid_worker", "other", 11)
    page = text(corner.lu, "/setup/people")
    after = re.search(r"(\d+) 人里", page)
    assert before
    assert after
    assert int(after[1]) == int(before[1]) + 1
    assert "12月1日（周二）起 网格员 · 桥东 02 格" in page
    slips = corner.lu.post("/setup/people", {"who": corner.who("chen").hex}).content.decode()
    assert "陈样本" in slips


def test_where_everybody_came_no_slip_is_offered(corner: Corner) -> None:
    assert "没发单的都勾上（" in text(corner.lu, "/setup/people")
    Account.objects.update(password=make_password("梧桐巷口的老槐树"))
    page = text(corner.lu, "/setup/people")
    assert "没有要发的单子" in page
    assert "打印登录单" not in page


def test_of_many_posts_the_number_is_said(corner: Corner, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "网格长 · 桥东 01 格</small>" in text(corner.lu, "/setup/people")
    monkeypatch.setattr(people_page, "NAMED", 1)
    assert "在职干部 · 桥东社区等 2 个岗位" in text(corner.lu, "/setup/people")


def test_nobody_is_taken_for_another_by_a_careless_enter(clerk: Client) -> None:
    opened(clerk)
    page = text(clerk, "/setup/people")
    assert '<option value="">请选</option>' in page
    assert "selected" not in page
    answer = clerk.post("/setup/people", {"me": "", "password": PASSWORD})
    assert answer.status_code == 422
    assert "请在名单里选自己" in answer.content.decode()
    assert not Account.objects.exclude(password__startswith="!").exists()
