"""What an entry of the ledger is called in the story of its matter."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from gezhi.ledger import queries as ledger
from gezhi.matters import events, outside, relays, sentences, statements
from gezhi.matters.models import Text
from gezhi.matters.scenes import Scene
from gezhi.rules.model import Move


def worded(text: Text) -> str:
    """One text of an entry as its story shows it."""
    return _("回执：{number}").format(number=text.body) if text.kind == "receipt" else text.body


def from_to(facts: dict[str, Any], scene: Scene) -> str:
    """From which unit to which a matter was placed."""
    old, new = (" / ".join(scene.ground.names(facts[key])[-2:]) for key in ("from", "path"))
    return (
        _("地点还在 {new}").format(new=new) if old == new else _("从 {old} 到 {new}").format(old=old, new=new)
    )


def verb_of(entry: ledger.Happened, scene: Scene) -> str:
    """What happened with this entry, in words."""
    facts = entry.facts
    if entry.what == events.STEPPED and facts["move"] in scene.flow.moves:
        return _named(scene.flow.moves[facts["move"]], facts.get("reason", ""))
    if entry.what == events.OPENED:
        return sentences.label(scene.flow.steps[facts["step"]])
    if entry.what == events.BESIDE and facts["aside"] in scene.model.asides:
        return sentences.label(scene.model.asides[facts["aside"]])
    if said := _said_by(entry.what, facts):
        return said
    if entry.what in sentences.PROPOSALS and facts["move"] in scene.flow.moves:
        return sentences.proposal(entry.what, sentences.label(scene.flow.moves[facts["move"]]))
    rule = scene.flow.promises.get(facts.get("promise", ""))
    return sentences.event(entry.what, sentences.label(rule) if rule else "")


def _said_by(what: str, facts: dict[str, Any]) -> str:
    """What an entry is called by its facts alone; empty for one that the model or a promise has to name."""
    if what == events.RATED:
        return sentences.rating(facts["rating"])
    if what == events.WALLED:
        return sentences.walled(facts["why"])
    if what.startswith("outside."):
        return outside.verb(what, facts)
    if what in events.RELAYED:
        return relays.verb(what, call=bool(facts.get("call")))
    if what.startswith("statement."):
        return statements.verb(what)
    if what.startswith("message."):
        return sentences.message(what, called=facts["telling"] == relays.CALL_BACK)
    return sentences.sealed_file(what, facts["kind"]) if what.startswith("vault.file_") else ""


def _named(move: Move, reason: str) -> str:
    """What a step is called, with the reason that was chosen for it."""
    name = sentences.label(move)
    return (
        _("{move}（{reason}）").format(move=name, reason=sentences.reason(move, reason)) if reason else name
    )


def node_of(entry: ledger.Happened) -> str:
    """How the story marks it: d (state), b (objection), n (raised, beside), s (small) or w (clock)."""
    if entry.what == events.OPENED:
        return "d"
    if entry.what == events.REOPENED:
        return "b"
    if entry.what in {events.STEPPED, events.PLACED}:
        return "d" if entry.by else "s"
    if entry.what in {events.WALLED, events.UNWALLED, events.TEAM_NAMED}:
        return "n"
    if entry.what == events.EXTENSION_DECLINED or _said(entry) == "cannot":
        return "b"
    if entry.what in {events.OUTSIDE_GIVEN, *events.STATEMENTS, *events.RELAYED} or _said(entry) == "done":
        return "n"
    if entry.what in {events.OUTSIDE_OPENED, events.OUTSIDE_SAID}:
        return "s"
    return (
        "n" if entry.what in {events.RAISED, events.BESIDE} or (entry.by and "amount" in entry.facts) else "w"
    )


def _said(entry: ledger.Happened) -> str:
    """What somebody outside said with it; empty for every other entry."""
    return str(entry.facts["said"]) if entry.what == events.OUTSIDE_SAID else ""
