"""A model that is written out and read again is the same model."""

from __future__ import annotations

from datetime import date

import pytest

from gezhi.rules.findings import ModelError
from gezhi.rules.load import named, shipped
from gezhi.rules.texts import Texts, checked, holding_from, read, texts_of, texts_of_model
from gezhi.rules.writing import parts_of

pytestmark = pytest.mark.book


@pytest.mark.parametrize("name", [name for name in shipped() if name != "base"])
def test_what_is_written_out_reads_back_word_for_word(name: str) -> None:
    model = named(name)
    again = read(texts_of_model(model)).model
    assert parts_of(again) == parts_of(model)
    assert again.conduct == model.conduct
    assert holding_from(again, date(2027, 1, 1)).version == holding_from(model, date(2027, 1, 1)).version


def test_signs_that_toml_would_misread_come_back() -> None:
    tables, rows = parts_of(named("nanling"))
    said = 'A\\B "引号"\t{number}\n第二行 # 不是备注'
    tables["telling"]["received"]["text"] = said
    rows["N01"]["名称"] = '含,逗号和"引号"'
    again = read(texts_of(tables, rows)).model
    assert again.tellings["received"].text == said
    assert again.items["N01"].name == '含,逗号和"引号"'


def test_another_first_day_is_another_version_of_the_same_conduct() -> None:
    model = named("nanling")
    one, other = holding_from(model, date(2027, 1, 1)), holding_from(model, date(2027, 1, 2))
    assert one.version != other.version
    assert (one.conduct, one.valid_from, one.about.extends) == (model.conduct, date(2027, 1, 1), "")


def test_a_fault_is_told_at_the_line_of_the_text() -> None:
    texts = texts_of_model(named("nanling"))
    lines = texts.toml.splitlines()
    number = next(n for n, line in enumerate(lines, 1) if line.startswith("town = "))
    lines[number - 1] = lines[number - 1].replace('under = "county"', 'under = "couty"')
    with pytest.raises(ModelError) as refused:
        read(Texts("\n".join(lines), texts.items))
    assert (refused.value.findings[0].line, refused.value.findings[0].near) == (number, "county")
    proof = checked(Texts("\n".join(lines), texts.items))
    assert not proof.holds
    assert checked(texts).holds
