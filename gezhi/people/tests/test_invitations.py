"""A slip with a one-time code: it sets the first password, once, for a fortnight, and nobody guesses it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth.hashers import is_password_usable
from django.utils import translation

from gezhi.errors import NotFound, Refused
from gezhi.ledger.actor import HOUSE
from gezhi.ledger.ids import new_id
from gezhi.ledger.models import Entry
from gezhi.people import queries, services, sign_in
from gezhi.people.models import Account, Invitation
from gezhi.people.services import Slip
from gezhi.people.services.invitations import LETTERS, plain_code

from .liuxi import NOON, PASSWORD, account, open_ground
from .test_terms import refused

pytestmark = pytest.mark.django_db
FRESH = "柳溪-新锁-2027"


@pytest.fixture
def jia() -> UUID:
    queries.forget()
    open_ground()
    return account("jia", "贾一")


@pytest.fixture
def slip(jia: UUID) -> Slip:
    return services.invite(jia, by=HOUSE, at=NOON)


def enter(code: str, password: str = FRESH, days: float = 0, name: str = "jia") -> UUID:
    at = NOON + timedelta(days=days)
    return sign_in.first_time(name, code, password, address="192.0.2.7", at=at)


def by_password(password: str, days: float = 0) -> UUID:
    return sign_in.authenticate("jia", password, address="192.0.2.7", at=NOON + timedelta(days=days))


def test_the_code_sets_the_first_password_and_lets_its_owner_in(jia: UUID, slip: Slip) -> None:
    assert (slip.name, slip.sign_in) == ("贾一", "jia")
    assert enter(slip.code) == jia
    assert by_password(FRESH) == jia
    whats = list(Entry.objects.filter(about=jia).order_by("id").values_list("what", flat=True))
    assert whats == [
        *("account.made", "account.invited", "account.invitation_used"),
        *("account.signed_in", "account.signed_in"),
    ]


def test_it_is_used_once(jia: UUID, slip: Slip) -> None:
    enter(slip.code)
    refused("invitation_wrong", lambda: enter(slip.code, "另一把-新锁-2028"))
    assert by_password(FRESH) == jia


def test_it_is_good_for_a_fortnight(jia: UUID, slip: Slip) -> None:
    refused("invitation_wrong", lambda: enter(slip.code, days=14))
    assert Account.objects.get(id=jia).failures == 0  # the right code was no guess
    assert enter(slip.code, days=13.99) == jia


def test_another_slip_makes_the_first_worthless(jia: UUID, slip: Slip) -> None:
    second = services.invite(jia, by=HOUSE, at=NOON)
    assert second.code != slip.code
    refused("invitation_wrong", lambda: enter(slip.code))
    assert enter(second.code) == jia


def test_it_may_be_typed_as_people_type(jia: UUID, slip: Slip) -> None:
    assert enter(f"  {slip.code.upper().replace('-', ' ')} ") == jia
    assert plain_code("ＡＢ２３-cd45 ") == "ab23cd45"


def test_a_code_has_no_sign_that_looks_like_another_and_is_kept_as_a_hash(jia: UUID, slip: Slip) -> None:
    assert set(plain_code(slip.code)) <= set(LETTERS)
    assert not set("ilo01") & set(LETTERS)
    assert len(plain_code(slip.code)) == 16
    kept = Invitation.objects.get()
    assert plain_code(slip.code) not in kept.code
    assert slip.code not in kept.code
    told = "".join(f"{e.what}{e.facts}" for e in Entry.objects.all())
    assert slip.code not in told
    assert "贾" not in told


def test_five_wrong_codes_lock_and_the_right_one_waits(jia: UUID, slip: Slip) -> None:
    for _ in range(5):
        refused("invitation_wrong", lambda: enter("abcd-abcd-abcd-abcd"))
    refused("invitation_wrong", lambda: enter(slip.code))
    assert enter(slip.code, days=15.1 / 1440) == jia
    assert Account.objects.get(id=jia).failures == 0


def test_wrong_codes_and_wrong_passwords_count_together(jia: UUID, slip: Slip) -> None:
    for _ in range(3):
        refused("invitation_wrong", lambda: enter("abcd-abcd-abcd-abcd"))
    for _ in range(2):
        refused("sign_in_wrong", lambda: by_password("wrong"))
    refused("invitation_wrong", lambda: enter(slip.code))


def test_knocking_too_often_is_refused_whether_there_is_an_account_or_not(jia: UUID, slip: Slip) -> None:
    for name in ("jia", "nobody"):
        codes = []
        for _ in range(21):
            with pytest.raises(Refused) as refusal:
                enter("wrong", name=name)
            codes.append((refusal.value.code, refusal.value.reason if len(codes) < 20 else ""))
        assert len(set(codes[:20])) == 1
        assert codes[20][0] == "rate_limited"


def test_a_weak_password_leaves_the_code_good(jia: UUID, slip: Slip) -> None:
    assert refused("password_weak", lambda: enter(slip.code, "12345")).field == "password"
    assert Account.objects.get(id=jia).failures == 0
    assert not is_password_usable(Account.objects.get(id=jia).password)
    assert enter(slip.code) == jia


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("12345", "密码太短，至少 10 个字符。 这个密码太常见，一猜就中。"),
        ("1234567890", "这个密码太常见，一猜就中。"),
        ("wangyangben2", "密码和登录名或姓名太像。"),
    ],
)
def test_why_a_password_is_too_weak_is_said_in_the_readers_language(
    jia: UUID, password: str, said: str
) -> None:
    wang = account("wangyangben", "王样本")
    slip = services.invite(wang, by=HOUSE, at=NOON)
    assert refused("password_weak", lambda: enter(slip.code, password, name="wangyangben")).reason == said
    with translation.override("en"):
        english = refused("password_weak", lambda: enter(slip.code, password, name="wangyangben")).reason
    assert english.isascii()


def test_who_has_a_password_gets_no_slip_and_setting_one_ends_it(jia: UUID, slip: Slip) -> None:
    services.set_password(jia, PASSWORD, by=HOUSE, at=NOON)
    refused("invitation_wrong", lambda: enter(slip.code))
    refused("invitation_not_needed", lambda: services.invite(jia, by=HOUSE, at=NOON))
    with pytest.raises(NotFound):
        services.invite(new_id(), by=HOUSE, at=NOON)


def test_a_closed_account_comes_in_by_no_slip(jia: UUID, slip: Slip) -> None:
    services.close_account(jia, by=HOUSE, at=NOON)
    assert not Invitation.objects.exists()
    refused("invitation_wrong", lambda: enter(slip.code))


def test_without_a_slip_no_code_is_right(jia: UUID) -> None:
    for code in ("", "!", "abcd-abcd-abcd-abcd"):
        refused("invitation_wrong", lambda code=code: enter(code))  # type: ignore[misc]
