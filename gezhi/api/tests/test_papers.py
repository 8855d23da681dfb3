"""文书 by program: what may be issued, issued once with its number, both files, void."""

from __future__ import annotations

from typing import get_args
from uuid import uuid4

from gezhi.api.papers import KindId
from gezhi.documents.kinds import KINDS
from gezhi.documents.models import Counter, Paper
from gezhi.documents.services.printing import print_waiting
from gezhi.ledger import clock
from gezhi.ledger.models import Entry
from gezhi.matters.tests.liuxi import World

from .program import Program, told

CONTACT = {"联系方式": "群众工作科，公开电话 0553-0000000"}
ACCEPTANCE = {"kind": "acceptance", "places": CONTACT}


def accepted(centre: Program) -> str:
    number: str = told(centre.report())["number"]
    centre.post(f"matters/{number}/steps", {"move": "accept"})
    return number


def test_a_paper_is_issued_once_taken_and_voided(centre: Program) -> None:
    number = accepted(centre)
    path = f"matters/{number}/papers"
    may = {one["kind"]: one for one in told(centre.get(path))["may_issue"]}
    assert [one["place"] for one in may["acceptance"]["places"]] == ["联系方式"]
    assert "refusal" not in may
    first, second = (centre.post(path, ACCEPTANCE, Idempotency_Key="p1") for _ in range(2))
    assert (first.status_code, first.content == second.content) == (201, True)
    paper = told(first)
    assert (paper["number"], paper["state"], Paper.objects.count()) == ("柳信受〔2026〕1号", "waiting", 1)
    one = f"{path}/{paper['id']}"
    assert first["Location"].endswith(f"/papers/{paper['id']}")
    assert centre.get(f"{one}/pdf").status_code == 404
    assert print_waiting(at=clock.now()) == 1
    pdf, docx = centre.get(f"{one}/pdf"), centre.get(f"{one}/docx")
    assert (pdf.content[:5], docx.content[:2]) == (b"%PDF-", b"PK")
    assert centre.get(f"{one}/pdf", known=pdf["ETag"]).status_code == 304
    voided = centre.post(f"{one}/voidings", {"reason": "联系方式写错了。"})
    assert (voided.status_code, told(voided)["state"]) == (201, "void")
    assert centre.get(f"{one}/docx").status_code == 404
    notice = centre.get(f"{one}/pdf", known=pdf["ETag"])
    assert (notice.status_code, notice.content[:5]) == (200, b"%PDF-")
    again = centre.post(f"{one}/voidings", {"reason": "再来。"})
    assert (again.status_code, told(again)["code"]) == (409, "overtaken")
    assert told(centre.get(path))["papers"][0]["void_reason"] == "联系方式写错了。"
    assert Entry.objects.filter(what="paper.taken").count() >= 3


def test_every_kind_of_the_house_can_be_issued() -> None:
    assert get_args(KindId) == tuple(KINDS)


def test_what_is_not_whole_is_told_by_its_place(world: World, centre: Program) -> None:
    number = accepted(centre)
    path = f"matters/{number}/papers"
    for body, status, code, field in (
        ({"kind": "acceptance"}, 409, "lacks", "places.联系方式"),
        ({"kind": "acceptance", "places": CONTACT | {"别的": "话"}}, 409, "place_unknown", "places.别的"),
        ({"kind": "acceptance", "places": {"联系方式": "证 11010519491231002X。"}}, 409, "identity_in_text", "places.联系方式"),
        ({"kind": "acceptance", "places": {"联系方式": "一\x07二"}}, 422, "control_characters", "places.联系方式"),
        ({"kind": "refusal", "places": CONTACT}, 409, "not_now", ""),
        ({"kind": "letter"}, 422, "wrong_choice", "kind"),
    ):  # fmt: skip
        answer = centre.post(path, body)
        said = told(answer)
        assert (answer.status_code, said["code"], said.get("field", "")) == (status, code, field)
    stale = centre.post(path, ACCEPTANCE, If_Match='"0-0123456789abcdef"')
    assert (stale.status_code, told(stale)["code"]) == (412, "changed_meanwhile")
    assert not Paper.objects.exists()
    assert not Counter.objects.exists()
    tag = centre.get(f"matters/{number}")["ETag"]
    made = centre.post(path, ACCEPTANCE, If_Match=tag)
    one = f"{path}/{told(made)['id']}"
    stale = centre.post(f"{one}/voidings", {"reason": "错了。"}, If_Match='"9-0123456789abcdef"')
    assert stale.status_code == 412
    for reason in (" ", "电话 13900001234"):
        refused = centre.post(f"{one}/voidings", {"reason": reason})
        assert (refused.status_code, told(refused)["field"]) == (409, "reason")
    assert told(centre.get(one))["state"] == "waiting"
    assert Program.of(world, "zhu").get(path).status_code == 404
    assert centre.get(f"{path}/{uuid4()}").status_code == 404
