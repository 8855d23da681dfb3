"""自己看到的: what somebody saw themselves did not come in by a call, a visit or a letter."""

from __future__ import annotations

from gezhi.matters import sentences
from gezhi.rules.flows import Channel
from gezhi.rules.model import Model


def by_hand(model: Model) -> list[Channel]:
    """The ways in that a person types in."""
    return [one for one in model.channels.values() if one.way != "out" and one.exchange == "hand"]


def doubted(model: Model, reporting: str, channel: str) -> str:
    """The name of the way in, where it brings somebody's report and the matter is said to be one's own sighting, for
    which the model has a way of its own; empty where the two agree."""
    said = model.channels.get(channel)
    if reporting != "staff" or said is None or said.reporter not in {"sealed", "anonymous"}:
        return ""
    ways = any(one.reporter == "staff" for one in by_hand(model))
    return sentences.label(said) if ways else ""
