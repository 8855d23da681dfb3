"""Invented names of places. Any likeness to a real place is chance."""

from __future__ import annotations

DISTRICT = "柳溪区"
TOWNS = (
    ("望湖街道", "望"),
    ("柳荫街道", "荫"),
    ("石埠街道", "埠"),
    ("白鹭街道", "鹭"),
    ("云岭街道", "云"),
    ("南泽镇", "泽"),
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
