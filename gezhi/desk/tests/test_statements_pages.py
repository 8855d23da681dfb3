"""情况说明 by browser: what the party reads holds nothing of the matter, at no address."""

from __future__ import annotations

from datetime import datetime
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.matters import statements
from gezhi.matters.models import Attachment, Matter, Photo, Statement
from gezhi.matters.services import attaching, photos, stating
from gezhi.matters.services.outside import _passed
from gezhi.matters.services.stating import SideGiven
from gezhi.people.queries import Person
from tests.test_access_matrix import (
    WORDS,
    Place,
    browser_of,
    dot,
    is_hidden_from,
    is_in_no_list_of,
    lists,
    numbers_found_by,
    place,
    program_of,
    read,
    walk,
)
from tests.test_walls import WHY

pytestmark = pytest.mark.django_db
_place = place  # the fixture of the matrix
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
RESTATED = "有人反映公共部位有东西占道。请说明平时怎样巡查、最近一次是哪天。"


@pytest.fixture
def asked(place: Place) -> Place:
    """A matter that complains of lin, and lin asked for their side."""
    walk(place, (("he", "accept"),))
    he = browser_of(place, "he")
    about = {"what": "other", "party": "林样本", "why": "about", "note": WHY}
    assert he.post(reverse("desk:recusal", args=[place.number]), about).status_code == 302
    restate = reverse("desk:restate", args=[place.number])
    assert restate in read(he.get(reverse("desk:matter", args=[place.number])))
    form = {"id": str(uuid4()), "party": f"person:{place.world.accounts['lin'].hex}", "days": "5"}
    told = he.post(restate, form | {"words": f"请说明：{WORDS}。"})
    assert told.status_code == 422
    assert "和报告人写的一样" in read(told)
    assert "看过了：这样写猜不出" in read(told)
    answer = he.post(restate, form | {"words": RESTATED})
    assert answer.status_code == 302, read(answer)
    return place


def test_the_party_finds_the_restatement_and_nothing_of_the_matter(asked: Place) -> None:
    lin, one = browser_of(asked, "lin"), Statement.objects.get()
    assert reverse("desk:statements") in read(lin.get(reverse("desk:inbox")))
    pages = [read(lin.get(reverse(*to))) for to in (("desk:statements",), ("desk:statement", None, [one.id]))]
    for page in pages:
        assert RESTATED in page
        assert one.number in page
        for hidden in (WORDS, asked.number, "1120-0001", "样本居民", "何样本", "桥东社区"):
            assert hidden not in page.split("<main", 1)[1].split("</main", 1)[0], hidden
    is_hidden_from(asked, "lin")
    is_in_no_list_of(asked, "lin", lists())
    assert numbers_found_by(asked, "lin") == []
    key = program_of(asked, "lin")
    assert RESTATED not in read(key.get(reverse("api:matters")))


def test_nobody_else_reads_it_and_after_the_answer_nobody_of_the_party(asked: Place) -> None:
    address = reverse("desk:statement", args=[Statement.objects.get().id])
    for role in ("he", "tang", "qiao", "song", "zhu"):
        browser = browser_of(asked, role)
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"words": "不关我的事。"}).status_code == 404
        assert RESTATED not in read(browser.get(reverse("desk:statements")))
    lin = browser_of(asked, "lin")
    assert lin.post(address, {"words": ""}).status_code == 422
    assert lin.post(address, {"words": "有人打 13800000000 找我。"}).status_code == 422
    assert lin.post(address, {"words": "每周三、周五巡查，有登记。"}).status_code == 302
    assert lin.get(address).status_code == 404
    assert RESTATED not in read(lin.get(reverse("desk:statements")))
    he = browser_of(asked, "he")
    said = read(he.get(reverse("desk:restate", args=[asked.number])))
    assert "每周三、周五巡查" in said
    assert "每周三、周五巡查" in read(he.get(reverse("desk:matter", args=[asked.number])))


def test_whoever_is_second_keeps_what_they_typed(asked: Place) -> None:
    one, lin = Statement.objects.get(), browser_of(asked, "lin")
    address = reverse("desk:statement", args=[one.id])
    gave = statements.one_asked

    def seen_before(person: Person, id: UUID, at: datetime) -> statements.Asked | None:
        """Both read the page; the other one's answer comes in between."""
        found = gave(person, id, at)
        if found is not None:
            stating.state(id, SideGiven("每周三、周五巡查，有登记。"), by=person, at=at)
        return found

    with mock.patch.object(statements, "one_asked", seen_before):
        answer = lin.post(address, {"words": "我写了很久的另一份说明。"})
    assert answer.status_code == 409
    told = read(answer)
    assert "这份说明在您写的时候已经交了" in told
    assert "写好的字都还在下面" in told
    assert "我写了很久的另一份说明。" in told
    assert RESTATED not in told
    assert lin.post(address, {"words": "再交一次。"}).status_code == 409
    assert lin.get(address).status_code == 404
    assert browser_of(asked, "song").post(address, {"words": "不关我的事。"}).status_code == 404


def test_what_is_taken_back_while_somebody_writes_says_so(asked: Place) -> None:
    one, lin = Statement.objects.get(), browser_of(asked, "lin")
    address = reverse("desk:statement", args=[one.id])
    Statement.objects.update(withdrawn_at=clock.now())
    told = lin.post(address, {"words": "写了一半的说明。"})
    assert (told.status_code, "撤回了" in read(told), "写了一半的说明。" in read(told)) == (409, True, True)
    Statement.objects.update(withdrawn_at=None)
    Matter.objects.update(ended_at=clock.now())
    told = lin.post(address, {"words": "写了一半的说明。"})
    assert (told.status_code, "已经了结" in read(told), "写了一半的说明。" in read(told)) == (409, True, True)


def test_it_is_taken_back_by_a_press(asked: Place) -> None:
    one, he = Statement.objects.get(), browser_of(asked, "he")
    back = {"do": "withdraw", "statement": str(one.id)}
    assert he.post(reverse("desk:restate", args=[asked.number]), back).status_code == 302
    assert browser_of(asked, "lin").get(reverse("desk:statement", args=[one.id])).status_code == 404
    assert he.post(reverse("desk:restate", args=[asked.number]), back).status_code == 422
    nonsense = {"do": "withdraw", "statement": "nonsense"}
    assert he.post(reverse("desk:restate", args=[asked.number]), nonsense).status_code == 404


def a_file(name: str, body: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def test_pictures_and_documents_of_the_party_are_seen_where_the_matter_is(asked: Place) -> None:
    lin, address = browser_of(asked, "lin"), reverse("desk:statement", args=[Statement.objects.get().id])
    said = {"words": "每周三、周五巡查，有登记。"}
    for wrong in (
        {"photos": a_file("一.jpg", b"no picture")},
        {"documents": a_file("登记.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))},
        {"documents": a_file("13800000000.pdf", PDF), "photos": a_file("一.jpg", dot())},
    ):
        told = lin.post(address, said | wrong)
        assert told.status_code == 422, read(told)
        assert "巡查" in read(told)
    assert (Photo.objects.count(), Attachment.objects.count()) == (0, 0), "a refusal keeps nothing"
    more = {"photos": a_file("一.jpg", dot()), "documents": a_file("巡查登记.pdf", PDF)}
    assert lin.post(address, said | more).status_code == 302
    photos.encode_waiting(at=clock.now())
    attaching.seal_waiting(at=clock.now())
    picture, document = Photo.objects.get(), Attachment.objects.get()
    of_matter = [
        reverse("desk:photo", args=[asked.number, picture.id]),
        reverse("desk:attachment", args=[asked.number, document.id]),
    ]
    he = browser_of(asked, "he")
    for page in ("desk:restate", "desk:matter"):
        shown = read(he.get(reverse(page, args=[asked.number])))
        for one in ("说明照 1", "巡查登记.pdf", *of_matter):
            assert one in shown, (page, one)
        assert '<ul class="plain' not in shown, "a list does not fill a whole screen"
    assert [he.get(one).status_code for one in of_matter] == [200, 200]
    for other in ("lin", "song"):
        assert [browser_of(asked, other).get(one).status_code for one in of_matter] == [404, 404], other
    assert lin.get(address).status_code == 404
    is_hidden_from(asked, "lin")


def test_no_link_takes_a_picture_of_the_party_outside(asked: Place) -> None:
    given = SideGiven("有登记。", photos=[dot()])
    stating.state(Statement.objects.get().id, given, by=asked.world.person("lin"), at=clock.now())
    photos.encode_waiting(at=clock.now())
    picture = Photo.objects.get()
    he = browser_of(asked, "he")
    page = read(he.get(reverse("desk:hand_out", args=[asked.number])))
    assert str(picture.id) not in page
    assert picture.id.hex not in page
    with pytest.raises(Refused, match="不在了"):
        _passed(Matter.objects.get(), [picture.id], at=clock.now())
