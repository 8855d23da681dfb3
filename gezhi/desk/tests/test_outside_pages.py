"""A matter in the hands of somebody outside: one link, one thing, none of the reporter's words; it moves nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from gezhi.ledger import clock
from gezhi.ledger import queries as ledger
from gezhi.ledger.models import Entry
from gezhi.ledger.services import seal
from gezhi.ledger.verify import verify
from gezhi.matters import events, queries, walls
from gezhi.matters.models import Handover, Matter, OutsideWord, Photo, Text, Wall
from gezhi.matters.services import covering, photos
from gezhi.matters.services.drawing import Box
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reclassing import reclass
from gezhi.matters.services.reports import Report
from gezhi.matters.tests import liuxi
from gezhi.matters.tests.liuxi import World
from gezhi.matters.tests.test_path import step
from gezhi.matters.tests.test_photos import jpeg

from .conftest import Sit

WORDS = "四楼张样本家门口的感应灯坏了半个月，老人晚上摔过一跤"
NAME, PHONE = "钱样本", "13800001234"
ASKED = "请换好三号楼四层楼道的感应灯，换完拍一张亮着的照片。"
COMPANY = "柳溪样本物业公司"
CODE = re.compile(r'class="code">([a-z0-9-]{19})<')


def handled(world: World) -> str:
    """A lamp that the housing department signed for: zhu has it."""
    lon, lat = liuxi.INSIDE
    report = Report(
        text=WORDS, item="N12", lon=lon, lat=lat, address="三号楼四层东户", name=NAME, contact=PHONE
    )
    number = open_matter(report, by=world.clerk()).number
    step(world, number, "he", "accept")
    step(world, number, "zhu", "sign")
    return number


def said(**more: object) -> dict[str, object]:
    until = clock.now() + timedelta(hours=8 + 20)  # the page writes Shanghai's clock
    return {
        "id": str(uuid4()),
        "company": COMPANY,
        "contact": "小周",
        "asked": ASKED,
        "place": "柳荫社区三号楼四层楼道",
        "until": f"{until:%Y-%m-%dT%H:%M}",
        **more,
    }


def handed(sit: Sit, number: str, **more: object) -> tuple[str, Handover]:
    """The code of a link, and its handover."""
    answer = sit("zhu").post(reverse("desk:hand_out", args=[number]), said(**more))
    assert answer.status_code == 200
    found = CODE.search(answer.content.decode())
    assert found is not None
    return found[1], Handover.objects.get(company=more.get("company", COMPANY))


def opened(code: str) -> tuple[Client, str]:
    """A telephone that opened a link, and where it was led."""
    phone = Client()
    answer = phone.post(reverse("outside"), {"code": code})
    assert answer.status_code == 302
    return phone, answer.headers["Location"]


def tell(phone: Client, job: str, what: str, note: str = "", **more: object) -> HttpResponse:
    return phone.post(job, {"id": str(uuid4()), "what": what, "note": note, **more})


def read(answer: HttpResponse) -> str:
    """What a page says, without what is new in each request."""
    body = answer.content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|value="[a-z0-9-]*"', "", body)


def test_the_link_shows_what_was_asked_and_nothing_of_the_reporter(world: World, sit: Sit) -> None:
    number = handled(world)
    matter = Matter.objects.get(number=number)
    (untold,) = photos.keep(matter.id, [jpeg(900, 600)], kind="report", at=clock.now())
    photos.encode_waiting(at=clock.now())
    code, row = handed(sit, number)
    phone, job = opened(code)
    answer = phone.get(job)
    page = answer.content.decode()
    assert ASKED in page
    assert "柳荫社区三号楼四层楼道" in page
    assert COMPANY in page
    assert str(row.id) in job
    for hidden in (
        WORDS[:8],
        "摔过一跤",
        NAME,
        PHONE,
        "东户",
        number,
        matter.headline,
        "小周",
        untold.hex,
        code,
    ):
        assert hidden not in page, hidden
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert phone.get(f"{job}/photo/{untold}").status_code == 404
    assert phone.get(reverse("desk:matter", args=[number])).status_code == 302
    assert code not in job


def test_the_code_is_kept_as_a_digest_and_shown_once(world: World, sit: Sit) -> None:
    number, form = handled(world), said()
    address = reverse("desk:hand_out", args=[number])
    first = sit("zhu").post(address, form)
    code = CODE.search(first.content.decode())
    assert code is not None
    assert 'class="qr"' in first.content.decode()
    assert "no-store" in first["Cache-Control"]
    again = sit("zhu").post(address, form)
    assert again.status_code == 302
    assert code[1] not in sit("zhu").get(again.headers["Location"]).content.decode()
    row = Handover.objects.get()
    assert code[1] not in row.code
    assert code[1].replace("-", "") not in row.code
    facts = "".join(Entry.objects.filter(what__startswith="outside.").values_list("facts", flat=True))
    assert code[1] not in facts
    assert COMPANY not in facts


def test_wrong_over_withdrawn_and_closed_are_told_alike(world: World, sit: Sit) -> None:
    number = handled(world)
    code, row = handed(sit, number)
    phone, job = opened(code)
    wrong = Client().post(reverse("outside"), {"code": "aaaa-bbbb-cccc-dddd"})
    assert wrong.status_code == 401
    with clock.fixed(row.until):
        over = Client().post(reverse("outside"), {"code": code})
        assert (over.status_code, read(over)) == (401, read(wrong))
        inside = phone.get(job)
        assert (inside.status_code, ASKED in inside.content.decode()) == (401, False)
        assert tell(phone, job, "received").status_code == 401
    there = reverse("desk:handover", args=[number, row.id])
    assert sit("zhu").post(there, {"do": "withdraw"}).status_code == 302
    withdrawn = Client().post(reverse("outside"), {"code": code})
    assert (withdrawn.status_code, read(withdrawn)) == (401, read(wrong))
    assert phone.get(job).status_code == 401
    assert OutsideWord.objects.count() == 0
    stranger = Client().get(job)
    assert (stranger.status_code, ASKED in stranger.content.decode()) == (401, False)


def test_what_is_said_outside_stands_on_the_page_and_moves_nothing(world: World, sit: Sit) -> None:
    number = handled(world)
    moved = Matter.objects.get().moved
    code, row = handed(sit, number)
    phone, job = opened(code)
    assert tell(phone, job, "received").status_code == 302
    assert "外部承办有报告" not in sit("zhu").get(reverse("desk:inbox")).content.decode()
    assert tell(phone, job, "cannot").status_code == 422  # why?
    assert tell(phone, job, "done", "灯换好了，亮的。").status_code == 302
    assert Matter.objects.get().moved == moved
    page = sit("zhu").get(reverse("desk:matter", args=[number])).content.decode()
    assert "灯换好了，亮的。" in page
    assert COMPANY in page
    assert "外部承办有报告" in sit("zhu").get(reverse("desk:inbox")).content.decode()
    told = [e.what for e in ledger.story(row.matter) if e.what.startswith("outside.")]
    assert told == [events.OUTSIDE_GIVEN, events.OUTSIDE_OPENED, events.OUTSIDE_SAID, events.OUTSIDE_SAID]
    seal(at=clock.now())
    assert verify(queries.read_texts).whole


def test_the_same_form_twice_is_one_report(world: World, sit: Sit) -> None:
    code, _row = handed(sit, handled(world))
    phone, job = opened(code)
    form = {"id": str(uuid4()), "what": "working", "note": "在搭梯子。"}
    assert phone.post(job, form).status_code == 302
    assert phone.post(job, form).status_code == 302
    assert OutsideWord.objects.count() == 1
    assert Text.objects.filter(body="在搭梯子。").count() == 1
    assert Entry.objects.filter(what=events.OUTSIDE_SAID).count() == 1


def test_a_report_is_taken_over_into_the_step(world: World, sit: Sit) -> None:
    number = handled(world)
    code, _row = handed(sit, number)
    phone, job = opened(code)
    picture = {"photos": [_file(jpeg(600, 400))]}
    assert tell(phone, job, "done", "灯换好了。", **picture).status_code == 302
    photos.encode_waiting(at=clock.now())
    (photo,) = Photo.objects.filter(kind="outside").values_list("id", flat=True)
    form = reverse("desk:step", args=[number, "finish"])
    assert "灯换好了。" in sit("zhu").get(form).content.decode()
    entry = Entry.objects.get(what=events.OUTSIDE_SAID)
    filled = sit("zhu").get(form, {"take": entry.id.hex}).content.decode()
    assert re.search(r"<textarea[^>]*>\s*灯换好了。</textarea>", filled)
    assert f'value="{photo.hex}" checked' in filled
    done = sit("zhu").post(
        form, {"note": "看过，灯亮了。", "taken": [photo.hex], "moved": str(Matter.objects.get().moved)}
    )
    assert done.status_code == 302
    taken = Entry.objects.filter(what=events.STEPPED).latest("id")
    assert photo.hex in taken.facts


def test_pictures_of_others_are_not_taken_over(world: World, sit: Sit) -> None:
    number = handled(world)
    matter = Matter.objects.get(number=number)
    (own,) = photos.keep(matter.id, [jpeg(600, 400)], kind="report", at=clock.now())
    given = StepGiven("灯亮了。", taken=(own,))
    with pytest.raises(Exception, match="外部承办的照片"):
        take_step(number, "finish", by=world.person("zhu"), at=None, given=given)


def test_a_picture_goes_small_unless_covered_and_covered_for_good(world: World, sit: Sit) -> None:
    number = handled(world)
    matter = Matter.objects.get(number=number)
    plain, covered, kept = photos.keep(matter.id, [jpeg(1600, 1200)] * 3, kind="report", at=clock.now())
    photos.encode_waiting(at=clock.now())
    box = Box(100, 100, 300, 300, "black")
    covering.cover(matter, covered, [box], version=0, by=world.clerk(), at=clock.now())
    photos.encode_waiting(at=clock.now())
    code, _row = handed(sit, number, photos=[plain.hex, covered.hex])
    phone, job = opened(code)
    sides = {}
    for photo in (plain, covered):
        answer = phone.get(f"{job}/photo/{photo}")
        assert answer["Cache-Control"] == "no-store"
        sides[photo] = _width(answer)
    assert sides == {plain: 320, covered: 1024}
    assert phone.get(f"{job}/photo/{kept}").status_code == 404
    with pytest.raises(Exception, match="不能撤销"):
        covering.uncover(matter, covered, version=1, by=world.clerk(), at=clock.now())


def test_the_link_ends_when_the_matter_leaves_the_unit_or_ends(world: World, sit: Sit) -> None:
    number = handled(world)
    code, row = handed(sit, number)
    phone, job = opened(code)
    step(world, number, "zhu", "finish", "灯换好了。")
    assert phone.get(job).status_code == 200  # being verified: the unit still answers for it
    step(world, number, "lin", "pass", "看过。")
    step(world, number, "qiao", "answer", "灯亮了，谢谢。")
    step(world, number, "he", "close_early", "回访满意。")
    assert phone.get(job).status_code == 401
    row.refresh_from_db()
    assert row.ended_why == "closed"


def test_the_link_ends_when_another_department_gets_the_matter(world: World, sit: Sit) -> None:
    number = handled(world)
    code, row = handed(sit, number)
    reclass(number, "N01", "是楼道里堆了东西。", by=world.person("he"))
    assert Client().post(reverse("outside"), {"code": code}).status_code == 401
    row.refresh_from_db()
    assert row.ended_why == "moved"


def test_late_shows_in_the_inbox_until_it_goes_on(world: World, sit: Sit) -> None:
    number = handled(world)
    code, row = handed(sit, number)
    phone, _job = opened(code)
    assert "外部承办逾期" not in sit("zhu").get(reverse("desk:inbox")).content.decode()
    with clock.fixed(row.until + timedelta(minutes=1)):
        assert "外部承办逾期" in sit("zhu").get(reverse("desk:inbox")).content.decode()
        there = reverse("desk:handover", args=[number, row.id])
        later = clock.now() + timedelta(hours=8 + 6)
        form = {"do": "prolong", "until": f"{later:%Y-%m-%dT%H:%M}"}
        assert sit("zhu").post(there, form).status_code == 302
        assert "外部承办逾期" not in sit("zhu").get(reverse("desk:inbox")).content.decode()
        assert phone.get(_job).status_code == 200
        too_late = clock.now() + timedelta(days=200)
        refused = sit("zhu").post(there, {**form, "until": f"{too_late:%Y-%m-%dT%H:%M}"})
        assert refused.status_code == 422
        assert "不能晚于这件自己的期限" in refused.content.decode()


def test_who_sees_it_names_whoever_has_a_link(world: World, sit: Sit) -> None:
    number = handled(world)
    _code, row = handed(sit, number)
    address = reverse("desk:why", args=[number, "seen"])
    assert f"另有{COMPANY}凭链接看得到" in sit("zhu").get(address).content.decode()
    assert (
        sit("zhu").post(reverse("desk:handover", args=[number, row.id]), {"do": "withdraw"}).status_code
        == 302
    )
    assert COMPANY not in sit("zhu").get(address).content.decode()


def test_a_wall_keeps_what_is_late_outside_from_whom_it_keeps_the_matter(world: World, sit: Sit) -> None:
    number = handled(world)
    _code, row = handed(sit, number)
    matter = Matter.objects.get(number=number)
    word = walls.person_word(world.accounts["zhu"])
    Wall.objects.create(id=uuid4(), matter=matter.id, blocked=word, why="recused", since=clock.now())
    Matter.objects.filter(id=matter.id).update(walled=True)
    with clock.fixed(row.until + timedelta(minutes=1)):
        assert "外部承办逾期" not in sit("zhu").get(reverse("desk:inbox")).content.decode()


def test_another_code_makes_the_first_worthless(world: World, sit: Sit) -> None:
    number = handled(world)
    code, row = handed(sit, number)
    phone, job = opened(code)
    answer = sit("zhu").post(reverse("desk:handover", args=[number, row.id]), {"do": "renew"})
    new = CODE.search(answer.content.decode())
    assert new is not None
    assert new[1] != code
    assert phone.get(job).status_code == 401
    assert Client().post(reverse("outside"), {"code": code}).status_code == 401
    assert Client().post(reverse("outside"), {"code": new[1].upper().replace("-", " ")}).status_code == 302


def test_only_whoever_handles_hands_over_and_in_their_own_words(world: World, sit: Sit) -> None:
    number = handled(world)
    address = reverse("desk:hand_out", args=[number])
    assert sit("zhu").get(address).status_code == 200
    for other in ("he", "lin", "qiao"):
        assert address not in sit(other).get(reverse("desk:matter", args=[number])).content.decode()
        assert "<textarea" not in sit(other).get(address).content.decode().split("<main")[1]
        assert sit(other).post(address, said()).status_code == 422
    theirs = sit("zhu").post(address, said(asked=f"请去看：{WORDS}"))
    assert theirs.status_code == 422
    assert "是报告人的原话" in theirs.content.decode()
    for field, bad in (
        ("company", ""),
        ("asked", ""),
        ("asked", "打 13800001234 问"),
        ("until", "2020-01-01T08:00"),
        ("until", "2099-01-01T08:00"),
    ):
        assert sit("zhu").post(address, said(**{field: bad})).status_code == 422, field
    assert Handover.objects.count() == 0


def test_knocking_is_counted(world: World) -> None:
    browser = Client()
    answers = {browser.post(reverse("outside"), {"code": f"aaaa-{n}"}).status_code for n in range(61)}
    assert answers == {401, 429}


def test_one_link_does_not_open_another(world: World, sit: Sit) -> None:
    number = handled(world)
    first, _one = handed(sit, number)
    _second, other = handed(sit, number, company="另一家样本公司")
    phone, job = opened(first)
    cookie = phone.cookies[next(iter(name for name in phone.cookies if "outside" in name))].value
    stranger = Client()
    stranger.cookies[next(iter(name for name in phone.cookies if "outside" in name))] = cookie
    assert stranger.get(job).status_code == 200
    assert stranger.get(reverse("outside_job", args=[other.id])).status_code == 401
    assert stranger.get(reverse("outside_job", args=[UUID(int=9)])).status_code == 401


def _file(body: bytes) -> object:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("photo.jpg", body, "image/jpeg")


def _width(answer: HttpResponse) -> int:
    import io

    from PIL import Image

    with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as picture:  # type: ignore[attr-defined]
        return picture.width
