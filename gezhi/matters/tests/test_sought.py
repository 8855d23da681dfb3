"""One search box: what is found is what a reader of every open matter would find, whoever looks and whenever."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from gezhi.ledger import clock
from gezhi.matters import access, finding, pieces, postings
from gezhi.matters.finding import Sieve, sieve_of
from gezhi.matters.lists import Key
from gezhi.matters.models import Acted, Asked, Matter, Posting, Seeking, Sought, Text, Unsought
from gezhi.matters.services import handling, indexing, placing
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report
from tests.shares import share

from .liuxi import BESIDE, INSIDE, World

PIECES = "路灯 灯不亮 不亮 井盖 纸箱 垃圾 噪音 桥东 12号 Led 长乐路 路边 灯 亮".split()
PEOPLE = ("he", "tang", "qiao", "lin", "song", "zhu")
QUERIES = "路灯 不亮 路灯不亮 灯 路灯·井盖 井盖·垃圾 12号 led ld jg 桥东·垃圾 柳溪 没有过 亮路灯 clj zlj 长乐路·灯".split()


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks so small that a few dozen matters fill several of them."""
    monkeypatch.setattr(postings, "SMALL", 8)
    monkeypatch.setattr(postings, "LARGE", 24)


def opened(world: World, text: str, item: str = "N01", **more: Any) -> UUID:
    spot = {"lon": INSIDE[0], "lat": INSIDE[1]} | more
    report = Report(text=text, item=item, reporting="anonymous", **spot)
    return open_matter(report, by=world.clerk()).id


def indexed() -> int:
    """Let the index follow to its end. Returns how many beats it took."""
    beats = 0
    while indexing.index_waiting(most=7):
        beats += 1
    return beats


def a_life(world: World, chance: random.Random) -> None:
    """One thing that happens to the matters of 柳溪."""
    numbers = list(Matter.objects.values_list("number", flat=True))
    act = chance.randrange(10)
    if act < 6 or not numbers:
        text = "".join(chance.choices(PIECES, k=chance.randrange(1, 6))) + chance.choice(("。", " 第二句"))
        where = chance.choice((INSIDE, BESIDE))
        address = chance.choice(("", "桥东路 12 号", "长乐路"))
        item = chance.choice(("N01", "N12", "N07"))
        opened(world, text, item, lon=where[0], lat=where[1], address=address)
        return
    matter = Matter.objects.get(number=chance.choice(numbers))
    he = world.person("he")
    if act == 6 and matter.ended_at is None and matter.step == "reported":
        take_step(matter.number, "drop", by=he, at=clock.now(), given=StepGiven("看过了。"))
    elif act == 7:
        text_id = Text.objects.filter(matter=matter.id, kind="report").values_list("id", flat=True).first()
        if text_id:
            handling.erase_text(text_id, "request", by=he, seat=he.terms[0], at=clock.now())
    elif act == 8:
        with transaction.atomic():
            Asked.objects.get_or_create(
                matter=matter.id, department="housing", defaults={"since": clock.now()}
            )
            indexing.mark([matter.id])
    elif act == 9:
        account = world.accounts["song"]
        Acted.objects.get_or_create(matter=matter.id, account=account, defaults={"since": clock.now()})


def found(world: World, who: str, sieve: Sieve, most: int = 4) -> list[str]:
    """All that is found, page by page."""
    seen: list[str] = []
    after = None
    while page := finding.found(world.person(who), sieve, at=clock.now(), most=most, after=after):
        seen += [line.number for line in page]
        after = Key(page[-1].next_due_at, page[-1].id)
        assert len(seen) < 500
    return seen


def read_through(world: World, who: str, sieve: Sieve) -> dict[str, bool]:
    """The same by reading every matter that is open to somebody: the number, and whether it is open still."""
    person, hits = world.person(who), {}
    for matter in access.matters_open_to(person, world.model):
        if sieve.state != "all" and (matter.ended_at is None) != (sieve.state == "open"):
            continue
        body = Text.objects.filter(matter=matter.id, kind="report").values_list("body", flat=True).first()
        said = pieces.plain(f"{matter.number}\n{matter.headline}\n{matter.address}\n{body or ''}")
        asked = set(Asked.objects.filter(matter=matter.id).values_list("department", flat=True))
        names = [world.model.items[matter.item].name]
        names += [world.model.departments[one].name for one in asked]
        names += [
            "柳溪县",
            "望湖街道",
            "桥东社区",
            "桥东 01 格" if matter.path.endswith("1") else "桥东 02 格",
        ]
        if all(_has(word, said, names, matter.headline) for word in pieces.words_of(sieve.words)):
            hits[matter.number] = matter.ended_at is None
    return hits


def _has(word: str, said: str, names: list[str], headline: str) -> bool:
    if word in said or (len(word) > 1 and any(word in pieces.plain(name) for name in names)):
        return True
    letters = word.isascii() and word.isalpha() and len(word) > 1
    return letters and any(_read(word, text) for text in (*names, headline))


def _read(word: str, text: str) -> bool:
    """Initials, the slow way: every reading of every part."""
    from pypinyin import Style, pinyin

    ways = [
        {one[:1] for one in pinyin(sign, style=Style.NORMAL, heteronym=True)[0]}
        if not sign.isascii()
        else {sign.lower()}
        for sign in text.replace(" ", "")
    ]
    return any(
        all(letter in ways[start + n] for n, letter in enumerate(word))
        for start in range(len(ways) - len(word) + 1)
    )


@pytest.mark.parametrize("seed", share([1, 2, 3], 1, "sought", connection.vendor))
def test_everybody_finds_what_reading_all_that_is_open_to_them_would_find(
    world: World, small_blocks: None, seed: int
) -> None:
    chance = random.Random(seed)
    for _round in range(4):
        for _act in range(22):
            a_life(world, chance)
        for _beat in range(chance.randrange(0, 6)):
            indexing.index_waiting(most=chance.randrange(3, 9))
        for _look in range(10):
            who, words = chance.choice(PEOPLE), chance.choice(QUERIES).replace("·", " ")
            sieve = sieve_of(words=words, state=chance.choice(("all", "open", "ended")))
            hits, read = found(world, who, sieve), read_through(world, who, sieve)
            assert sorted(hits) == sorted(read), (who, sieve)
            number = finding.searched(world.person(who), sieve, at=clock.now()).page(100)
            assert number.count == len(read)
    indexed()
    assert not Unsought.objects.exists()
    assert Seeking.objects.get().folding == Seeking.objects.get().next_place // postings.LARGE
    for who in PEOPLE:
        for words in QUERIES:
            sieve = sieve_of(words=words.replace("·", " "))
            assert sorted(found(world, who, sieve)) == sorted(read_through(world, who, sieve)), (who, words)


def held(words: str) -> int:
    """How many blocks hold all pieces of these words."""
    needed = pieces.of_word(pieces.plain(words))
    return min(Posting.objects.filter(piece=one).count() for one in needed)


def test_a_report_is_found_the_moment_it_is_there_and_when_the_index_has_it(world: World) -> None:
    opened(world, "麒麟巷口的路灯不亮。")
    sieve = sieve_of(words="麒麟巷")
    assert len(found(world, "lin", sieve)) == 1
    assert held("麒麟巷") == 0
    indexed()
    assert len(found(world, "lin", sieve)) == 1
    assert held("麒麟巷") == 1
    assert found(world, "song", sieve) == []


def test_erased_words_leave_the_index_in_the_transaction_that_erases_them(world: World) -> None:
    kept = opened(world, "麒麟巷口的路灯不亮。")
    gone = opened(world, "貔貅弄口的路灯不亮。")
    indexed()
    text = Text.objects.get(matter=gone, kind="report")
    he = world.person("he")
    handling.erase_text(text.id, "request", by=he, seat=he.terms[0], at=clock.now())
    assert held("貔貅弄") == 0
    assert held("麒麟巷") == 1
    assert len(found(world, "he", sieve_of(words="路灯不亮"))) == 1
    indexed()
    assert Sought.objects.get(matter=gone).worded
    assert held("貔貅弄") == 0
    assert found(world, "he", sieve_of(words="麒麟巷")) == [Matter.objects.get(id=kept).number]
    assert found(world, "he", sieve_of(words=Matter.objects.get(id=gone).number[:2])) != []


def test_an_address_that_is_said_anew_is_found_and_the_old_one_is_not(world: World) -> None:
    matter = Matter.objects.get(
        id=opened(world, "堆了纸箱。", lon=None, lat=None, address="貔貅弄 3 号", unit="")
    )
    indexed()
    assert len(found(world, "he", sieve_of(words="貔貅弄3号"))) == 1
    he = world.person("he")
    where = placing.Where(lon=INSIDE[0], lat=INSIDE[1], address="麒麟巷 5 号")
    placing.place(matter.number, where, by=he, at=clock.now(), seen=matter.moved)
    for _beats in (0, indexed()):
        assert found(world, "he", sieve_of(words="貔貅弄")) == []
        assert len(found(world, "he", sieve_of(words="麒麟巷5号"))) == 1
    assert held("貔貅弄") == 0


def test_a_batch_that_dies_is_done_by_the_next_and_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(9):
        opened(world, f"麒麟巷第 {n} 盏路灯不亮。")
    write = postings.write

    def dies(rows: Any) -> None:
        write(rows[: len(rows) // 2])
        raise KeyboardInterrupt

    monkeypatch.setattr(postings, "write", dies)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        indexing.index_waiting(most=5)
    assert not Posting.objects.exists()
    monkeypatch.setattr(postings, "write", write)
    indexed()
    assert sorted(Sought.objects.values_list("place", flat=True)) == list(range(9))
    assert len(found(world, "he", sieve_of(words="麒麟巷"))) == 9
    assert not indexing.index_waiting()


def test_a_count_is_of_the_scope_and_says_when_there_may_be_fewer(world: World) -> None:
    for where in (INSIDE, INSIDE, BESIDE):
        opened(world, "路灯不亮。", lon=where[0], lat=where[1])
    opened(world, "不亮的是路灯，灯不在了。")  # every pair of 路灯不亮, and not the word
    indexed()
    search = finding.searched(world.person("song"), sieve_of(words="路灯"), at=clock.now())
    assert (search.page(50).count, search.page(50).at_most) == (1, False)
    search = finding.searched(world.person("he"), sieve_of(words="路灯不亮"), at=clock.now())
    assert (search.page(2).count, search.page(2).at_most) == (4, True)
    assert (search.page(50).count, search.page(50).at_most) == (3, False)


def test_what_is_written_in_a_row_comes_first_then_open_ones_then_newer_ones(world: World) -> None:
    made = {
        "apart, ended": opened(world, "不亮的路灯一盏。", "N08"),
        "in a row": opened(world, "路灯不亮。", "N08"),
        "apart": opened(world, "不亮的路灯两盏。", "N08"),
        "by name": opened(world, "巷口漆黑，不亮。", "N12"),
        "apart, newer": opened(world, "不亮的路灯三盏。", "N08"),
    }
    number = {name: Matter.objects.get(id=id).number for name, id in made.items()}
    take_step(
        number["apart, ended"], "drop", by=world.person("he"), at=clock.now(), given=StepGiven("看过了。")
    )
    wanted = ["in a row", "apart, newer", "apart", "apart, ended"]
    assert "路灯" in world.model.items["N12"].name
    for _beats in (0, indexed()):
        assert found(world, "he", sieve_of(words="路灯 不亮"), most=2) == [
            number[one] for one in [*wanted, "by name"]
        ]


@pytest.mark.parametrize("many", [1, 48, 49, 600, 65536])
def test_a_block_is_read_back_as_it_was_stored(many: int) -> None:
    chance = random.Random(many)
    bits = sum(1 << place for place in set(chance.sample(range(65536), many)))
    assert postings.unpacked(postings.packed(bits)) == bits
    assert list(postings.newest({3: bits})) == sorted(
        (3 * 65536 + n for n in range(65536) if bits >> n & 1), reverse=True
    )
