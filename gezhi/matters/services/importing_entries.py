"""How the ledger speaks of imported records: what is alike in the entries of many is put in words once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from gezhi.ledger import digests
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.digests import Fact, listed, word
from gezhi.ledger.many import Said
from gezhi.matters import events
from gezhi.matters.services import intake
from gezhi.matters.services.brought import Brought, Coming, Setting
from gezhi.matters.services.importing_rows import client_key
from gezhi.matters.services.ways import MOST_KEPT, Routed, Stage
from gezhi.promises.services import Judged, Prepared

_ROUTE = ("desk", "duty", "passed", "resolver")
_OPENED = (*_ROUTE, "path", "located", "flag", "channel", "reporting", "source", "key", "texts", "promises")
_STEPPED = (*_ROUTE, "department", "texts", "promises", "met", "dropped")
_stamp = lru_cache(maxsize=4096)(digests.stamp)


def opened(coming: Coming, started: Sequence[Prepared], routed: Routed, now: Setting) -> Said:
    """The entry that a record was taken in."""
    record, spot, by = coming.record, coming.spot, now.by
    besides = _besides(record)
    key = (coming.way.number, -1, by.own, tuple(besides))
    form = now.known.forms.get(key) or _kept(now, key, _opening(coming, now), (*_OPENED, *besides))
    facts = form % {
        **routed.words,
        "path": word(spot.path),
        "located": word(spot.how),
        "flag": word(spot.flag),
        "channel": word(record.report.channel),
        "reporting": word(record.report.reporting),
        "source": word(record.source),
        "key": f'"{coming.key}"',
        "texts": _texts(coming, first=True, last=not coming.way.stages),
        "promises": _promises(started),
        **besides,
    }
    return Said(events.OPENED, record.id.hex, by, coming.began, facts)


def _opening(coming: Coming, now: Setting) -> dict[str, Fact]:
    """What is the same of every record that goes this way."""
    flow, item = coming.way.flow, coming.item
    return {
        "model": now.known.model.version,
        "flow": flow.id,
        "item": item.code,
        "grade": item.grade,
        "step": flow.first,
        "origin": "import",
    }


def stepped(
    coming: Coming,
    stage: Stage,
    promises: tuple[Sequence[Prepared], Sequence[Judged]],
    routed: Routed,
    now: Setting,
) -> Said:
    """The entry of one move; `promises` are those started and those settled by it."""
    started, settled = promises
    by = HOUSE if stage.by_house else now.by
    key = (coming.way.number, stage.number, by.own, ())
    form = now.known.forms.get(key) or _kept(now, key, _step(stage), _STEPPED)
    facts = form % {
        **routed.words,
        "department": word(coming.department),
        "texts": _texts(coming, first=False, last=stage.number == len(coming.way.stages) - 1),
        "promises": _promises(started),
        "met": _settled(one.promise.name for one in settled if one.met_at) if settled else "[]",
        "dropped": _settled(one.promise.name for one in settled if one.void_at) if settled else "[]",
    }
    return Said(events.STEPPED, coming.record.id.hex, by, coming.at, facts)


def _step(stage: Stage) -> dict[str, Fact]:
    step = stage.step
    return {
        "move": stage.taken.id,
        "step": step.id,
        "closing": step.closing,
        "from": stage.was,
        "was": "",
        "photos": 0,
    }


def _kept(
    now: Setting, key: tuple[int, int, str, tuple[str, ...]], same: dict[str, Fact], gaps: Sequence[str]
) -> str:
    """A new form, remembered. Who only stands in at a post is named in each entry of theirs."""
    forms, own = now.known.forms, key[2]
    if len(forms) >= MOST_KEPT:
        forms.clear()
    forms[key] = found = digests.form({**same, "own": own} if own else same, gaps)
    return found


def _besides(record: Brought) -> dict[str, str]:
    """What only some sources know."""
    said: dict[str, str] = {}
    if record.parent:
        said["parent"] = f'"{client_key(record.source, record.parent)}"'
    if record.transfers >= 0:
        said["transfers"] = str(record.transfers)
    if record.rated:
        said["rated"] = word(record.rated)
    return said


def _texts(coming: Coming, *, first: bool, last: bool) -> str:
    """The texts of which an entry speaks: the first one the report, the last one what was answered."""
    texts = coming.texts[0 if first else 1 : None if last else 1]
    return listed([f'"{intake.digest_word(text)}"' for text in texts]) if texts else "[]"


def _promises(started: Sequence[Prepared]) -> str:
    """As `promising.word` has them."""
    if not started:
        return "[]"
    return listed([f'{word(one.name)[:-1]}@{_stamp(one.due_at)}"' for one in started])


def _settled(names: Iterable[str]) -> str:
    return listed([word(name) for name in names])
