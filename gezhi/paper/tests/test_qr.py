"""A square says what it is meant to say."""

import re

import segno

from gezhi.paper import qr


def test_the_drawing_has_the_dark_fields_of_what_is_said() -> None:
    said = "https://wangge.example.cn/first-time?as=gw-013#abcd-efgh-jkmn-pqrs"
    drawn = qr.svg(said, title="扫码打开")
    assert "<title>扫码打开</title>" in drawn
    assert not re.search(
        r"\b(width|height|style)=", drawn
    )  # the page's own policy allows no style in the drawing
    size = int(drawn.split('viewBox="0 0 ')[1].split()[0])
    dark, x, y = set(), 0.0, 0.0
    for sign, across, down in re.findall(
        r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", drawn.split(' d="')[1].split('"')[0]
    ):
        if sign == "M":
            x, y = float(across), float(down)
        elif sign == "m":
            x, y = x + float(across), y + float(down)
        else:
            dark |= {(int(x) + n, int(y)) for n in range(int(across))}
            x += float(across)
    fields = list(segno.make(said, error="q").matrix_iter(border=2))
    assert len(fields) == size
    assert dark == {(x, y) for y, row in enumerate(fields) for x, one in enumerate(row) if one}
