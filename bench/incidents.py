"""Invented reports of invented incidents, for telling which of them are about the same thing.

An incident is one thing at one place: a kind, a spot of a compound, what is wrong with it. Half of them are reported once,
the others two to six times within some days, each time by somebody else: another opening, the compound named or not,
the spot named or not, what is wrong said in other words or seen from another side, and the point off by some metres. A
quarter of all incidents have a neighbour of the same kind within forty to two hundred metres in the same week.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gezhi.demo.phrases import KINDS

BEGAN = datetime(2026, 10, 1, tzinfo=UTC)
WEST, SOUTH, METRES_EAST, METRES_NORTH = 118.2, 30.2, 96_200.0, 110_870.0
SIDE = 3000  # metres of the town
DAYS = 30
OPENINGS = ("", "", "", "您好，", "反映一下，", "请问谁管：", "我是住户，", "刚路过看到，", "又来说一次，")
ENDINGS = ("。", "。", "，请尽快来看。", "，麻烦处理一下。", "，谢谢！", "，已经说过一次了。", "，急。")
ROADS = "桃源 新河 晨光 文昌 东风 育才 望湖 青石 柳堤 学府 建业 南门 北塘 西园 石桥 云岭 南泽 白鹭 莲塘 松鹤".split()
PARKS = "锦绣 和平 阳光 翠湖 金桂 紫薇 梧桐 银杏 丽景 幸福 安康 玉兰 明珠 龙泉 清风 瑞祥 书香 景江 春晓 秋实".split()
OTHER_WORDS = {
    "堆了": ("堆着", "堆满", "放了"), "放着": ("摆着", "停着"), "松动": ("松了", "晃动"), "摇晃": ("晃",),
    "一直": ("老是", "不停"), "往外冒": ("冒出", "往外流"), "漏水": ("渗水", "滴水"), "两天": ("好几天", "几天"),
    "没清": ("没人清", "没清运"), "溢出来": ("满出来", "装不下了"), "很大": ("特别大", "大得很"), "有人": ("总有人", "有个人"),
    "坏了": ("不能用了", "出毛病了"), "不亮": ("灭了", "没亮", "不亮了"), "停了": ("停着", "停满了"), "堵": ("堵住", "挡"),
    "烧": ("在烧", "点火烧"), "异响": ("怪声", "响声"), "明显的": ("很重的", ""), "旧": ("破旧", ""), "垃圾": ("垃圾", "生活垃圾"),
    "三辆": ("好几辆", "两三辆"), "电动车": ("电瓶车", "电动车"), "楼道": ("走道", "楼道"), "单元": ("单元门", "单元"),
    "小区": ("院子", "小区"), "门口": ("门前", "门口"), "旁": ("边上", "旁边"), "夜里": ("晚上", "半夜"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that is wrong."""

    kind: str
    where: str
    what: str
    place: str
    east: float
    north: float
    began: float  # days


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says of an incident, in the order of time."""

    incident: int
    item: str
    text: str
    lon: float
    lat: float
    at: datetime


def reports(many: int, noise: float, seed: int) -> list[Report]:
    """So many reports, oldest first; `noise` is the deviation of a point in metres, in each direction."""
    chance = random.Random(seed)
    found: list[Report] = []
    incidents = _incidents(chance, many)
    for n, one in enumerate(incidents):
        for again in range(1 if chance.random() < 0.5 else chance.choice((2, 2, 2, 3, 3, 4, 6))):
            days = one.began + (chance.uniform(0, 6) if again else 0.0)
            found.append(_report(chance, n, one, days, noise))
            if len(found) == many:
                return sorted(found, key=lambda report: report.at)
    raise ValueError(many)


def _incidents(chance: random.Random, many: int) -> list[Incident]:
    kinds, weights = zip(*((kind, said.weight) for kind, said in KINDS.items()), strict=True)
    found: list[Incident] = []
    while len(found) < many:
        one = _incident(
            chance, chance.choices(kinds, weights)[0], chance.random() * SIDE, chance.random() * SIDE
        )
        found.append(one)
        if chance.random() < 0.25:
            turn, away = chance.random() * 2 * math.pi, chance.uniform(40, 200)
            beside = _incident(
                chance, one.kind, one.east + away * math.cos(turn), one.north + away * math.sin(turn)
            )
            if (beside.where, beside.what) != (one.where, one.what):
                found.append(beside)
    return found


def _incident(chance: random.Random, kind: str, east: float, north: float) -> Incident:
    """Its compound is the one that stands there: the town has one on each square of two hundred metres."""
    square = (int(east // 200), int(north // 200))
    named = random.Random(f"{square}")
    place = (
        f"{named.choice(ROADS)}路{named.randrange(1, 200)}号"
        if named.random() < 0.5
        else f"{named.choice(PARKS)}小区"
    )
    place += f"{chance.randrange(1, 13)}栋" if place.endswith("小区") else ""
    said = KINDS[kind]
    where, what = chance.choice(said.where), chance.choice(said.what)
    return Incident(kind, where, what, place, east, north, chance.random() * DAYS)


def _report(chance: random.Random, n: int, one: Incident, days: float, noise: float) -> Report:
    said = KINDS[one.kind]
    what = one.what if chance.random() < 0.85 else ""
    what = _otherwise(chance, what)
    place = (
        one.place
        if chance.random() < 0.65
        else one.place.partition("小区")[0] + "小区"
        if "小区" in one.place
        else ""
    )
    where = _otherwise(chance, one.where) if chance.random() < 0.85 else ""
    parts = [
        part for part in (what, chance.choice(said.then) if chance.random() < 0.6 or not what else "") if part
    ]
    text = f"{chance.choice(OPENINGS)}{place}{where}{'，'.join(parts)}{chance.choice(ENDINGS)}"
    east, north = chance.gauss(one.east, noise), chance.gauss(one.north, noise)
    item = one.kind if chance.random() < 0.93 else chance.choice(sorted(KINDS))
    return Report(
        n, item, text, WEST + east / METRES_EAST, SOUTH + north / METRES_NORTH, BEGAN + timedelta(days=days)
    )


def _otherwise(chance: random.Random, said: str) -> str:
    """The same in other words, often."""
    for word, others in OTHER_WORDS.items():
        if word in said and chance.random() < 0.5:
            said = said.replace(word, chance.choice(others), 1)
    return said
