"""A program names, calls, ends and reads a team as the desk does, once, and not on what it read an hour ago."""

from __future__ import annotations

from datetime import date

from gezhi.ledger import clock
from gezhi.matters import standing
from gezhi.matters.models import Member
from gezhi.matters.services.standing_teams import TeamGiven, make_team
from gezhi.matters.services.teaming import Wanted
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_standing import in_work
from gezhi.places import queries as places

from .program import Program, told


def call_of(world: World, who: str) -> str:
    """A standing team of this person's desk, with song and lin in it."""
    person, on = world.person(who), clock.today()
    day = standing.day_of(on, world.model, places.tree(on))
    crew = [Wanted(world.accounts["song"], "调解"), Wanted(world.accounts["lin"], "带路")]
    keeper = next(iter(standing.keepers(person, day)))
    given = TeamGiven("桥东调解队", "上门调解", date(2026, 11, 1), members=crew, keeper=keeper)
    return str(make_team(given, by=person, day=day, at=clock.now()))


def test_a_program_of_the_lead_names_reads_calls_and_ends_once(world: World) -> None:
    number = in_work(world)
    lead, path = Program.of(world, "lin"), f"matters/{number}/team"
    read = lead.get(path)
    assert told(read) == {"members": [], "past": [], "standing": [], "may": True}
    named = {"what": "name", "members": [{"who": "朱样本", "role": "看房"}]}
    first, second = (lead.post(path, named, Idempotency_Key="t1") for _ in range(2))
    assert (first.status_code, first.content) == (201, second.content)
    assert Member.objects.count() == 1
    again = lead.get(path)
    assert again["ETag"] != read["ETag"]
    (member,) = told(again)["members"]
    assert (member["name"], member["role"], member["state"], member["mine"]) == (
        "朱样本",
        "看房",
        "here",
        False,
    )
    assert lead.get(path, known=again["ETag"]).status_code == 304

    team = call_of(world, "qiao")
    assert [one["id"] for one in told(lead.get(path))["standing"]] == [team]
    called = told(lead.post(path, {"what": "call", "team": team}))
    assert len(called["members"]) == 1
    assert [one["name"] for one in called["kept_out"]] == ["林样本"]
    tag = lead.get(f"matters/{number}")["ETag"]
    done = lead.post(path, {"what": "end", "member": member["id"]}, If_Match=tag)
    assert (done.status_code, told(done)["members"]) == (201, [member["id"]])
    assert [one["ended_why"] for one in told(lead.get(path))["past"]] == ["lead"]
    stale = lead.post(path, {"what": "end", "member": called["members"][0]}, If_Match='"99-0a"')
    assert stale.status_code == 412
    mine = Program.of(world, "song")
    assert [one["mine"] for one in told(mine.get(path))["members"]] == [True]
    assert mine.post(path, {"what": "leave", "note": "在外培训。"}).status_code == 201
    assert mine.get(path).status_code == 404


def test_a_program_is_refused_as_the_desk_is(world: World) -> None:
    number = in_work(world)
    lead, path = Program.of(world, "lin"), f"matters/{number}/team"
    for sent, status, code in (
        ({"what": "name"}, 409, "nobody_named"),
        ({"what": "name", "members": [{"who": "不在的人", "role": "调解"}]}, 409, "nobody_named"),
        ({"what": "name", "members": [{"who": "宋样本", "role": " "}]}, 409, "role_missing"),
        ({"what": "call", "team": str(world.accounts["lin"])}, 404, "not_found"),
        ({"what": "leave", "note": "走了"}, 409, "no_member"),
        (
            {"what": "end", "member": str(world.accounts["lin"]), "note": "13800001234"},
            409,
            "identity_in_text",
        ),
        ({"what": "rename"}, 422, "wrong_shape"),
    ):
        answer = lead.post(path, sent)
        assert answer.status_code == status, (sent, answer.content)
        if status == 409:
            assert told(answer)["code"] == code
    head = Program.of(world, "qiao").post(
        path, {"what": "name", "members": [{"who": "宋样本", "role": "调解"}]}
    )
    assert (head.status_code, told(head)["code"]) == (409, "not_lead")
    assert not Member.objects.exists()
