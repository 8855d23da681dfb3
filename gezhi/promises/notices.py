"""Holiday notices in words: reading one, and what is wrong with it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gezhi.rules import notice
from gezhi.rules.notice import Fault

read = notice.read


def sentence(fault: Fault, year: int) -> str:
    """One fault of a notice as a sentence that says what to write instead."""
    said = {
        "empty": _("里面没有一天。第一行写「日期,类型,说明」，下面一天一行。"),
        "header": _("第一行应是「日期,类型,说明」，现在是「{found}」。"),
        "date": _("「{found}」不是日期，请写成 2027-01-01。"),
        "kind": _("「{found}」不认识，类型只写放假或调休上班。"),
        "year": _("{found} 不在 {year} 年前后。请核对通知管的是哪一年。"),
        "twice": _("{found} 写了两遍，请只留一行。"),
        "weekday_makeup": _("{found} 是周一到周五，本来就上班，不用写调休上班。"),
    }[fault.code].format(found=fault.found, year=year)
    return _("第 {line} 行：{said}").format(line=fault.line, said=said) if fault.line else said
