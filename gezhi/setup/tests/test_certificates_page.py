"""Certificates on the pages: asked for at an appointment, renewed, told to the head alone, wanted by a step."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from openpyxl import load_workbook

from gezhi.exchange import workbook_now, workbook_plan, workbook_write
from gezhi.exchange.tests.test_workbook import cells, example, looked, opened, told
from gezhi.ledger import clock, instance
from gezhi.ledger.actor import HOUSE
from gezhi.matters import expiring, scenes
from gezhi.matters.models import Matter
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests.liuxi import FRIDAY
from gezhi.people import queries as people
from gezhi.people import services
from gezhi.people.certificates import Shown
from gezhi.people.models import Certificate, Term
from gezhi.people.queries import Person
from gezhi.people.tests.browsing import signed_in
from gezhi.places import queries as places
from gezhi.promises.services import put_calendar
from gezhi.rules import load, seed
from gezhi.rules.model import Model
from gezhi.rules.steps import EVERYTHING

from .corner import beside, hidden

PAPER = "人民调解员证"


@dataclass
class Street:
    """观澜, opened by its workbook, and the browser of whoever administers it."""

    model: Model
    chief: Client

    def person(self, post: str) -> Person:
        term = Term.objects.filter(post=post, standing=False).order_by("id")[0]
        found = people.person(term.account_id, clock.today())
        assert found is not None
        return found

    def page(self, account: UUID) -> str:
        return f"/setup/staff/{account}"

    def mediator(self) -> Term:
        return Term.objects.filter(post="mediator").order_by("id")[0]

    def confirmed(self, path: str, **said: str) -> str:
        ask = self.chief.post(path, said)
        assert ask.status_code == 200, ask.content.decode()
        page = ask.content.decode()
        self.chief.post(path, {**hidden(page), "sure": "1"})
        return page


@pytest.fixture
def street(db: None) -> Iterator[Street]:
    instance.open_instance("live")
    with clock.fixed(FRIDAY):
        put_calendar(list(seed.days(2026, 2027)))
        model = load.named("guanlan")
        opened(model)
        admin = Term.objects.get(post="system_admin").account_id
        services.set_password(admin, "柳溪-绿荫-2026", by=HOUSE, at=FRIDAY)
        yield Street(model, signed_in(admin))


def community() -> str:
    unit = next(one for one in places.tree(clock.today()).by_path.values() if one.level == "community")
    return "/".join(unit.names[1:])


def test_the_form_asks_for_the_certificate_once_the_post_is_known(street: Street) -> None:
    new = services.make_account("xin", "辛样本", by=HOUSE, at=FRIDAY)
    there = street.page(new)
    assert "证件，当面看" not in street.chief.get(there).content.decode()
    said = {
        "do": "appoint",
        "seat": "post:mediator",
        "unit": community(),
        "from_on": clock.today().isoformat(),
    }

    refused = street.chief.post(there, said)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "要有人民调解员证" in page
    assert f"看过：{PAPER}" in page
    over = street.chief.post(there, {**said, "shown_0": "1", "until_0": "2026-11-01"}).content.decode()
    assert "任职时已经过期" in over
    assert 'value="2026-11-01"' in over

    ask = street.confirmed(there, **said, shown_0="1", until_0="2027-06-30")
    assert "当面看过：人民调解员证，有效到2027年6月30日（周三）。只记种类和期限，不记证号。" in ask
    row = Certificate.objects.get(term__account=new)
    assert (row.kind, row.valid_until) == (PAPER, date(2027, 6, 30))
    assert row.seen_by == Term.objects.get(post="system_admin").account_id
    assert "人民调解员证，有效到2027年6月30日" in street.chief.get(there).content.decode()


def test_a_renewed_one_is_registered_on_the_page_of_its_holder(street: Street) -> None:
    term = street.mediator()
    there = street.page(term.account_id)
    said = {"do": "certify", "term": term.id.hex, "kind": PAPER}

    over = street.chief.post(there, {**said, "until": "2026-11-01"})
    assert over.status_code == 422
    assert "已经过期" in beside(over.content.decode(), "until")
    street.confirmed(there, **said, until="2028-01-31")

    assert Certificate.objects.filter(term=term, valid_until=date(2028, 1, 31)).exists()
    wrong = street.chief.post(there, {**said, "kind": "律师证", "until": ""})
    assert "请选是哪一种证" in wrong.content.decode()


def test_the_head_and_nobody_else_is_told_what_ends_soon(street: Street) -> None:
    term = street.mediator()
    Certificate.objects.filter(term=term).update(valid_until=clock.today() + timedelta(days=10))
    name = people.names_of([term.account_id])[term.account_id]

    head = signed_in(street.person("centre").account).get("/desk").content.decode()
    assert "证件快到期" in head
    assert f"{name}（" in head
    assert "的人民调解员证 11月30日 到期。" in head
    for other in ("block_head", "grid_worker", "mediator"):
        assert "证件快到期" not in signed_in(street.person(other).account).get("/desk").content.decode(), (
            other
        )

    Certificate.objects.filter(term=term).update(valid_until=clock.today() - timedelta(days=1))
    head = signed_in(street.person("centre").account).get("/desk").content.decode()
    assert "已经过期，要这个证的步骤现在办不了。" in head
    services.see_certificate(term.id, Shown(PAPER), street.model, by=HOUSE, at=FRIDAY)
    assert "证件快到期" not in signed_in(street.person("centre").account).get("/desk").content.decode()


def test_a_step_that_wants_a_certificate_is_open_to_whoever_has_one_that_is_valid(street: Street) -> None:
    """The duty of handling wants it here: head of the block with one that was shown, and without."""
    head = street.person("block_head")
    term = next(one.term for one in head.terms if one.post == "block_head")
    centre = street.person("centre")
    seat = next(one for one in centre.terms if one.post == "centre")
    unit = next(one.path for one in head.terms if one.post == "block_head")
    item = next(one for one in street.model.items.values() if one.flow == "main")
    made = open_matter(Report(text="楼道堆了纸箱。", item=item.code, unit=unit), by=centre.acting(seat))
    scene = scenes.scene_of(Matter.objects.get(id=made.id), FRIDAY)
    step = scene.matter.step
    move = next(one for one in scene.flow.moves.values() if step in one.from_ and "triage" in one.duty)
    duties = {**street.model.duties, "triage": replace(street.model.duties["triage"], certificate=(PAPER,))}
    wants = replace(scene, model=replace(street.model, duties=duties))

    nobody, why = scenes.seat_for(wants, move, head, EVERYTHING)
    assert nobody is None
    assert why is not None
    assert why.code == "needs_certificate"
    Certificate.objects.create(
        id=made.id, term_id=term, kind=PAPER, valid_until=clock.today(), seen_on=clock.today()
    )
    found, why = scenes.seat_for(wants, move, head, EVERYTHING)
    assert why is None
    assert found is not None
    assert found.term == term
    Certificate.objects.filter(term_id=term).update(valid_until=clock.today() - timedelta(days=1))
    assert scenes.seat_for(wants, move, head, EVERYTHING)[0] is None


def test_the_workbook_has_the_column_and_says_at_the_cell_what_is_wrong(street: Street) -> None:
    page = load_workbook(io.BytesIO(example(street.model)))["人员"]
    heads = {cell.value.rstrip("*"): cell.column_letter for cell in page[1]}
    row = next(n for n in range(2, 60) if page.cell(n, 3).value == "人民调解员")
    column, at = page[f"{heads['证件']}1"].column, f"{heads['证件']}{row}"
    key = ("people", row, column)
    there = load.named("nanling")
    assert "证件" not in [cell.value for cell in load_workbook(io.BytesIO(example(there)))["人员"][1]]

    def said(word: str | None) -> str:
        Certificate.objects.all().delete()
        Term.objects.filter(post__in=["mediator", "street_mediator"]).delete()
        instance.bump()
        return told(
            looked(example(street.model, cells("人员", **{at: word})), street.model, street.model)
        ).get(key, "")

    assert "要有人民调解员证" in said(None)
    assert "已经过期" in said("人民调解员证至2026-11-01")
    assert "不要求“律师证”" in said("律师证")
    assert "认不出" in said("2027-12-31")
    assert said("人民调解员证至2027-12-31") == ""


def test_a_renewed_one_comes_with_the_workbook_and_again_changes_nothing(street: Street) -> None:
    stands = workbook_plan.standing(clock.today())
    rows = workbook_now.rows(street.model, stands)
    renewed = [
        {**row, "certificate": f"{PAPER}至2029-01-01"} if row["certificate"] else row
        for row in rows["people"]
    ]
    Certificate.objects.update(valid_until=clock.today() + timedelta(days=3))
    body = workbook_write.filled(street.model, {**rows, "people": renewed}, room=5)

    plan = looked(body, street.model, street.model)
    assert plan.may, plan.read.faults
    assert {shown.kind for _line, _term, shown in plan.certificates} == {PAPER}
    workbook_plan.carry_out(plan, by=HOUSE, at=clock.now())
    assert looked(body, street.model, street.model).empty


def test_nobody_heads_themselves(street: Street) -> None:
    ground, staff = places.tree(clock.today()), people.roster(clock.today())
    root = ground.paths[0]

    assert expiring.head_of(f"mediator@{root}", street.model, ground, staff) == f"centre@{root}"
    assert expiring.head_of(f"centre@{root}", street.model, ground, staff) == ""
