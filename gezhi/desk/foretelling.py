"""The messages of a step to the reporter, as its form shows them before the button is pressed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gezhi.errors import Refused
from gezhi.matters import reporters_part, routing
from gezhi.matters.queries import MatterPage
from gezhi.matters.services import merging, reporting_back
from gezhi.notify import foretold as notify
from gezhi.notify import tellings
from gezhi.notify.foretold import Foretold
from gezhi.people.queries import Person
from gezhi.rules.model import Flow, Model, Move


class Typed(NamedTuple):
    """What stands in the form so far: the note, the id of a reason, the number of the matter to merge into."""

    note: str = ""
    reason: str = ""
    into: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One of them. `note` is what is written so far, in its place between `before` and `after` where it is quoted; `open`:
    something else is still to be chosen, so that it cannot be counted yet. `others`: who else is told the same. `when` is
    what leads to it, where one form has several ends; `ending` is `after` as it follows on this note. Only what goes as a
    short message is `counted`."""

    name: str
    door: str
    before: str
    note: str
    after: str
    quotes: bool
    counted: str
    open: bool
    others: str
    when: str = ""
    ending: str = ""


def messages(page: MatterPage, move: str, person: Person, said: Typed) -> list[Message]:
    """What the reporter would be told by this step with what is `said` so far; none where the step is not to be taken now.
    What is still to be chosen is marked as such: what is shown is what is sent."""
    taken = page.scene.flow.moves[move]
    if not any(one.id == move for one in page.next_moves):
        return []
    reasons = [id for id in taken.reasons if id == said.reason or len(taken.reasons) == 1]
    into = _into(page, taken, person, said.into)
    found = notify.foretold(page.scene, taken, person.account, next(iter(reasons), ""), into)
    return _messages(found, said.note)


def of_word(page: MatterPage) -> list[Message]:
    """What the reporter would be told once a word is left for them, which says no more than that it is there."""
    return _messages(notify.of_word(page.scene), "")


def of_proposal(page: MatterPage, person: Person) -> list[Message]:
    """What the reporter would be told once this person confirms the step that waits; none where they may not."""
    waiting = page.ties.waiting
    if waiting is None or not waiting.may:
        return []
    taken = page.scene.flow.moves[waiting.taken]
    into = waiting.into.id if waiting.into else None
    found = notify.foretold(page.scene, taken, person.account, waiting.chosen, into)
    return _messages([one for one in found if not one.open], waiting.note)


def of_rating(page: MatterPage, person: Person, words: str) -> list[Message]:
    """What the reporter would be told by each rating that moves the matter."""
    found: list[Message] = []
    for rating, when in (("content", _("满意、基本满意")), ("discontent", _("不满意"))):
        taken = reporters_part.way(page.scene, rating)
        if taken is not None:
            told = notify.foretold(page.scene, taken, person.account)
            found += _messages(told, words, when)
    return found


def of_reopening(page: MatterPage, person: Person, words: str) -> list[Message]:
    """What the reporter would be told once the matter is opened again."""
    again = reporting_back.opening_again(page.scene)
    return _messages(notify.foretold(page.scene, again, person.account), words)


def of_extension(page: MatterPage, rule: str, due: datetime | None, note: str) -> list[Message]:
    """What the reporter would be told of a longer promise that falls due then, where that is known."""
    return _messages(notify.of_extension(page.scene, rule, due), note)


def tells(page: MatterPage, taken: Move) -> bool:
    """Whether this step tells the reporter anything, so that its words are to be read first."""
    told = notify.sketched(page.model, page.scene.flow, taken, page.matter.step)
    return bool(told) and page.ties.people > 0


def of_several(model: Model, flow: Flow, taken: Move, step: str) -> list[str]:
    """What this step tells the reporter of each of several matters, with words for what is each one's own."""
    told = notify.sketched(model, flow, taken, step)
    own, note = _("（各件自己的）"), _("（所写的一句）")
    return [text.replace(notify.EACH, own).replace(notify.NOTE, note) for text in told]


def _into(page: MatterPage, taken: Move, person: Person, number: str) -> UUID | None:
    """The matter that is named to merge into, as the step itself finds it."""
    if not number.strip() or not routing.merges(page.scene.flow, taken):
        return None
    try:
        return merging.target(page.scene, number, person).id
    except Refused:
        return None  # the step says why


def _messages(found: Iterable[Foretold], note: str, when: str = "") -> list[Message]:
    return [_message(one, note.strip(), when) for one in found]


def _message(one: Foretold, note: str, when: str) -> Message:
    whole = one.text(note)
    counted = _("{n} 字，按短信算 {parts} 条").format(n=len(whole), parts=notify.messages(whole))
    before, after = _marked(one.before), _marked(one.after)
    counts = one.door == "sms" and not one.open
    said = (before, note, after, one.quotes, counted if counts else "", one.open)
    return Message(one.name, _door(one.door), *said, _others(one.others), when, tellings.after(note, after))


def _marked(text: str) -> str:
    """The text with words where something is still to be chosen."""
    words = {
        notify.CHOSEN: _("（所选的一项）"),
        notify.MANY: _("（几）"),
        notify.DAY: _("（延到的那天）"),
    }
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text


def _others(n: int) -> str:
    if not n:
        return ""
    told = ngettext(
        "并进来的还有 {n} 位报告人，照自己的编号收到同样的话。",
        "并进来的还有 {n} 位报告人，照自己的编号收到同样的话。",
        n,
    )
    return told.format(n=n)


def _door(door: str) -> str:
    said = {"sms": _("短信"), "phone": _("电话告知"), "public": _("公开查询页，报编号可见")}
    return said.get(door, door)
