"""What is typed for an act beside the flow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.desk.forms import say_no_gaps
from gezhi.ui.fields import HouseForm, PhotosField
from gezhi.vault.traces import trace_in


class Worded(HouseForm):
    """A note that is read by all who see the matter: somebody's number in it is stopped."""

    note = forms.CharField(
        label=_("说明"), required=False, strip=True, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean_note(self) -> str:
        note = str(self.cleaned_data["note"])
        if trace_in(note):
            raise forms.ValidationError(_("里面像有电话或证件号。身份不写在这里，请删去再交。"))
        say_no_gaps(self, self.cleaned_data, "note")
        return note


class BesideForm(Worded):
    """What comes with an act beside the flow. Departments or posts are chosen where the act names some."""

    departments = forms.MultipleChoiceField(
        label=_("请哪些部门协办"), required=False, widget=forms.CheckboxSelectMultiple
    )
    posts = forms.MultipleChoiceField(
        label=_("转请谁看"), required=False, widget=forms.CheckboxSelectMultiple
    )
    photos = PhotosField(label=_("照片"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        departments: Sequence[tuple[str, str]] = (),
        posts: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        for name, some in (("departments", departments), ("posts", posts)):
            if some:
                self.fields[name].choices = list(some)  # type: ignore[attr-defined]  # known only as Field
            else:
                del self.fields[name]


class ExtendForm(Worded):
    """A longer time: for how much, and why. `until` are the lengths that may be chosen, each with the words that say
    until when it leads; none where it was said already, by whoever asked."""

    what = forms.ChoiceField(
        choices=[(one, one) for one in ("ask", "grant", "decline", "withdraw")],
        error_messages={"required": _("请按一个按钮。"), "invalid_choice": _("请按一个按钮。")},
    )
    amount = forms.IntegerField(label=_("延多少"), required=False, widget=forms.Select)

    def __init__(self, *args: Any, until: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["note"].label = _("理由")
        if not until:
            del self.fields["amount"]
            return
        self.fields["amount"].initial = until[0][0]
        self.fields["amount"].error_messages["invalid"] = str(_("请写一个整数。"))
        self.fields["amount"].widget.choices = list(until)
