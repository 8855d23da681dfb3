"""Papers: seen, numbered without a gap, set by a job, sealed, voided and never altered."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import docx
import pytest
from pypdf import PdfReader

from gezhi.documents import fitting, forms, papers, values
from gezhi.documents.form_faults import looked_at
from gezhi.documents.kinds import KINDS, musts_of, shipped
from gezhi.documents.models import Counter, Paper
from gezhi.documents.services import issuing, printing, shaping
from gezhi.documents.services.shaping import FormRefused
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import Actor
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.matters import queries
from gezhi.matters.models import Matter
from gezhi.matters.services import photos
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_admitting_race import together
from gezhi.matters.tests.test_extending import ask, grant
from gezhi.matters.tests.test_path import CLUTTER, opened, step
from gezhi.matters.tests.test_photos import jpeg
from gezhi.matters.tests.test_standing import finish, in_work, local
from gezhi.paper.tests.test_docx import bare, built, with_part
from gezhi.vault.models import SealedFile
from gezhi.vault.services import files as sealed
from tools import paper_forms

pytestmark = pytest.mark.django_db
CONTACT = {"联系方式": "群众工作科，公开电话 0553-0000000"}
REFUSAL = {"理由": "属于诉讼已经受理的事项。", "去向": "请向人民法院提出。", **CONTACT}
ANSWER = {"请求": "清走纸箱。", "事实": "三层楼道堆放纸箱。\n已经清走。", "意见": "予以支持。"}
ANSWER |= {"依据": "《高层民用建筑消防安全管理规定》。", "复查机关": "柳溪县人民政府"}


def issue(world: World, number: str, kind: str = "dossier", who: str = "he", **typed: str) -> UUID:
    return issuing.issue(new_id(), number, KINDS[kind], typed, by=world.person(who), at=clock.now())


def accepted(world: World) -> str:
    number = opened(world).number
    step(world, number, "he", "accept")
    return number


def verified(world: World) -> str:
    """A matter that was done and verified: what is left is the answer."""
    number = accepted(world)
    step(world, number, "lin", "finish_grid", "已清。")
    step(world, number, "qiao", "pass", "属实。")
    return number


def not_admitted(world: World) -> str:
    number = opened(world).number
    step(world, number, "he", "refuse", "法院已经受理。")
    return number


def offered(world: World, number: str) -> set[str]:
    """The papers that are offered now, but the dossier, which always is."""
    page = queries.page(world.person("he"), number)
    assert page is not None
    kinds = {kind.id for kind in fitting.kinds_for(page)}
    said = KINDS.keys() - kinds
    assert {kind.id for kind, _why in fitting.not_yet(page)} == said
    return kinds - {"dossier"}


def printed(paper: UUID) -> tuple[docx.document.Document, str]:
    """Both files as they were sealed: Word's, and the words of the PDF."""
    assert printing.print_waiting(at=clock.now()) == 1
    row = Paper.objects.get(id=paper)
    assert row.state == "ready"
    assert row.docx
    assert row.pdf
    pdf = PdfReader(io.BytesIO(sealed.bytes_of(row.pdf)))
    return docx.Document(io.BytesIO(sealed.bytes_of(row.docx))), bare(
        "".join(p.extract_text() for p in pdf.pages)
    )


def test_the_forms_that_ship_are_what_the_tool_makes_and_can_be_used() -> None:
    for kind in KINDS.values():
        assert shipped(kind.id) == paper_forms.docx(paper_forms.FORMS[kind.id])
        parts, reasons = looked_at(shipped(kind.id), kind)
        assert (reasons, bool(parts)) == ([], True)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("acceptance", CONTACT),
        ("answer", ANSWER),
        ("extension", {"延至": "2026-11-27", "理由": "管件未到。", **CONTACT}),
        (
            "transfer",
            {"转往单位": "县水务局", "转办意见": "请核查。", "回告日期": "2026-12-01", **CONTACT},
        ),
    ],
)
def test_word_and_pdf_hold_what_the_matter_says(world: World, kind: str, typed: dict[str, str]) -> None:
    number = {"extension": extended, "answer": verified}.get(kind, accepted)(world)
    word, pdf = printed(issue(world, number, kind, **typed))
    lines = [one.text for one in word.paragraphs]
    lines += [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    whole = bare("".join(lines))
    for said in (
        number,
        "柳" + KINDS[kind].sign + "〔2026〕1号",
        "柳溪县",
        "2026年11月20日",
        *(
            said.replace("2026-12-01", "2026年12月1日").replace("2026-11-27", "2026年11月27日")
            for said in typed.values()
        ),
    ):
        assert bare(said) in whole
        assert bare(said) in pdf
    for line in lines:
        assert bare(line) in pdf
    assert "{{" not in whole


def extended(world: World) -> str:
    """A matter whose limit was lengthened by two working days: tang agreed to what lin asked for."""
    number = in_work(world)
    ask(world, number)
    grant(world, number)
    return number


def test_an_extension_is_told_of_as_it_was_granted(world: World) -> None:
    """Nobody is told of a longer limit before it was granted, nor of another day than was."""
    number = in_work(world)
    said = {"理由": "管件未到。", **CONTACT}
    page = queries.page(world.person("he"), number)
    assert page is not None
    assert papers.begun(page, KINDS["extension"], clock.now())["延至"] == ""
    ask(world, number)
    with pytest.raises(Refused, match="没有批过延期") as told:
        issue(world, number, "extension", **said, 延至=local(11, 26).date().isoformat())
    assert told.value.field == "延至"
    grant(world, number)
    page = queries.page(world.person("he"), number)
    assert page is not None
    granted = papers.begun(page, KINDS["extension"], clock.now())["延至"]
    assert granted == values.due_date(finish(world, number).due_at).isoformat()
    with pytest.raises(Refused, match=f"批准的延期到 {granted}"):
        issue(world, number, "extension", **said, 延至="2026-12-18")
    assert issue(world, number, "extension", **said, 延至=granted)


def test_what_the_law_asks_for_stands_on_the_paper(world: World) -> None:
    _word, pdf = printed(issue(world, verified(world), "answer", **ANSWER))
    assert "自收到本答复之日起30日内向柳溪县人民政府请求复查" in pdf
    _word, refused = printed(issue(world, not_admitted(world), "refusal", **REFUSAL))
    assert "不予受理的理由" in refused
    assert "请向人民法院提出。" in refused


def test_what_speaks_to_the_reporter_is_not_issued_where_there_is_none(world: World) -> None:
    """Nobody reported it: no paper tells anybody. Once a report of somebody is merged into it, there is somebody."""
    number = opened(world, replace(CLUTTER, reporting="staff")).number
    step(world, number, "he", "accept")

    def may() -> list[str]:
        page = queries.page(world.person("he"), number)
        assert page is not None
        return [kind.id for kind in fitting.kinds_for(page)]

    assert may() == ["transfer", "dossier"]
    for kind in ("acceptance", "refusal", "answer", "extension"):
        with pytest.raises(Refused, match="没有报告人") as told:
            issue(world, number, kind, **CONTACT)
        assert told.value.code == "nobody_to_tell"
    assert not Paper.objects.exists()
    other = opened(world, replace(CLUTTER, reporting="staff")).number
    step(world, other, "he", "merge", into=number)
    assert may() == ["transfer", "dossier"]
    step(world, opened(world).number, "he", "merge", into=number)
    assert may() == ["acceptance", "extension", "transfer", "dossier"]


def test_no_paper_says_what_the_steps_have_not_said(world: World) -> None:
    number = opened(world).number
    assert offered(world, number) == {"transfer"}
    with pytest.raises(Refused, match="就此了结的才出") as told:
        issue(world, number, "refusal", **REFUSAL)
    assert told.value.code == "not_now"
    step(world, number, "he", "accept")
    running = {"acceptance", "extension", "transfer"}
    assert offered(world, number) == running
    step(world, number, "lin", "finish_grid", "已清。")
    assert offered(world, number) == running - {"transfer"}
    step(world, number, "qiao", "pass", "属实。")
    assert "answer" in offered(world, number)
    step(world, number, "qiao", "answer", "清了。")
    assert offered(world, number) == {"acceptance", "answer"}, "the days to rate are the reporter's"
    step(world, number, "he", "close_early", "回访满意。")
    assert offered(world, number) == {"acceptance", "answer"}
    assert offered(world, not_admitted(world)) == {"refusal"}
    out = opened(world).number
    step(world, out, "he", "send_out", "归公安。", reason="police", receipt="J-1")
    assert offered(world, out) == {"transfer"}


def test_the_paper_that_a_step_asks_for_is_offered_before_it(world: World) -> None:
    """A rule that wants the notice before the step that says so: it is issued, and the step then shows it."""
    number = opened(world).number
    page = queries.page(world.person("he"), number)
    assert page is not None
    flow = page.scene.flow
    refuse = replace(flow.moves["refuse"], needs=("note", "file"))
    asking = replace(flow, move={**flow.move, "refuse": refuse})
    shown = replace(page, scene=replace(page.scene, flow=asking))
    assert "refusal" in {kind.id for kind in fitting.kinds_for(shown)}
    assert "acceptance" not in {kind.id for kind in fitting.kinds_for(shown)}


def test_a_refusal_without_where_to_go_is_none(world: World) -> None:
    number = not_admitted(world)
    with pytest.raises(Refused) as told:
        issue(world, number, "refusal", **{**REFUSAL, "去向": " "})
    assert told.value.field == "去向"
    with pytest.raises(Refused) as now:
        issue(world, number, "answer", **ANSWER)
    assert now.value.code == "not_now"
    with pytest.raises(Refused) as traced:
        issue(world, number, "refusal", **{**REFUSAL, "理由": "身份证 11010519491231002X。"})
    assert traced.value.field == "理由"
    assert not Paper.objects.exists()
    assert not Counter.objects.exists()


def test_numbers_go_on_within_kind_and_year_and_a_failed_issue_gives_its_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = accepted(world)
    issue(world, number)
    with monkeypatch.context() as broken:
        broken.setattr(issuing, "record", lambda *_a, **_k: (_ for _ in ()).throw(OSError("power")))
        with pytest.raises(OSError, match="power"):
            issue(world, number)
    issue(world, number)
    issue(world, number, "acceptance", **CONTACT)
    with clock.fixed(liuxi.FRIDAY + timedelta(days=60)):
        issue(world, number)
    found = list(Paper.objects.order_by("kind", "year", "serial").values_list("number", flat=True))
    assert found == ["柳信受〔2026〕1号", "柳信案〔2026〕1号", "柳信案〔2026〕2号", "柳信案〔2027〕1号"]


def test_a_second_press_is_the_same_paper(world: World) -> None:
    number, key = accepted(world), new_id()
    for _press in range(2):
        issuing.issue(key, number, KINDS["dossier"], {}, by=world.person("he"), at=clock.now())
    assert Paper.objects.count() == 1


def test_who_does_not_see_the_matter_gets_nothing_and_who_only_looks_issues_none(world: World) -> None:
    number = accepted(world)
    paper = issue(world, number)
    printed(paper)
    for who in ("song", "zhu"):
        with pytest.raises(NotFound):
            issue(world, number, who=who)
        with pytest.raises(NotFound):
            issuing.take(number, paper, "pdf", by=world.person(who), at=clock.now())
        with pytest.raises(NotFound):
            issuing.void(number, paper, "写错了", by=world.person(who), at=clock.now())
    other = accepted(world)
    with pytest.raises(NotFound):
        issuing.take(other, paper, "pdf", by=world.person("he"), at=clock.now())


def test_a_voided_paper_keeps_number_files_and_reason(world: World) -> None:
    number = accepted(world)
    paper = issue(world, number)
    printed(paper)
    before = Paper.objects.values("said", "docx", "pdf", "number").get()
    with pytest.raises(Refused):
        issuing.void(number, paper, " ", by=world.person("he"), at=clock.now())
    issuing.void(number, paper, "联系方式写错。", by=world.person("he"), at=clock.now())
    with pytest.raises(Refused) as again:
        issuing.void(number, paper, "再来。", by=world.person("he"), at=clock.now())
    assert again.value.code == "overtaken"
    (shown,) = papers.of_matter(Matter.objects.get().id)
    assert (shown.state, shown.void_reason) == ("void", "联系方式写错。")
    assert Paper.objects.values("said", "docx", "pdf", "number").get() == before
    issue(world, number)
    assert Paper.objects.order_by("serial").values_list("serial", flat=True)[1] == 2


def test_the_ledger_has_both_digests_and_none_of_the_words(world: World) -> None:
    number = verified(world)
    printed(issue(world, number, "answer", **ANSWER))
    about = [Matter.objects.get().id, Paper.objects.get().id]
    told = [(one.what, json.loads(one.facts)) for one in Entry.objects.filter(about__in=about)]
    files = [
        facts["sha256"] for what, facts in told if what == "vault.file_sealed" and facts["kind"] == "paper"
    ]
    assert sorted(files) == sorted(
        bytes(one).hex() for one in SealedFile.objects.values_list("sha256", flat=True)
    )
    (issued,) = [facts for what, facts in told if what == "paper.issued"]
    assert (issued["kind"], issued["year"], issued["serial"]) == ("answer", 2026, 1)
    assert not any(
        "纸箱" in json.dumps(facts, ensure_ascii=False) for what, facts in told if what == "paper.issued"
    )


def test_a_dossier_has_story_clocks_papers_map_and_photos_and_nobody_s_identity(world: World) -> None:
    report = Report(
        text="楼道堆了纸箱。", item="N01", lon=liuxi.INSIDE[0], lat=liuxi.INSIDE[1],
        name="样本居民", contact="0000-6200-5207", reporting="named",
    )  # fmt: skip
    number = open_matter(report, by=world.clerk()).number
    step(world, number, "he", "accept")
    id = Matter.objects.get().id
    photos.keep(id, [jpeg(400, 300)] * 4, kind="report", at=clock.now())
    while photos.encode_waiting(at=clock.now()):
        pass
    issue(world, number, "acceptance", **CONTACT)
    printing.print_waiting(at=clock.now())
    word, pdf = printed(issue(world, number))
    assert len(word.inline_shapes) == 5
    for said in (
        "楼道堆了纸箱。",
        "柳信受〔2026〕1号",
        "何样本",
        "位置图",
        "报告照4",
        "实名",
    ):
        assert bare(said) in pdf
    whole = pdf + "".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    assert "样本居民" not in whole
    assert "6200" not in whole
    assert not SealedFile.objects.filter(kind="original").exists()


def test_what_happens_after_the_issue_is_not_in_the_paper(world: World) -> None:
    number = accepted(world)
    paper = issue(world, number)
    step(world, number, "lin", "finish_grid", "后来才做的。")
    _word, pdf = printed(paper)
    assert "后来才做的" not in pdf


def test_one_that_cannot_be_set_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = accepted(world)
    first, second = issue(world, number), issue(world, number)
    Paper.objects.filter(id=first).update(form=7)  # no such version
    for _beat in range(5):
        printing.print_waiting(at=clock.now())
    assert dict(Paper.objects.values_list("id", "state")) == {first: "failed", second: "ready"}


def test_papers_end_with_their_matter(world: World) -> None:
    number = accepted(world)
    paper = issue(world, number)
    printed(paper)
    late = clock.now() + timedelta(days=365 * 60)
    assert printing.destroy_what_is_over(at=late) == 0
    Matter.objects.update(ended_recorded_at=clock.now())
    assert printing.destroy_what_is_over(at=clock.now()) == 0
    assert printing.destroy_what_is_over(at=late) == 1
    row = Paper.objects.get()
    assert (row.state, row.said, row.docx, row.pdf) == ("gone", "", None, None)
    assert row.number
    assert not SealedFile.objects.filter(kind="paper", gone_at=None).exists()
    assert printing.destroy_what_is_over(at=late) == 0


def test_a_form_is_handed_in_by_one_and_published_by_another(world: World) -> None:
    kind, he, wu = KINDS["transfer"], world.clerk("he"), world.clerk("wu")
    body = built("另一种样子", *(f"{{{{{place}}}}}" for place in musts_of(kind)))
    version = shaping.hand_in(kind, body, by=he, at=clock.now())
    assert forms.version_of("transfer") == 0
    for by in (he, Actor(None, "operator")):
        with pytest.raises(Refused) as told:
            shaping.publish(kind, version, by=by, at=clock.now())
        assert told.value.code == "needs_second_person"
    shaping.publish(kind, version, by=wu, at=clock.now())
    typed = {"转往单位": "县水务局", "转办意见": "请核查。", "回告日期": "2026-11-30", **CONTACT}
    _word, pdf = printed(issue(world, accepted(world), "transfer", **typed))
    assert pdf.startswith("另一种样子")
    with pytest.raises(Refused):
        shaping.decline(kind, version, by=wu, at=clock.now())


def test_every_fault_of_a_form_is_told_with_a_mend(world: World) -> None:
    kind = KINDS["refusal"]
    with pytest.raises(FormRefused) as told:
        shaping.hand_in(
            kind, built("{{文号}} {{理由}} {{去 向}} {{事项名称}}"), by=world.clerk(), at=clock.now()
        )
    said = "\n".join(told.value.reasons)
    assert "正文第 1 段" in said
    assert "是不是想写 {{事项}}？" in said
    assert re.search("没有叫 {{去 向}} 的位置", said)
    assert "少了 {{去向}}" in said
    with pytest.raises(FormRefused) as macro:
        shaping.hand_in(
            kind, with_part(shipped("refusal"), "word/vbaProject.bin", b"x"), by=world.clerk(), at=clock.now()
        )
    assert "宏" in macro.value.reason


def test_a_district_numbers_its_own_way(world: World) -> None:
    kind = KINDS["answer"]
    for pattern in ("柳信复{序}号", "柳信复〔{年}〕号", "{年}{年}{序}号"):
        with pytest.raises(Refused):
            shaping.set_series(kind, pattern, "柳溪县信访局", by=world.clerk(), at=clock.now())
    shaping.set_series(kind, "柳办信〔{年}〕第{序}号", "柳溪县信访局", by=world.clerk(), at=clock.now())
    with pytest.raises(Refused):
        shaping.set_series(
            KINDS["transfer"], "柳办信〔{年}〕第{序}号", "柳溪县信访局", by=world.clerk(), at=clock.now()
        )
    _word, pdf = printed(issue(world, verified(world), "answer", **ANSWER))
    assert "柳办信〔2026〕第1号" in pdf
    assert pdf.startswith("柳溪县信访局")


def test_many_at_once_leave_no_gap(lasting: World) -> None:
    number, person = accepted(lasting), lasting.person("he")

    def act() -> None:
        issuing.issue(new_id(), number, KINDS["dossier"], {}, by=person, at=liuxi.FRIDAY)

    assert together(*[act] * 5) == []
    assert sorted(Paper.objects.values_list("serial", flat=True)) == [1, 2, 3, 4, 5]
    assert Counter.objects.get().last == 5


def test_one_press_that_came_twice_at_once_is_one_paper(lasting: World) -> None:
    number, person, key = accepted(lasting), lasting.person("he"), new_id()

    def act() -> None:
        issuing.issue(key, number, KINDS["dossier"], {}, by=person, at=liuxi.FRIDAY)

    assert together(*[act] * 4) == []
    assert Paper.objects.count() == Counter.objects.get().last == 1
