"""What is typed where a party that a matter complains of is asked for its side, and by that party."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gezhi.desk.forms import say_no_traces
from gezhi.desk.forms_gates import FILES_HINT, FilesField
from gezhi.desk.forms_together import SeenForm
from gezhi.matters.services.stating import DAYS
from gezhi.ui.fields import HouseForm, PhotosField


class AskForm(SeenForm):
    """转述: whom, what in one's own words, within how many working days."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    party = forms.ChoiceField(
        label=_("请谁说明"), widget=forms.RadioSelect, error_messages={"required": _("请选请谁说明。")}
    )
    words = forms.CharField(
        label=_("转述"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("用自己的话写清要对方说明什么，写到能答为止。对方看到的就是这一段，别的一概看不到。"),
        error_messages={"required": _("请用自己的话写要对方说明什么。")},
    )
    days = forms.TypedChoiceField(
        label=_("几个工作日内答"),
        coerce=int,
        initial=5,
        error_messages={"required": _("请选几个工作日内答。")},
    )
    checked = forms.BooleanField(label=_("看过了：这样写猜不出是谁反映的，就这样给"), required=False)
    asks_checked = False

    def __init__(self, *args: Any, parties: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["party"].choices = list(parties)  # type: ignore[attr-defined]  # known only as Field
        days = [(n, ngettext("{n} 个工作日", "{n} 个工作日", n).format(n=n)) for n in DAYS]
        self.fields["days"].choices = days  # type: ignore[attr-defined]  # known only as Field
        if len(parties) == 1:
            self.initial.setdefault("party", parties[0][0])


class StateForm(HouseForm):
    """The party's own side."""

    words = forms.CharField(
        label=_("我们的情况"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("写事实、依据和已经做了什么。交了以后改不了，也不再显示。"),
        error_messages={"required": _("请写你这一方的情况。")},
    )
    public_number = forms.BooleanField(label=_("这是对外公开的号码（如办公电话），照写"), required=False)
    photos = PhotosField(label=_("照片"), required=False)
    documents = FilesField(label=_("附件"), required=False, help_text=FILES_HINT)
    asks_public = False

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        self.asks_public = say_no_traces(self, said, "words")
        return said
