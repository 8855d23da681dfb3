"""常用答复: what one's own unit or department keeps, written, written anew and retired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from gezhi.desk.forms import say_no_traces
from gezhi.desk.frame import me, show
from gezhi.desk.views.lists import surroundings
from gezhi.documents import access, queries, values
from gezhi.documents.own_words import BETWEEN
from gezhi.documents.queries import Version
from gezhi.documents.services import phrasing
from gezhi.documents.services.phrasing import Wanted
from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.people.queries import Person
from gezhi.ui.fields import HouseForm


class PhraseForm(HouseForm):
    """One canned answer as it is typed."""

    keeper = forms.ChoiceField(label=gettext_lazy("归哪里"), required=False)
    title = forms.CharField(
        label=gettext_lazy("标题"),
        max_length=60,
        error_messages={"required": gettext_lazy("请写一个标题，选的时候认得出来。")},
    )
    use = forms.ChoiceField(
        label=gettext_lazy("用在哪里"),
        choices=list(queries.USES.items()),
        error_messages={"required": gettext_lazy("请选用在哪里。")},
    )
    body = forms.CharField(
        label=gettext_lazy("正文"),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("请写正文。")},
    )
    items = forms.CharField(
        label=gettext_lazy("只用于这些事项"),
        required=False,
        help_text=gettext_lazy("写事项清单里的代码，用顿号隔开；留空就是都能用。"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    public_number = forms.BooleanField(
        label=gettext_lazy("这是对外公开的号码（如办公电话），照写"), required=False
    )
    asks_public = False

    def __init__(self, *args: Any, keepers: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["keeper"].choices = keepers  # type: ignore[attr-defined]  # known only as Field
        if not keepers:
            del self.fields["keeper"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        body = {"body": said.get("body", "")}
        self.asks_public = say_no_traces(self, body | {"public_number": said.get("public_number")}, "body")
        return said

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        items = tuple(dict.fromkeys(one for one in BETWEEN.split(said["items"]) if one))
        return Wanted(said.get("keeper", ""), said["title"], said["body"], said["use"], items)


@require_http_methods(["GET", "HEAD", "POST"])
def phrases(request: HttpRequest) -> HttpResponse:
    """The answers of one's own, and a form for one more."""
    person = me(request)
    keepers = _keepers(person)
    if not keepers:
        told = _("常用答复由部门和管着一片地的岗位来管；我的岗位没有。")
        raise Refused(told, code="not_yours")
    form = PhraseForm(request.POST or None, keepers=list(keepers.items()))
    if request.method == "POST" and form.is_valid():
        try:
            phrasing.write(form.wanted(), by=person, at=clock.now())
        except Refused as refusal:
            form.refuse(refusal.field, refusal.reason)
        else:
            messages.success(request, _("记下了，从现在起办事时选得到。"), extra_tags="good")
            return redirect("desk:phrases")
    return _page(request, form, person, one=None)


@require_http_methods(["GET", "HEAD", "POST"])
def phrase(request: HttpRequest, thread: UUID) -> HttpResponse:
    """One answer with its versions: written anew, or retired."""
    person = me(request)
    versions = queries.history(person, thread)
    if not versions:
        raise NotFound(_("没有这条常用答复，或者不归我的岗位管。"))
    newest = versions[0]
    if request.method == "POST" and request.POST.get("what") == "retire":
        phrasing.retire(thread, by=person, at=clock.now())
        messages.success(request, _("停用了，办事时不再出现；以前的写法都留着。"), extra_tags="good")
        return redirect("desk:phrases")
    said = {"title": newest.title, "use": newest.use, "body": newest.body, "seen": newest.version}
    said["items"] = _("、").join(newest.items)
    form = PhraseForm(request.POST or None, keepers=[], initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            phrasing.rewrite(thread, form.cleaned_data["seen"] or 0, form.wanted(), by=person, at=clock.now())
        except Refused as refusal:
            form.refuse(refusal.field, refusal.reason)
        else:
            messages.success(request, _("改好了，从现在起用新的写法。"), extra_tags="good")
            return redirect("desk:phrases")
    return _page(request, form, person, one=newest, versions=versions)


def _page(
    request: HttpRequest,
    form: PhraseForm,
    person: Person,
    *,
    one: Version | None,
    versions: Sequence[Version] = (),
) -> HttpResponse:
    keepers = _keepers(person)
    rows = [(row, keepers.get(row.keeper, ""), str(queries.USES[row.use])) for row in queries.kept(person)]
    return show(
        request,
        "desk/phrases.html",
        "phrases",
        status=422 if form.is_bound else 200,
        form=form,
        rows=rows,
        one=one,
        versions=versions,
        places=list(values.PLACES.items()),
        longest=phrasing.LONGEST,
    )


def _keepers(person: Person) -> dict[str, str]:
    model, ground = surroundings(clock.now())
    return {one: queries.keeper_words(one, model, ground) for one in access.kept_by(person, model)}
