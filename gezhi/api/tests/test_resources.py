"""What the desk can do, a program can: beside the steps, longer times, class, place, parts, second persons, pictures."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from gezhi.ledger import clock
from gezhi.matters.models import Matter, Photo
from gezhi.matters.services.photos import encode_waiting
from gezhi.matters.tests.liuxi import GRID, INSIDE, OTHER, World
from gezhi.matters.tests.test_standing import finish, in_work

from .program import Program, told


def picture() -> str:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "#7a9").save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()


def accepted(centre: Program) -> str:
    number: str = told(centre.report())["number"]
    centre.post(f"matters/{number}/steps", {"move": "accept"})
    return number


def test_what_a_key_may_do_beside_the_steps_is_told_and_done(centre: Program) -> None:
    number = accepted(centre)
    offered = told(centre.get(f"matters/{number}"))["asides"]
    assert "chase" in [one["id"] for one in offered]
    done = centre.post(f"matters/{number}/asides", {"aside": "chase"})
    assert (done.status_code, told(done)["aside"]) == (201, "chase")
    again = centre.post(f"matters/{number}/asides", {"aside": "chase"})
    assert (again.status_code, told(again)["code"]) == (409, "done_lately")
    assert told(centre.get(f"matters/{number}"))["story"][0]["verb"]


def test_a_longer_time_is_asked_for_and_granted_by_programs(world: World) -> None:
    number = in_work(world)
    worker, head = Program.of(world, "lin"), Program.of(world, "tang")
    promise = str(finish(world, number).id)
    able = told(worker.get(f"matters/{number}"))["extensions"]
    assert [(one["promise"], one["may_ask"]) for one in able] == [(promise, True)]
    said = {"promise": promise, "amount": 2, "note": "等住户回来。"}
    before = finish(world, number).due_at
    assert worker.post(f"matters/{number}/extensions", said | {"what": "ask"}).status_code == 201
    own = worker.post(f"matters/{number}/extensions", said | {"what": "grant"})
    assert own.status_code == 409
    assert told(head.get(f"matters/{number}"))["extensions"][0]["may_decide"] is True
    granted = head.post(
        f"matters/{number}/extensions", {"promise": promise, "what": "grant", "note": "同意。"}
    )
    assert (granted.status_code, bool(told(granted)["due_at"])) == (201, True)
    assert finish(world, number).due_at > before


def test_a_wish_is_taken_back_or_declined(world: World) -> None:
    number = in_work(world)
    worker, head = Program.of(world, "lin"), Program.of(world, "tang")
    said = {"promise": str(finish(world, number).id), "note": "等住户回来。"}
    path = f"matters/{number}/extensions"
    for program, what in ((worker, "withdraw"), (head, "decline")):
        assert worker.post(path, said | {"what": "ask", "amount": 1}).status_code == 201
        assert program.post(path, said | {"what": what}).status_code == 201
        assert told(worker.get(f"matters/{number}"))["extensions"][0]["wish"] == ""


def test_what_a_matter_is_and_where_it_lies_is_said_by_program(centre: Program) -> None:
    number = told(centre.report())["number"]
    done = centre.post(f"matters/{number}/items", {"item": "N13", "note": "是占道。"})
    assert (done.status_code, Matter.objects.get().item) == (201, "N13")
    refused = centre.post(f"matters/{number}/items", {"item": "none", "note": "是占道。"})
    assert (refused.status_code, told(refused)["field"]) == (409, "item")
    assert Matter.objects.get().path == GRID
    assert centre.post(f"matters/{number}/places", {"unit": OTHER}).status_code == 201
    assert Matter.objects.get().path == OTHER
    assert centre.post(f"matters/{number}/places", {"lon": INSIDE[0], "lat": INSIDE[1]}).status_code == 201
    assert Matter.objects.get().path == GRID


def test_parts_are_taken_out_once(centre: Program) -> None:
    number = told(centre.report())["number"]
    body = {
        "parts": [{"text": "路灯不亮。", "item": "N13"}, {"text": "纸箱占道。", "item": "N01"}],
        "client_key": "k1",
    }
    first, second = (told(centre.post(f"matters/{number}/parts", body)) for _ in range(2))
    assert first == second
    assert told(centre.get(f"matters/{number}"))["bonds"]["parts"] == first["parts"]
    assert Matter.objects.count() == 3


def test_a_merger_is_made_and_undone(centre: Program) -> None:
    one, other = (told(centre.report(text=text))["number"] for text in ("楼道堆了纸箱。", "楼道有纸箱。"))
    read = told(centre.get(f"matters/{one}"))
    merging = next(move["id"] for move in read["moves"] if "into" in move["needs"])
    done = centre.post(f"matters/{one}/steps", {"move": merging, "into": other, "note": "同一件。"})
    assert done.status_code == 201
    bonds = told(centre.get(f"matters/{other}"))["bonds"]
    assert (bonds["merged"], bonds["reports"]) == ([one], 2)
    seen = Matter.objects.filter(reporting="staff", reporter=None).count()
    assert bonds["people"] == 2 - seen
    assert told(centre.get(f"matters/{one}"))["bonds"]["undo"] is True
    undone = centre.post(f"matters/{one}/unmergings", {"note": "不是同一件。"})
    assert (undone.status_code, told(undone)["step"]) == (201, "reported")


def test_a_step_with_pictures_shows_them_drawn_anew(world: World, centre: Program) -> None:
    number = told(centre.report(photos=[picture()]))["number"]
    taken = centre.post(f"matters/{number}/steps", {"move": "accept", "photos": [picture()]})
    assert taken.status_code == 201
    waiting = told(centre.get(f"matters/{number}"))["photos"]
    assert [one["state"] for one in waiting] == ["waiting", "waiting"]
    assert centre.get(f"matters/{number}/photos/{waiting[0]['id']}").status_code == 404
    encode_waiting(at=clock.now())
    for row in Photo.objects.all():
        shown = centre.get(f"matters/{number}/photos/{row.id}", size="small")
        assert (shown["Content-Type"], shown.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
        assert (
            centre.get(f"matters/{number}/photos/{row.id}", known=shown["ETag"], size="small").status_code
            == 304
        )
    outsider = Program.of(world, "zhu")
    assert outsider.get(f"matters/{number}/photos/{waiting[0]['id']}").status_code in {403, 404}


@pytest.mark.parametrize("body", ["bm90IGEgcGhvdG8=", "!!"])
def test_what_is_no_picture_is_told(centre: Program, body: str) -> None:
    answer = centre.report(photos=[body])
    assert answer.status_code in {409, 422}
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("asides", {"aside": "chase", "note": "请打 13900001234。"}),
        ("items", {"item": "N13", "note": "请打 13900001234。"}),
        ("parts", {"parts": [{"text": "请打 13900001234。", "item": "N01"}], "client_key": "a"}),
        ("unmergings", {"note": "请打 13900001234。"}),
    ],
)
def test_no_number_of_anybody_goes_in_by_a_side_door(
    centre: Program, path: str, body: dict[str, object]
) -> None:
    number = told(centre.report())["number"]
    answer = centre.post(f"matters/{number}/{path}", body)
    assert (answer.status_code, told(answer)["code"]) == (409, "identity_in_text")


@pytest.mark.parametrize(("answer", "step"), [("confirm", "void"), ("decline", "gridwork")])
def test_a_second_person_answers_by_program(world: World, centre: Program, answer: str, step: str) -> None:
    number = accepted(centre)
    drop = {"move": "drop_late", "note": "到场三次，没有这回事。"}
    assert told(centre.post(f"matters/{number}/steps", drop))["proposed"] is True
    proposal = told(centre.get(f"matters/{number}"))["proposal"]
    path = f"matters/{number}/proposals/{proposal['id']}/answers"
    own = centre.post(path, {"answer": "confirm"})
    assert (own.status_code, told(own)["code"]) == (409, "second_person")
    second = Program.of(world, "wu")
    assert told(second.get(f"matters/{number}"))["proposal"]["may"] is True
    done = second.post(path, {"answer": answer, "note": "看过了。"})
    assert (done.status_code, told(done)["step"]) == (201, step)
    for odd in ("00000000-0000-0000-0000-000000000000", "zz"):
        nothing = second.post(f"matters/{number}/proposals/{odd}/answers", {"answer": "confirm"})
        assert nothing.status_code == 404
