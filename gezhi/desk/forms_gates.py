"""What a step asks for besides words and pictures: documents, and that somebody consented."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from django import forms
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.matters.consent import HOW, WHO, Consent
from gezhi.matters.services.attaching import Handed
from gezhi.matters.services.document_bytes import TYPES

FILES_HINT = format_lazy(
    _("收 {kinds}；一份最多 20 MB，一次最多 5 份。别人只能下载，页面上不打开。"),
    kinds=" ".join(f".{kind}" for kind in TYPES),
)
AGREED, AGREED_HOW = (
    tuple((key, capfirst(cast("str", word))) for key, word in said.items()) for said in (WHO, HOW)
)
ACCEPTED = ",".join(f".{kind}" for kind in (*TYPES, "jpeg"))
GATES = {"file": ("documents", "paper"), "consent": ("agreed", "agreed_how", "agreed_on")}
"""The fields of a gate; a step that does not ask for it has none of them."""
BESIDE = {"needs_file": "documents", "needs_consent": "agreed"}


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several documents. They are looked at by `matters.services.attaching`, not here."""

    widget = _Files(attrs={"multiple": True, "accept": ACCEPTED})

    def clean(self, data: Any, _initial: Any = None) -> list[Handed]:
        chosen = data if isinstance(data, list | tuple) else [data] if data else []
        return [Handed(file.name or "", file.read()) for file in chosen if file]


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("请写成 2026-11-20 这样。")},
    )


def trim_gates(form: forms.Form, needs: Collection[str], papers: Sequence[tuple[str, str]]) -> None:
    """Leave the fields of those gates that the step asks for, and the papers to choose from where there are some."""
    for gate, names in GATES.items():
        for name in names if gate not in needs else ():
            del form.fields[name]
    if "paper" in form.fields:
        form.fields["paper"].choices = [("", gettext("不用文书")), *papers]  # type: ignore[attr-defined]  # known only as Field
        if not papers:
            del form.fields["paper"]


def consent_of(said: dict[str, Any]) -> Consent:
    """The consent as it was typed."""
    return Consent(said.get("agreed", ""), said.get("agreed_how", ""), said.get("agreed_on"))
