"""A submitted draft calls whoever may publish it: on the desk, in the rail and in the setup; nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from gezhi.people.tests.browsing import signed_in
from gezhi.setup.tests.corner import Corner, corner

__all__ = ["corner"]
pytestmark = pytest.mark.django_db
DRAFT = "/setup/model/draft"
TOLD = "治理模型有一版等您发布"


def post(client: Client, path: str, **said: str) -> None:
    from gezhi.ledger import clock
    from gezhi.matters import drafts

    draft = drafts.in_work(clock.today())
    answer = client.post(path, {"revision": draft.revision if draft else "", **said})
    assert answer.status_code == 302, answer.status_code


def shown(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_second_person_is_called_and_only_they(corner: Corner) -> None:
    post(corner.lu, DRAFT, begin="1")
    change = "/setup/model/draft/change?thing=promise&code=main.answer"
    post(corner.lu, change, name="答复", length="2工作日", basis="县办〔2026〕1号", warn="80")
    assert TOLD not in shown(corner.bai, "/desk")
    post(corner.lu, DRAFT, submit="1", since="2026-11-23")
    for path, day in (("/desk", "11月23日"), ("/setup/finish", "2026-11-23"), ("/setup/staff", "2026-11-23")):
        page = shown(corner.bai, path)
        assert TOLD in page, path
        assert f"从 {day} 起用" in page
        assert f'href="{DRAFT}"' in page
    assert '设置<span class="c">1</span>' in shown(corner.bai, "/desk")
    for client in (corner.lu, signed_in(corner.who("he"))):
        assert TOLD not in shown(client, "/desk")
        assert '设置<span class="c">' not in shown(client, "/desk")
    post(corner.bai, DRAFT, publish="1")
    assert TOLD not in shown(corner.bai, "/desk")
