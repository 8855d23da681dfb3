"""Changing the draft: one thing by a form, everything as text, or both files at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gezhi.errors import NotFound, Refused
from gezhi.ledger import clock
from gezhi.matters import drafts, sentences
from gezhi.matters.drafts import Draft
from gezhi.matters.services import drafting
from gezhi.rules import edits
from gezhi.rules.book.lists import EVIDENCE
from gezhi.rules.findings import ModelError
from gezhi.rules.folder import decoded
from gezhi.rules.keys import FIELDS
from gezhi.rules.model import Item, Model, PromiseRule
from gezhi.rules.naming import names_of
from gezhi.rules.sheet import UNUSED
from gezhi.rules.texts import Texts, read
from gezhi.setup import namings
from gezhi.setup.views.drafting import by, present_draft, said
from gezhi.setup.views.editing import english, may_draft, need_opened, show

FILES = {"model": "model.toml", "items": "items.csv"}


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form. With `choices`, one of them: value and words. `area` is a larger one."""

    name: str
    label: str
    value: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    area: bool = False


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """One thing of the draft, by a form: a promise, an item, a department, a post or a telling."""
    need_opened()
    draft = drafts.in_work(clock.today())
    if draft is None or not draft.readable:
        return redirect("setup:draft")
    thing, code = request.GET.get("thing", ""), request.GET.get("code", "")
    ids, model = tuple(code.split(".")) if thing == "promise" else (code,), draft.model()
    if not edits.has(model, thing, ids):
        raise NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))
    title, form = _form(model, thing, ids)
    shown: dict[str, Any] = {"draft": draft, "title": title, "remarks": _has_remarks(draft.texts)}
    if request.method != "POST":
        return show(request, "model_change", form=form, **shown)
    typed = {field.name: request.POST.get(field.name, "").replace("\r\n", "\n").strip() for field in form}
    changed = _changed(form, typed)
    form = [_with(field, typed[field.name]) for field in form]
    try:
        seen = present_draft(request)
        if changed:
            if thing == "names":
                namings.typed(typed | {"jurisdictions": ""}, names_of(model))
            fresh = edits.with_change(seen.texts, thing, ids, changed)
            _reads(fresh)
            drafting.save_texts(seen, fresh, by=by(request), at=clock.now())
    except Refused as refusal:
        status = 409 if refusal.code in ("moved_meanwhile", "draft_gone") else 422
        return show(request, "model_change", form=form, refused=refusal.reason, status=status, **shown)
    told = _("记进草稿了：{title}。") if changed else _("没有改动：{title}。")
    messages.success(request, told.format(title=title), extra_tags="good")
    return redirect(f"{reverse('setup:model')}?of=draft#{_part_of(thing, ids)}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest) -> HttpResponse:
    """The draft as text, one file at a time (`?which=`); POST saves it, or takes both files uploaded."""
    need_opened()
    draft = drafts.in_work(clock.today())
    if draft is None:
        return redirect("setup:draft")
    which = request.GET.get("which", "model")
    which = which if which in FILES else "model"
    if request.method != "POST":
        return _text_page(request, draft, which, _body(draft.texts, which))
    typed = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        seen = present_draft(request)
        fresh = _uploaded(request, seen) if "upload" in request.POST else _with_body(seen.texts, which, typed)
        saved = drafting.save_texts(seen, fresh, by=by(request), at=clock.now())
    except Refused as refusal:
        status = 409 if refusal.code in ("moved_meanwhile", "draft_gone") else 422
        kept = typed if "text" in request.POST else _body(draft.texts, which)
        return _text_page(request, draft, which, kept, refused=refusal.reason, status=status)
    if not saved.readable:
        return redirect(f"{request.path}?which={_first_wrong(saved)}")
    messages.success(request, _("记进草稿了。"), extra_tags="good")
    return redirect("setup:draft")


@never_cache
@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """A file of the draft, as it can be edited elsewhere; items.csv with the mark by which table programs know UTF-8."""
    need_opened()
    draft, which = drafts.in_work(clock.today()), request.GET.get("which", "model")
    if draft is None or which not in FILES:
        raise NotFound(_("没有找到。地址可能写错了，或者不在可看的范围内。"))
    body = _body(draft.texts, which).encode("utf-8-sig" if which == "items" else "utf-8")
    response = HttpResponse(body, content_type="text/csv" if which == "items" else "text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILES[which]}"'
    return response


def _text_page(
    request: HttpRequest, draft: Draft, which: str, body: str, *, refused: str = "", status: int = 200
) -> HttpResponse:
    found = [said(one) for one in draft.findings]
    line = request.GET.get("line", "")
    return show(
        request, "model_text", draft=draft, which=which, file=FILES[which], tabs=tuple(FILES.items()), body=body, refused=refused,
        findings=[one for one in found if one.file == which], others=sum(one.file != which for one in found),
        numbers=range(1, body.count("\n") + 2), at=int(line) if line.isdecimal() else 0, status=status,
        wrong={one.line for one in found if one.file == which}, may=draft.state == "open" and may_draft(request),
    )  # fmt: skip


def _uploaded(request: HttpRequest, draft: Draft) -> Texts:
    """The files that came; one that did not come stays as it is."""
    found: dict[str, str] = {}
    for one in request.FILES.getlist("files"):
        name = str(one.name).replace("\\", "/").rpartition("/")[2]
        if name not in FILES.values() or (one.size or 0) > drafting.LARGEST:
            raise Refused(
                _("请选 model.toml、items.csv，文件名不要改，每个不超过 2 MB。"), code="model_files"
            )
        try:
            found[name] = decoded(one.read()).replace("\r\n", "\n")
        except UnicodeDecodeError:
            told = _("{name} 的文字编码读不出来。请另存为 UTF-8。").format(name=name)
            raise Refused(told, code="model_files") from None
    if not found:
        raise Refused(_("请先选文件：model.toml、items.csv，或者只选改过的那个。"), code="model_files")
    return Texts(found.get("model.toml", draft.texts.toml), found.get("items.csv", draft.texts.items))


def _body(texts: Texts, which: str) -> str:
    return texts.items if which == "items" else texts.toml


def _with_body(texts: Texts, which: str, body: str) -> Texts:
    return Texts(texts.toml, body) if which == "items" else Texts(body, texts.items)


def _first_wrong(draft: Draft) -> str:
    return said(draft.findings[0]).file if draft.findings else "model"


def _reads(texts: Texts) -> None:
    """Raise `Refused` where the texts are no model, with the first thing that is wrong."""
    try:
        read(texts)
    except ModelError as wrong:
        told = " ".join(f"{one.sentence} {one.mend}".strip() for one in map(said, wrong.findings[:2]))
        raise Refused(told, code="model_unreadable") from None


def _has_remarks(texts: Texts) -> bool:
    return any(line.lstrip().startswith("#") for line in texts.toml.splitlines())


def _changed(form: list[Field], typed: dict[str, str]) -> dict[str, str]:
    """What differs from what stands; a length by grade is one thing, so all of them or none."""
    found = {field.name: typed[field.name] for field in form if typed[field.name] != field.value.strip()}
    if any(name.startswith("length.") for name in found):
        found |= {name: word for name, word in typed.items() if name.startswith("length.")}
    return found


def _with(field: Field, value: str) -> Field:
    return Field(field.name, field.label, value, field.hint, field.choices, field.area)


def _part_of(thing: str, ids: tuple[str, ...]) -> str:
    parts = {
        "names": "levels",
        "item": "items",
        "department": "departments",
        "post": "posts",
        "telling": "tellings",
    }
    return parts.get(thing) or f"promises-{ids[0]}"


def _form(model: Model, thing: str, ids: tuple[str, ...]) -> tuple[str, list[Field]]:
    """What the form is called, and its fields with what stands now."""
    if thing == "names":
        return _("模型的名称、层级的叫法"), _names(model)
    if thing == "promise":
        rule = model.flows[ids[0]].promise[ids[1]]
        return sentences.label(rule), _promise(model, ids[0], rule)
    if thing == "item":
        item = model.items[ids[0]]
        return f"{item.code} {item.name}", _item(model, item)
    if thing == "telling":
        telling = model.tellings[ids[0]]
        hint = _("花括号里的会换成这件事项自己的：{fields}").format(
            fields=" ".join(f"{{{name}}}" for name in FIELDS)
        )
        return sentences.label(telling), [Field("text", _("说什么"), telling.text, hint, area=True)]
    if thing == "post":
        post = model.posts[ids[0]]
        return sentences.label(post), _named(post.name, post.english)
    department = model.departments[ids[0]]
    levels = tuple((level.id, sentences.label(level)) for level in model.levels.values())
    sits = Field("level", _("设在哪一级"), department.level, choices=levels)
    return sentences.label(department), [*_named(department.name, department.english), sits]


def _names(model: Model) -> list[Field]:
    """What the model and each of its levels are called."""
    now = names_of(model)
    follows = _("岗位、部门以层级打头的名称跟着改，清单里写着它们的也跟着改。")
    fields = _named(now.name, now.english)
    for number, (id, (name, other)) in enumerate(now.levels.items(), start=1):
        fields.append(
            Field(f"level.{id}", _("第 {n} 级").format(n=number), name, follows if number == 1 else "")
        )
        fields.append(Field(f"level.{id}.english", _("第 {n} 级的英文").format(n=number), other))
    return fields


def _named(name: str, english: str) -> list[Field]:
    return [
        Field("name", _("名称"), name),
        Field("english", _("英文名称"), english, _("可以不写，英文页上就用中文名称。")),
    ]


def _promise(model: Model, flow: str, rule: PromiseRule) -> list[Field]:
    """One length, or one for each grade; and on what it rests."""
    hint = _("写成 30分钟、2小时、3工作日、30日 这样。写 item，就是照事项清单里每一项自己写的时限。")
    if isinstance(rule.length, str):
        lengths = [Field("length", _("多长"), rule.length, hint)]
    else:
        lengths = _by_grade(model, flow, rule.length, hint)
    return [*lengths, Field("basis", _("依据"), rule.basis, _("哪份文件、哪一条。没有的写“本地”。"))]


def _by_grade(model: Model, flow: str, lengths: Mapping[str, str], hint: str) -> list[Field]:
    scheme = model.grades.get(model.flows[flow].grades)
    names = {grade.id: sentences.label(grade) for grade in scheme.grade.values()} if scheme else {}
    return [
        Field(f"length.{grade}", _("多长（{grade}）").format(grade=names.get(grade, grade)), word, hint)
        for grade, word in lengths.items()
    ]


def _item(model: Model, item: Item) -> list[Field]:
    """The columns that this kind of list uses; a cell names posts and departments as people do."""
    flow = model.flows.get(item.flow)
    scheme = model.grades.get(flow.grades) if flow else None
    grades = tuple((one.id, sentences.label(one)) for one in scheme.grade.values()) if scheme else ()
    posts = [one for one in model.posts.values() if not one.administers]
    holders = [(one.name, sentences.label(one)) for one in posts]
    holders += [(one.name, sentences.label(one)) for one in model.departments.values()]
    handler = _holder(model, item.handler)
    hint = _("写成 30分钟、2小时、3工作日、30日 这样。")
    fields = [
        Field("name", _("名称"), item.name),
        Field("english", _("英文名称"), item.english, _("可以不写，英文页上就用中文名称。")),
        Field("handler", _("谁承办"), handler, choices=tuple(holders)),
        Field("grade", _("等级"), item.grade, choices=grades),
        Field("length", _("多长"), item.length, hint),
        Field("evidence", _("留什么证据"), item.evidence, choices=_evidence()),
    ]
    unused = UNUSED[model.catalogues[item.catalogue].kind]
    kept = [field for field in fields if edits.HEADS[field.name] not in unused]
    return [field for field in kept if field.name != "grade" or grades]


def _evidence() -> tuple[tuple[str, str], ...]:
    """The words of the list, each as the page's language says it."""
    return tuple((word, said_in_english if english() else word) for word, said_in_english in EVIDENCE.items())


def _holder(model: Model, word: str) -> str:
    """The name by which a cell of the list calls a post or a department."""
    kind, _colon, code = word.partition(":")
    if code:
        return model.departments[code].name
    return model.posts[kind].name if kind in model.posts else ""
