"""Words of other systems' files: how they write days, and what begins a line of sums."""

from __future__ import annotations

import re

SUM = re.compile(r"(合计|总计|小计|总数|共计|sum|total|totals|grand total)[:：]?\s*\d*\Z", re.IGNORECASE)

PATTERNS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M", "%Y.%m.%d", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日%H时%M分",
    "%Y年%m月%d日", "%Y%m%d%H%M%S", "%Y%m%d", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M", "%m/%d/%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d.%m.%y %H:%M", "%d.%m.%y", "%m/%d/%y %H:%M", "%m/%d/%y", "%d-%b-%Y %H:%M:%S",
    "%d-%b-%Y", "%b %d, %Y %I:%M %p", "%b %d, %Y",
)  # fmt: skip
"""What is tried on a column whose format nobody named, the unambiguous first."""
