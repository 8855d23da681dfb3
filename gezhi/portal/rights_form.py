"""What a reporter asks about their own data."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.matters.rights import KINDS
from gezhi.matters.services.asking_rights import OWN_KINDS, WORDS
from gezhi.ui.fields import HouseForm


class RightForm(HouseForm):
    """Which right, and in which words."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("要办哪一样"),
        choices=[(kind, KINDS[kind]) for kind in OWN_KINDS],
        error_messages={"required": _("请选要办哪一样。")},
    )
    words = forms.CharField(
        label=_("请写清楚"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": WORDS}),
        error_messages={"required": _("请写几个字，说清楚。")},
    )
