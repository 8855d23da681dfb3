"""A line that is no TOML: the clerk is told where it is, which sign it is and what to write instead."""

from __future__ import annotations

import tomllib

import pytest

from gezhi.rules.toml_faults import Told, told

GOOD = """[post]
centre = { name = "中心", levels = ["town"] }
head = { name = "片长", english = "Head", levels = ["block"] }
"""


def broken(was: str, now: str) -> Told:
    text = GOOD.replace(was, now, 1)
    assert text != GOOD
    with pytest.raises(tomllib.TOMLDecodeError) as error:
        tomllib.loads(text)
    return told(text, error.value)


@pytest.mark.parametrize(
    ("was", "now", "line", "words"),
    [
        ("head = {", "head ＝ {", 3, "第 6 个字是全角的「＝」，要写半角的「=」"),
        ('"片长"', "“片长”", 3, '第 17 个字是全角的「“」，要写半角的「"」'),
        ('"片长",', '"片长"，', 3, "全角的「，」，要写半角的「,」"),
        ('["town"]', '["town"、"x"]', 2, "全角的「、」，要写半角的「,」"),
        ('["block"]', '【"block"】', 3, "全角的「【」，要写半角的「[」"),
        ("[post]", "＃ 岗位\n[post]", 1, "全角的「＃」，要写半角的「#」"),
        ('["block"] }', '["block"], }', 3, "最后一样的后面不能有逗号"),
        ('"片长", english', '"片长, english', 3, "「片长」后面少了引号"),
        ('"片长", english', "片长, english", 3, "等号后面的文字两头少了引号"),
        ('["block"] }', '["block"]', 3, "花括号开了没有关"),
        ('"片长", english', '"片长",\nenglish', 3, "要写在同一行里"),
        ("head = {", "centre = {", 3, "「centre」写了两次，第 2 行已经有一个"),
        ("head = {", "片长 = {", 3, "编号「片长」不全是英文：只用英文字母"),
        ("head =", "[duty]\nreport = 1\n[post]\nhead =", 5, "[post] 在第 1 行已经有了"),
    ],
)
def test_the_mistake_is_named_where_it_is(was: str, now: str, line: int, words: str) -> None:
    found = broken(was, now)
    assert words in found.sentence
    assert found.line == line
    assert not [letter for letter in found.english if "一" <= letter <= "鿿" and letter not in now]


def test_a_full_width_comma_in_words_is_no_mistake() -> None:
    text = GOOD.replace("片长", "片长，兼楼长").replace("head =", "head ＝")
    with pytest.raises(tomllib.TOMLDecodeError) as error:
        tomllib.loads(text)
    assert "「＝」" in told(text, error.value).sentence
