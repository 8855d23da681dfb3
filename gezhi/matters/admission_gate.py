"""What a grid may be given: where a model has an admission, nothing but what is in the catalogue.

Pure functions of the model. The gate stands where it is decided who is asked (`routing.asked_at`), so no way to a
desk of a grid leads past it; an edition keeps its rule for the matters that were opened under it.
"""

from __future__ import annotations

from gezhi.rules import who
from gezhi.rules.model import Item, Model, Post

WORKING = frozenset(("handle", "meet"))
_DEPARTMENT = "department:"
_levels: dict[str, frozenset[str]] = {}


def gated(model: Model) -> frozenset[str]:
    """The lists whose items a grid may be given: those with an admission, and others marked `gate`. Empty in a model
    without any admission, which shuts nothing."""
    if not model.admissions:
        return frozenset()
    marked = {one.id for one in model.catalogues.values() if one.gate}
    return frozenset(marked | {one.catalogue for one in model.admissions.values()})


def admits(model: Model, item: Item) -> bool:
    """Whether this item may be given to a grid, as far as the catalogue goes."""
    return not model.admissions or item.catalogue in gated(model)


def in_grid(model: Model, item: Item) -> bool | None:
    """What column 格内 comes to: 否 for an item of a department that is not in the catalogue, whatever its row says."""
    if item.in_grid and item.handler.startswith(_DEPARTMENT) and not admits(model, item):
        return False
    return item.in_grid


def grid_levels(model: Model) -> frozenset[str]:
    """The levels that are grids: in each chain the lowest at which somebody of no department works on matters, and
    everything below it."""
    if model.version not in _levels:
        found = {level for chain in model.chains for level in _from_lowest(model, chain)}
        _levels[model.version] = frozenset(found)
    return _levels[model.version]


def of_a_grid(post: Post, level: str, model: Model) -> bool:
    """Whether somebody in this post at a unit of this level is the grid's. A department's own worker is not."""
    return not post.of_department and level in grid_levels(model)


def shuts_out(model: Model, item: Item, desk: str, level: str) -> bool:
    """Whether the gate stands between this item and this desk, whose unit is of this level."""
    post = model.posts.get(desk.partition("@")[0])
    return post is not None and not admits(model, item) and of_a_grid(post, level, model)


def only_for_a_grid(model: Model, item: Item) -> bool:
    """Whether an item that is not in the catalogue could be worked on by nobody but a grid: column 承办 names a post
    that sits in grids alone."""
    post = model.posts.get(item.handler)
    if post is None or admits(model, item):
        return False
    return all(of_a_grid(post, level, model) for level in post.levels)


def _from_lowest(model: Model, chain: tuple[str, ...]) -> tuple[str, ...]:
    hands = {level for post in _working(model) for level in post.levels}
    lowest = max((n for n, level in enumerate(chain) if level in hands), default=len(chain))
    return chain[lowest:] if lowest else ()


def _working(model: Model) -> list[Post]:
    """Posts of no department that hold a duty of working on matters."""
    words = [w for duty in model.duties.values() if duty.kind in WORKING for w in duty.held_by]
    found = {one.id for one in map(who.parse, words) if one.kind == "post"}
    return [
        model.posts[id] for id in sorted(found) if id in model.posts and not model.posts[id].of_department
    ]
