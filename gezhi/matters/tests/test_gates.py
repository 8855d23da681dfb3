"""A step that asks for a document or for consent: what fulfils it, what is kept of it, and who may take it away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from gezhi.documents.kinds import KINDS
from gezhi.documents.services import issuing
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.matters import consent, proposals, queries
from gezhi.matters.consent import Consent
from gezhi.matters.models import Attachment, Matter
from gezhi.matters.services import attaching, photo_files, proposing
from gezhi.matters.services.attaching import Handed
from gezhi.matters.services.document_bytes import kind_of
from gezhi.matters.services.editions import adopt
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.many import take_steps
from gezhi.rules.texts import read, texts_of
from gezhi.rules.writing import parts_of
from gezhi.vault.models import SealedFile
from gezhi.vault.services import files as sealed

from . import liuxi
from .liuxi import World
from .test_path import opened, step
from .test_photos import with_place
from .test_scanning import SIGNATURE, Clamd

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TODAY = liuxi.FRIDAY.date()


def zipped(*names: str, mimetype: str = "") -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as parts:
        if mimetype:
            parts.writestr("mimetype", mimetype)
        for name in names:
            parts.writestr(name, "<x/>")
    return body.getvalue()


DOCX = zipped("[Content_Types].xml", "word/document.xml")


@pytest.fixture
def gated(world: World) -> Iterator[World]:
    """柳溪, where acceptance asks for consent and the grid's end for a document."""
    tables, items = parts_of(liuxi.nanling())
    moves = tables["flow"]["main"]["move"]
    moves["accept"]["needs"] = ["consent"]
    moves["finish_grid"]["needs"] = ["note", "file"]
    moves["answer"]["needs"] = ["note", "file", "consent", "second_person"]
    tables["staffing"]["centre_two"]["least"] = {"centre": 3}
    adopt(read(texts_of(tables, items)).model, by=HOUSE, at=clock.now())
    yield world
    liuxi.forget()


def agreed(world: World, number: str) -> None:
    step(world, number, "he", "accept", agreed=Consent("party", "phone", TODAY))


def finish(world: World, number: str, **given: object) -> None:
    step(world, number, "lin", "finish_grid", "纸箱已清。", **given)


def code(wanted: str) -> object:
    return pytest.raises(Refused, check=lambda refusal: refusal.code == wanted)


def page(world: World, number: str, who: str = "he") -> queries.MatterPage:
    found = queries.page(world.person(who), number)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("pdf", PDF, "pdf"),
        ("word", DOCX, "docx"),
        ("sheet", zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        ("odt", zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text"), "odt"),
        ("scan", with_place(), "jpg"),
        ("macro", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macro"),
        ("old word", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old"),
        ("page", b"<html><script>1</script></html>", "other"),
        ("page with a pdf in it", b"<html>%PDF-1.7", "other"),
        ("a zip", zipped("a.exe"), "other"),
        ("half a zip", DOCX[:30], "other"),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else "bytes"
    ),  # a zip holds the second in which it was made
)
def test_a_document_is_known_by_its_bytes(name: str, body: bytes, kind: str) -> None:
    assert kind_of(body) == kind


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("协议书.pdf", "协议书.pdf"),
        ("C:\\temp\\..\\a b.PDF", "a b.pdf"),
        ("x.pdf.exe", "x.pdf.exe.pdf"),
        ("a\u202egpj.exe\n", "agpj.exe.pdf"),
        ("", "附件.pdf"),
        ("长" * 200, "长" * 80 + ".pdf"),
    ],
)
def test_a_name_is_one_line_and_ends_as_the_file_is(given: str, kept: str) -> None:
    assert attaching.named(given, "pdf") == kept


def test_nobody_begins_without_consent(gated: World) -> None:
    number = opened(gated).number
    with code("needs_consent"):
        step(gated, number, "he", "accept")
    for half in (Consent("party"), Consent("party", "phone"), Consent("he", "phone", TODAY)):
        with code("consent_incomplete"):
            step(gated, number, "he", "accept", agreed=half)
    with code("consent_later"):
        step(gated, number, "he", "accept", agreed=Consent("party", "phone", TODAY + timedelta(days=2)))
    (row,) = take_steps([number], ["accept"], "", by=gated.person("he"))
    assert "同意" in row.refused
    assert Matter.objects.get().step == "reported"

    agreed(gated, number)
    entry = Entry.objects.get(what="matter.stepped", by__isnull=False)
    assert '"agreed":"party","agreed_how":"phone","agreed_on":"2026-11-20"' in entry.facts
    told = [one.note for one in page(gated, number).story]
    assert any(consent.sentence(Consent("party", "phone", TODAY)) in note for note in told)


def test_a_step_waits_for_a_document_which_is_sealed_listed_and_taken(gated: World) -> None:
    number = opened(gated).number
    agreed(gated, number)
    with code("needs_file"):
        finish(gated, number)
    (row,) = take_steps([number], ["finish_grid"], "已清。", by=gated.person("lin"))
    assert "附文件" in row.refused
    with code("not_a_document"):
        finish(gated, number, files=[Handed("协议.pdf", b"<html></html>")])
    with code("file_too_large"):
        finish(gated, number, files=[Handed("大.pdf", PDF + b"0" * attaching.MOST_BYTES)])
    with code("identity_in_text"):
        finish(gated, number, files=[Handed("13800001111.pdf", PDF)])
    assert not Attachment.objects.exists()

    finish(gated, number, files=[Handed("协议书.pdf", PDF), Handed("扫描.jpeg", with_place())])
    first, scan = next(one.files for one in page(gated, number).story if one.files)
    assert (first.name, first.state, scan.name) == ("协议书.pdf", "waiting", "扫描.jpg")
    with pytest.raises(NotFound):
        attaching.take(number, first.id, by=gated.person("he"), at=clock.now())
    assert attaching.seal_waiting(at=clock.now()) == 2
    assert not photo_files.raw_file(first.id).exists()
    name, kind, body = attaching.take(number, first.id, by=gated.person("he"), at=clock.now())
    assert (name, kind, body) == ("协议书.pdf", "application/pdf", PDF)
    assert b"PhoneMaker" not in attaching.take(number, scan.id, by=gated.person("he"), at=clock.now())[2]
    assert Entry.objects.filter(what="file.taken").count() == 2
    file = Attachment.objects.get(id=first.id).file
    assert file is not None
    entry = Entry.objects.get(what="vault.file_sealed", facts__contains=str(file))
    assert SealedFile.objects.get(id=file).sha256.hex() in entry.facts
    assert PDF not in sealed.path_of(file, 1).read_bytes()
    with pytest.raises(NotFound):
        attaching.take(number, first.id, by=gated.person("song"), at=clock.now())

    ended = Matter.objects.get()
    Matter.objects.filter(id=ended.id).update(ended_recorded_at=clock.now() - timedelta(days=3650 * 2))
    assert attaching.destroy_what_is_over(at=clock.now()) == 2
    assert SealedFile.objects.exclude(gone_at=None).count() == 2
    with pytest.raises(NotFound):
        attaching.take(number, first.id, by=gated.person("he"), at=clock.now())


def test_an_issued_paper_serves_while_it_stands(gated: World) -> None:
    number, other = opened(gated).number, opened(gated).number
    agreed(gated, number)
    agreed(gated, other)

    def dossier(of: str) -> str:
        made = issuing.issue(new_id(), of, KINDS["dossier"], {}, by=gated.person("he"), at=clock.now())
        return made.hex

    stands, void, elsewhere = dossier(number), dossier(number), dossier(other)
    issuing.void(number, UUID(void), "写错了", by=gated.person("he"), at=clock.now())
    for wrong in (void, elsewhere, "x", new_id().hex):
        with code("paper_unknown"):
            finish(gated, number, paper=wrong)
    finish(gated, number, paper=stands)
    assert Matter.objects.get(number=number).step == "done"
    assert any("以文书为附件" in one.note for one in page(gated, number).story)


def test_what_was_brought_stays_with_a_step_that_two_take(gated: World) -> None:
    number = opened(gated).number
    agreed(gated, number)
    finish(gated, number, files=[Handed("a.docx", DOCX)])
    step(gated, number, "qiao", "pass", "属实。")
    said = Consent("reporter", "signed", TODAY)
    given = StepGiven("已清。", files=[Handed("b.docx", DOCX)], agreed=said)
    assert take_step(number, "answer", by=gated.person("qiao"), at=clock.now(), given=given).proposed
    waits = proposals.waiting(Matter.objects.get())
    assert waits is not None
    proposing.confirm(number, waits.id, by=gated.person("wu"))
    taken = next(
        one
        for one in page(gated, number).story
        if one.facts.get("move") == "answer" and one.facts.get("step")
    )
    assert [file.name for file in taken.files] == ["b.docx"]
    assert consent.of_facts(taken.facts) == said


def test_a_scanner_that_finds_something_keeps_it_out(
    gated: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    number = opened(gated).number
    agreed(gated, number)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.bind(str(tmp_path / "clamd"))
        Clamd(line)
        monkeypatch.setattr(settings, "HOME", replace(settings.HOME, clamd=str(tmp_path / "clamd")))
        finish(gated, number, files=[Handed("坏.pdf", PDF + SIGNATURE), Handed("好.pdf", PDF)])
        attaching.seal_waiting(at=clock.now())
    assert list(Attachment.objects.order_by("id").values_list("state", "reason")) == [
        ("refused", "infected"),
        ("ready", ""),
    ]
    assert SealedFile.objects.count() == 1
