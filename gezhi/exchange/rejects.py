"""Rejected rows as a file: line and reason first, then the row as it came. Mended, it can be imported as it is."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.exchange import queries
from gezhi.exchange.reading import File, Records


def write(run: UUID, file: File, to: Path) -> int:
    """Write the rejected rows of a run beside their reasons. Returns how many; none: no file.

    The rows come from the file itself, columns that may not be kept left out; nothing of them is stored.
    """
    reasons = queries.rejected(run)
    if not reasons:
        return 0
    records = Records(file)
    part = to.with_name(to.name + ".part")
    with part.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        headers: tuple[str, ...] = ()
        for one in records:
            if not headers:
                headers = tuple(h for h in records.headers if h not in records.dropped)
                writer.writerow([_("行号"), _("退回原因"), *headers])
            if one.line in reasons:
                writer.writerow([one.line, reasons[one.line], *(one.cells.get(h, "") for h in headers)])
    part.replace(to)
    return len(reasons)
