"""What is typed at the rights desk: a request that came to a counter, and what came of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.matters.rights import KINDS, KNOWN, REASONS
from gezhi.ui.fields import HouseForm


class CounterForm(HouseForm):
    """A request by somebody at a counter, by letter or telephone."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("要办哪一样"),
        choices=[("", _("请选")), *KINDS.items()],
        error_messages={"required": _("请选要办哪一样。")},
    )
    known = forms.ChoiceField(
        label=_("怎样核对是本人"),
        choices=[("", _("请选")), *KNOWN.items()],
        error_messages={"required": _("请选怎样核对是本人。")},
    )
    number = forms.CharField(
        label=_("回执上的编号"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    code = forms.CharField(
        label=_("查询码"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    words = forms.CharField(
        label=_("要求什么"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不写姓名、电话和证件号。证件当面看过就还，不复印、不拍照。"),
        error_messages={"required": _("请写几个字，说清楚。")},
    )


class EndForm(HouseForm):
    """What was done about a request, or why it is refused."""

    answer = forms.ChoiceField(choices=[("done", "done"), ("refused", "refused")])
    reason = forms.ChoiceField(
        label=_("不办的原因"), required=False, choices=[("", _("请选")), *REASONS.items()]
    )
    reply = forms.CharField(
        label=_("写给本人"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("本人在“我的信息”里看到这一段。"),
        error_messages={"required": _("请写给本人看的话：办了什么，或者为什么不办。")},
    )
    identity = forms.BooleanField(label=_("删去姓名电话"), required=False)
    words = forms.BooleanField(label=_("删去报告的原话"), required=False)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("answer") == "refused" and not said.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("请选不办的原因，本人要看。"))
        return said
