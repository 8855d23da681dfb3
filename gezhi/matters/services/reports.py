"""What comes in, and the sentences that say why it cannot be taken as it is."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.unseen import TURNING, straight

WORDS = 4000
RECEIPT = 60
ADDRESS = 120
LATE = timedelta(minutes=10)
EARLIEST_YEAR = 1990
WAYS = ("anonymous", "confidential", "named", "staff")
_WORDS = ("text", "address", "name", "contact", "client_key", "late_reason")
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
_CONTROL = re.compile(rf"[{_CONTROLS}]")
_ODD = re.compile(rf"[{_CONTROLS}{TURNING}]")
_UNSEEN = r"\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_TWO_SHOWN = re.compile(rf"[^{_UNSEEN}].*?[^{_UNSEEN}]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody hands in. Longitude and latitude are degrees in `datum`; `unit` is a path the clerk states.

    `suggested` are the codes of what the page had suggested (`suggesting.Suggestion.code`): kept beside what was chosen.
    `about` are the words of those it complains of, `recused` of those who must not handle it (`walls`): they neither
    handle nor see it. `same` is the matter of which the reporter says that this is the same (`nearby`): whoever merges decides.
    """

    text: str
    item: str
    channel: str = "phone"
    reporting: str = "confidential"
    lon: float | None = None
    lat: float | None = None
    datum: str = "wgs84"
    address: str = ""
    unit: str = ""
    name: str = ""
    contact: str = ""
    client_key: str = ""
    late_reason: str = ""
    suggested: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    recused: tuple[str, ...] = ()
    same: UUID | None = None


def check(report: Report, *, at: datetime, recorded_at: datetime) -> Report:
    """The report to be kept: as it came, without signs that turn its writing (`gezhi.unseen`).

    Raises `Refused`, naming the field, if, and only if, it cannot be taken.
    """
    words = (report.text, report.address, report.name, report.contact, report.client_key, report.late_reason)
    if _ODD.search("\n".join(words)):  # one search for both: nearly every report has neither
        report = _straightened(report, words)
    _check_words(report)
    _check_point(report)
    _check_who(report)
    check_time(report.late_reason, at, recorded_at)
    return report


def _straightened(report: Report, words: tuple[str, ...]) -> Report:
    """The report without signs that turn its writing. Raises `Refused` for control characters."""
    field = next((name for name, said in zip(_WORDS, words, strict=True) if _CONTROL.search(said)), "")
    if field:
        raise Refused(_("文字里有看不见的控制字符。请删去后再交。"), code="control_characters", field=field)
    kept: dict[str, Any] = dict(zip(_WORDS, map(straight, words), strict=True))
    return replace(report, **kept)


class Where(Protocol):
    """What says where something is. Longitude and latitude are degrees in `datum`; `unit` is a path."""

    @property
    def lon(self) -> float | None: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def datum(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def unit(self) -> str: ...


def check_place(where: Where) -> None:
    """Raise `Refused`, naming the field, if, and only if, this cannot be looked up as it is."""
    if _CONTROL.search(where.address):
        raise Refused(
            _("文字里有看不见的控制字符。请删去后再交。"), code="control_characters", field="address"
        )
    if len(where.address) > ADDRESS:
        told = _("这一栏最多 {most} 字，请写短些。")
        raise Refused(told.format(most=ADDRESS), code="too_long", field="address")
    _check_point(where)


def _check_words(report: Report) -> None:
    if not _TWO_SHOWN.search(report.text):
        raise Refused(_("请写明发生了什么，至少两个字。"), code="text_missing", field="text")
    if len(report.text) > WORDS:
        told = _("正文最多 {most} 字，现在是 {now} 字。请写短些，细节可以放进照片或以后补充。")
        raise Refused(told.format(most=WORDS, now=len(report.text)), code="text_too_long", field="text")
    for field, most in (("address", ADDRESS), ("client_key", 200), ("late_reason", 500)):
        if len(getattr(report, field)) > most:
            told = _("这一栏最多 {most} 字，请写短些。")
            raise Refused(told.format(most=most), code="too_long", field=field)


def _check_point(report: Where) -> None:
    if (report.lon is None) != (report.lat is None):
        raise Refused(_("地点要经度和纬度两个数，现在只有一个。"), code="half_a_point", field="lon")
    if report.lon is None or report.lat is None:
        return
    if not (math.isfinite(report.lon) and math.isfinite(report.lat)):
        raise Refused(
            _("经度或纬度不是一个数。请在地图上重新点一下。"), code="point_not_a_number", field="lon"
        )
    if not (-180 <= report.lon <= 180 and -90 <= report.lat <= 90):
        raise Refused(
            _("这个点不在地球上：经度在 -180 到 180 之间，纬度在 -90 到 90 之间。"),
            code="point_off_earth",
            field="lon",
        )
    if report.datum not in {"wgs84", "cgcs2000", "gcj02", "bd09"}:
        raise Refused(_("不认识这种坐标。请用 wgs84、gcj02 或 bd09。"), code="datum_unknown", field="datum")


def _check_who(report: Report) -> None:
    if report.reporting not in WAYS:
        raise Refused(_("请选匿名、保密或实名。"), code="reporting_unknown", field="reporting")
    if report.reporting == "anonymous" and (report.name or report.contact):
        raise Refused(
            _("匿名上报不留姓名和电话。请清空这两栏，或改选保密。"),
            code="anonymous_with_name",
            field="reporting",
        )
    if report.reporting == "named" and not (report.name.strip() and report.contact.strip()):
        raise Refused(
            _("实名上报要写姓名和联系电话；不愿写可以改选保密或匿名。"), code="name_missing", field="name"
        )
    if len(report.name) > 40 or len(report.contact) > 40:
        raise Refused(_("姓名和联系方式各最多 40 字。"), code="too_long", field="name")


def check_time(
    late_reason: str, at: datetime, recorded_at: datetime, *, not_before: datetime | None = None
) -> None:
    """Raise `Refused` unless `at` may be claimed: not in the future, and with a reason if it is 补录."""
    if at > recorded_at + timedelta(minutes=2):
        raise Refused(_("发生时间在将来。请核对日期和钟点。"), code="at_in_future", field="at")
    if at.year < EARLIEST_YEAR:
        raise Refused(_("发生时间早于 1990 年。请核对年份。"), code="at_too_early", field="at")
    if not_before is not None and at < not_before:
        raise Refused(
            _("这一步不能早于事项发生的时间。请核对日期和钟点。"), code="at_before_matter", field="at"
        )
    if recorded_at - at > LATE and not late_reason.strip():
        raise Refused(
            _("这是补录：发生时间比现在早。请写明为什么当时没有登记。"),
            code="late_reason_missing",
            field="late_reason",
        )


def check_receipt(receipt: str) -> str:
    """The number under which another unit took a matter: one line. Raises `Refused` when it cannot be kept."""
    said = straight(receipt)
    if len(said) > RECEIPT or any(not c.isprintable() for c in said):
        told = _("回执编号写在一行里，最多 {most} 字。")
        raise Refused(told.format(most=RECEIPT), code="receipt_too_long", field="receipt")
    return said


def check_note(note: str) -> str:
    """The note to be kept, without signs that turn its writing. Raises `Refused` when it cannot be kept."""
    if _CONTROL.search(note):
        raise Refused(_("文字里有看不见的控制字符。请删去后再交。"), code="control_characters", field="note")
    if len(note) > WORDS:
        told = _("说明最多 {most} 字，请写短些。")
        raise Refused(told.format(most=WORDS), code="text_too_long", field="note")
    return straight(note)
