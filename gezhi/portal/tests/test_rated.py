"""What a rating does is said before it is given and after: sent back, or recorded and no more."""

from __future__ import annotations

from django.test import Client

from gezhi.ledger import clock
from gezhi.matters import following
from gezhi.matters.models import Matter
from gezhi.matters.services import reporters_own
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_awaiting import WAY, answered, step

from .test_report import follow


def test_the_form_says_what_discontent_does_and_is_gone_when_nothing_is_asked_any_more(world: World) -> None:
    number = answered(world)
    id = Matter.objects.get(number=number).id
    client = Client()
    there = follow(client, number, following.code_of(id))["Location"]

    def page() -> str:
        return client.get(there).content.decode()

    assert "不满意就退回重办。" in page()
    assert "现在等您" in page()
    reporters_own.rate(id, "discontent", "又堆回来了。", seen=None, at=clock.now())
    assert 'name="rating"' not in page()
    for who, move in WAY[1:]:
        step(world, number, who, move)
    assert "不满意就退回重办。" not in page()
    assert (
        "这一件退回重办过了，不再退回：评不满意也只记下来。 了结以后 30 天内，还可以在这里重新打开。"
        in page()
    )
    reporters_own.rate(id, "discontent", "还是堆着。", seen=None, at=clock.now())
    last = page()
    assert "您的评价记下了。这一件不再退回重办。 了结以后 30 天内，还可以在这里重新打开。" in last
    assert "还是堆着。" in last
    assert 'name="rating"' not in last
    assert "现在等您" not in last
