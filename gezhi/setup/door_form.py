"""What is typed about a door. Only what its kind needs is asked; the services say what is missing or wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.notify.doorkeeping import Said
from gezhi.ui.fields import HouseForm

KINDS: dict[str, tuple[str, ...]] = {
    "aliyun": ("sign", "templates", "key", "longest", "endpoint", "inquiry"),
    "tencent": ("app", "sign", "templates", "key", "region", "endpoint"),
    "wecom": ("key", "desks", "tellings", "endpoint"),
    "smtp": ("endpoint", "sender", "secure", "key", "desks", "tellings"),
    "webpush": ("contact",),
}
"""Which fields a kind of door has, in the order in which they are asked."""
_LINES = ("templates", "desks", "tellings")


def _text(label: Any, hint: Any = "", most: int = 200) -> forms.CharField:
    attrs = {"autocomplete": "off", "maxlength": most}
    return forms.CharField(label=label, help_text=hint, required=False, widget=forms.TextInput(attrs=attrs))


def _lines(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000}),
    )


class DoorForm(HouseForm):
    """A door; of one that is there the name stays, and an empty key leaves the one it has."""

    name = _text(_("叫什么"), most=60)
    app = _text(_("应用编号 SdkAppId"), most=40)
    sign = _text(_("审核通过的签名，不带括号"), most=40)
    templates = _lines(
        _("短信模板"),
        _("一行一个：告知=模板编号:词,词，如 received=SMS_123:number,link。* 管没有单独写到的告知。"),
    )
    endpoint = _text(
        _("接口地址"), _("空着就是渠道方自己的；邮件写 服务器:端口，如 mail.example.gov.cn:587。")
    )
    region = _text(_("地域"), _("空着是 ap-guangzhou。"), most=40)
    longest = forms.IntegerField(
        label=_("一个变量最多几个字"), help_text=_("空着是 35。"), required=False, min_value=0, max_value=500,
        error_messages=dict.fromkeys(("min_value", "max_value"), _("写 0 到 500 之间的数，0 是不限；空着是 35。")),
    )  # fmt: skip
    sender = _text(_("发件地址"))
    secure = forms.ChoiceField(
        label=_("加密"),
        required=False,
        choices=[("starttls", "STARTTLS"), ("tls", "TLS"), ("none", _("不加密，只在内网用"))],
    )
    desks = _lines(
        _("给哪些岗位或部门看"),
        _("一行一个：town_desk、department:housing；邮件写 岗位=邮箱。群机器人空着，只用来群发。"),
    )
    tellings = _lines(_("还有哪些告知也发"), _("治理模型写明的以外，一行一个；* 是全部。"))
    inquiry = forms.BooleanField(label=_("参数放在网址里：只给不读正文的网关用"), required=False)
    contact = _text(
        _("推送服务出了事找谁"),
        _("mailto: 开头的邮箱，如 mailto:wangge@example.gov.cn，或 https: 开头的网址。只有推送服务看得到。"),
    )
    key = forms.CharField(
        label=_("密钥"), required=False, max_length=400,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, typed: Any, *, kind: str, said: Said | None = None) -> None:
        super().__init__(typed, initial=_initial(said) if said else {"secure": "starttls"})
        asked = (() if said else ("name",)) + KINDS[kind]
        self.fields = {name: self.fields[name] for name in asked}
        if "key" in self.fields:
            self.fields["key"].help_text = _key_hint(kind, there=said is not None)
        self.order = [self[name] for name in asked]

    def meant(self) -> Said:
        """What was typed, as a door is kept. What its kind does not ask stays as it is by itself."""
        said = self.cleaned_data
        lines = {name: _split(said.get(name, "")) for name in _LINES}
        pairs = (line.partition("=") for line in lines["desks"])
        words = {
            name: said[name].strip()
            for name in ("endpoint", "region", "app", "sign", "sender", "contact")
            if name in said
        }
        return Said(
            **words,
            longest=said.get("longest"),
            templates=tuple(lines["templates"]),
            desks={desk.strip(): box.strip() for desk, _is, box in pairs},
            tellings=tuple(lines["tellings"]),
            secure=said.get("secure") or "starttls",
            inquiry=bool(said.get("inquiry")),
        )


def _key_hint(kind: str, *, there: bool) -> str:
    hint = _("群机器人网址里 key= 后面的一段。") if kind == "wecom" else _("写成 编号:密码，中间一个冒号。")
    return f"{hint}{_('存进去就看不到了；空着是不换。') if there else _('存进去就看不到了。')}"


def _split(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


def _initial(said: Said) -> dict[str, Any]:
    desks = (f"{desk}={box}" if box else desk for desk, box in said.desks.items())
    return {
        "app": said.app, "sign": said.sign, "templates": "\n".join(said.templates), "endpoint": said.endpoint,
        "region": said.region, "longest": said.longest, "sender": said.sender, "secure": said.secure,
        "desks": "\n".join(desks), "tellings": "\n".join(said.tellings), "inquiry": said.inquiry,
        "contact": said.contact,
    }  # fmt: skip
