"""Every published model is readable part by part, and everything in it that has a form can be changed by it."""

from __future__ import annotations

import pytest

from gezhi.rules import edits
from gezhi.rules.load import named, shipped
from gezhi.rules.texts import read, texts_of_model
from gezhi.rules.writing import parts_of
from gezhi.setup.parts import parts
from gezhi.setup.views.wording import _changed, _form

pytestmark = pytest.mark.book
MODELS = [name for name in shipped() if name != "base"]


def ids_of(thing: str, code: str) -> tuple[str, ...]:
    return tuple(code.split(".")) if thing == "promise" else (code,)


@pytest.mark.parametrize("name", MODELS)
def test_each_part_is_told_in_both_languages(name: str) -> None:
    model = named(name)
    chinese, english = parts(model, english=False), parts(model, english=True)
    assert [part.id for part in chinese] == [part.id for part in english]
    assert {"levels", "posts", "duties", "items"} <= {part.id for part in chinese}
    assert sum(len(part.rows) for part in chinese if part.id == "items") == len(model.items)


@pytest.mark.parametrize("name", MODELS)
def test_each_row_with_a_form_opens_it_and_saved_as_it_is_nothing_changes(name: str) -> None:
    model = named(name)
    rows = [row for part in parts(model, english=False) for row in part.rows if row.thing]
    assert {row.thing for row in rows} >= {"promise", "item", "post"}
    for row in rows:
        ids = ids_of(row.thing, row.code)
        assert edits.has(model, row.thing, ids)
        title, form = _form(model, row.thing, ids)
        assert title
        for field in form:
            known = {value for value, _words in field.choices}
            assert not known or field.value in known, (
                row,
                field.name,
            )  # else another would be chosen in silence
        assert _changed(form, {field.name: field.value.strip() for field in form}) == {}


@pytest.mark.parametrize("name", MODELS)
def test_every_field_written_anew_says_what_it_said(name: str) -> None:
    """The first of each part, with all its fields: the model stays the same, whatever was left to a default."""
    model, texts = named(name), texts_of_model(named(name))
    for part in parts(model, english=False):
        row = next((row for row in part.rows if row.thing), None)
        if row is not None:
            ids = ids_of(row.thing, row.code)
            _title, form = _form(model, row.thing, ids)
            said = {field.name: field.value for field in form}
            again = read(edits.with_change(texts, row.thing, ids, said)).model
            assert parts_of(again)[1].keys() == parts_of(model)[1].keys()
            assert again.conduct == model.conduct, (row.thing, row.code)
