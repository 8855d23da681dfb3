"""Two callers: what is done with If-Match is done on what its caller read, though another one steps in between."""

from __future__ import annotations

from django.db import connection
from django.http import HttpResponse

from gezhi.matters.models import ActBeside, Matter, Request
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.meanwhile import Meanwhile
from gezhi.matters.tests.test_standing import finish, in_work

from .program import Program, told


def test_an_act_beside_is_not_done_on_what_another_caller_moved_meanwhile(lasting: World) -> None:
    number, worker = in_work(lasting), Program.of(lasting, "lin")
    centre = Program.of(lasting, "he")
    tag = centre.get(f"matters/{number}")["ETag"]
    stepped: list[HttpResponse] = []
    body = {"move": "finish_grid", "note": "纸箱已搬走。"}
    between = Meanwhile(lambda: stepped.append(worker.post(f"matters/{number}/steps", body)))
    with connection.execute_wrapper(between):
        answer = centre.post(f"matters/{number}/asides", {"aside": "chase"}, If_Match=tag)
    assert [one.status_code for one in stepped] == [201]
    assert (answer.status_code, told(answer)["code"]) == (412, "changed_meanwhile")
    assert not ActBeside.objects.exists()


def test_a_longer_time_is_not_asked_for_on_what_another_caller_moved_meanwhile(lasting: World) -> None:
    number, worker = in_work(lasting), Program.of(lasting, "lin")
    tag, promise = worker.get(f"matters/{number}")["ETag"], str(finish(lasting, number).id)
    said = {"promise": promise, "what": "ask", "amount": 1, "note": "等住户回来。"}
    path = f"matters/{number}/extensions"
    between = Meanwhile(lambda: Matter.objects.filter(number=number).update(moved=9))
    with connection.execute_wrapper(between):
        answer = worker.post(path, said, If_Match=tag)
    assert (between.done, answer.status_code, told(answer)["code"]) == (True, 412, "changed_meanwhile")
    assert not Request.objects.exists()
    fresh = worker.get(f"matters/{number}")["ETag"]
    assert worker.post(path, said, If_Match=fresh).status_code == 201
