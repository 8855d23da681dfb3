"""Which module speaks which kind of door."""

from __future__ import annotations

from collections.abc import Callable

from gezhi.notify.doors.outcomes import Line, Setting
from gezhi.notify.doors.sms_aliyun import Aliyun
from gezhi.notify.doors.sms_tencent import Tencent
from gezhi.notify.doors.smtp import Post
from gezhi.notify.doors.webpush import Push
from gezhi.notify.doors.wecom import Robot

KINDS: dict[str, Callable[[Setting], Line]] = {
    "aliyun": Aliyun,
    "tencent": Tencent,
    "wecom": Robot,
    "smtp": Post,
    "webpush": Push,
}
CHANNELS = {
    "aliyun": "sms",
    "tencent": "sms",
    "wecom": "wecom_robot",
    "smtp": "email",
    "webpush": "web_push",
}
"""By which door of the model's language a kind of door leads out."""
RATES: dict[str, tuple[int, int]] = {
    "wecom": (4, 15), "aliyun": (30, 1), "tencent": (30, 1), "smtp": (5, 1), "webpush": (30, 1),
}  # fmt: skip
"""How many in how many seconds. Any minute touches five windows of a quarter: a robot is never asked for more than its
twenty, however the windows of the two sides lie to each other."""


def open_line(setting: Setting) -> Line:
    """The door of this setting, for one batch."""
    return KINDS[setting.kind](setting)
