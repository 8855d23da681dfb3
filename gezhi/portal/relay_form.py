"""What a reporter adds to their report while it is open."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.matters.services.relaying import WORDS
from gezhi.ui.fields import HouseForm, PhotosField


class RelayForm(HouseForm):
    """One word, with pictures, and whether they ask to be called."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("补充一句"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": WORDS}),
        error_messages={"required": _("请写几个字。")},
    )
    call = forms.BooleanField(label=_("请打电话给我"), required=False)
    photos = PhotosField(label=_("照片"), required=False)
