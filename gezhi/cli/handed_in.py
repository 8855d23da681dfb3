"""A table that an operator hands in as CSV: read whole, written whole or not at all, a refusal names its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from gezhi.cli.words import gettext as _
from gezhi.errors import Refused
from gezhi.rules.folder import decoded


def rows_of(file: Path, columns: Sequence[str], needed: int) -> list[tuple[str, ...]]:
    """The cells of a file by its columns, stripped, of which the first `needed` must be there. Raises `Refused`."""
    if not file.is_file():
        raise Refused(_("没有这个文件：{file}。").format(file=file), code="file", field="file")
    rows = list(csv.DictReader(io.StringIO(decoded(file.read_bytes(), "replace"), newline="")))
    if rows and not set(columns[:needed]) <= rows[0].keys():
        raise Refused(_("第一行要写列名：{columns}。").format(columns=",".join(columns)), code="columns")
    return [tuple((row.get(name) or "").strip() for name in columns) for row in rows]


def written(rows: Sequence[tuple[str, ...]], write: Callable[[tuple[str, ...]], bool]) -> int:
    """Write all rows or none. Returns how many changed something."""
    from django.db import transaction

    changed = 0
    with transaction.atomic():
        for line, row in enumerate(rows, 2):
            try:
                changed += write(row)
            except Refused as wrong:
                told = _("第 {n} 行没有写进去，一个也没有改：{why}").format(n=line, why=wrong.reason)
                raise Refused(told if len(rows) > 1 else wrong.reason, code=wrong.code) from wrong
    return changed
