"""What is typed on the centre's page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.desk.beside_forms import Worded
from gezhi.matters.overseen import MOST_DAYS
from gezhi.ui.fields import HouseForm
from gezhi.vault.traces import trace_in


def days_of(said: str | None, otherwise: int) -> int:
    """A number of days from an address, within what is sensible; else what stands otherwise."""
    number = int(said) if said and said.isdecimal() and len(said) < 5 else otherwise
    return number if 0 < number <= MOST_DAYS else otherwise


class ActForm(Worded):
    """One act on some matters: those that were ticked, or the one whose own button was pressed."""

    number = forms.CharField(required=False)

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        act, _sep, one = str(self.data.get("act", "")).partition("|")
        said["aside"] = act
        said["numbers"] = (
            [one] if one else self.data.getlist("number") if hasattr(self.data, "getlist") else []
        )
        if not said["numbers"]:
            raise forms.ValidationError(_("先勾选要办的，再按；或者按那一行自己的按钮。"))
        return said

    def meant(self) -> list[str]:
        """What stays ticked where the act was refused: what was ticked, else the one whose own button was pressed."""
        one = str(self.data.get("act", "")).partition("|")[2]
        ticked = self.data.getlist("number") if hasattr(self.data, "getlist") else []
        return [str(number) for number in ticked or [one] if number]


class DutyForm(HouseForm):
    """One note of the duty log."""

    words = forms.CharField(
        label=_("记一笔"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写发生了什么、下一班要接着做什么。")},
    )
    hands_over = forms.BooleanField(label=_("交班：下一班接着做"), required=False)

    def clean_words(self) -> str:
        said = str(self.cleaned_data["words"])
        if trace_in(said):
            raise forms.ValidationError(_("里面像有电话或证件号。身份不写在这里，请删去再交。"))
        return said
