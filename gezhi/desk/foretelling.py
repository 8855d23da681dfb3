"""The messages of a step to the reporter, as its form shows them before the button is pressed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gezhi.matters.queries import MatterPage
from gezhi.notify import foretold as notify
from gezhi.people.queries import Person


@dataclass(frozen=True, slots=True)
class Message:
    """One of them. `note` is what is written so far, in its place between `before` and `after` where it is quoted."""

    name: str
    door: str
    before: str
    note: str
    after: str
    quotes: bool
    counted: str


def messages(page: MatterPage, move: str, person: Person, said: tuple[str, str]) -> list[Message]:
    """What the reporter would be told by this step with this note and reason (`said`); none where the step is not to be
    taken now, or where its reason is still to be chosen: what is shown is what is sent, or it is not shown."""
    note, reason = said
    taken = page.scene.flow.moves[move]
    if taken.reasons and reason not in taken.reasons:
        return []
    if not any(one.id == move for one in page.next_moves):
        return []
    found = notify.foretold(page.scene, taken, person.account, reason)
    return [_message(one, note.strip()) for one in found]


def _message(one: notify.Foretold, note: str) -> Message:
    whole = one.text(note)
    counted = _("{n} 字，按短信算 {parts} 条").format(n=len(whole), parts=notify.messages(whole))
    return Message(one.name, _door(one.door), one.before, note, one.after, one.quotes, counted)


def _door(door: str) -> str:
    said = {"sms": _("短信"), "phone": _("电话告知"), "public": _("公开查询页，报编号可见")}
    return said.get(door, door)
