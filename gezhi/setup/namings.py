"""A district's own names as they are typed: read, held to their form, and made into a model of its own."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.ledger import clock
from gezhi.rules.model import Model
from gezhi.rules.naming import NATION, PARTS, README, Names, english_of, names_of, own
from gezhi.rules.texts import Texts
from gezhi.setup import draft
from gezhi.unseen import straight

LONGEST = {"name": 40, "level": 12, "english": 60, "jurisdiction": 20}
MOST_JURISDICTIONS = 8
_RUNS = ("=", "+", "-", "@")  # what a table program takes for the beginning of a formula


def typed(said: Mapping[str, str], shown: Names) -> Names:
    """What the form says; `shown` is what stood in it. Raises `Refused` beside the field that has not its form."""
    levels = {}
    for id, before in shown.levels.items():
        pair = (_word(said, f"level.{id}", "level"), _english(said, f"level.{id}.english"))
        levels[id] = (pair[0], english_of(before, pair))
    named = (_word(said, "name", "name"), _english(said, "english"))
    found = Names(
        named[0],
        english_of((shown.name, shown.english), named),
        levels,
        jurisdictions(straight(said.get("jurisdictions", ""))),
    )
    well_formed(found)
    return found


def jurisdictions(words: str) -> tuple[str, ...]:
    """Whose rules apply, parted by commas or blanks; the nation's always do."""
    said = [word for word in PARTS.split(words) if word]
    if len(said) > MOST_JURISDICTIONS or any(len(word) > LONGEST["jurisdiction"] for word in said):
        raise Refused(
            _("适用的法写地方的名称，用顿号分开，如“全国、安徽省、合肥市”，最多 {most} 个。").format(
                most=MOST_JURISDICTIONS
            ),
            code="name_form",
            field="jurisdictions",
        )
    return tuple(dict.fromkeys((NATION, *said)))


def well_formed(said: Names) -> None:
    """Raise `Refused` where a level has no name, or two are called the same: nobody could tell them apart."""
    seen: dict[str, str] = {}
    for id, (name, _said_in_english) in said.levels.items():
        if name in seen:
            told = _("两个层级都叫“{name}”。请分开起名。")
            raise Refused(told.format(name=name), code="name_twice", field=f"level.{id}")
        seen[name] = id


def made(said: Names) -> tuple[Texts, str, str]:
    """The texts of the model that was chosen under these names, what its README says, and of which it is made."""
    of = origin()
    model = draft.model_of(of or draft.OWN)
    texts = own(model, said, since=clock.today().isoformat(), extends=of)
    return texts, README.format(name=said.name, model=model.name, id=of or model.id), of


def origin() -> str:
    """The published model that was chosen, or of which the chosen one was made; empty for one that came as files."""
    name = draft.chosen()
    return draft.made_of() if name == draft.OWN else name


def shown_names() -> tuple[Model, Names]:
    """The model the names are taken from, and what stands in the form: the words of the chosen one."""
    of = origin()
    return draft.model_of(of or draft.OWN), names_of(draft.model_of(draft.chosen()))


def _word(said: Mapping[str, str], field: str, kind: str) -> str:
    word = straight(said.get(field, "")).strip()
    if not 1 <= len(word) <= LONGEST[kind] or not word.isprintable() or word.startswith(_RUNS):
        told = _("名称写1到{most}个字，不以 = + - @ 开头。").format(most=LONGEST[kind])
        raise Refused(told, code="name_form", field=field)
    return word


def _english(said: Mapping[str, str], field: str) -> str:
    word = " ".join(straight(said.get(field, "")).split())
    if len(word) > LONGEST["english"] or not word.isprintable():
        told = _("英文名称最多{most}个字。").format(most=LONGEST["english"])
        raise Refused(told, code="name_form", field=field)
    return word
