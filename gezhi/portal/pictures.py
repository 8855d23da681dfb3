"""Pictures of a form that comes back: what became of them is said beside their field."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.matters.services import photos
from gezhi.ui import stale
from gezhi.ui.fields import HouseForm


def told(form: HouseForm, request: HttpRequest) -> None:
    """Name the one that cannot be kept, whatever else was wrong; and where the page did not keep its files itself
    (`ui/keep.js`), say that they have to be chosen again. Nothing where none came along."""
    if not request.FILES:
        return
    try:
        photos.check(form.cleaned_data.get("photos", ()))
    except Refused as refusal:
        form.refuse(refusal.field, refusal.reason)
    if stale.files_are_gone(request):
        form.refuse("photos", _("照片没有留住，请再选一次。"))
