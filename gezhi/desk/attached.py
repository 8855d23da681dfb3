"""Documents of a matter as its page lists them: by name, to be taken as a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.matters.attachments import FileView
from gezhi.ui import words


@dataclass(frozen=True)
class Attached:
    """One document; without `href` it cannot be taken, and `say` tells why."""

    name: str
    say: str
    href: str = ""


def attached(files: Iterable[FileView], number: str) -> list[Attached]:
    return [_one(file, number) for file in files]


def _one(file: FileView, number: str) -> Attached:
    name = file.name or _("附件")
    if file.state == "ready":
        said = _("{size} KB · SHA-256 {digest}…").format(
            size=words.count(-(-file.size // 1024)), digest=file.sha256[:12]
        )
        return Attached(name, said, reverse("desk:attachment", args=[number, file.id]))
    told = {
        "waiting": _("正在检查，几秒后能下载"),
        "gone": _("到期，已销毁"),
    }.get(file.state) or _refused(file.reason)
    return Attached(name, told)


def _refused(reason: str) -> str:
    return {
        "infected": _("没有收下：查出病毒"),
        "unscanned": _("没有收下：太大，查毒程序没有看"),
        "lost": _("没有收下：文件不在了，请再交一次"),
    }.get(reason, _("没有收下：打不开，请另存后再交一次"))
