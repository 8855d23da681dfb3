"""What is typed for an admission: the application, the review, the batch. What is wrong stands beside its field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.desk.overtaken import Typed
from gezhi.matters import admission, admission_rows, sentences
from gezhi.matters.services.admitting import Wanted
from gezhi.matters.services.admitting_checks import Faults
from gezhi.people.queries import DEPARTMENT
from gezhi.rules import keys
from gezhi.rules.model import Admission, Model
from gezhi.ui.fields import HouseForm

Pairs = list[tuple[str, str]]
YES, NO = "yes", "no"
EVIDENCE = dict(
    zip(keys.EVIDENCE, (_("不用留"), _("可留可不留"), _("照片"), _("文字"), _("照片和文字")), strict=True)
)


def _area(rows: int, hint: Any = "") -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "placeholder": hint} if hint else {"rows": rows})


@dataclass(frozen=True)
class Wrong:
    """One field that must be mended: where a link leads to, what it is called, what is said of it."""

    anchor: str
    label: str
    say: str


class _Told(HouseForm):
    """A form at whose fields the services' sentences stand. Fields stand in the order of the page."""

    def tell(self, faults: Faults) -> None:
        for field, sentence in faults:
            self.refuse(field, sentence)

    def wrongs(self) -> list[Wrong]:
        """What must be mended, from the top of the page down."""
        return [
            Wrong(self.anchor(name), str(field.label or ""), str(self.errors[name][0]))
            for name, field in self.fields.items()
            if name in self.errors
        ]

    def anchor(self, name: str) -> str:
        """The id of what has the cursor when this field is to be mended."""
        return f"id_{name}"

    def first_wrong(self) -> str:
        """The id of what gets the cursor: the first on the page that must be mended; empty where nothing must."""
        return next((one.anchor for one in self.wrongs()), "")

    def focus(self) -> None:
        """Put the cursor into the first field that must be mended, where it is a field that Django draws."""
        name = next((name for name in self.fields if name in self.errors), "")
        if name and self.anchor(name) == f"id_{name}":
            self.fields[name].widget.attrs["autofocus"] = True


class _ApplyForm(_Told):
    """An application, as a desk writes it."""

    def __init__(self, *args: Any, model: Model, of: Admission, desk: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.model, self.of, self.desk = model, of, desk

    def typed(self, row: Any) -> list[Typed]:
        """What was written otherwise than it stands in the row, by what it was written for."""
        return [Typed(label, said) for label, said, _stored in self._otherwise(row) if said]

    def stored(self, row: Any) -> list[Typed]:
        """What stands in the row otherwise than it was written."""
        return [Typed(label, stored or "—") for label, _said, stored in self._otherwise(row)]

    def _otherwise(self, row: Any) -> Iterator[tuple[str, str, str]]:
        for name, field in self.fields.items():
            said, stored = str(self.data.get(name, "")).strip(), getattr(row, name, "")
            if name == "in_grid":
                stored = YES if row.in_grid else NO
            stored = "" if stored is None else str(stored)
            if said != stored:
                chosen = dict(getattr(field, "choices", ()))
                yield str(field.label), str(chosen.get(said, said)), str(chosen.get(stored, stored))


class EnterForm(_ApplyForm):
    """An item to be admitted, as its row of the list would say it."""

    name = forms.CharField(
        label=_("叫什么"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    category = forms.ChoiceField(label=_("属哪一类"), required=False)
    english = forms.CharField(
        label=_("英文名称"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    department = forms.ChoiceField(label=_("是哪个部门的事"), required=False)
    in_grid = forms.ChoiceField(label=_("格里能不能办"), required=False, initial=YES)
    handler = forms.ChoiceField(label=_("谁承办"), required=False)
    grade = forms.ChoiceField(label=_("等级"), required=False)
    length = forms.CharField(
        label=_("时限"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("如 2小时、3工作日、30日")}),
    )
    evidence = forms.ChoiceField(label=_("留什么证据"), required=False)
    task = forms.CharField(
        label=_("要网格员做什么"), required=False, widget=_area(3, _("一步一步写，做到哪一步算完"))
    )
    law = forms.CharField(
        label=_("依据"), required=False, widget=_area(2, _("哪部法律、哪份文件、哪一条；文号写全"))
    )
    money = forms.CharField(
        label=_("经费"), required=False, widget=_area(2, _("钱从哪里来，够不够；不用钱也写明"))
    )
    training = forms.CharField(
        label=_("培训"), required=False, widget=_area(2, _("谁来教，教几回，什么时候教完"))
    )
    load = forms.IntegerField(
        label=_("全区每月约多少件"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    per_grid = forms.DecimalField(
        label=_("一个网格每月最多约多少件"),
        decimal_places=1,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, desk: str, **more: Any) -> None:
        super().__init__(*args, desk=desk, **more)
        for name, choices in self._choices().items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # known only as Field
        if desk.startswith(f"{DEPARTMENT}:"):
            del self.fields["department"]
        if len(self._choices()["grade"]) < 2:
            del self.fields["grade"]
        for name in ("load", "per_grid"):
            self.fields[name].error_messages["invalid"] = str(_("请写成数字，如 40。"))
        self.fields["per_grid"].error_messages |= {
            "max_decimal_places": str(_("最多写一位小数。")),
        }

    def _choices(self) -> dict[str, Pairs]:
        model, catalogue = self.model, self.model.catalogues[self.of.catalogue]
        flow = model.flows.get(admission_rows.flow_of(model, catalogue.id))
        scheme = model.grades.get(flow.grades) if flow else None
        departments = [(d.id, sentences.label(d)) for d in model.departments.values()]
        own = [pair for pair in departments if self.desk == f"{DEPARTMENT}:{pair[0]}"] or departments
        hands = [(p, sentences.label(model.posts[p])) for p in admission_rows.hands_of(model, catalogue.id)]
        classes = admission_rows.classes_of(model, catalogue.id)
        return {
            "category": [
                ("", str(_("请选"))),
                *((one, sentences.class_words(catalogue, one)) for one in classes),
            ],
            "department": [("", str(_("请选"))), *departments],
            "in_grid": [(YES, str(_("能"))), (NO, str(_("不能，交部门")))],
            "handler": [*hands, *((f"{DEPARTMENT}:{id}", name) for id, name in own)],
            "grade": [
                ("", str(_("请选"))),
                *((g.id, sentences.label(g)) for g in (scheme.grade.values() if scheme else ())),
            ],
            "evidence": [("", str(_("请选"))), *((word, str(said)) for word, said in EVIDENCE.items())],
        }

    def wanted(self) -> Wanted:
        said = dict(self.cleaned_data)
        said["in_grid"] = said.get("in_grid") != NO
        return Wanted(admission=self.of.id, **said)


class LeaveForm(_ApplyForm):
    """An item to be taken out of the catalogue: why, who does it then, and what becomes of its money."""

    code = forms.ChoiceField(label=_("哪一项要出册"), required=False)
    law = forms.CharField(
        label=_("为什么出册，依据什么"),
        required=False,
        widget=_area(3, _("哪份文件改了，哪个部门收回，网格为什么不该再办")),
    )
    task = forms.CharField(
        label=_("以后谁办"),
        required=False,
        widget=_area(2, _("哪个部门接，从哪天接；不用再办的，也写明")),
    )
    money = forms.CharField(
        label=_("经费"), required=False, widget=_area(2, _("随它来的钱以后怎么用；没有钱也写明"))
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if "money" not in admission.heads_of(self.of, leaves=True):
            del self.fields["money"]
        kind, _colon, own = self.desk.partition(":")
        listed = [item for item in self.model.items.values() if item.catalogue == self.of.catalogue]
        own = own if kind == DEPARTMENT else ""
        mine = [item for item in listed if admission_rows.may_take_out(item, own)]
        self.fields["code"].choices = [  # type: ignore[attr-defined]  # known only as Field
            ("", str(_("请选"))),
            *((item.code, f"{item.code} {sentences.label(item)}") for item in mine),
        ]

    def wanted(self) -> Wanted:
        return Wanted(admission=self.of.id, leaves=True, **self.cleaned_data)


class ReviewForm(_Told):
    """What is typed on the page of an application: what the review says on each head, what is to be mended, and the
    answer to that."""

    answer = forms.CharField(
        label=_("答复"), required=False, widget=_area(2, _("改了什么；不用改的，写明为什么"))
    )

    def __init__(self, *args: Any, looks_at: Iterable[str], leaves: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.heads = tuple(looks_at)
        for head in self.heads:
            self.fields[f"stands_{head}"] = forms.CharField(required=False)
            self.fields[head] = forms.CharField(
                label=admission.head_words(head, leaves=leaves), required=False, widget=_area(2)
            )
        self.fields["reason"] = forms.CharField(label=_("要补充什么"), required=False, widget=_area(3))

    def anchor(self, name: str) -> str:
        unsaid = name in self.heads and not self.cleaned_data.get(f"stands_{name}")
        return f"id_stands_{name}" if unsaid else super().anchor(name)

    def typed(self) -> list[Typed]:
        """What was written, by what it was written for."""
        said = [(self.fields[name].label, name, self.data.get(name, "")) for name in ("answer", *self.heads)]
        said.append((self.fields["reason"].label, "reason", self.data.get("reason", "")))
        chosen = {YES: _("行"), NO: _("不行")}
        found = []
        for label, name, words in said:
            verdict = chosen.get(self.data.get(f"stands_{name}", ""))
            named = (
                gettext("{head}（{verdict}）").format(head=label, verdict=verdict) if verdict else str(label)
            )
            if words.strip():
                found.append(Typed(named, words.strip()))
        return found

    def opinions(self) -> dict[str, tuple[bool, str]]:
        said = self.cleaned_data
        chosen = {head: said[f"stands_{head}"] for head in self.heads}
        return {head: (word == YES, said[head]) for head, word in chosen.items() if word in (YES, NO)}

    def lines(self) -> list[tuple[Any, str]]:
        """Each head's field with what was chosen."""
        return [(self[head], self[f"stands_{head}"].value() or "") for head in self.heads]


class BatchForm(_Told):
    """The name of a batch, its day, and what is in it."""

    name = forms.CharField(
        label=_("批次的名称"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 24}),
    )
    since = forms.DateField(
        label=_("从哪天起"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    chosen = forms.MultipleChoiceField(label=_("选哪些申请"), required=False)

    def __init__(self, *args: Any, choices: Pairs, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["chosen"].choices = choices  # type: ignore[attr-defined]  # known only as Field
        self.fields["chosen"].error_messages["invalid_choice"] = str(
            _("选的申请里有的已经排进另一批，或者不再等着排批次。请看过现在的再选。")
        )
        for key in ("invalid", "required"):
            self.fields["since"].error_messages[key] = str(_("请写成 2026-11-20 这样的日期。"))
