"""The tags every page is made of. Each writes markup with classes only, never a style."""

from __future__ import annotations

import json
import time
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gezhi.ui import failures, manual, states, words
from gezhi.ui import ruler as rulers

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One sign of the sprite. Hidden from readers unless it has a label of its own."""
    if label:
        return format_html(
            '<svg class="i" width="20" height="20" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            _sprite(),
            name,
        )
    return _sign(name)


@lru_cache(maxsize=256)  # a page has a dozen of the same few
def _sign(name: str) -> SafeString:
    return format_html(
        '<svg class="i" width="20" height="20" aria-hidden="true"><use href="{}#{}"/></svg>', _sprite(), name
    )


@cache
def _sprite() -> str:
    """Where the sprite lies: one address as long as the process lives."""
    return static("ui/icons.svg")


@register.simple_tag(takes_context=True)
def asked(context: Any, form: Any) -> SafeString:
    """When this form was opened and how many fields it asks: what it costs people is counted (`config.asked`), in sums.

    A form that is shown again after a refusal was opened when it was first shown.
    """
    before = context["request"].POST.get("asks", "") if "request" in context else ""
    told = before if before else f"{int(time.time())}.{form.asks}"
    return format_html('<input type="hidden" name="asks" value="{}">', told)


@register.simple_tag
def chip(state: str, word: str) -> SafeString:
    """The state of a step: sign, word, ground and colour together."""
    known = states.of(state)
    return format_html('<span class="st {}">{}{}</span>', known.css, icon(known.icon), word)


@register.simple_tag
def ruler(promise: Any, now: datetime, size: str = "") -> SafeString:
    """格尺 of one promise: drawing only. Its words are written by `ruler_words`."""
    return _draw(rulers.of(promise, now), size)


@register.simple_tag
def ruler_words(promise: Any, now: datetime) -> SafeString:
    drawn = rulers.of(promise, now)
    return format_html('<span class="tm {}">{}</span>', drawn.kind, drawn.words)


@register.simple_tag
def promise(promise: Any, now: datetime) -> SafeString:
    """Words above, ruler below: one cell of a list."""
    drawn = rulers.of(promise, now)
    return format_html('<span class="tm {}">{}</span>{}', drawn.kind, drawn.words, _draw(drawn, ""))


@register.simple_tag
def drawn(made: rulers.Ruler, size: str = "") -> SafeString:
    return _draw(made, size)


def _draw(made: rulers.Ruler, size: str) -> SafeString:
    return format_html(rulers.svg(made, size), label=made.words)


@register.simple_tag
def mask(characters: int = 3) -> SafeString:
    """遮格: blank cells. Names always have three, so that the length tells nothing."""
    cells = mark_safe("<i></i>" * characters)  # noqa: S308  # a constant
    return format_html('<span class="mk" role="img" aria-label="{}">{}</span>', _("已遮住"), cells)


@register.simple_tag
def moment(at: datetime | None, now: datetime) -> SafeString | str:
    """A moment as people say it, the exact second in the tooltip."""
    if at is None:
        return "—"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), words.exact(at), words.moment(at, now)
    )


@register.simple_tag
def dated(at: datetime, now: datetime | None = None) -> SafeString:
    """A moment with its day, today too, for what is printed or photographed."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), words.exact(at), words.dated(at, now)
    )


@register.simple_tag
def dated_due(at: datetime, now: datetime) -> str:
    """A due moment with its day, today too."""
    return words.dated_due(at, now)


@register.simple_tag
def due_words(at: datetime, now: datetime) -> str:
    """A due moment; midnight ends the day before."""
    return words.due(at, now)


@register.simple_tag
def span(start: datetime, end: datetime) -> str:
    return words.length(end - start)


@register.filter
def count(number: int | None) -> str:
    return "—" if number is None else words.count(number)


@register.filter
def big(number: int | None) -> SafeString | str:
    """1.3万 or 13k, with the whole number in the tooltip; what is below ten thousand as it is."""
    if number is None or abs(number) < 10_000:
        return count(number)
    return format_html('<span title="{}">{}</span>', words.count(number), words.big(number))


@register.filter
def on_day(on: Any, now: datetime) -> str:
    """A day by its name, today too, as the moments beside it are said."""
    return words.on_day(on, now)


@register.filter
def hours(said: str) -> str:
    """Hours of a telephone or a place as the district wrote them; what many write in the reader's language."""
    return words.hours(said)


@register.filter
def weekday(on: Any) -> str:
    return words.weekday(on)


@register.inclusion_tag("ui/figure.html")
def figure(fig: Any) -> dict[str, Any]:
    """A rate with its fraction, both parts named, exclusions below."""
    return {"fig": fig}


_STRIPES = {"m": ((3, 3), (10, 3), (17, 3)), "u": ((13, 13),), "e": ((9, 8),), "k": ((17, 9),)}
"""Top and height of what is drawn over a part, so that no two parts are told apart by their colour alone."""


@register.simple_tag
def partition(parts: Any) -> SafeString:
    """The bar that always adds up. `parts` have .css and .number; empty ones are not drawn."""
    shown = [p for p in parts if p.number]
    total = sum(p.number for p in shown) or 1
    x, bars = 0.0, []
    for part in shown:
        width = 1000 * part.number / total
        across = (f"{x:.2f}", f"{max(width - 2, 1):.2f}")
        bars.append((part.css, *across, 0, 26))
        bars += [(f"{part.css} over", *across, top, high) for top, high in _STRIPES.get(part.css, ())]
        x += width
    label = _("、").join(f"{p.name} {words.count(p.number)}" for p in shown)
    inner = format_html_join("", '<rect class="{}" x="{}" width="{}" y="{}" height="{}"/>', bars)
    return format_html(
        '<svg class="part" viewBox="0 0 1000 26" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        label,
        inner,
    )


@register.simple_tag
def map_base(*, public: bool = False) -> SafeString | str:
    """What `data-map` needs besides where its own picture is: the tiles of this home, with whose they are.

    On a page for everybody (`public`) only where the public may see them; what else it may see says `public_map`.
    """
    found = import_string(settings.MAP_TILES)(public=public)
    if found is None:
        return ""
    return format_html(' data-tiles="{}" data-credit="{}"', json.dumps(found.layers), found.credit)


@register.simple_tag
def wind(number: int, low: int, high: int, most: int) -> SafeString:
    """风向: a number as a cell on a line, what is usual as a box. `most` is where the line ends."""
    end = max(most, number, high, 1)
    left, wide, at = (
        f"{180 * value / end + more:.1f}" for value, more in ((low, 0), (high - low, 10), (number, 0))
    )
    css = "above" if number > high else "below" if number < low else "usual"
    label = _("{n} 件，平常 {low} 到 {high}").format(n=words.count(number), low=low, high=high)
    return format_html(
        '<svg class="wind {}" viewBox="0 0 190 20" role="img" aria-label="{}"><rect class="t" y="9" width="190" height="2"/>'
        '<rect class="b" x="{}" y="4" width="{}" height="12" rx="2"/><rect class="n" x="{}" y="5" width="10" height="10" rx="1.5"/></svg>',
        css, label, left, wide, at,
    )  # fmt: skip


@register.simple_tag
def instance() -> dict[str, str]:
    """What this instance is: its name, and the word said on every page when it is not a live one."""
    home, name = settings.HOME, import_string(settings.DISTRICT_NAME)()
    said = {"demo": _("示例数据"), "simulation": _("演练数据"), "replay": _("回放数据")}
    return {"name": name or _("还没有开张"), "kind": home.kind, "said": said.get(home.kind, "")}


@register.simple_tag(takes_context=True)
def manual_section(context: dict[str, Any]) -> str:
    """The section of the manual that explains the page shown; empty for a page that has none."""
    match = getattr(context.get("request"), "resolver_match", None)
    return manual.section(match.view_name) if match else ""


@register.simple_tag
def refusal(status: int) -> failures.Failure:
    return failures.of(status)
