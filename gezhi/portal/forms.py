"""What a resident writes. A form says only whether something is missing; the services say the rest."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.ui.fields import HouseForm, PhotosField

NAMELESS = "anonymous"


class ReportForm(HouseForm):
    """One page: what, where, and whether a name is left. `unsure` says that nobody knows which item it is."""

    text = forms.CharField(
        label=_("什么事"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("什么东西、怎么了、从什么时候起")}),
        error_messages={"required": _("请写明发生了什么，至少两个字。")},
    )
    item = forms.CharField(required=False)
    photos = PhotosField(label=_("照片"), required=False)
    address = forms.CharField(
        label=_("地址"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("路名门牌、小区、村名"), "autocomplete": "off"}),
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    unit = forms.CharField(required=False, widget=forms.HiddenInput)
    nowhere = forms.BooleanField(label=_("说不清在哪里，请工作人员核对"), required=False)
    reporting = forms.ChoiceField(
        choices=(("confidential", _("保密")), (NAMELESS, _("不留名")), ("named", _("实名"))),
        initial="confidential",
    )
    name = forms.CharField(
        label=_("怎么称呼您"), required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact = forms.CharField(
        label=_("电话"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    client_key = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("reporting") == NAMELESS:  # typed before they thought better of it: nothing of it is kept
            said["name"] = said["contact"] = ""
        return said

    @property
    def placed(self) -> bool:
        """Whether anything of a place was given, or said to be unknown."""
        return any(self.said(name).strip() for name in ("address", "lon", "lat", "unit")) or bool(
            self["nowhere"].value()
        )


class CodeForm(HouseForm):
    """Number and code of a receipt."""

    number = forms.CharField(
        label=_("收据上的编号"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": _("如 1118-0417")}
        ),
        error_messages={"required": _("请写编号，收据上有。")},
    )
    code = forms.CharField(
        label=_("查询码"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("请写查询码，八个字母和数字。")},
    )


class WordForm(HouseForm):
    """What a reporter says of their own matter: an answer, a rating, or that it is not done after all."""

    what = forms.ChoiceField(choices=[(w, w) for w in ("answer", "rating", "reopen", "forget", "trouble")])
    rating = forms.CharField(required=False)
    words = forms.CharField(required=False, strip=True, widget=forms.Textarea(attrs={"rows": 3}))
    photos = PhotosField(label=_("照片"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)
