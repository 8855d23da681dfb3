"""Why a Word form cannot be used, in sentences: where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gezhi.documents.kinds import Kind, insets_of, musts_of, places_of
from gezhi.documents.own_words import EXAMPLE
from gezhi.paper import archive, docx_fill, docx_read, named, sheet_press
from gezhi.paper.archive import Fault, Parts, UnfitError

SHOWN = 12


def looked_at(body: bytes, kind: Kind) -> tuple[Parts, list[str]]:
    """The parts of a form, and every reason why it cannot be used for this kind; none for one that can."""
    try:
        parts = archive.opened(body)
        sheet, found = docx_read.look(parts)
    except UnfitError as unfit:
        return {}, told(unfit.faults, kind)
    found = [*found, *docx_fill.faults(parts, places_of(kind), insets_of(kind))]
    used = docx_fill.places(parts)
    found += [Fault("lacks", said=place) for place in musts_of(kind) if place not in used]
    lacking = sheet_press.missing(sheet.text())
    found += [Fault("no_glyph", said=char, near=near) for char, near in lacking.items()]
    return parts, told(found, kind)


def told(found: Sequence[Fault], kind: Kind) -> list[str]:
    """Each fault as a sentence, at most `SHOWN`."""
    said = [_where(one) + _what(one, kind) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        said.append(_("另有 {n} 处。先改这些，再交一次。").format(n=len(found) - SHOWN))
    return said


def _where(fault: Fault) -> str:
    if not fault.number:
        return ""
    part = {"header": _("页眉"), "footer": _("页脚")}.get(fault.part, _("正文"))
    place = _("{part}第 {n} 段").format(part=part, n=fault.number)
    return (_("{place}（{near}）：") if fault.near else _("{place}：")).format(place=place, near=fault.near)


def _what(fault: Fault, kind: Kind) -> str:
    if fault.code == "unknown_place":
        return _unknown(fault.said, kind)
    said = {
        "too_large": _("文件太大：模板最大 3 MB，解开后最大 20 MB。请删去或缩小里面的图片。"),
        "no_docx": _(
            "这不是 Word 文件（.docx），或者已经损坏。请在 Word 或 WPS 里另存为“Word 文档 (*.docx)”。"
        ),
        "strict": _("这是“Strict Open XML”格式。请另存为普通的“Word 文档 (*.docx)”。"),
        "runs": _("里面有宏、控件或嵌入的对象，不收。请删去，另存为不带宏的“Word 文档 (*.docx)”。"),
        "entities": _("里面有外部的实体定义，不收。请在 Word 或 WPS 里重新另存。"),
        "reaches_out": _("里面连到别处（{said}），不收。请取消超链接，图片改成插入到文件里。"),
        "auto_number": _("用了自动编号，PDF 里数不出来。请把编号直接打成字。"),
        "sections": _("分了节或分了栏。请只用一节、一栏。"),
        "page_break": _("有手动分页符。请在段落格式里用“段前分页”。"),
        "floating": _("图片浮在文字上，或者不是 PNG、JPEG。请改成“嵌入型”，格式用 PNG 或 JPEG。"),
        "edges": _("首页或奇偶页的页眉页脚不同。请只用一种。"),
        "nested": _("表格里又有表格。请并成一张。"),
        "braces": _("花括号没有成对。位置要写成 {example} 这样。"),
        "not_alone": _("{said} 要单独占一段，前后不能有别的字。"),
        "lacks": _("少了 {said}：没有它，这种文书不成立。请加上。"),
        "no_glyph": _("“{said}”这个字（在“{near}”里）打印用的字体没有。请换一个字。"),
    }
    words = said.get(fault.code) or _named_kind(fault.said)
    place = f"{{{{{fault.said}}}}}" if fault.code in {"not_alone", "lacks"} else fault.said
    return words.format(said=place, near=fault.near, example=EXAMPLE)


def _named_kind(name: str) -> str:
    known = {
        "AlternateContent": _("有文本框或形状，PDF 里放不进去。请把字直接写在正文里。"),
        "pict": _("有文本框或形状，PDF 里放不进去。请把字直接写在正文里。"),
        "object": _("有嵌入的对象。请删去。"),
        "ins": _("有没接受的修订。请接受全部修订，再交。"),
        "del": _("有没接受的修订。请接受全部修订，再交。"),
        "commentReference": _("有批注。请删去全部批注，再交。"),
        "footnoteReference": _("有脚注。请把它写进正文。"),
        "endnoteReference": _("有尾注。请把它写进正文。"),
    }
    return known.get(name) or _("有 PDF 里放不进去的东西（{said}）。请换成普通的字、表格或嵌入型图片。")


def _unknown(name: str, kind: Kind) -> str:
    known = [*places_of(kind), *insets_of(kind)]
    near = named.nearest(name, known)
    told = _("没有叫 {name} 的位置。").format(name=f"{{{{{name}}}}}")
    if near:
        return told + _("是不是想写 {near}？").format(near=f"{{{{{near}}}}}")
    return told + _("这种文书能用的位置列在本页下方。")
