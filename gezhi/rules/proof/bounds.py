"""E30 numbers that are no number: a limit that is none, a majority of a few, what is kept too short to be asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from fractions import Fraction

from gezhi.rules import length
from gezhi.rules.deadlines import about_silence
from gezhi.rules.model import Flow, Model, PromiseRule
from gezhi.rules.proof.book import Book, Fault, Params, Path
from gezhi.rules.proof.terms import spans
from gezhi.rules.workdays import service_windows

ROUNDS, EXTENSIONS, REPEATS = 9, 3, 30
"""How often a move with a limit, an extension, a telling may come again at the most."""
DIGITS = 4
FARTHEST, ALIKE = 2000, (10, 95)
"""Metres, and per cent of words, within which two reports may be of one thing."""
LONGEST_ALIKE = 92 * 1440
UNITS = 1_000_000
DAY = 1440
SELDOMEST = length.parse("24月").minutes
LONGEST_EXTENSION = 90 * DAY
MOST_ASKED = 1000
"""More a day, or seconds for one report, are no aim any more."""
LONGEST_EMERGENCY = 30 * DAY
LEAST_KEPT = length.parse("6月").minutes
"""As long as somebody may still go to court about it (行政诉讼法 46)."""
LEAST_BETWEEN = 60
LONGEST_SILENCE = 60 * DAY
"""As long as a petition may take as a whole (信访工作条例 34)."""
LEAST_HOURS = 240
"""Half a day: promises in working days and hours are counted in these."""
LEAP_YEAR = 2024
SEASON = re.compile(r"(\d\d)-(\d\d)\.\.(\d\d)-(\d\d)\s+(\w+)\s*→\s*(\S+)")
"""07-01..08-31 low → 1周"""
HALF = Fraction(1, 2)


def numbers_mean(book: Book) -> Iterator[Fault]:
    """E30: limits, extensions and repeats are few; an emergency is renewed within thirty days; matters are kept as
    long as they may be taken up again or to court; a council decides by half at least, and its chair sits there.
    """
    model = book.model
    for flow in model.flows.values():
        yield from _limits(flow)
    yield from _often(model)
    yield from _counted(model)
    yield from _kept(model)
    yield from _councils(model)
    if model.about.calendar != "cn" and not model.about.replay:
        yield Fault("E30.calendar", ("model", "calendar"), {"calendar": model.about.calendar})


def _often(model: Model) -> Iterator[Fault]:
    """What comes again too often, or so seldom that it never does."""
    for telling in model.tellings.values():
        often = telling.times > 1 and telling.every and length.parse(telling.every).minutes < LEAST_BETWEEN
        if telling.times > REPEATS or often:
            yield Fault("E30.repeats", ("telling", telling.id), {"telling": telling.id, "most": REPEATS})
    if model.emergency is not None and length.parse(model.emergency.most).minutes > LONGEST_EMERGENCY:
        yield Fault("E30.emergency", ("emergency", "most"), {"length": model.emergency.most})
    if model.burden is not None:
        for name, said in asdict(model.burden).items():
            if said > MOST_ASKED:
                yield Fault("E30.burden", ("burden", name), {"word": name, "most": MOST_ASKED})
    yield from _recurring(model)


def _recurring(model: Model) -> Iterator[Fault]:
    """Meetings, what calls them, and visits: a day apart at least."""
    often_held = [(("meeting", m.id), m.every) for m in model.meetings.values() if m.every]
    for path, every in [*often_held, *((("council", c.id), c.notice) for c in model.councils.values())]:
        if length.parse(every).minutes < DAY:
            yield Fault("E30.daily", path, {"length": every})
    for care in model.cares.values():
        for name, said in care.campaign.items():
            if not _season(said, care.every):
                yield Fault("E30.season", ("care", care.id), {"care": care.id, "word": name})
        for need, every in care.every.items():
            if not DAY <= length.parse(every).minutes <= SELDOMEST:
                yield Fault("E30.seldom", ("care", care.id), {"care": care.id, "word": need, "length": every})


def _season(said: str, needs: Mapping[str, str]) -> bool:
    """Whether it says from when to when whoever has which need is visited how often."""
    found = SEASON.fullmatch(said.strip())
    if found is None or found[5] not in needs:
        return False
    try:
        for month, day in ((found[1], found[2]), (found[3], found[4])):
            date(LEAP_YEAR, int(month), int(day))
        return DAY <= length.parse(found[6]).minutes <= SELDOMEST
    except (ValueError, KeyError):
        return False


def _counted(model: Model) -> Iterator[Fault]:
    for one in model.assessments.values():
        appeal = length.parse(one.appeal)
        if appeal.unit in ("minute", "hour") and appeal.minutes < DAY:
            yield Fault("E30.appeal", ("assessment", one.id), {"assessment": one.id, "length": one.appeal})
    yield from _numbers(model)
    yield from _times(model)
    yield from _alike(model)


def _alike(model: Model) -> Iterator[Fault]:
    """Rules of duplicates by which everything is alike, or nothing."""
    for rule in model.alikes.values():
        least, most = ALIKE
        holds = 1 <= rule.radius <= FARTHEST and DAY <= length.parse(rule.days).minutes <= LONGEST_ALIKE
        if not holds or not least <= 100 * rule.share <= most:
            yield Fault("E30.alike", ("alike", rule.id), {"alike": rule.id, "most": FARTHEST})


def _numbers(model: Model) -> Iterator[Fault]:
    """Orders, units, totals and digits that cannot be."""
    light = [
        (scheme.id, g.id) for scheme in model.grades.values() for g in scheme.grade.values() if g.order < 1
    ]
    for scheme, grade in light:
        yield Fault("E30.order", ("grades", scheme, "grade", grade), {"grades": scheme})
    for level in model.levels.values():
        if level.count > UNITS or (level.households and level.households[0] < 1):
            yield Fault("E30.units", ("level", level.id), {"level": level.id, "most": UNITS})
    for catalogue in model.catalogues.values():
        if catalogue.total < 1:
            yield Fault("E30.total", ("catalogue", catalogue.id), {"catalogue": catalogue.id})
    for metric in model.metrics.values():
        if metric.digits > DIGITS:
            yield Fault("E30.digits", ("metric", metric.id), {"metric": metric.id, "most": DIGITS})


def _times(model: Model) -> Iterator[Fault]:
    """Terms of office and hours of service that are none."""
    for post in model.posts.values():
        if post.term and length.parse(post.term).minutes < 30 * DAY:
            yield Fault("E30.term", ("post", post.id), {"post": post.id, "length": post.term})
    windows = service_windows(model.about.service_hours)
    open_for = sum((b.hour - a.hour) * 60 + b.minute - a.minute for a, b in windows)
    if open_for < LEAST_HOURS and not model.about.replay:
        yield Fault("E30.hours", ("model", "service_hours"), {"word": model.about.service_hours})


def _limits(flow: Flow) -> Iterator[Fault]:
    for move in flow.move.values():
        if move.at_most > ROUNDS:
            params: Params = {"move": move.id, "count": move.at_most, "most": ROUNDS}
            yield Fault("E30.rounds", ("flow", flow.id, "move", move.id), params)
    for rule in flow.promise.values():
        yield from _waits(flow, rule)
        yield from _silence(flow, rule)
        path: Path = ("flow", flow.id, "promise", rule.id)
        if rule.extend is None:
            continue
        if not 0 < rule.extend.times <= EXTENSIONS:
            yield Fault(
                "E30.times", path, {"promise": rule.id, "count": rule.extend.times, "most": EXTENSIONS}
            )
        if spans(length.parse(rule.extend.most))[0] > LONGEST_EXTENSION:
            yield Fault("E30.extension", path, {"promise": rule.id, "length": rule.extend.most})


def _waits(flow: Flow, rule: PromiseRule) -> Iterator[Fault]:
    """Whoever is outside has a day at least to say something before the clock goes on without it."""
    said = [rule.length] if isinstance(rule.length, str) else rule.length.values()
    counted = [length.parse(one) for one in said if one not in ("item", "source")]
    lapses = any(consequence.do == "move" for consequence in rule.missed)
    if lapses and any(spans(one)[0] < DAY for one in counted):
        yield Fault("E30.wait", ("flow", flow.id, "promise", rule.id), {"promise": rule.id})


def _silence(flow: Flow, rule: PromiseRule) -> Iterator[Fault]:
    """A rule about silence speaks before the work as a whole would have to be over."""
    said = [rule.length] if isinstance(rule.length, str) else rule.length.values()
    counted = [length.parse(one) for one in said if one not in ("item", "source")]
    if any(spans(one)[0] > LONGEST_SILENCE for one in counted) and about_silence(flow, rule):
        params = {"promise": rule.id, "length": str(max(counted, key=lambda one: spans(one)[0]))}
        yield Fault("E30.silence", ("flow", flow.id, "promise", rule.id), params)


def _kept(model: Model) -> Iterator[Fault]:
    kept = model.privacy.keep.get("matter")
    if not kept:
        return
    again = [length.parse(flow.reopen).minutes for flow in model.flows.values() if flow.reopen]
    least = max([LEAST_KEPT, *(minutes + LEAST_KEPT for minutes in again)])
    if length.parse(kept).minutes < least:
        params: Params = {"length": kept, "most": -(-least // (30 * DAY))}
        yield Fault("E30.kept", ("privacy", "keep", "matter"), params)


def _councils(model: Model) -> Iterator[Fault]:
    for council in model.councils.values():
        path: Path = ("council", council.id)
        if min(Fraction(council.majority), Fraction(council.quorum)) < HALF:
            yield Fault("E30.few", path, {"council": council.id})
        if not council.fixed and not council.rotating:
            yield Fault("E30.nobody", path, {"council": council.id})
    for meeting in model.meetings.values():
        if meeting.of and model.councils[meeting.of].level not in meeting.level:
            params: Params = {
                "meeting": meeting.id,
                "council": meeting.of,
                "level": model.councils[meeting.of].level,
            }
            yield Fault("E30.council", ("meeting", meeting.id), params)
        posts = [model.posts[word] for word in meeting.chair if word in model.posts]
        levels = {level for post in posts if not post.administers for level in post.levels}
        if posts and len(posts) == len(meeting.chair) and not levels & set(meeting.level):
            yield Fault("E30.chair", ("meeting", meeting.id), {"meeting": meeting.id})
