"""Words that a telephone's camera reads: QR codes (ISO/IEC 18004) as SVG, black on nothing."""

from __future__ import annotations

import segno


def svg(said: str, *, title: str) -> str:
    """A QR code that says `said`, as an inline SVG that fills its box; `title` is read out instead of it.

    A quarter of it may be dirty or torn (level Q). Raises `segno.DataOverflowError` beyond some 1,600 bytes.
    """
    drawn: str = segno.make(said, error="q", micro=False).svg_inline(
        omitsize=True, border=2, title=title, svgclass="qr", lineclass=None
    )
    return drawn
