"""常用答复 on the forms of a matter: what may be put into the note, and putting it there without any script."""

from __future__ import annotations

from django.http import HttpRequest

from gezhi.desk.frame import me
from gezhi.documents import queries as documents
from gezhi.documents.queries import Offered
from gezhi.ledger import clock
from gezhi.matters.queries import MatterPage

ANSWER, LOOK = "1", "look"
"""What the buttons say that fill a canned answer in, and that only bring the form back to look at what is told."""


def is_filling(request: HttpRequest) -> bool:
    """Whether a canned answer was asked for with the form's own button: nothing is done yet, the form comes back."""
    return request.method == "POST" and "fill" in request.POST


def offered(request: HttpRequest, page: MatterPage, use: str) -> list[Offered]:
    """What this reader may put into this note, filled."""
    return documents.offered(me(request), page, use, clock.now())


def typed(request: HttpRequest, page: MatterPage, use: str) -> dict[str, str]:
    """All that was typed, with the chosen answer below the note; as it was where none was chosen. A number on the
    button itself is that of the matter to merge into."""
    said = {name: str(value) for name, value in request.POST.items()}
    if said["fill"] == LOOK:
        return said
    if said["fill"] != ANSWER:
        return said | {"into": said["fill"]}
    found = next((one for one in offered(request, page, use) if str(one.thread) == said.get("phrase")), None)
    if found is not None:
        said["note"] = "\n".join(part for part in (said.get("note", "").strip(), found.text) if part)
    return said
