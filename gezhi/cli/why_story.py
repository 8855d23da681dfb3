"""The history of a matter for `gezhi why`: each step, to whom it went and why at that time, and the end.

Everything here was written down when it happened; nothing is decided again. No text, no name of a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gezhi.cli.words import gettext as _

if TYPE_CHECKING:
    from gezhi.ledger.queries import Happened
    from gezhi.matters.scenes import Scene

ROUTE = ("desk", "duty", "resolver", "passed")


def entries_of(scene: Scene) -> list[Happened]:
    """The entries that made the matter go where it went, oldest first."""
    from gezhi.ledger import queries as ledger
    from gezhi.matters import events

    told = {
        *(events.OPENED, events.STEPPED, events.PLACED, events.CARRIED, events.RAISED),
        *(events.PROMISE_MISSED, events.PROMISE_LAPSED, events.PROMISE_RECOUNTED),
    }
    return [entry for entry in ledger.story(scene.matter.id) if entry.what in told]


def as_data(scene: Scene) -> list[dict[str, Any]]:
    """Each of them for programs."""
    return [
        {
            "at": entry.at.isoformat(),
            "recorded_at": entry.recorded_at.isoformat(),
            "what": entry.what,
            "by": entry.post,
            **{name: entry.facts[name] for name in ("move", "step", "closing") if entry.facts.get(name)},
            **({"route": route_of(entry)} if entry.facts.get("desk") else {}),
        }
        for entry in entries_of(scene)
    ]


def route_of(entry: Happened) -> dict[str, Any]:
    """To whom an entry gave the matter, as it was written down; a route of nothing where it gave it to nobody."""
    return {name: entry.facts.get(name) for name in ROUTE}


def as_lines(scene: Scene) -> list[str]:
    """The same as sentences, under their heading."""
    lines = [_("经过：")]
    for entry in entries_of(scene):
        lines += [_head(entry, scene), *_more(entry, scene)]
    return lines


def _head(entry: Happened, scene: Scene) -> str:
    from gezhi.matters.desks import acting_words
    from gezhi.matters.verbs import verb_of

    who = " · ".join(word for word in acting_words(entry, scene) if word)
    said = _("　　{at}　{verb}（{who}）").format(
        at=local(entry.at), verb=verb_of(entry, scene), who=who or _("平台自动")
    )
    if (late := local(entry.recorded_at)) != local(entry.at):
        said += _("，{at} 才登记").format(at=late)
    return said


def _more(entry: Happened, scene: Scene) -> list[str]:
    """Where a step led, why to whom; or that it was the end."""
    from gezhi.matters import carried, events, sentences

    lines = []
    if entry.what == events.CARRIED:
        lines.append(carried.sentence(entry.facts))
    if entry.what == events.PROMISE_RECOUNTED:
        lines.append(sentences.recounted(entry.facts))
    if entry.facts.get("desk"):
        lines += route_lines(route_of(entry), scene)
    elif entry.facts.get("closing"):
        lines.append(
            _("到此了结：{closing}，不再等任何人。").format(closing=_closing(entry.facts["closing"]))
        )
    return [f"　　　　{line}" for line in lines]


def route_lines(route: dict[str, Any], scene: Scene) -> list[str]:
    """To whom, for which duty, by which word of the rule, and who was asked first in vain."""
    from gezhi.matters import sentences
    from gezhi.matters.desks import desk_words, passed_words

    who = sentences.who_words((route["resolver"] or "",), scene.model) or route["resolver"]
    duty = scene.model.duties.get(route["duty"] or "")
    desk = desk_words(route["desk"], scene)
    if not route["duty"]:
        return [_("这里没有轮到谁，由平台接着走下一步。")]
    lines = [
        _("交给 {desk}。轮到「{duty}」，规则写的是{who}。").format(
            desk=desk, duty=sentences.label(duty) if duty else route["duty"], who=who
        )
    ]
    for passed in route["passed"] or []:
        told = passed_words(passed, route["desk"], scene)
        lines.append(_("先问过{who}：{why}。").format(who=told.who or passed, why=told.found))
    return lines


def _closing(code: str) -> str:
    from gezhi.reporting.figures import part_name

    return part_name(code)


def local(moment: Any) -> str:
    """A moment of the instance's day, to the minute."""
    from django.utils import timezone

    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
