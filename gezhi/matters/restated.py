"""What a restatement (转述) may not say, and what of it may tell who reported: read in one place, before it goes to the party."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gezhi.matters import reporters_words, typed_numbers
from gezhi.matters.scenes import Scene
from gezhi.vault.traces import trace_in
from gezhi.words import homes, similar

SHARED = 16
"""From how many signs in a row on the words are the reporter's and no restatement."""
REPEATED = 8
"""From how many signs in a row the writer is told that they are the reporter's."""
_FIGURES = re.compile(r"\d+-\d+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found: `never` is the code and the sentence of what must not go, empty where nothing is; `tales` are
    sentences about what may tell who reported, upon which whoever writes decides."""

    never: tuple[str, str] = ("", "")
    tales: tuple[str, ...] = ()


def read(scene: Scene, words: str) -> Reading:
    """Read a restatement against the matter and everything its reporter wrote or said, which is looked up once."""
    if _names(scene.matter.number, words):
        return Reading(("number", _("里面有这一件的编号。编号不给被反映的一方，请删去。")))
    trace = trace_in(words)
    if trace == "identity":
        told = _("里面像有身份证号。证件号一律不写在这里，请删去再交。")
        return Reading(("identity_in_text", told))
    theirs = reporters_words.of_matter(scene.matter.id)
    some = similar.repeated(theirs, words, REPEATED)
    if some and (shared := similar.repeated(theirs, words, SHARED)):
        told = _("「{shared}…」是报告人的原话，不给被反映的一方。请用自己的话转述。")
        return Reading(("reporters_words", told.format(shared=shared)))
    return Reading(tales=_tales(scene, words, some, number=bool(trace)))


def _tales(scene: Scene, words: str, shared: str, *, number: bool) -> tuple[str, ...]:
    """Words of the reporter's, a home, a number, the address that was registered."""
    found = []
    if shared:
        found.append(_("「{shared}…」和报告人写的一样。").format(shared=shared))
    if homes.names_a_home(words):
        found.append(_("写到了哪一户，看的人会猜到是谁说的。"))
    if number:
        found.append(_("里面像有电话号码。"))
    address = len(similar.signs(scene.matter.address))
    if address >= REPEATED and similar.repeated([scene.matter.address], words, address):
        found.append(_("写了登记的地址，一个字不差。"))
    return tuple(found)


def _names(number: str, words: str) -> bool:
    """Whether the words hold a number, whole or from its last figures on."""
    said = typed_numbers.squeezed(words)
    tail = _FIGURES.findall(number)
    return typed_numbers.squeezed(number) in said or bool(tail and tail[-1] in said)
