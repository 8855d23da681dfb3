"""What an identity may be opened for. The list is short, and every opening says one of them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PURPOSES: dict[str, Promise] = {
    "verify_report": _("向报告人核实情况，转话办不到"),
    "call_back": _("回访：请报告人评价办得怎样"),
    "danger": _("人身安全受到威胁，须立即联系"),
    "asked_by_reporter": _("报告人本人要求联系"),
    "legal_duty": _("依法向有权机关提供"),
    "retaliation": _("查处打击报复"),
}
FILE_PURPOSES: dict[str, Promise] = {
    "verify_result": _("核对办理结果是否属实"),
    "dispute": _("对事实有争议，须看原件"),
    "case": _("立案、处罚、诉讼中作证据"),
    "legal_duty": _("依法向有权机关提供"),
    "asked_by_reporter": _("交来的人本人要求查看"),
}
"""What the original of a picture may be opened for."""
ERASURES: dict[str, Promise] = {
    "asked_by_person": _("本人要求删除"),
    "retention_over": _("保存期限届满"),
    "unlawful": _("收集不合规"),
}


def purpose_label(code: str) -> str:
    """The purpose in the reader's language."""
    return str(PURPOSES.get(code, code))
