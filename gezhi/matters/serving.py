"""Papers that were issued on a matter may serve instead of an attachment; the room that issues them says which.

That room stands above this one, so it hands its answer in when it starts (`answer_with`), and nothing here imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Numbered = Callable[[UUID, UUID], str]
_numbered: list[Numbered] = []


def answer_with(numbered: Numbered) -> None:
    """From now on `numbered(matter, paper)` says the number of an issued paper of this matter that is not void."""
    _numbered[:] = [numbered]


def number_of(matter: UUID, paper: UUID) -> str:
    """The number of a paper that stands; empty for one of another matter, a void one, and where nobody issues papers."""
    return next((said for ask in _numbered if (said := ask(matter, paper))), "")
