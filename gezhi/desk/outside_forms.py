"""What is typed when a matter is handed to somebody outside, and by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.desk.forms import moment_field, say_no_traces
from gezhi.ui.fields import HouseForm, PhotosField
from gezhi.vault.traces import trace_in


def _line(label: Any, *, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, widget=forms.TextInput(attrs={"autocomplete": "off"}), **more
    )


class HandoverForm(HouseForm):
    """To whom, what, where, until when, and which pictures go along."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    company = _line(
        _("交给哪个单位"), required=True, error_messages={"required": _("请写单位名称，如物业公司全称。")}
    )
    contact = _line(_("对方谁来办"), help_text=_("写称呼就行，只给自己人看。"))
    asked = forms.CharField(
        label=_("要对方做什么"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("用自己的话写，对方看到的就是这一段。报告人的话、姓名、电话一概不给。"),
        error_messages={"required": _("请用自己的话写要对方做什么。")},
    )
    place = _line(_("在哪里"), help_text=_("写到找得着就行；能不写到户的，不写到户。"))
    until = moment_field(_("到什么时候"))
    phone = _line(_("有事打哪个电话"), help_text=_("本单位对外公开的办公电话。"))
    photos = forms.MultipleChoiceField(
        label=_("交出哪几张照片"), required=False, widget=forms.CheckboxSelectMultiple
    )
    public_number = forms.BooleanField(label=_("这是对外公开的号码（如办公电话），照写"), required=False)
    asks_public = False

    def __init__(self, *args: Any, pictures: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["until"].required = True
        self.fields["until"].error_messages["required"] = str(_("请写到什么时候。"))
        self.fields["photos"].choices = list(pictures)  # type: ignore[attr-defined]  # known only as Field

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        self.asks_public = say_no_traces(self, said, "asked", "place")
        return said


class ProlongForm(HouseForm):
    """Until when the link goes on."""

    until = moment_field(_("延到什么时候"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["until"].required = True
        self.fields["until"].error_messages["required"] = str(_("请写延到什么时候。"))


class OutsideForm(HouseForm):
    """What somebody outside says."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    what = forms.CharField(required=False)
    note = forms.CharField(
        label=_("说明"), required=False, strip=True, widget=forms.Textarea(attrs={"rows": 4})
    )
    photos = PhotosField(label=_("照片"), required=False)

    def clean_note(self) -> str:
        note = str(self.cleaned_data["note"])
        if trace_in(note):
            raise forms.ValidationError(_("里面像有电话或证件号。号码不写在这里，请删去再交。"))
        return note
