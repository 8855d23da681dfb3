"""One search box: what is found is what a reader of every open matter would find, whoever looks and whenever."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from gezhi.ledger import clock
from gezhi.matters import access, finding, pieces, postings
from gezhi.matters.finding import Sieve, sieve_of
from gezhi.matters.lists import Key
from gezhi.matters.models import Acted, Asked, Matter, Seeking, Text, Unsought
from gezhi.matters.services import handling, indexing
from gezhi.matters.services.handling import StepGiven, take_step
from gezhi.matters.services.intake import open_matter
from gezhi.matters.services.reports import Report

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


@pytest.mark.parametrize("seed", [1, 2, 3])
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
