"""The model of 柳溪 is changed: one drafts, another publishes, it holds from its day on, and is taken back until then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.ledger.actor import HOUSE, Actor
from gezhi.ledger.clock import Fixed
from gezhi.ledger.models import Entry
from gezhi.matters import drafts, editions
from gezhi.matters.drafts import Draft
from gezhi.matters.models import Draft as Row
from gezhi.matters.models import Matter
from gezhi.matters.services import drafting
from gezhi.matters.services.editions import adopt
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.people import services as staff
from gezhi.rules.edits import with_change
from gezhi.rules.texts import Texts, holding_from, texts_of_model

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)
OFFICES = (
    ("lu", "陆样本", "system_admin"),
    ("bai", "白样本", "system_admin"),
    ("kong", "孔样本", "security_admin"),
)


@dataclass
class Offices:
    """The corner with three who administer: two of the system, one of its security."""

    world: liuxi.World
    watch: Fixed
    lu: Actor
    bai: Actor
    kong: Actor

    def draft(self) -> Draft:
        found = drafts.in_work(clock.today())
        assert found is not None
        return found

    def at(self) -> dict[str, object]:
        return {"at": clock.now()}

    def begin(self, by: Actor | None = None) -> Draft:
        return drafting.begin_draft(editions.current(clock.today()).version, by=by or self.lu, at=clock.now())

    def changed(self, length: str = "2工作日", since: date = MONDAY) -> Draft:
        """A draft in which an answer takes longer, from Monday on."""
        draft = self.begin()
        texts = with_change(draft.texts, "promise", ("main", "answer"), {"length": length})
        draft = drafting.save_texts(draft, texts, by=self.lu, at=clock.now())
        return drafting.set_first_day(draft, since, by=self.lu, at=clock.now())

    def submitted(self, since: date = MONDAY) -> Draft:
        return drafting.submit_draft(self.changed(since=since), by=self.lu, at=clock.now())

    def answer_length(self, on: date) -> object:
        return editions.current(on).flows["main"].promise["answer"].length


@pytest.fixture
def offices(db: None) -> Iterator[Offices]:
    liuxi.forget()
    with clock.fixed(liuxi.FRIDAY) as watch:
        world = liuxi.build("live")
        for sign_in, name, post in OFFICES:
            world.accounts[sign_in] = staff.make_account(sign_in, name, "", by=HOUSE, at=liuxi.FRIDAY)
            wanted = staff.Appointment(
                account=world.accounts[sign_in],
                post=post,
                unit=world.units["county"],
                from_on=liuxi.BEGAN,
                note="示例：早就在任",
            )
            staff.appoint(wanted, world.model, by=HOUSE, at=liuxi.FRIDAY)
        lu, bai, kong = (world.clerk(name) for name, _n, _p in OFFICES)
        yield Offices(world, watch, lu, bai, kong)
    liuxi.forget()


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, check=lambda refusal: refusal.code == code)


def kinds() -> list[str]:
    rows = Entry.objects.filter(what__startswith="model.").exclude(what="model.adopted")
    return list(rows.order_by("id").values_list("what", flat=True))


def test_drafted_by_one_published_by_another_and_in_force_from_its_day(offices: Offices) -> None:
    draft = offices.submitted()
    drafting.publish_draft(draft, by=offices.kong, at=clock.now())
    assert offices.answer_length(MONDAY - timedelta(days=1)) == "1工作日"
    assert offices.answer_length(MONDAY) == "2工作日"
    early = open_matter(Report(text="楼道灯不亮", item="N01"), by=offices.world.clerk())
    offices.watch.move_to(liuxi.FRIDAY + timedelta(days=3))
    assert drafting.end_what_began(at=clock.now()) == 1
    assert drafting.end_what_began(at=clock.now()) == 0
    late = open_matter(Report(text="楼道又不亮", item="N01"), by=offices.world.clerk())
    versions = [Matter.objects.get(id=one.id).model for one in (early, late)]
    assert versions == [offices.world.model.version, editions.current(MONDAY).version]
    assert kinds() == [
        "model.draft_begun", "model.draft_saved", "model.draft_saved", "model.draft_submitted", "model.draft_published",
        "model.began",
    ]  # fmt: skip
    row = Row.objects.get()
    assert (row.state, row.live, row.toml, row.submitted_by) == ("begun", None, "", offices.lu.account)


def test_nobody_publishes_what_they_submitted(offices: Offices) -> None:
    draft = offices.submitted()
    with refused("same_person"):
        drafting.publish_draft(draft, by=offices.lu, at=clock.now())
    assert offices.answer_length(MONDAY) == "1工作日"
    drafting.publish_draft(draft, by=offices.bai, at=clock.now())
    assert offices.answer_length(MONDAY) == "2工作日"


def test_only_their_offices_draft_and_publish(offices: Offices) -> None:
    with refused("not_yours"):
        offices.begin(by=offices.kong)  # administers the security: publishes, does not draft
    with refused("not_yours"):
        offices.begin(by=offices.world.clerk())
    draft = offices.submitted()
    for by in (offices.world.clerk(), HOUSE):
        with refused("not_yours"):
            drafting.publish_draft(draft, by=by, at=clock.now())


def test_a_publication_is_undone_until_its_day(offices: Offices) -> None:
    drafting.publish_draft(offices.submitted(), by=offices.kong, at=clock.now())
    draft = drafting.take_back(offices.draft(), by=offices.lu, at=clock.now())
    assert draft.state == "open"
    assert offices.answer_length(MONDAY) == "1工作日"
    draft = drafting.submit_draft(draft, by=offices.lu, at=clock.now())
    drafting.publish_draft(draft, by=offices.kong, at=clock.now())
    assert offices.answer_length(MONDAY) == "2工作日"
    waiting = offices.draft()
    offices.watch.move_to(liuxi.FRIDAY + timedelta(days=3))
    with refused("edition_began"):
        drafting.take_back(waiting, by=offices.kong, at=clock.now())


def test_today_begins_at_once(offices: Offices) -> None:
    drafting.publish_draft(offices.submitted(since=TODAY), by=offices.kong, at=clock.now())
    assert offices.answer_length(TODAY) == "2工作日"
    assert drafts.in_work(TODAY) is None
    assert kinds()[-1] == "model.began"


def test_going_back_on_the_same_day_brings_the_older_list_back(offices: Offices) -> None:
    before = offices.world.model.version
    drafting.publish_draft(offices.submitted(since=TODAY), by=offices.kong, at=clock.now())
    draft = drafting.begin_draft(before, by=offices.lu, at=clock.now())
    draft = drafting.set_first_day(draft, TODAY, by=offices.lu, at=clock.now())
    drafting.publish_draft(
        drafting.submit_draft(draft, by=offices.lu, at=clock.now()), by=offices.bai, at=clock.now()
    )
    assert offices.answer_length(TODAY) == "1工作日"
    again = offices.changed(since=TODAY)  # and forth: this version was stored an hour ago
    drafting.publish_draft(
        drafting.submit_draft(again, by=offices.lu, at=clock.now()), by=offices.bai, at=clock.now()
    )
    assert offices.answer_length(TODAY) == "2工作日"


def test_two_who_edit_at_once_do_not_overwrite_each_other(offices: Offices) -> None:
    seen = offices.begin()
    one = with_change(seen.texts, "post", ("town_desk",), {"name": "镇网格中心"})
    other = with_change(seen.texts, "post", ("centre",), {"name": "县网格中心"})
    drafting.save_texts(seen, one, by=offices.lu, at=clock.now())
    with refused("moved_meanwhile") as told:
        drafting.save_texts(seen, other, by=offices.bai, at=clock.now())
    assert "陆样本" in told.value.reason
    assert offices.draft().texts == one


def test_there_is_one_draft_at_a_time(offices: Offices) -> None:
    draft = offices.begin()
    with refused("draft_there"):
        offices.begin(by=offices.bai)
    drafting.drop_draft(draft, by=offices.bai, at=clock.now())
    assert Row.objects.get().toml == ""
    with refused("draft_gone"):
        drafting.save_texts(draft, Texts("x"), by=offices.lu, at=clock.now())
    assert offices.begin(by=offices.bai).state == "open"


def test_what_is_not_proved_is_kept_but_not_submitted(offices: Offices) -> None:
    draft = offices.begin()
    toml = draft.texts.toml.replace('held_by = ["centre"] }', "held_by = [] }", 1)
    assert toml != draft.texts.toml
    draft = drafting.save_texts(draft, Texts(toml, draft.texts.items), by=offices.lu, at=clock.now())
    assert draft.readable
    assert draft.findings[0].file == "model.toml"
    lines = toml.splitlines()
    assert any(lines[one.line - 1].startswith("triage") for one in draft.findings)
    with refused("model_unproved"):
        drafting.submit_draft(draft, by=offices.lu, at=clock.now())
    draft = drafting.save_texts(draft, Texts("[model\n", draft.texts.items), by=offices.lu, at=clock.now())
    assert not draft.readable
    assert draft.findings[0].line == 1


def test_what_was_submitted_does_not_change(offices: Offices) -> None:
    draft = offices.submitted()
    with refused("moved_meanwhile") as told:
        drafting.save_texts(draft, texts_of_model(offices.world.model), by=offices.lu, at=clock.now())
    assert "陆样本提交了" in told.value.reason
    draft = drafting.send_back(draft, by=offices.kong, at=clock.now())
    assert (draft.state, draft.submitted_by) == ("open", None)
    drafting.save_texts(draft, texts_of_model(offices.world.model), by=offices.lu, at=clock.now())


def test_nothing_changed_is_nothing_to_publish(offices: Offices) -> None:
    with refused("nothing_changed"):
        drafting.submit_draft(offices.begin(), by=offices.lu, at=clock.now())


def test_a_day_that_has_passed_is_refused_at_each_step(offices: Offices) -> None:
    draft = offices.submitted(since=TODAY)
    with refused("day_past"):
        drafting.set_first_day(draft, TODAY - timedelta(days=1), by=offices.lu, at=clock.now())
    with refused("day_past"):
        drafting.publish_draft(draft, by=offices.kong, at=clock.now() + timedelta(days=1))


def test_another_model_meanwhile_must_be_looked_at_first(offices: Offices) -> None:
    draft = offices.changed()
    texts = with_change(texts_of_model(offices.world.model), "post", ("centre",), {"name": "县网格中心"})
    other = Draft.model(_with(draft, texts))
    adopt(holding_from(other, TODAY), by=HOUSE, at=clock.now())
    with refused("base_moved"):
        drafting.submit_draft(draft, by=offices.lu, at=clock.now())
    draft = drafting.compare_with_present(draft, by=offices.lu, at=clock.now())
    assert drafting.submit_draft(draft, by=offices.lu, at=clock.now()).state == "submitted"


def _with(draft: Draft, texts: Texts) -> Draft:
    from dataclasses import replace

    return replace(draft, texts=texts)


def test_a_post_that_somebody_holds_is_not_lost(offices: Offices) -> None:
    account = staff.make_account("yan", "严样本", "", by=HOUSE, at=clock.now())
    wanted = staff.Appointment(
        account=account, post="privacy_officer", unit=offices.world.units["county"],
        from_on=date(2027, 1, 1),  # appointed already, for later
    )  # fmt: skip
    staff.appoint(wanted, offices.world.model, by=HOUSE, at=clock.now())
    draft = offices.begin()
    lines = [line for line in draft.texts.toml.splitlines() if not line.startswith("privacy_officer = ")]
    texts = Texts("\n".join(lines), draft.texts.items)
    draft = drafting.save_texts(draft, texts, by=offices.lu, at=clock.now())
    assert draft.holds
    with refused("model_unfit") as told:
        drafting.submit_draft(draft, by=offices.lu, at=clock.now())
    assert "还有 1 人任“个人信息保护负责人”" in told.value.reason


def test_nothing_is_drafted_while_an_edition_waits(offices: Offices) -> None:
    drafting.publish_draft(offices.submitted(), by=offices.kong, at=clock.now())
    with refused("edition_waits"):
        offices.begin()
    offices.watch.move_to(liuxi.FRIDAY + timedelta(days=3))
    assert (
        offices.begin().base == editions.current(MONDAY).version
    )  # the beat was late: the draft before is closed
    assert Row.objects.filter(state="begun", live=None).count() == 1
