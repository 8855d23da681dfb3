"""What an application for admission must say, and what it may not: every fault at its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.matters import admission_rows
from gezhi.matters.admission import Returned, heads_of
from gezhi.matters.models import Application
from gezhi.people.queries import DEPARTMENT
from gezhi.rules import length
from gezhi.rules.keys import EVIDENCE
from gezhi.rules.model import Model
from gezhi.vault.traces import trace_in

LONGEST = {"name": 40, "english": 80, "length": 16}
MOST_WORDS = 2000
QUOTED = 60
PROSE = ("task", "law", "money", "training")
Faults = tuple[tuple[str, str], ...]
Said = Mapping[str, Any]


class Incomplete(Refused):
    """What was written cannot stand: `faults` are (field, sentence), the first is the reason."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults[0][1], code="incomplete", field=faults[0][0])
        self.faults = faults


def filled(said: dict[str, Any], model: Model, desk: str) -> dict[str, Any]:
    """What was written with what follows from it: whose task it is, and all of an item that leaves as its row says it."""
    said = {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}
    own = desk.partition(":")[2] if desk.startswith(f"{DEPARTMENT}:") else said["department"]
    said["department"] = own
    if said["leaves"]:
        return said | _as_it_stands(said["code"], model)
    said["code"] = ""
    if not said["in_grid"] and own:
        said["handler"] = f"{DEPARTMENT}:{own}"
    return said


def _as_it_stands(code: str, model: Model) -> dict[str, Any]:
    item = model.items.get(code)
    names = ("name", "english", "category", "handler", "grade", "length", "evidence")
    if item is None:
        return dict.fromkeys(names, "") | {"in_grid": True}
    return {name: getattr(item, name) for name in names} | {"in_grid": bool(item.in_grid)}


def check(said: Said, model: Model, *, whole: bool) -> None:
    """Raise `Incomplete` for words that cannot stand; where it must be whole, for what lacks too."""
    if said["admission"] not in model.admissions:
        raise Refused(_("现在的治理模型没有这套准入。"), code="no_admission")
    found = [*_words(said), *_numbers(said)]
    found += _leaving(said, model, whole=whole) if said["leaves"] else _entering(said, model, whole=whole)
    if whole:
        asked = heads_of(model.admissions[said["admission"]], leaves=said["leaves"])
        found += _lacking(said, asked)
    firsts = {field: (field, told) for field, told in reversed(found)}
    if firsts:
        raise Incomplete(tuple(firsts[field] for field in dict.fromkeys(field for field, _t in found)))


def not_twice(row: Application, model: Model) -> None:
    """Raise `Refused` where the item is listed already, or was applied for by somebody else who waits or was admitted."""
    others = Application.objects.filter(
        admission=row.admission, leaves=row.leaves, state__in=("sent", "admitted")
    ).exclude(id=row.id)
    catalogue = model.admissions[row.admission].catalogue
    listed = any(item.name == row.name for item in model.items.values() if item.catalogue == catalogue)
    if not row.leaves and listed:
        raise Incomplete((("name", _("清单里已经有「{name}」。").format(name=row.name)),))
    same = {"code": row.code} if row.leaves else {"name": row.name}
    if others.filter(**same).exists():
        waits = _("「{name}」已经有一份申请在审，或者已经准入，等着入册。")
        goes = _("「{name}」已经有一份出册的申请在审，或者已经同意，等着出册。")
        told = (goes if row.leaves else waits).format(name=row.name)
        raise Incomplete((("code" if row.leaves else "name", told),))


def plain(words: str, field: str, told: str) -> str:
    """Words that must be there and name nobody. Raises `Refused` with `told` where they lack."""
    said = words.strip()
    if len(said) < 2:
        raise Incomplete(((field, told),))
    if fault := _prose_fault(said):
        raise Incomplete(((field, fault),))
    return said


def answered(answer: str, back: Returned | None) -> str:
    """The words with which something is sent again. Raises `Incomplete` where it was sent `back` and nothing was changed
    nor answered since, or the words name somebody."""
    said = answer.strip()
    if fault := _prose_fault(said):
        raise Incomplete((("answer", fault),))
    if back is None or back.changed or len(said) > 1:
        return said
    asked = back.asked if len(back.asked) <= QUOTED else back.asked[: QUOTED - 1] + "…"
    told = _("退回时要补充的是「{asked}」，申请还没有改。请改好再送；不用改的，写一句答复。")
    raise Incomplete((("answer", told.format(asked=asked)),))


def heads(
    opinions: Mapping[str, tuple[bool, str]], looks_at: tuple[str, ...], *, admit: bool, leaves: bool
) -> dict[str, tuple[bool, str]]:
    """The review's opinion on each head. Raises `Incomplete` where one lacks, or they do not carry the decision."""
    found: list[tuple[str, str]] = []
    for head in looks_at:
        _stands, words = opinions.get(head, (False, ""))
        fault = (
            _("请写明这一方面为什么行，或者为什么不行。") if len(words.strip()) < 2 else _prose_fault(words)
        )
        if head not in opinions:
            fault = _("请选行还是不行，写明为什么。") if fault else _("请选行还是不行。")
        if fault:
            found.append((head, fault))
    if found:
        raise Incomplete(tuple(found))
    kept = {head: (opinions[head][0], opinions[head][1].strip()) for head in looks_at}
    fell = [head for head, (stands, _w) in kept.items() if not stands]
    if admit and fell:
        told = _fell(leaves=leaves)
        raise Incomplete(tuple((head, told) for head in fell))
    if not admit and not fell:
        raise Incomplete(((looks_at[0], _all_stand(leaves=leaves)),))
    return kept


def _fell(*, leaves: bool) -> str:
    if leaves:
        return _("这一方面不行，就不能出册：改成行，或者留在册里、退回补充。")
    return _("这一方面不行，就不能准入：改成行，或者不准入、退回补充。")


def _all_stand(*, leaves: bool) -> str:
    if leaves:
        return _("每一方面都行，就该出册。留在册里，请说是哪一方面不行。")
    return _("每一方面都行，就该准入。不准入，请说是哪一方面不行。")


def _words(said: Said) -> Iterator[tuple[str, str]]:
    for field, most in LONGEST.items():
        if len(said[field]) > most:
            yield field, _("最多 {n} 个字。").format(n=most)
    for field in ("name", "english"):
        if any(ord(sign) < 32 for sign in said[field]):
            yield field, _("这里只写一行，不换行。")
    for field in PROSE:
        if fault := _prose_fault(said[field]):
            yield field, fault


def _prose_fault(words: str) -> str:
    if len(words) > MOST_WORDS:
        return _("最多 {n} 个字。").format(n=MOST_WORDS)
    if any(ord(sign) < 32 and sign not in "\n\t\r" for sign in words):
        return _("文字里有看不见的控制字符。请删去后再交。")
    if trace_in(words):
        return _("里面像有电话或证件号。准入说的是事，不写个人的号码，请删去。")
    return ""


def _numbers(said: Said) -> Iterator[tuple[str, str]]:
    load, per_grid = said["load"], said["per_grid"]
    if load is not None and not 0 <= load <= 1_000_000:
        yield "load", _("请写 0 到 1000000 之间的整数。")
    if per_grid is not None and not 0 <= per_grid < 100_000:
        yield "per_grid", _("请写 0 到 99999 之间的数。")
    elif load is not None and per_grid is not None and per_grid > load >= 0:
        yield "per_grid", _("一个网格的不会比全区的还多。")


def _leaving(said: Said, model: Model, *, whole: bool) -> Iterator[tuple[str, str]]:
    item, catalogue = model.items.get(said["code"]), model.admissions[said["admission"]].catalogue
    if said["code"] and (item is None or item.catalogue != catalogue):
        yield "code", _("清单里没有这一项。请从清单里选。")
    elif item is not None and not admission_rows.may_take_out(item, said["department"]):
        yield "code", _("这一项是别的部门的，要由那个部门申请出册。")
    if whole and not said["code"]:
        yield "code", _("请选要出册的是哪一项。")


def _entering(said: Said, model: Model, *, whole: bool) -> Iterator[tuple[str, str]]:
    """The item, cell by cell, as items.csv would refuse it."""
    catalogue = model.catalogues[model.admissions[said["admission"]].catalogue]
    flow = model.flows.get(admission_rows.flow_of(model, catalogue.id))
    scheme = model.grades.get(flow.grades) if flow else None
    known = {
        "category": (admission_rows.classes_of(model, catalogue.id), _("请选属哪一类。")),
        "evidence": (EVIDENCE, _("请选留什么证据。")),
        "grade": (tuple(scheme.grade) if scheme else (), _("请选等级。")),
        "handler": (_handlers(said, model, catalogue.id), _("请选谁承办。")),
    }
    for field, (words, told) in known.items():
        if (said[field] or (whole and words)) and said[field] not in words:
            yield field, told
    if said["department"] and said["department"] not in model.departments:
        yield "department", _("请选是哪个部门的事。")
    if said["length"] and not _is_length(said["length"]):
        yield "length", _("请写成 30分钟、2小时、3工作日、30日 这样。")


def _handlers(said: Said, model: Model, catalogue: str) -> tuple[str, ...]:
    """Who may handle it: the department, or, where a grid can do it, a post that works on this list's items."""
    own = (f"{DEPARTMENT}:{said['department']}",) if said["department"] else ()
    return (*admission_rows.hands_of(model, catalogue), *own) if said["in_grid"] else own


def _is_length(word: str) -> bool:
    try:
        length.parse(word)
    except length.LengthError:
        return False
    return word not in ("item", "source")


def _lacking(said: Said, asked: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What must be said before anybody reviews it."""
    for field, sentence in (_to_leave(asked) if said["leaves"] else _to_enter()).items():
        if len(said[field]) < 2:
            yield field, sentence
    if said["leaves"]:
        return
    if not said["department"]:
        yield "department", _("请选是哪个部门的事。")
    for field in ("load", "per_grid"):
        if said[field] is None:
            yield field, _("请写一个数，估计的就行。")


def _to_enter() -> dict[str, str]:
    return {
        "name": _("请写事项的名称。"),
        "length": _("请写时限，如 3工作日。"),
        "task": _("请写明要网格员做什么，做到哪一步算完。"),
        "law": _("请写明依据：哪部法律、哪份文件、哪一条。"),
        "money": _("请写明经费：从哪里来，够不够；不用钱也请写明。"),
        "training": _("请写明怎样培训：谁来教，教几回。"),
    }


def _to_leave(asked: tuple[str, ...]) -> dict[str, str]:
    told = {
        "law": _("请写明为什么出册，依据什么。"),
        "task": _("请写明出册以后谁来办；不用再办的，也请写明。"),
        "money": _("请写明随它来的钱以后怎么用；没有钱也请写明。"),
    }
    return told if "money" in asked else {name: told[name] for name in ("law", "task")}
