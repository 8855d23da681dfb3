"""What is typed at the desk. A form says only whether something is missing; the services say the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.desk import long_ago
from gezhi.desk.forms_gates import AGREED, AGREED_HOW, FILES_HINT, FilesField, day_field, trim_gates
from gezhi.paper import named
from gezhi.ui.fields import HouseForm, PhotosField
from gezhi.vault.traces import trace_in


def moment_field(label: Any) -> forms.DateTimeField:
    """When it happened, if that was before now: 补录."""
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": _("请写成 2026-11-20 10:24 这样。")},
    )


def late_reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("为什么当时没有登记"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class LateForm(HouseForm):
    """补录: what happened before it was recorded. The reason is asked for as soon as the earlier moment is given, and a
    tick (`long_ago`) where that lies so far back that the year may be mistyped."""

    at = moment_field(_("其实发生在"))
    late_reason = late_reason_field()
    long_ago = forms.BooleanField(label=long_ago.TICK, required=False)
    asks_long_ago = False
    folded = frozenset(("at", "late_reason", "long_ago"))

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("at") and not said.get("late_reason"):
            self.add_error("late_reason", _("写了当时的时间，请写明为什么当时没有登记。"))
        self.asks_long_ago = long_ago.ask_in(self, said)
        return said


@dataclass(frozen=True)
class UnitChoice:
    """A unit that may be named: its own name, and in which it lies."""

    path: str
    name: str
    within: str

    @property
    def whole(self) -> str:
        return f"{self.name} · {self.within}" if self.within else self.name


class UnitField(forms.CharField):
    """A unit by its name, or by name and where it lies where several bear it; cleaned to its path."""

    choices: Sequence[UnitChoice] = ()

    def named(self) -> list[tuple[str, str]]:
        """What the list offers: the word that names each unit, and where it lies."""
        many = Counter(one.name for one in self.choices)
        return [(one.whole if many[one.name] > 1 else one.name, one.within) for one in self.choices]

    def clean(self, value: Any) -> str:
        said = str(super().clean(value)).strip()
        if not said or any(one.path == said for one in self.choices):
            return said
        found = [one.path for one in self.choices if said in (one.whole, one.name)]
        if len(found) == 1:
            return found[0]
        if found:
            told = _("叫「{said}」的有 {n} 个。请从列表里选，或写成 {example} 这样。")
            example = next(one.whole for one in self.choices if one.path == found[0])
            raise forms.ValidationError(told.format(said=said, n=len(found), example=example))
        raise forms.ValidationError(
            _("这里没有叫「{said}」的网格。请从列表里选，或写网格的全名。").format(said=said[:40])
        )


class PlaceForm(HouseForm):
    """Where something is: a point, an address or a unit."""

    address = forms.CharField(
        label=_("地址"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("路名、门牌、小区，边写边出现")}),
    )
    lon = forms.FloatField(
        label=_("经度"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    lat = forms.FloatField(
        label=_("纬度"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    unit = UnitField(
        label=_("直接指定网格"),
        required=False,
        help_text=_("说不清点在哪里、也没有地址时用：写网格名，边写边出现。"),
        widget=forms.TextInput(
            attrs={"list": "units", "autocomplete": "off", "placeholder": _("由地点决定")}
        ),
    )

    def __init__(self, *args: Any, units: Sequence[UnitChoice], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # known only as Field
        for name in ("lon", "lat"):
            self.fields[name].error_messages["invalid"] = str(_("请写成数字，如 118.4321。"))

    def says_where(self) -> bool:
        """Whether anything of a place was typed, right or wrong."""
        return any((self.data.get(name) or "").strip() for name in ("lon", "lat", "address", "unit"))


class WhereForm(PlaceForm):
    """核对地点: where a matter lies after all."""

    moved = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReportForm(LateForm, PlaceForm):
    """What a clerk types in when somebody calls, comes or writes."""

    text = forms.CharField(
        label=_("什么事"),
        strip=True,
        widget=forms.Textarea(
            attrs={"rows": 4, "placeholder": _("照来人的话写：什么东西、怎么了、从什么时候起")}
        ),
        error_messages={"required": _("请写明发生了什么，至少两个字。")},
    )
    item = forms.CharField(error_messages={"required": _("请选是哪一类事，选最接近的一项就行。")})
    photos = PhotosField(label=_("照片"), required=False)
    channel = forms.ChoiceField(label=_("从哪里来"), required=False)
    reporting = forms.CharField(
        initial="confidential", error_messages={"required": _("请选匿名、保密或实名。")}
    )
    name = forms.CharField(
        label=_("姓名"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    contact = forms.CharField(
        label=_("联系电话"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    nowhere = forms.BooleanField(label=_("现在说不清在哪，先登记，由受理的人核对地点"), required=False)

    def __init__(self, *args: Any, channels: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["channel"].choices = channels  # type: ignore[attr-defined]  # known only as Field

    def clean(self) -> dict[str, Any]:
        """A report without a place is taken if, and only if, it is said that nobody knows it yet."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.says_where() and not said.get("nowhere"):
            told = _(
                "请写明在哪里：写个地址、点一下图，或直接指定网格。真说不清，就勾下面的「现在说不清在哪」。"
            )
            first = not self.errors
            self.add_error("address", told)
            self.add_error("nowhere", _("还没写在哪里。真说不清，就勾上这一项。"))
            if first:
                self.fields["address"].widget.attrs["autofocus"] = True
        return said


def say_no_traces(form: HouseForm, said: dict[str, Any], *names: str) -> bool:
    """Refuse somebody's number in these fields: a public one goes through with the tick `public_number`, an identity
    number never does. True if, and only if, the form has to offer the tick."""
    asks = False
    for name in names:
        trace = trace_in(said.get(name) or "")
        if trace == "identity":
            form.add_error(name, _("里面像有身份证号。证件号一律不写在这里，请删去再交。"))
        elif trace:
            asks = True
            if not said.get("public_number"):
                told = _("里面像有电话或证件号。身份不写在这里；确实要公开的号码，勾上这一项再交。")
                form.add_error(name, told)
    return asks


def say_no_gaps(form: HouseForm, said: dict[str, Any], name: str) -> None:
    """Refuse words in which a named place still stands open: the reporter would read {{地点}}."""
    open_ones = named.names_in(said.get(name) or "")
    if open_ones:
        told = gettext("还有没填上的位置：{places}。请换成实际的话，或删去。")
        places = gettext("、").join(f"{{{{{one}}}}}" for one in open_ones)
        form.add_error(name, told.format(places=places))


RESULTS = (
    ("nobody", _("没有报告人可等")),
    ("other", _("其他说明")),
)
"""Why a matter is closed while its reporter is still waited for (docs/decisions/0031)."""
AWAITED = _("报告人留了联系方式，还可以评价；不等了，请在下面写明为什么。")
"""What stands in place of a choice where the reporter can be reached, and only one reason is left."""


class StepForm(LateForm):
    """What comes with a step. `closing`: it closes a matter whose reporter is waited for, and one of `RESULTS` is
    the first of its words; `known`: its reporter can be reached. What is written is read by all who see the matter, so
    it names nobody (`say_no_traces`)."""

    note = forms.CharField(
        label=_("说明"), required=False, strip=True, widget=forms.Textarea(attrs={"rows": 5})
    )
    department = forms.ChoiceField(label=_("交给哪个部门"), required=False)
    photos = PhotosField(label=_("照片"), required=False)
    at = moment_field(_("其实办在"))
    result = forms.ChoiceField(
        label=_("为什么现在销号"),
        choices=RESULTS,
        error_messages={"required": _("请选为什么现在销号。")},
    )
    reason = forms.ChoiceField(error_messages={"required": _("请选一项，以后按它计数。")})
    receipt = forms.CharField(
        label=_("对方的回执编号"),
        required=False,
        help_text=_("对方受理的编号：12345 工单号、110 警情号、案号、收件号。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    taken = forms.MultipleChoiceField(label=_("选用外部承办的照片"), required=False)
    documents = FilesField(label=_("附件"), required=False, help_text=FILES_HINT)
    paper = forms.ChoiceField(label=_("或用一份已出具的文书"), required=False)
    agreed = forms.ChoiceField(label=_("谁同意"), choices=AGREED, required=False)
    agreed_how = forms.ChoiceField(label=_("怎么说的"), choices=AGREED_HOW, required=False)
    agreed_on = day_field(_("哪一天同意的"))
    into = forms.CharField(
        label=_("并入哪一件"),
        required=False,
        help_text=_("写那一件的编号。报告人各自照自己的编号收到答复，只知道共有几人反映。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    moved = forms.IntegerField(widget=forms.HiddenInput, required=False)
    public_number = forms.BooleanField(label=_("这是对外公开的号码（如办公电话），照写"), required=False)
    asks_public = False

    def __init__(
        self,
        *args: Any,
        departments: list[tuple[str, str]] | None = None,
        closing: bool = False,
        known: bool = False,
        reasons: Sequence[tuple[str, str]] = (),
        needs: Collection[str] = (),
        asks: str = "",
        outside: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> None:
        papers = more.pop("papers", ())
        super().__init__(*args, **more)
        self.fields["taken"].choices = list(outside)  # type: ignore[attr-defined]  # known only as Field
        self.fields["reason"].label = asks
        self.fields["reason"].choices = list(reasons)  # type: ignore[attr-defined]  # as above
        for name, wanted in (("reason", reasons), ("receipt", "receipt" in needs), ("into", "into" in needs)):
            if not wanted:
                del self.fields[name]
        trim_gates(self, needs, papers)
        if not closing:
            del self.fields["result"]
        elif known:  # somebody left a name: that nobody is there to be waited for would not be true
            self.fields["result"].choices = [("other", AWAITED)]  # type: ignore[attr-defined]
        self.fields["department"].choices = [("", _("请选")), *(departments or [])]  # type: ignore[attr-defined]  # as above

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        self.asks_public = say_no_traces(self, said, "note", "late_reason")
        say_no_gaps(self, said, "note")
        if said.get("result") == "other" and not said.get("note"):
            chosen = len(self.fields["result"].choices) > 1  # type: ignore[attr-defined]
            told = _("选了“其他说明”，请写明为什么现在销号。") if chosen else _("请写明为什么现在销号。")
            self.add_error("note", told)
        return said

    def whole_note(self) -> str:
        """The note with the chosen reason before it, in the language of the house, whoever wrote it."""
        note, result = str(self.cleaned_data["note"]), self.cleaned_data.get("result")
        if result in {None, "other"}:
            return note
        with translation.override(settings.LANGUAGE_CODE):
            return _closing_words(str(dict(RESULTS)[result]), note)


HOW = (("phone", _("电话")), ("visit", _("上门或来访")), ("letter", _("书面")), ("other", _("其他")))
HEARD = (
    ("content", _("满意")),
    ("fair", _("基本满意")),
    ("discontent", _("不满意")),
    ("unreached", _("没有联系上")),
)


class WordForm(HouseForm):
    """What a clerk heard of the reporter: how it came, and his words; nobody's name, and no number."""

    how = forms.ChoiceField(
        label=_("怎么听到的"),
        choices=HOW,
        initial="phone",
        error_messages={"required": _("请选这话是怎么来的。")},
    )
    words = forms.CharField(
        label=_("报告人怎么说"),
        required=False,
        strip=True,
        help_text=_("写他说的事，不写他是谁、也不写和谁通的话。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    moved = forms.IntegerField(widget=forms.HiddenInput, required=False)
    public_number = forms.BooleanField(label=_("这是对外公开的号码（如办公电话），照写"), required=False)
    asks_public = False

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        self.asks_public = say_no_traces(self, said, "words")
        return said


class RatingForm(WordForm):
    """How the reporter found the outcome, as a clerk heard it."""

    rating = forms.ChoiceField(
        label=_("评价"),
        choices=HEARD,
        error_messages={"required": _("请选报告人怎么说；没有打通，选“没有联系上”。")},
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("rating") == "discontent" and not said.get("words"):
            self.add_error("words", _("请写报告人为什么不满意，返工的人要看。"))
        return said


def _closing_words(reason: str, note: str) -> str:
    return gettext("{reason}。{note}").format(reason=reason, note=note)
