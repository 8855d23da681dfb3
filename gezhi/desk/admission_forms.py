"""What is typed for an admission: the application, the review, the batch. What is wrong stands beside its field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.desk.forms import DeskForm
from gezhi.matters import admission, admission_rows, sentences
from gezhi.matters.services.admitting import Wanted
from gezhi.matters.services.admitting_checks import Faults
from gezhi.people.queries import DEPARTMENT
from gezhi.rules import keys
from gezhi.rules.model import Admission, Model

Pairs = list[tuple[str, str]]
YES, NO = "yes", "no"
EVIDENCE = dict(
    zip(keys.EVIDENCE, (_("不用留"), _("可留可不留"), _("照片"), _("文字"), _("照片和文字")), strict=True)
)


def _area(rows: int, hint: Any = "") -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "placeholder": hint} if hint else {"rows": rows})


class _Told(DeskForm):
    """A form at whose fields the services' sentences stand; the first of them has the cursor."""

    def tell(self, faults: Faults) -> None:
        for field, sentence in faults:
            self.refuse(field, sentence)
        first = next((field for field, _told in faults if field in self.fields), "")
        if first:
            self.fields[first].widget.attrs["autofocus"] = True


class _WhyForm(_Told):
    """What is looked at: law, money, training."""

    law = forms.CharField(
        label=_("依据"), required=False, widget=_area(2, _("哪部法律、哪份文件、哪一条；文号写全"))
    )
    money = forms.CharField(
        label=_("经费"), required=False, widget=_area(2, _("钱从哪里来，够不够；不用钱也写明"))
    )
    training = forms.CharField(
        label=_("培训"), required=False, widget=_area(2, _("谁来教，教几回，什么时候教完"))
    )


class EnterForm(_WhyForm):
    """An item to be admitted, as its row of the list would say it."""

    name = forms.CharField(
        label=_("叫什么"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    english = forms.CharField(
        label=_("英文名称"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    category = forms.ChoiceField(label=_("属哪一类"), required=False)
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

    def __init__(self, *args: Any, model: Model, of: Admission, desk: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.model, self.of, self.desk = model, of, desk
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


class LeaveForm(_WhyForm):
    """An item to be taken out of the catalogue, and why."""

    code = forms.ChoiceField(label=_("哪一项要出册"), required=False)

    def __init__(self, *args: Any, model: Model, of: Admission, desk: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.of, self.desk = of, desk
        mine = [item for item in model.items.values() if item.catalogue == of.catalogue]
        self.fields["code"].choices = [  # type: ignore[attr-defined]  # known only as Field
            ("", str(_("请选"))),
            *((item.code, f"{item.code} {sentences.label(item)}") for item in mine),
        ]
        self.fields["law"].label = _("为什么出册，依据什么")

    def wanted(self) -> Wanted:
        return Wanted(admission=self.of.id, leaves=True, **self.cleaned_data)


class ReviewForm(_Told):
    """What the review says on each head, and why it is sent back."""

    reason = forms.CharField(label=_("要补充什么"), required=False, widget=_area(3))

    def __init__(self, *args: Any, looks_at: Iterable[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.heads = tuple(looks_at)
        for head in self.heads:
            self.fields[f"stands_{head}"] = forms.CharField(required=False)
            self.fields[head] = forms.CharField(
                label=admission.head_words(head), required=False, widget=_area(2)
            )

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
    chosen = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, choices: Pairs, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["chosen"].choices = choices  # type: ignore[attr-defined]  # known only as Field
        self.fields["chosen"].error_messages["invalid_choice"] = str(
            _("选的申请里有的已经排进另一批，或者不再是准入的。请看过现在的再选。")
        )
        for key in ("invalid", "required"):
            self.fields["since"].error_messages[key] = str(_("请写成 2026-11-20 这样的日期。"))
