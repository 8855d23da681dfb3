"""Invented names of places. Any likeness to a real place is chance."""

from __future__ import annotations

DISTRICT = "柳溪县"
TOWNS = (
    ("望湖街道", "柳望"),
    ("柳荫街道", "柳荫"),
    ("石埠街道", "柳埠"),
    ("白鹭街道", "柳鹭"),
    ("云岭街道", "柳云"),
    ("南泽镇", "柳泽"),
)
COMMUNITIES = (
    "桥东 桥西 柳岸 听雨 书院 北苑 临溪 新埠 渡口 竹园 梅坞 松涛 荷塘 槐荫 枫林 晓月 长亭 石榴 青禾 麦场 古井 橘洲 清沙 鹤鸣 兰泽"
).split()
ROADS = [
    f"{name}{kind}"
    for kind, names in (
        (
            "路",
            "望湖 临泽 竹影 柳荫 听涛 澄波 云栖 鹭洲 晴川 枕溪 秋水园 芦汀 清漪 荷风 流萤 远岫 烟雨 平沙 落霞 锦鳞 青萍 石桥头 渡月 松间 梅里 桑榆 稻香 麦浪 采菱 归帆 鸣蝉".split(),
        ),
        (
            "街",
            "东篱 南浦 西窗 北亭 书声 墨池 琴台 棋亭 画舫 茶烟 酒旗 溪河 灯市 花朝 月牙 星桥 雪松 霜叶 露台 云锦 春晖 夏荷 秋实 冬青 朝阳里 夕照 长庚 启明里 星河里 地泉 人和里".split(),
        ),
    )
    for name in names
]

_SURNAMES = "沈林乔汤宋何吴朱苏叶秦邵顾江孟贺阮施纪骆温尤柏费岑薛雷倪殷毕郝安常乐于时傅皮卞齐康伍余元卜"
_GIVEN = (
    "样溪 样舟 样禾 样竹 样枫 样澜 样岚 样青 样朗 样宁 样遥 样帆 样棠 样苒 样柯 样槿 样茵 样澈 样栩 样琦 "
    "例行 例言 例明 例川 例安 例清 例松 例荷 例云 例星 例晨 例岸 例桥 例原 例月 例茗 例知 例衡 例远 例序"
).split()


def person(number: int) -> str:
    """The `number`-th invented name, from 0; 样 and 例 (as in 样例) say that nobody is called so."""
    surname = _SURNAMES[(number * 7) % len(_SURNAMES)]
    return surname + _GIVEN[(number + number // len(_SURNAMES)) % len(_GIVEN)]
