"""Log lines say what kind of thing went wrong and where in the code; never the words of anybody.

The text of an exception may hold a value (a database quotes the row it refused), so it is left out.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any

_Info = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Quiet(logging.Formatter):
    """A formatter that keeps the frames of a traceback and drops what the exceptions say."""

    def formatException(self, ei: _Info) -> str:  # noqa: N802  # the name is Python's
        _kind, problem, _where = ei
        lines: list[str] = []
        while problem is not None:
            frames = traceback.extract_tb(problem.__traceback__)
            lines += [f"{type(problem).__module__}.{type(problem).__qualname__}"]
            lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            problem = problem.__cause__ or problem.__context__
        return "\n".join(lines)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"quiet": {"()": Quiet, "format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "errors": {"class": "logging.StreamHandler", "formatter": "quiet"},
        "none": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["errors"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["errors"], "level": "ERROR", "propagate": False},
        "django.server": {"handlers": ["none"], "propagate": False},
        "django.security.DisallowedHost": {"handlers": ["none"], "propagate": False},
    },
}
