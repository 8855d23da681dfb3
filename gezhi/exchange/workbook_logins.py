"""Sign-in names that nobody wrote: who is meant by a row without one, and what a new person is given.

Two people may have one name. Rows are taken for one person only where they must be: one row that stands by itself,
and others whose post demands that very one. Everything else is asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gezhi.exchange.workbook_layout import DEPARTMENT
from gezhi.exchange.workbook_read import Line, Read, some
from gezhi.exchange.workbook_standing import Standing
from gezhi.people.queries import DEPARTMENT as SEATED_IN
from gezhi.people.services.accounts import plain_sign_in
from gezhi.rules.model import Model
from gezhi.unseen import straight

LONGEST = 12
LONGEST_IN_FULL = 32  # a sign-in name has room for 40
MOST_ROWS = 8


@dataclass(frozen=True, slots=True)
class Named:
    """A row without a sign-in name; `post` and `department` as far as they are known to the model."""

    line: Line
    post: str
    department: str

    def word(self, model: Model) -> str:
        """What new sign-in names of the post begin with: gw for grid_worker, centre for centre. Where two of the model
        would begin alike, each says it in full: system-admin, security-admin."""
        seat = self.department or self.post or "p"
        others = {*model.posts, *model.departments} - {seat}
        if any(_brief(other) == _brief(seat) for other in others):
            return seat.replace("_", "-")[:LONGEST_IN_FULL]
        return _brief(seat)


def _brief(seat: str) -> str:
    parts = seat.split("_")
    return parts[0][:LONGEST] if len(parts) == 1 else "".join(part[:1] for part in parts)


def made(read: Read, model: Model, standing: Standing) -> dict[int, str]:
    """The sign-in name for each row that has none, by the row's number; none where it has to be asked."""
    rows = [line for line in read.lines.get("people", ()) if not line.text("sign_in") and line.text("name")]
    if not rows:
        return {}
    groups: dict[str, list[Named]] = defaultdict(list)
    for one in _known(rows, model):
        groups[plain_name(one.line.text("name"))].append(one)
    written, there, numbers = _written(read), _there(standing), Counter[str]()
    taken = {*standing.accounts, *(plain_sign_in(line.text("sign_in")) for line in _signed(read))}
    found: dict[int, str] = {}
    for name, group in groups.items():
        alike = [sign_in for sign_in in there[name] if standing.accounts[sign_in].active]
        sign_in = _standing_one(name, group, alike, written, model, standing, read)
        if sign_in is None:
            continue
        if not sign_in:
            sign_in = _fresh(_base(group, model).word(model), numbers, taken)
        found |= {one.line.number: sign_in for one in group}
    return found


def _there(standing: Standing) -> defaultdict[str, list[str]]:
    """Sign-in names on record by whose they are."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for sign_in, one in standing.accounts.items():
        found[plain_name(one.name)].append(sign_in)
    return found


def plain_name(typed: str) -> str:
    """A name without the blanks by which tables fill a line."""
    return "".join(straight(typed).split())


def _known(rows: Iterable[Line], model: Model) -> Iterable[Named]:
    posts = {w: p.id for p in model.posts.values() for w in (p.name, p.english, p.id) if w}
    offices = {w: d.id for d in model.departments.values() for w in (d.name, d.english, d.id, *d.aka) if w}
    for line in rows:
        word, office = line.text("post"), offices.get(line.text("department"), "")
        if word in ("", DEPARTMENT, SEATED_IN) or (word in offices and word not in posts):
            yield Named(line, SEATED_IN, office or offices.get(word, ""))
        else:
            yield Named(line, posts.get(word, ""), "")


def _signed(read: Read) -> list[Line]:
    return [line for line in read.lines.get("people", ()) if line.text("sign_in")]


def _written(read: Read) -> Mapping[str, Line]:
    """The first row of each name that says a sign-in name."""
    found: dict[str, Line] = {}
    for line in _signed(read):
        found.setdefault(plain_name(line.text("name")), line)
    return found


def _standing_one(
    name: str, group: Sequence[Named], there: Sequence[str], written: Mapping[str, Line], model: Model, standing: Standing,
    read: Read,
) -> str | None:  # fmt: skip
    """The sign-in name of the person on record who is meant, of those of that name; empty for somebody new; none where it was asked."""
    meant = [sign_in for sign_in in there if _holds(sign_in, group, standing)]
    said = ""
    if name in written:
        told = _("“{name}”第 {row} 行写了登录名“{sign_in}”。是同一个人，这里也写它；不是，请自己起一个。")
        said = told.format(name=name, row=written[name].number, sign_in=written[name].text("sign_in"))
    elif not _one_person(group, model):
        told = _(
            "“{name}”有 {n} 行没写登录名（第 {rows} 行），分不清是不是同一个人。请写上：同一个人写一样的。"
        )
        rows = some((str(one.line.number) for one in group), MOST_ROWS)
        said = told.format(name=name, n=len(group), rows=rows)
    elif there and len(meant) != 1:
        told = _("已经有叫“{name}”的账号：{there}。是同一个人，写那个登录名；不是，请自己起一个。")
        said = told.format(name=name, there=some(there, MOST_ROWS))
    if not said:
        return meant[0] if meant else ""
    for one in group:
        read.say("people", one.line.number, "sign_in", said)
    return None


def _holds(sign_in: str, group: Sequence[Named], standing: Standing) -> bool:
    """Whether the account holds one of the posts at the very unit that a row of the group says."""
    for term in standing.terms_of[standing.accounts[sign_in].id]:
        unit = standing.ground.by_identity.get(term.unit)
        called = {
            standing.keys.get(term.unit, ""),
            *((unit.name, unit.short, "/".join(unit.names)) if unit else ()),
        }
        called.add("/".join(unit.names[1:]) if unit else "")
        for one in group:
            same = (term.post, term.department) == (one.post, one.department)
            if same and (
                one.post == SEATED_IN or not one.line.text("unit") or one.line.text("unit") in called
            ):
                return True
    return False


def _one_person(group: Sequence[Named], model: Model) -> bool:
    """Whether the rows must be one person's: all but one hold a post that demands the one of that row."""
    base = _base(group, model)
    others = [one for one in group if one is not base]
    return all(one.post in model.posts and base.post in model.posts[one.post].must_be for one in others)


def _base(group: Sequence[Named], model: Model) -> Named:
    """The row that demands no other post."""
    return next(
        (one for one in group if one.post not in model.posts or not model.posts[one.post].must_be), group[0]
    )


def _fresh(word: str, numbers: Counter[str], taken: set[str]) -> str:
    """The first number that nobody has: gw-013."""
    while True:
        numbers[word] += 1
        sign_in = f"{word}-{numbers[word]:03}"
        if sign_in not in taken:
            return sign_in
