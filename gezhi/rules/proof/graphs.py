"""Three questions of any graph: what leads somewhere, what runs in circles, what each node can come to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def leading_to(goals: Iterable[Node], nexts: Mapping[Node, Iterable[Node]]) -> set[Node]:
    """Every node from which some goal can be come to, the goals themselves included."""
    before: dict[Node, list[Node]] = {}
    for node, following in nexts.items():
        for one in following:
            before.setdefault(one, []).append(node)
    found = set(goals)
    waiting = list(found)
    while waiting:
        for node in before.get(waiting.pop(), ()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def circles(nexts: Mapping[Node, Iterable[Node]]) -> list[set[Node]]:
    """Strongly connected parts that hold a circle (one node that leads to itself is one)."""
    kept = _without_dead_ends(nexts)
    order = _finished(kept)
    before: dict[Node, list[Node]] = {}
    for node, following in kept.items():
        for one in following:
            before.setdefault(one, []).append(node)
    parts: list[set[Node]] = []
    placed: set[Node] = set()
    for root in reversed(order):
        if root in placed:
            continue
        part = {root}
        placed.add(root)
        waiting = [root]
        while waiting:
            fresh = [one for one in before.get(waiting.pop(), ()) if one not in placed]
            placed.update(fresh)
            part.update(fresh)
            waiting += fresh
        if len(part) > 1 or root in kept[root]:
            parts.append(part)
    return parts


def _without_dead_ends(nexts: Mapping[Node, Iterable[Node]]) -> dict[Node, list[Node]]:
    """The graph without nodes that can be on no circle because everything after them ends. Order is kept."""
    kept = {
        node: [one for one in dict.fromkeys(following) if one in nexts] for node, following in nexts.items()
    }
    left = {node: len(following) for node, following in kept.items()}
    before: dict[Node, list[Node]] = {}
    for node, following in kept.items():
        for one in following:
            before.setdefault(one, []).append(node)
    dead = [node for node, number in left.items() if not number]
    while dead:
        node = dead.pop()
        del left[node]
        for one in before.get(node, ()):
            if one in left:
                left[one] -= 1
                if not left[one]:
                    dead.append(one)
    return {node: [one for one in kept[node] if one in left] for node in kept if node in left}


def _finished(nexts: Mapping[Node, list[Node]]) -> list[Node]:
    """Nodes in the order in which a walk in depth leaves them."""
    order: list[Node] = []
    seen: set[Node] = set()
    for root in nexts:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(nexts[root]))]
        while stack:
            node, following = stack[-1]
            for one in following:
                if one not in seen:
                    seen.add(one)
                    stack.append((one, iter(nexts[one])))
                    break
            else:
                stack.pop()
                order.append(node)
    return order
