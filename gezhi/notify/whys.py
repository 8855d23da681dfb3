"""Why something did not go out, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words(why: str) -> str:
    """The reason by its word; empty for none."""
    said = {
        "no_door": _("没有设短信渠道"),
        "door_stopped": _("短信渠道停了"),
        "number": _("号码不对"),
        "not_mobile": _("不是手机号"),
        "address": _("邮箱地址不对"),
        "unsubscribed": _("对方退订了短信"),
        "erased": _("联系方式已经删除"),
        "no_template": _("这条告知没有对应的短信模板"),
        "template": _("短信模板不合用"),
        "length": _("字数超过限制"),
        "content": _("内容没有通过"),
        "personal": _("像有号码，不发到群里和邮件里"),
        "number_limit": _("这个号码今天发得太多"),
        "day_limit": _("今天的发送量用完了"),
        "month_limit": _("这个月的发送量用完了"),
        "busy": _("渠道方忙"),
        "unreached": _("连不上渠道方"),
        "broke": _("交给渠道时出了错"),
        "money": _("余额不足或欠费停机"),
        "account": _("账号没有开通或不正常"),
        "sign": _("短信签名不合用"),
        "key": _("密钥不对"),
        "clock": _("服务器的钟不准"),
        "permission": _("没有权限，或本机地址不在许可名单里"),
        "robot": _("群机器人被停用或移出了群"),
        "sender": _("邮件服务器不许用这个发件地址"),
        "endpoint": _("接口地址或参数不对"),
        "tls": _("加密连接没有建立"),
        "other": _("渠道方没有收"),
        "budget": _("今天已经发过几条"),
        "by_hand": _("人工暂停"),
        "gone": _("那个浏览器不再收了"),
        "stale": _("等得太久，发出去也没有用了"),
        "lost": _("渠道方收下了，手机没有收到"),
    }
    return said.get(why, why)


def mend(why: str) -> str:
    """What to do about a door that stopped."""
    said = {
        "money": _("请充值。"),
        "account": _("请到渠道方的控制台核对账号。"),
        "sign": _("请到渠道方的控制台核对签名。"),
        "key": _("请移除后用新的密钥再设一次。"),
        "clock": _("请校准服务器时间。"),
        "permission": _("请在渠道方给这把密钥授权，或把本机地址加进名单。"),
        "robot": _("请在群里重新添加机器人。"),
        "month_limit": _("请在渠道方调高限额。"),
    }
    return said.get(why, _("请核对设置。"))
