"""What is typed about teams: who is called to a matter, who leaves, and the teams that a desk keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.errors import Refused
from gezhi.matters.services.teaming import Wanted
from gezhi.matters.standing import account_named, whole
from gezhi.matters.wall_words import Party
from gezhi.ui.fields import HouseForm
from gezhi.vault.traces import trace_in

OFFERED = 400
"""How many names the list of a field holds at most; whoever stands behind them is found by the whole name."""
AT_ONCE, IN_TEAM = 4, 12
"""How many rows a form has: to call people to a matter, and for a standing team."""
OPEN = 2


class PersonField(forms.CharField):
    """Somebody with a post, by name; cleaned to their account."""

    choices: Sequence[Party] = ()
    others: Sequence[Party] = ()  # who cannot be named: of them it is said why

    def clean(self, value: Any) -> UUID | None:
        said = str(super().clean(value)).strip()
        try:
            return account_named(said, self.choices, self.others) if said else None
        except Refused as refusal:
            raise forms.ValidationError(refusal.reason) from None


class PeopleForm(HouseForm):
    """Rows of a person and a role each; empty rows are left out."""

    def __init__(
        self, *args: Any, people: Sequence[Party], rows: int, others: Sequence[Party] = (), **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.people, self.many = people, rows
        for n in range(1, rows + 1):
            who = PersonField(
                label=_("谁"),
                required=False,
                widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
            )
            who.choices, who.others = people, others
            self.fields[f"who-{n}"] = who
            self.fields[f"role-{n}"] = forms.CharField(
                label=_("来做什么"),
                required=False,
                widget=forms.TextInput(attrs={"list": "roles", "autocomplete": "off", "maxlength": 20}),
            )

    def offered(self) -> list[tuple[str, str]]:
        """What the list offers: the word that names each, and which post."""
        many = Counter(one.name for one in self.people)
        return [(whole(one) if many[one.name] > 1 else one.name, one.hint) for one in self.people[:OFFERED]]

    def rows(self) -> list[dict[str, Any]]:
        """The rows as the page shows them; those with something in them, and the first, are open."""
        return [
            {
                "n": n,
                "who": self[f"who-{n}"],
                "role": self[f"role-{n}"],
                "open": n <= OPEN or bool(self[f"who-{n}"].value() or self[f"role-{n}"].value()),
            }
            for n in range(1, self.many + 1)
        ]

    def has_more(self) -> bool:
        """Whether some rows are folded away."""
        return any(not row["open"] for row in self.rows())

    def wanted(self) -> list[Wanted]:
        """Who is named, and as what, in order."""
        said = self.cleaned_data
        pairs = [(said.get(f"who-{n}"), said.get(f"role-{n}", "")) for n in range(1, self.many + 1)]
        return [Wanted(who, role) for who, role in pairs if who is not None]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for n in range(1, self.many + 1):
            who, role = said.get(f"who-{n}"), said.get(f"role-{n}", "")
            if who is not None and not role:
                self.add_error(f"role-{n}", _("请写来做什么，如 调解、医务、翻译。"))
            if role and who is None and f"who-{n}" not in self.errors:
                self.add_error(f"who-{n}", _("请写是谁。"))
        return said


class NameForm(PeopleForm):
    """请人进团队: people with their roles, or a standing team. `what` says what the page was asked to do."""

    what = forms.CharField(required=False)
    team = forms.UUIDField(required=False)
    member = forms.UUIDField(required=False)
    note = forms.CharField(
        label=_("说明"), required=False, strip=True, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if trace_in(said.get("note") or ""):
            self.add_error("note", _("这里像有电话或证件号码。请删去。"))
        if said.get("what") == "name" and not self.errors and not self.wanted():
            self.add_error("who-1", _("请写请谁进团队。"))
        return said


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("请写成 2026-11-20 这样。"), "required": _("请写从哪天起。")},
        **more,
    )


class StandingForm(PeopleForm):
    """A team that a desk keeps."""

    keeper = forms.ChoiceField(label=_("归哪里"), required=False)
    name = forms.CharField(label=_("队名"), max_length=20, error_messages={"required": _("请给队伍起个名。")})
    does = forms.CharField(
        label=_("做什么"),
        max_length=60,
        help_text=_("一句话，请队的人照它选。"),
        error_messages={"required": _("请用一句话写这支队伍做什么。")},
    )
    from_on = day_field(_("从哪天起"))
    last_on = day_field(_("到哪天为止"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, keepers: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["keeper"].choices = keepers  # type: ignore[attr-defined]  # known only as Field
        if not keepers:
            del self.fields["keeper"]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors and not self.wanted():
            self.add_error("who-1", _("请写队里有谁。"))
        return said
