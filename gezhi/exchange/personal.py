"""Columns that name a person or reach one: no import keeps them unless somebody says what becomes of them."""

from __future__ import annotations

import re
import unicodedata

_CHINESE = re.compile(
    "姓名|实名|联系人|联系电话|联系方式|手机|电话号码|来电号码|主叫|回访电话|举报人|投诉人|诉求人|反映人|报案人|当事人"
    "|来电人|来访人|市民电话|身份证|证件号|邮箱|微信号|家庭住址|户主|居民住址|车牌"
)
_WORDS = frozenset(
    "phone mobile telephone tel email e_mail surname firstname lastname fullname birthdate birthday passport"
    " reporter caller complainant customer_name contact_name first_name last_name full_name user_name username"
    " phone_number home_address license_plate plate ip_address account_name device_id".split()
)
_NOT = re.compile("类型|方式名称|渠道|来源|次数|是否|数量|时间|日期|种类")


def is_personal(header: str) -> bool:
    """True if, and only if, the header says that its cells name a person or say how to reach one."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", header))
    if _CHINESE.search(plain) and not _NOT.search(plain):
        return True
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^0-9A-Za-z]+", "_", plain if plain.isascii() else "").lower()
    spaced = re.sub(r"[^0-9a-z]+", "_", header.lower()).strip("_")
    return any(f"_{word}_" in f"_{said}_" for word in _WORDS for said in (parts, spaced))
