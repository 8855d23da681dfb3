"""A receipt holds what its reporter may hold, and nothing that is kept from them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import segno

from gezhi.ledger import clock, digests
from gezhi.ledger.days import close_days
from gezhi.ledger.models import Entry
from gezhi.ledger.services import seal
from gezhi.matters import receipts, walls
from gezhi.matters.models import Text
from gezhi.matters.receipts import Receipt, receipt_of
from gezhi.matters.services.intake import Opened, open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.services.walling import keep_from

from . import liuxi
from .liuxi import World
from .test_path import CLUTTER, LAMP

DAY = timedelta(days=1)


def taken(world: World, report: Report = LAMP) -> Opened:
    return open_matter(report, by=world.clerk(), at=clock.now())


def held(matter: Opened, *, words: bool = False) -> Receipt:
    return receipt_of(matter.id, at=clock.now(), words=words)


def test_it_holds_the_entry_as_it_was_hashed_and_what_the_words_were(world: World) -> None:
    matter = taken(world)
    receipt = held(matter, words=True)
    assert (receipt.number, receipt.house, receipt.proof) == (matter.number, "柳溪县", None)
    assert receipt.entry is not None
    assert sha256(receipt.entry.encode()).hexdigest() == receipt.hash
    assert receipt.text is not None
    assert receipt.text.words == LAMP.text
    assert digests.of(LAMP.text, bytes.fromhex(receipt.text.salt)) == receipt.text.digest
    assert receipt.text.digest in receipt.entry
    said = receipts.as_file(held(matter))
    assert receipts.as_data(held(matter))["text"]["words"] is None
    for secret in (LAMP.text, LAMP.name, LAMP.contact):
        assert secret not in said
    assert len(said.encode()) < 4000


def test_the_proof_comes_with_the_day_and_costs_the_same_however_much_lies_there(
    world: World, django_assert_max_num_queries: Any
) -> None:
    matter = taken(world)
    for _ in range(30):
        taken(world)
    seal(at=clock.now())
    assert held(matter).proof is None
    close_days(at=clock.now() + DAY)
    with django_assert_max_num_queries(10):
        receipt = held(matter)
    assert receipt.proof is not None
    assert receipt.proof.day.isoformat() == "2026-11-20"
    assert len(receipt.proof.path) == 6
    assert len(receipts.as_file(receipt).encode()) < 4000


def test_of_a_matter_that_is_kept_from_somebody_only_the_hash_is_handed_out(world: World) -> None:
    matter = taken(world)
    assert held(matter).entry is not None
    keep_from(
        matter.number,
        walls.person_word(world.accounts["lin"]),
        "利害关系。",
        why="recused",
        by=world.person("he"),
    )
    closed = held(matter)
    assert closed.entry is None
    assert closed.text is not None
    complaint = taken(world, replace(CLUTTER, about=(walls.unit_word(liuxi.GRID),)))
    said = receipts.as_file(held(complaint))
    assert held(complaint).entry is None
    for kept in ("grid_head", "about", "desk", str(world.accounts["he"]), world.accounts["he"].hex):
        assert kept not in said


def test_a_fact_that_nobody_thought_about_closes_the_receipt(world: World) -> None:
    matter = taken(world)
    row = Entry.objects.get(about=matter.id)
    Entry.objects.filter(id=row.id).update(facts=json.dumps({**json.loads(row.facts), "informer": "x"}))
    assert held(matter).entry is None


def test_each_fact_of_an_opened_matter_was_thought_about(world: World) -> None:
    matter = taken(world, replace(LAMP, suggested=("catalogue:N12",)))
    assert json.loads(Entry.objects.get(about=matter.id).facts).keys() <= receipts.TELLABLE


def test_words_that_were_erased_are_in_no_receipt(world: World) -> None:
    matter = taken(world)
    Text.objects.filter(matter=matter.id).delete()
    receipt = held(matter, words=True)
    assert receipt.text is None
    assert receipt.entry is not None
    assert receipts.as_data(receipt)["text"] is None


def test_the_reason_of_a_late_record_is_not_the_reporters(world: World) -> None:
    late = replace(LAMP, late_reason="当时在处理急事，没有信号。")
    matter = open_matter(late, by=world.clerk(), at=clock.now() - timedelta(hours=3))
    receipt = held(matter, words=True)
    assert receipt.text is not None
    assert receipt.text.words == LAMP.text
    reason = Text.objects.get(matter=matter.id, kind="late_reason")
    assert bytes(reason.salt).hex() not in receipts.as_file(receipt)


def test_a_matter_that_is_not_there_has_none(world: World) -> None:
    with pytest.raises(LookupError):
        receipt_of(world.accounts["lin"], at=clock.now())


def test_the_slip_is_short_and_its_square_says_number_hash_and_how_to_prove_it(world: World) -> None:
    matter = taken(world)
    receipt = held(matter)
    slip = receipts.shown(receipt)
    assert slip.said.split("\n") == [matter.number, receipt.hash, "gezhi receipt verify"]
    assert f"编号：{matter.number}" in slip.lines
    groups = next(line for line in slip.lines if line.startswith("哈希")).removeprefix("哈希：").split(" ")
    assert [len(group) for group in groups] == [8] * 8
    assert "".join(groups) == receipt.hash
    assert "起再来取一次" in slip.lines[4]
    assert "演示" in slip.lines[-1], "a receipt of an invented district says so"
    assert slip.svg.startswith("<svg")
    assert segno.make(slip.said, error="q").version <= 9, "a square that an old telephone reads"
    seal(at=clock.now())
    close_days(at=clock.now() + DAY)
    assert "封存在 2026-11-20 的日根之内（第 1 批）。" in receipts.shown(held(matter)).lines
    assert receipts.shown(receipt, address="https://a.cn/r").said.endswith("\nhttps://a.cn/r")
