"""What a handler leaves for the reporter to read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.desk.forms import say_no_traces
from gezhi.ui.fields import HouseForm


class LeaveForm(HouseForm):
    """One word to the reporter."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("给报告人留言"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "报告人凭编号和查询码看到这段话，这段话不发短信。要其回话才能往下办的，用“请报告人补充”的步骤。"
        ),
        error_messages={"required": _("请写几个字。")},
    )
    public_number = forms.BooleanField(label=_("这是对外公开的号码（如办公电话），照写"), required=False)
    asks_public = False

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        self.asks_public = say_no_traces(self, said, "words")
        return said
