"""A telephone or identity number is seen in each way people write it; what is none is left alone."""

from __future__ import annotations

import pytest

from gezhi.vault.traces import trace_in

# Identity numbers of no region: the first six digits belong to none.
IDENTITIES = (
    "990000199003077777",
    "99000019900307777X",
    "990000 19900307 777x",
    "９９００００１９９００３０７７７７７",
)
NUMBERS = (
    "请打 +86 138.0013.8000",
    "138*0013*8000",
    "136/0013/6001",
    "微信号 abc123456",
    "加我微信：abc_123456",
    "wxid_zhangsan",
    "回访 13900005678：满意",
    "回访139 0000 5678，满意",
    "139-0000-5678",
    "+86 13900005678",
    "１３９００００５６７８",
    "一三九零零零零五六七八",
    "0571-80000000",
    "（0571）8000 0000",
    "010 80000000",
    "电话 80000000",
    "Call 8000000",
)
NEITHER = (
    "微信群 3 个，QQ 群 2 个",
    "用微信支付 12.5 元",
    "坐标 118.205612, 30.505812",
    "见 139.100.200.123",
    "2026-11-20 10:24 到场",
    "柳望〔2026〕1118-0417号",
    "拨打 12345 热线",
    "400-800-1234 报修",
    "点位 118.43211234，30.13900005678",
    "门牌 3 幢 13 号，16 30 2026-11-20 复查",
    "发票 20261120000112345678",
    "罚款 13900 元，第 139 号",
    "二〇二六年十一月二十日",
    "订单 913901234567",
)


@pytest.mark.parametrize("text", IDENTITIES)
def test_an_identity_number_is_one(text: str) -> None:
    assert trace_in(f"身份证 {text}，已核") == "identity"


@pytest.mark.parametrize("text", NUMBERS)
def test_a_line_of_somebody_is_a_number(text: str) -> None:
    assert trace_in(text) == "number"


@pytest.mark.parametrize("text", NEITHER)
def test_what_belongs_to_nobody_is_left_alone(text: str) -> None:
    assert trace_in(text) == ""
