"""Rejected rows as a file: line and reason first, then the row as it came. Mended, it can be imported as it is."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.exchange import queries
from gezhi.exchange.reading import File, Records

_NUMBER = re.compile(r"[+-]?[\d.]+\Z")


def write(run: UUID, file: File, to: Path, *, without: Iterable[str] = ()) -> int:
    """Write the rejected rows of a run beside their reasons. Returns how many; none: no file.

    The rows come from the file itself, columns that may not be kept, and those `without` which they shall be, left
    out; nothing of them is stored. Memory stays flat: both are read in the order of lines.
    """
    told = queries.rejected(run)
    following = next(told, None)
    if following is None:
        return 0
    records, written = Records(file), 0
    part = to.with_name(to.name + ".part")
    with part.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        headers: tuple[str, ...] = ()
        for one in records:
            if not headers:
                headers = tuple(
                    h for h in records.headers if h not in records.dropped and h not in set(without)
                )
                writer.writerow([_("行号"), _("退回原因"), *headers])
            if following is not None and one.line == following[0]:
                writer.writerow([one.line, following[1], *(_plain(one.cells.get(h, "")) for h in headers)])
                written, following = written + 1, next(told, None)
    part.replace(to)
    return written


def _plain(cell: str) -> str:
    """A cell that a spreadsheet would run, written as words; a negative number is none."""
    return f"'{cell}" if cell.startswith(("=", "@", "+", "-")) and not _NUMBER.match(cell) else cell
