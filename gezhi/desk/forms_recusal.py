"""What is typed where somebody is kept from a matter: whom it complains of, who steps aside, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from gezhi.desk.forms import ReportForm
from gezhi.desk.forms_together import SeenForm
from gezhi.matters.wall_words import Party

OFFERED = 400
"""How many names the list of a field holds at most; whoever stands behind them is found by the whole name."""


class PartyField(forms.CharField):
    """A unit, a department or somebody with a post, by name; cleaned to the word of a wall."""

    choices: Sequence[Party] = ()

    def named(self) -> list[tuple[str, str]]:
        """What the list offers: the word that names each, and where it lies or which post."""
        many = Counter(one.name for one in self.choices)
        return [(_whole(one) if many[one.name] > 1 else one.name, one.hint) for one in self.choices[:OFFERED]]

    def clean(self, value: Any) -> str:
        said = str(super().clean(value)).strip()
        if not said:
            return ""
        found = [one.word for one in self.choices if said in (one.word, _whole(one), one.name)]
        if len(found) == 1:
            return found[0]
        if found:
            told = _("叫「{said}」的有 {n} 个。请从列表里选，或写成 {example} 这样。")
            example = next(_whole(one) for one in self.choices if one.word == found[0])
            raise forms.ValidationError(told.format(said=said, n=len(found), example=example))
        told = _("没有叫「{said}」的单位、部门或在岗的人。请从列表里选，或写全名。")
        raise forms.ValidationError(told.format(said=said[:40]))


def _whole(one: Party) -> str:
    return f"{one.name} · {one.hint}" if one.hint else one.name


def party_field(label: Any, **more: Any) -> PartyField:
    return PartyField(
        label=label,
        widget=forms.TextInput(
            attrs={
                "list": "parties",
                "data-parties": reverse_lazy("desk:parties"),
                "autocomplete": "off",
                "placeholder": _("单位、部门或人的名字，边写边出现"),
            }
        ),
        **more,
    )


class AboutReportForm(ReportForm):
    """登记, and of whom the report complains."""

    about = party_field(
        _("反映的是谁"),
        required=False,
        help_text=_("选了就按回避办：这一方不办、也看不到这一件，交上一级。"),
    )

    def __init__(self, *args: Any, parties: Sequence[Party], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["about"].choices = parties  # type: ignore[attr-defined]  # known only as Field


WHYS = (
    ("about", _("这一件反映的就是这一方")),
    ("recused", _("有利害关系，不该由这个人办（只能选人）")),
)


class KeepForm(SeenForm):
    """回避: oneself, somebody else, or what the matter complains of; and taking it back. `what` says which."""

    what = forms.CharField(required=False)
    wall = forms.UUIDField(required=False)
    why = forms.ChoiceField(label=_("为什么"), choices=WHYS, required=False, widget=forms.RadioSelect)
    party = party_field(_("要回避的单位、部门或人"), required=False)
    note = forms.CharField(
        label=_("理由"), required=False, strip=True, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, parties: Sequence[Party], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["party"].choices = parties  # type: ignore[attr-defined]  # known only as Field

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("what") == "other":
            if not said.get("party") and "party" not in self.errors:
                self.add_error("party", _("请选要回避的单位、部门或人。"))
            if not said.get("why"):
                self.add_error("why", _("请选为什么。"))
        return said
