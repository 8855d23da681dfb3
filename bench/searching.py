"""Run inside a home: fills a district with reports, lets the index follow, then searches from several seats.

`python -m bench.searching SIZE …`: the sizes are reached one after the other in the same home, so that ten thousand
are the oldest of two million. Prints one JSON value.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import django

from bench import filling
from bench.listing import COMMUNITY, COUNTY, GRID, TOWN, person

BATCH = 20_000
EACH = 3  # times each query is asked
PAGE = 50
_SIGNS = (
    "安宝北碧滨昌城春翠大德东丰福富港高光广桂海和恒红宏虹湖花华槐黄惠吉嘉建江金锦景静君康兰乐丽莲林龙隆绿梅明茗南"
    "宁鹏平祥新兴秀旭学雅阳怡益银永友雨玉园源月云泽振正志中竹紫尊柏百保晨成翔德方芳枫凤贵国豪荷鸿怀环佳杰津京菊凯"
)
_PROBLEMS = (
    "路灯不亮 井盖松动有响声 垃圾三天没有清运 楼上漏水滴到阳台 电动车飞线充电 秸秆焚烧烟很大 楼道堆了纸箱 下水道堵了"
    " 噪音吵得睡不着 占道经营过不去 树枝压着电线 护栏坏了一截 污水流到路上 停车占了消防通道 健身器材断了 公交站牌倒了"
    " 墙皮往下掉 流浪狗追人 油烟直排 施工到半夜 水压太小 电梯停了两天 门禁坏了 路面塌了一块 小广告贴满楼道"
).split()
_SAID = "请尽快来看 已经好几天了 老人走路不方便 孩子上学要经过 昨天也反映过 晚上特别严重 下雨就更厉害 邻居都有意见".split()


class Town:
    """Names that stay the same for a seed: some are frequent, most are rare."""

    def __init__(self, seed: int = 7) -> None:
        chance = random.Random(seed)
        self.roads = [_name(chance) + chance.choice("路街巷道") for _ in range(600)]
        self.compounds = [
            _name(chance) + chance.choice(("苑", "花园", "小区", "公寓", "大院")) for _ in range(6000)
        ]
        self.shops = [_name(chance) + _name(chance) for _ in range(60_000)]

    def report(self, chance: random.Random, n: int) -> tuple[str, str, str]:
        """Headline, address and text of a report."""
        road, compound = _often(chance, self.roads), _often(chance, self.compounds)
        address = f"{road}{chance.randrange(1, 300)}号{compound}{chance.randrange(1, 40)}栋"
        headline = f"{compound}{chance.choice(_PROBLEMS)}"[:39] + "。"
        more = f"在{_often(chance, self.shops)}旁边，{chance.choice(_PROBLEMS)}，{chance.choice(_SAID)}，第{n % 977}次。"
        return headline, address, headline + more


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(_SIGNS, k=2))


def _often(chance: random.Random, some: list[str]) -> str:
    """One of these; the first far more often than the last."""
    return some[min(int(len(some) * chance.random() ** 3), len(some) - 1)]


def rows(start: int, many: int) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...] | None]]:
    """Matter, text and, of every second one, the department asked; ids in the order of time."""
    town, chance = Town(), random.Random(start)
    place = {name: n for n, name in enumerate(filling.COLUMNS_OF)}
    for n, row in enumerate(filling.matters(many, seed=start + 1), start):
        id = UUID(int=(1_700_000_000_000 + n * 25) << 80 | 0x7 << 76 | 0x2 << 62 | chance.getrandbits(60))
        headline, address, body = town.report(chance, n)
        made = list(row)
        said = {"id": id, "number": f"柳{row[place['a2']][-1]}〔2026〕{n // 10_000:04d}-{n % 10_000:04d}号"}
        for name, value in (said | {"headline": headline, "address": address}).items():
            made[place[name]] = value
        department = made[place["asked_department"]]
        text = (UUID(int=id.int + 1), id, "report", body, b"0123456789abcdef")
        yield tuple(made), text, (department, id, filling.NOW) if department else None


def fill(start: int, many: int) -> None:
    """So many more matters with their texts, as they lay there before the index was."""
    coming = rows(start, many)
    while batch := list(islice(coming, BATCH)):
        pour("matters_matter", filling.COLUMNS_OF, [one for one, _text, _asked in batch])
        pour("matters_text", ["id", "matter", "kind", "body", "salt"], [text for _one, text, _asked in batch])
        asked = [asked for *_rest, asked in batch if asked]
        pour("matters_asked", ["department", "matter", "since"], asked)


def pour(table: str, columns: list[str], some: list[tuple[Any, ...]]) -> None:
    from django.db import connection, transaction

    from gezhi.ledger.pouring import spelt

    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as pipe:
            for row in some:
                pipe.write_row(row)
        return
    with transaction.atomic():
        marks = ", ".join("?" * len(columns))
        connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", map(spelt, some))


def size() -> int:
    """Bytes of the database's file, or of the tables of the index."""
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tables = ("matters_posting", "matters_sought", "matters_unsought")
            cursor.execute("SELECT " + " + ".join(f"pg_total_relation_size('{one}')" for one in tables))
            return int(cursor.fetchone()[0])
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA freelist_count")
        return Path(settings.HOME.sqlite_file).stat().st_size - int(cursor.fetchone()[0]) * 4096


def follow() -> tuple[float, float]:
    """Let the index follow to its end. Returns seconds in all and of the longest beat."""
    from gezhi.matters.models import Seeking
    from gezhi.matters.services.indexing import index_waiting

    Seeking.objects.update(filled=False)
    began, longest = time.perf_counter(), 0.0
    while True:
        beat = time.perf_counter()
        if not index_waiting(most=4096):
            break
        longest = max(longest, time.perf_counter() - beat)
    return time.perf_counter() - began, longest


def settle() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("matter", "text", "asked", "posting", "sought", "unsought"):
                cursor.execute(f"VACUUM (ANALYZE) matters_{table}")
        else:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")


def queries(many: int) -> dict[str, list[dict[str, str]]]:
    """What is typed, by kind."""
    town, chance = Town(), random.Random(3)
    road, compound = town.roads[3], town.compounds[-1]
    return {
        "frequent word": [{"words": "路灯"}, {"words": "垃圾"}, {"words": "井盖", "state": "open"}],
        "one sign": [{"words": "灯"}],
        "rare word": [{"words": town.shops[-1]}, {"words": compound}, {"words": town.shops[-7]}],
        "two words": [{"words": f"路灯 {road}"}, {"words": f"噪音 {compound}"}, {"words": "漏水 流浪狗"}],
        "long word": [{"words": "电动车飞线充电"}, {"words": f"{compound}路灯不亮"}, {"words": "路灯亮不"}],
        "address": [{"words": f"{road}12号"}, {"words": f"{town.roads[400]} 7栋"}],
        "number": [{"words": f"柳1〔2026〕{n // 10_000:04d}-{n % 10_000:04d}号"} for n in (7, many - 9)]
        + [{"words": f"{(many // 2) // 10_000:04d}-{chance.randrange(10_000):04d}"}],
        "initials": [{"words": "ld"}, {"words": "jgsd"}, {"words": "ldbl"}],
        "no hit": [{"words": "鳄鱼"}, {"words": "路灯 鳄鱼"}, {"words": "龘"}],
        "ended, a step": [{"words": "路灯", "state": "ended"}, {"words": "路灯", "step": "done"}],
        "late": [{"words": "垃圾", "late": "1"}],
    }


def seats() -> dict[str, Any]:
    return {
        "centre": person(("centre", "", COUNTY)),
        "town": person(("town_desk", "", TOWN)),
        "community": person(("cadre", "", COMMUNITY)),
        "grid worker": person(("grid_worker", "", GRID)),
        "department": person(("department", "housing", COUNTY)),
    }


def ask(who: Any, said: dict[str, str], at: datetime) -> int:
    """One search as the page makes it. Returns how many lines came."""
    from gezhi.ledger import instance

    with instance.reading():  # as every page that only shows is drawn
        return _asked_once(who, said, at)


def _asked_once(who: Any, said: dict[str, str], at: datetime) -> int:
    from gezhi.matters import finding
    from gezhi.places import queries as places

    sieve = finding.sieve_of(
        words=said["words"], state=said.get("state", ""), step=said.get("step", ""), late="late" in said
    )
    sieve = finding.with_numbers(sieve, who, places.tree(at.date()), at=at)
    if sieve.numbers:
        return len(finding.found(who, sieve, at=at, most=PAGE))
    return len(finding.searched(who, sieve, at=at).page(PAGE).lines)


def asked(many: int) -> dict[str, dict[str, list[float]]]:
    """Milliseconds by seat and kind of query, the queries in a shuffled order."""
    at, people = filling.NOW, seats()
    every = [
        (seat, kind, said) for seat in people for kind, some in queries(many).items() for said in some
    ] * EACH
    random.Random(11).shuffle(every)
    found: dict[str, dict[str, list[float]]] = {}
    for seat, _kind, said in every[:: EACH * 2]:
        ask(people[seat], said, at)
    for seat, kind, said in every:
        began = time.perf_counter()
        ask(people[seat], said, at)
        found.setdefault(seat, {}).setdefault(kind, []).append((time.perf_counter() - began) * 1000)
    return found


def main(words: list[str]) -> int:
    django.setup()
    found: dict[int, dict[str, Any]] = {}
    there, index = 0, 0
    for many in map(int, words):
        began = time.perf_counter()
        fill(there, many - there)
        settle()
        print(f"{many:,} lie there after {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        before = size()
        seconds, longest = follow()
        index += size() - before
        settle()
        rate = (many - there) / seconds
        print(f"indexed at {rate:,.0f} a second, {index / many:.0f} bytes each", file=sys.stderr, flush=True)
        found[many] = {"rate": rate, "longest": longest, "bytes": index / many, "ms": asked(many)}
        there = many
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
