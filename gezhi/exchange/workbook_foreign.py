"""A workbook that was filled in for another model: told once, not cell by cell."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from gezhi.exchange.workbook_layout import DEPARTMENT
from gezhi.exchange.workbook_read import Read, some
from gezhi.rules import load
from gezhi.rules.model import Model

FEWEST = {"units": 2, "people": 3}
"""How many different words must be strange before the whole sheet is; one may be a slip in many rows."""
MOST = 6


def told(read: Read, model: Model, *, opened: bool) -> bool:
    """Whether half of the levels or of the posts are another model's; then it is said, once, at the sheet."""
    levels = _words(read, "units", "level")
    posts = _words(read, "people", "post") - {DEPARTMENT, "department"}
    strange = {
        "units": levels - _called(model.levels.values()),
        "people": posts - _called(model.posts.values()) - _called(model.departments.values()),
    }
    for sheet, words in (("units", levels), ("people", posts)):
        if len(strange[sheet]) >= FEWEST[sheet] and 2 * len(strange[sheet]) >= len(words):
            read.say(sheet, 0, "", _sentence(sorted(strange[sheet]), levels, model, opened))
            return True
    return False


def _sentence(strange: list[str], levels: set[str], model: Model, opened: bool) -> str:
    said = _("这张表是照另一个治理模型填的：“{model}”里没有“{words}”。").format(
        model=model.name, words=some(strange, MOST)
    )
    if like := _like(levels, model):
        said += _("它像是照“{like}”填的。").format(like=like)
    said += _("现在的层级是{levels}。").format(levels=some(level.name for level in model.levels.values()))
    if opened:
        return said + _("请下载现在的工作簿来改。")
    return said + _("请下载这里的模板重填；只是叫法不同的，回第 1 步改成本区的叫法。")


def _like(levels: set[str], model: Model) -> str:
    """A published model that knows every level of the sheet."""
    for name in load.shipped():
        if name in ("base", model.id):
            continue
        other = load.named(name)
        if levels and levels <= _called(other.levels.values()):
            return other.name
    return ""


def _words(read: Read, sheet: str, column: str) -> set[str]:
    return {line.text(column) for line in read.lines.get(sheet, ())} - {""}


def _called(things: Iterable[object]) -> set[str]:
    """Every word by which one of these is known."""
    found: set[str] = set()
    for one in things:
        found |= {getattr(one, name, "") for name in ("name", "english", "id")} | set(getattr(one, "aka", ()))
    return found - {""}
