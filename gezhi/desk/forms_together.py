"""What is typed where a matter has to do with others: confirming, undoing, 改类, 拆分."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.ui.fields import HouseForm

PARTS = 5
"""How many parts one form takes; a matter that has more is divided again."""


def _note(label: Any, *, required: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=bool(required),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": required},
    )


class SeenForm(HouseForm):
    """It says which state of the matter its page showed."""

    moved = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ConfirmForm(SeenForm):
    """The second person's word."""

    answer = forms.CharField(required=False)
    note = _note(_("为什么不同意"))


class UndoForm(SeenForm):
    """撤回并案."""

    note = _note(_("为什么撤回"), required=_("请写为什么撤回并案。"))


class ItemForm(SeenForm):
    """改类."""

    item = forms.ChoiceField(label=_("其实是哪一类事"), error_messages={"required": _("请选改成哪一类。")})
    note = _note(_("为什么改"), required=_("请写为什么改类，以后查得到。"))

    def __init__(self, *args: Any, items: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["item"].choices = [("", _("请选")), *items]  # type: ignore[attr-defined]  # known only as Field


class PartsForm(SeenForm):
    """拆分: up to `PARTS` parts, each with its words and its item; empty rows are left out."""

    key = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, items: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        for n in range(1, PARTS + 1):
            self.fields[f"text-{n}"] = forms.CharField(
                label=_("什么事"), required=False, strip=True, widget=forms.Textarea(attrs={"rows": 2})
            )
            self.fields[f"item-{n}"] = forms.ChoiceField(
                label=_("是哪一类事"), required=False, choices=[("", _("请选")), *items]
            )

    def rows(self) -> list[dict[str, Any]]:
        """The rows as the page shows them; the first is always open."""
        return [
            {
                "n": n,
                "text": self[f"text-{n}"],
                "item": self[f"item-{n}"],
                "open": n <= 2 or bool(self.said(f"text-{n}") or self.said(f"item-{n}")),
            }
            for n in range(1, PARTS + 1)
        ]

    def given(self) -> list[tuple[str, str, int]]:
        """Words, item and row of each part that says something, in order."""
        said = self.cleaned_data
        rows = [(said[f"text-{n}"], said[f"item-{n}"], n) for n in range(1, PARTS + 1)]
        return [(text, code, n) for text, code, n in rows if text or code]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for n in range(1, PARTS + 1):
            text, code = said.get(f"text-{n}", ""), said.get(f"item-{n}", "")
            lacking = f"item-{n}" if text else f"text-{n}"
            if bool(text) != bool(code) and not {f"text-{n}", f"item-{n}"} & set(self.errors):
                self.add_error(lacking, _("这一件要写什么事，也要选是哪一类。"))
        if not self.errors and not self.given():
            self.add_error("text-1", _("请写至少一件要拆出去的事。"))
        return said

    def refuse(self, field: str, reason: str) -> None:
        """A refusal that names a part by its place (`parts-2`) stands beside the words of that part."""
        super().refuse(field.replace("parts-", "text-"), reason)
