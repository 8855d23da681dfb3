"""What every form of the house is made of. A form says only whether something is missing; the services say the rest."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several pictures. They are looked at by `matters.services.photos`, not here."""

    widget = ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True})

    def clean(self, data: Any, _initial: Any = None) -> list[bytes]:
        chosen = data if isinstance(data, list | tuple) else [data] if data else []
        return [file.read() for file in chosen if file]


class PhoneField(forms.CharField):
    """A telephone as people write it: digits, + - and gaps, an extension behind 转; kept as it was typed."""

    def clean(self, value: Any) -> str:
        said = unicodedata.normalize("NFKC", str(super().clean(value) or "")).strip()
        digits = sum(sign.isdigit() for sign in said)
        if said and not (_OF_A_PHONE.fullmatch(said) and 5 <= digits <= 20):
            raise forms.ValidationError(_("这不像电话号码。请只写数字、空格、横线和加号，5 到 20 个数字。"))
        return said


_OF_A_PHONE = re.compile(r"\+?[0-9 ()\-–\u8f6c]+")  # with 转 before an extension
_OWN_WORDS = {
    "null_characters_not_allowed": _("文字里有看不见的控制字符。请删去后再交。"),
    "invalid_choice": _("列表里没有这一项。请从列表里选一项。"),
}


class HouseForm(forms.Form):
    """Fields without Django's own words, neither in the browser nor in an answer: the page says its own sentences."""

    use_required_attribute = False
    required_css_class = ""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.error_messages |= _OWN_WORDS
            if isinstance(field, forms.IntegerField):
                field.error_messages["invalid"] = _("这里要一个数。请刷新这一页，再交一次。")

    folded: frozenset[str] = frozenset()
    """Fields that are not asked: they lie behind something that has to be opened first."""

    @property
    def asks(self) -> int:
        """How many fields stand before whoever fills it in."""
        return sum(field.name not in self.folded for field in self.visible_fields())

    def files_of(self, name: str) -> list[Any]:
        files: MultiValueDict[str, Any] = self.files
        return files.getlist(name)

    def said(self, name: str) -> str:
        """What stands in a field now, right or wrong; empty where the form has no such field."""
        return str(self[name].value() or "") if name in self.fields else ""

    @property
    def unseen(self) -> list[tuple[BoundField, str]]:
        """What was wrong in fields that nobody sees: said above the form, else nobody would ever read it."""
        return [(field, str(error)) for field in self.hidden_fields() for error in field.errors]

    def refuse(self, field: str, reason: str) -> None:
        """Put a refusal of a service beside the field it speaks about, or above the form."""
        self.add_error(field if field in self.fields else None, reason)
