"""Two at one application or batch: who changed it while the page was open, and what was typed for a step that is gone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.desk.overtaken import Overtaken, Typed
from gezhi.ledger import clock
from gezhi.matters.admission import Act
from gezhi.ui import words


def meanwhile(
    acts: Sequence[Act], mine: UUID, *, reason: str, typed: Sequence[Typed] = (), title: str = ""
) -> Overtaken:
    """What is told to whoever came second: who did what when, `reason` where nobody did. `typed` is kept in sight."""
    own = bool(acts) and all(act.by == mine for act in acts)
    if own:
        verbs = _("、").join(dict.fromkeys(act.verb for act in acts))
        title = _("您刚才在另一页已办过：{move}").format(move=verbs)
    said = _("；").join(_said(act, mine) for act in acts)
    say = _("{steps}。").format(steps=said) if said else reason
    return Overtaken(title or _("这份申请在您看的时候变了"), say, list(typed), photos=False)


def _said(act: Act, mine: UUID) -> str:
    when = words.moment(act.recorded_at, clock.now())
    who = _("{name}（{post}）").format(name=act.name, post=act.desk) if act.desk else act.name
    who = _("您") if act.by == mine else who
    return _("{when} {who}：{move}").format(when=when, who=who, move=act.verb)
