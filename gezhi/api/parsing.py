"""Reading what a program sends: strictly, with a sentence and the field for whatever does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
from django.utils.translation import gettext as _

from gezhi.errors import Refused

Shape = TypeVar("Shape")
Read = Callable[[bytes], Any]

LONGEST_KEY = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_AT = re.compile(r"^(?P<said>.*?)(?: - at `\$\.?(?P<field>[^`]*)`)?$", re.DOTALL)
_QUOTED = re.compile(r"`([^`]*)`")


def read_body(decoder: msgspec.json.Decoder[Shape], body: bytes) -> Shape:
    """The body as its shape. Raises `Refused` for JSON that is broken, and for what does not fit the shape."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as wrong:
        if "got `float`" in str(wrong) and (whole := _with_whole_numbers(decoder, body)) is not None:
            return whole
        misfit = _misfit(str(wrong))
        told = _("{why}没有保存任何内容。").format(why=misfit.reason)
        raise Refused(told, code=misfit.code, field=misfit.field) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        sentence = _("正文不是完整的 JSON（UTF-8），没有保存任何内容。请检查引号、逗号和括号后重发。")
        raise Refused(sentence, code="broken_json") from None


def _with_whole_numbers(decoder: msgspec.json.Decoder[Shape], body: bytes) -> Shape | None:
    """The same where 12.0 stands for 12, which is one number to JSON; none where it does not fit even so."""
    try:
        return msgspec.convert(_whole(msgspec.json.decode(body)), decoder.type)
    except msgspec.MsgspecError:
        return None


def _whole(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _whole(one) for name, one in said.items()}
    if isinstance(said, list):
        return [_whole(one) for one in said]
    return int(said) if isinstance(said, float) and said.is_integer() else said


def check_key(key: str) -> None:
    """Raise `Refused` for an idempotency key that cannot be kept."""
    if len(key) > LONGEST_KEY:
        told = _("Idempotency-Key 最多 {most} 个字符。没有保存任何内容。")
        raise Refused(told.format(most=LONGEST_KEY), code="too_long", field="Idempotency-Key")


def read_query(shape: type[Shape], given: Mapping[str, str]) -> Shape:
    """The query string as its shape. Asking saves nothing, so no refusal speaks of saving."""
    for name, value in given.items():
        if _CONTROL.search(value):
            sentence = _("「{field}」里有看不见的控制字符。请删去后再发。").format(field=name[:40])
            raise Refused(sentence, code="control_characters", field=name[:40])
    try:
        return msgspec.convert(dict(given), shape, strict=False)
    except msgspec.ValidationError as wrong:
        raise _misfit(str(wrong)) from None


def _misfit(words: str) -> Refused:
    """The refusal for what msgspec says: 'Expected `str`, got `int` - at `$.text`'."""
    found = _AT.match(words)
    said, field = (found["said"], found["field"] or "") if found else (words, "")
    quoted = _QUOTED.findall(said)
    for start, make in _MISFITS.items():
        if said.startswith(start):
            return make(field, quoted, said)
    sentence = _("「{field}」不合要求，请对照接口说明修改。").format(field=field)
    return Refused(sentence, code="wrong_value", field=field)


def _missing(_field: str, quoted: list[str], _said: str) -> Refused:
    sentence = _("缺少「{field}」，请补上后重发。").format(field=quoted[0])
    return Refused(sentence, code="missing_field", field=quoted[0])


def _unknown(_field: str, quoted: list[str], _said: str) -> Refused:
    sentence = _("不认识「{field}」，请对照接口说明删去或改名。").format(field=quoted[0][:40])
    return Refused(sentence, code="unknown_field", field=quoted[0][:40])


def _moment(field: str, _quoted: list[str], _said: str) -> Refused:
    sentence = _("「{field}」要写成带时区的时刻，如 2026-11-18T10:24:00+08:00。").format(field=field)
    return Refused(sentence, code="wrong_moment", field=field)


def _range(field: str, _quoted: list[str], _said: str) -> Refused:
    sentence = _("「{field}」的数太大或太小。").format(field=field)
    return Refused(sentence, code="out_of_range", field=field)


def _choice(field: str, _quoted: list[str], _said: str) -> Refused:
    sentence = _("「{field}」只能从接口说明列出的词里选一个。").format(field=field)
    return Refused(sentence, code="wrong_choice", field=field)


def _pattern(field: str) -> Refused:
    if field == "after":
        return Refused(_("after 要照抄上一页给的 next。"), code="wrong_cursor", field=field)
    sentence = _("「{field}」不合要求，请对照接口说明修改。").format(field=field)
    return Refused(sentence, code="wrong_value", field=field)


def _expected(field: str, quoted: list[str], said: str) -> Refused:
    wanted = quoted[0] if quoted else ""
    if "timezone" in said:
        return _moment(field, quoted, said)
    if "matching regex" in said:
        return _pattern(field)
    if " of length " in said:
        sentence = _("「{field}」太长，或者一项也没有。请对照接口说明修改。").format(field=field)
        return Refused(sentence, code="too_long", field=field)
    if ", got " not in said:
        return _range(field, quoted, said)
    kinds = {"str": _("文字"), "int": _("整数"), "float": _("数"), "object": _("对象"), "datetime": _("时刻")}
    kind = kinds.get(wanted.split(" | ")[0], wanted)
    if not field:
        return Refused(_("正文应当是一个 JSON 对象。"), code="wrong_type")
    sentence = _("「{field}」应当是{kind}。").format(field=field, kind=kind)
    return Refused(sentence, code="wrong_type", field=field)


_MISFITS: dict[str, Callable[[str, list[str], str], Refused]] = {
    "Object missing required field": _missing,
    "Object contains unknown field": _unknown,
    "Invalid RFC3339": _moment,
    "Number out of range": _range,
    "Invalid enum value": _choice,
    "Expected": _expected,
}
