"""What a resident writes. A form says only whether something is missing; the services say the rest."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.matters.services.reporters_own import SAID
from gezhi.matters.services.reports import WORDS
from gezhi.ui.fields import HouseForm, PhoneField, PhotosField

NAMELESS = "anonymous"
PLACE = ("lon", "lat", "unit")
"""What says where, beside the address: set by the page, seen by nobody."""
UNREAD = "\ufffd"  # what was cut off on its way: half a sign, mostly of a picture


def new_key() -> str:
    """What one sheet is known by: whoever sends it again sends the same report."""
    return secrets.token_urlsafe(18)


NO_POINT = _("没有看懂地点，没有用它。请再用一次现在的位置、在地图上点，或写个地址。")


class ReportForm(HouseForm):
    """One page: what, where, and whether a name is left. `unsure` says that nobody knows which item it is."""

    text = forms.CharField(
        label=_("什么事"),
        strip=True,
        widget=forms.Textarea(
            attrs={"rows": 3, "maxlength": WORDS, "placeholder": _("什么东西、怎么了、从什么时候起")}
        ),
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
        choices=(("confidential", _("保密")), (NAMELESS, _("匿名")), ("named", _("实名"))),
        initial="confidential",
    )
    name = forms.CharField(
        label=_("怎么称呼您"), required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact = PhoneField(
        label=_("电话"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    about = forms.BooleanField(required=False)
    client_key = forms.CharField(
        widget=forms.HiddenInput,
        max_length=200,
        error_messages={
            "required": _("这一页不完整，换好了。请再按一次“提交”。"),
            "max_length": _("这一页不完整，换好了。请再按一次“提交”。"),
        },
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in PLACE:
            self.fields[name].error_messages["invalid"] = NO_POINT

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("reporting") == NAMELESS:  # typed before they thought better of it: nothing of it is kept
            for name in ("name", "contact"):
                said[name] = ""
                self.errors.pop(name, None)  # what is not kept need not be right
        return said | {
            name: said[name].replace(UNREAD, "") for name in ("text", "address", "name") if name in said
        }

    def renew(self, *names: str) -> None:
        """Let go of what was wrong in fields that nobody sees, for nobody could mend it: a place is asked for again, and the
        sheet gets another key. Pages that kept their fields take these from the answer (`data-renewed`)."""
        wrong = {*names, *(field.name for field in self.hidden_fields() if field.errors)}
        if wrong & set(PLACE):
            wrong |= set(PLACE)
        sent: Any = self.data
        self.data = sent = sent.copy()
        for name in wrong:
            sent[name] = new_key() if name == "client_key" else ""
            self.fields[name].widget.attrs["data-renewed"] = True

    @property
    def misplaced(self) -> bool:
        """Whether something was wrong about the place."""
        return any(self[name].errors for name in ("address", *PLACE))

    @property
    def placed(self) -> bool:
        """Whether anything of a place was given, or said to be unknown."""
        return any(self.said(name).strip() for name in ("address", "lon", "lat", "unit")) or bool(
            self["nowhere"].value()
        )


class CodeForm(HouseForm):
    """Number and code of a receipt."""

    number = forms.CharField(
        label=_("回执上的编号"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": _("如 1118-0417")}
        ),
        error_messages={"required": _("请写编号，回执上有。")},
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
    words = forms.CharField(
        required=False, strip=True, widget=forms.Textarea(attrs={"rows": 3, "maxlength": SAID})
    )
    photos = PhotosField(label=_("照片"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)
