"""The answers that the demo keeps ready, as they are told."""

from __future__ import annotations

from gezhi.demo import phrases
from gezhi.notify import foretold, tellings
from gezhi.rules.folder import DISTRICTS
from gezhi.rules.load import load_model


def test_an_answer_that_is_kept_ready_is_one_short_message() -> None:
    """The message says the number already: an answer that says it too makes two of it."""
    (body,) = (body for title, _use, body in phrases.ANSWERS if title == "已办好，请您看看")
    said = {
        "number": "柳望 1120-0002",
        "answer": tellings.quoted(body.replace("{{事项}}", "楼道堆放杂物")),
        "link": tellings.link(),
    }
    text = tellings.spoken(load_model(DISTRICTS / "jianghai").tellings["answered"].text, said)
    assert "{" not in text
    assert foretold.messages(text) == 1
