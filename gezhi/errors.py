"""The one way to say no.

A refusal is a sentence for the person who asked: what is not done, why, and what to do next.
"""


class Refused(Exception):
    """An act the house does not do, with the sentence that says why.

    `code` is a short English word for programs (it never changes once published), `reason` the
    translated sentence for people, `field` the input it speaks about, if it is about one.
    """

    def __init__(self, reason: str, *, code: str = "refused", field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.field = field


class NotFound(Refused):
    """Unknown and hidden look the same."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, code="not_found")
