"""What is sealed opens in its own place, with its own key, and nowhere else."""

from __future__ import annotations

from uuid import uuid4

import pytest

from gezhi.vault.ciphers import Key, Unreadable, blind, normal, open_sealed, seal

AES = Key(1, "aes", bytes(range(32)))
SM4 = Key(2, "sm4", bytes(range(32)))
PLACE = "vault_secret.sealed:1"


@pytest.mark.parametrize("key", [AES, SM4])
def test_what_is_sealed_opens_again(key: Key) -> None:
    sealed = seal(key, "何敏 𠮷".encode(), PLACE)
    assert sealed[0] == key.number
    assert "何敏".encode() not in sealed
    assert open_sealed(key, sealed, PLACE).decode() == "何敏 𠮷"


@pytest.mark.parametrize("key", [AES, SM4])
def test_a_ciphertext_moved_to_another_row_does_not_open(key: Key) -> None:
    with pytest.raises(Unreadable):
        open_sealed(key, seal(key, b"x", PLACE), f"vault_secret.sealed:{uuid4()}")


@pytest.mark.parametrize("key", [AES, SM4])
def test_one_altered_byte_does_not_open(key: Key) -> None:
    sealed = bytearray(seal(key, b"plain text", PLACE))
    for at in range(1, len(sealed)):
        sealed[at] ^= 1
        with pytest.raises(Unreadable):
            open_sealed(key, bytes(sealed), PLACE)
        sealed[at] ^= 1
    assert open_sealed(key, bytes(sealed), PLACE) == b"plain text"


@pytest.mark.parametrize("key", [AES, SM4])
@pytest.mark.parametrize("length", [0, 1, 12, 20])
def test_a_cut_value_does_not_open(key: Key, length: int) -> None:
    with pytest.raises(Unreadable):
        open_sealed(key, seal(key, b"plain", PLACE)[:length], PLACE)


def test_the_same_text_never_gives_the_same_ciphertext() -> None:
    assert seal(AES, b"x", PLACE) != seal(AES, b"x", PLACE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13800138000", "+86 138-0013-8000"),
        ("13800138000", "１３８００１３８０００"),
        ("13800138000", "008613800138000"),
        ("Lin@Example.org", "lin@example.org "),
        ("0755-2345 6789", "075523456789"),
    ],
)
def test_two_writings_of_one_contact_are_found_by_one_index(one: str, other: str) -> None:
    assert normal(one) == normal(other)
    assert blind(b"k" * 32, "aes", one) == blind(b"k" * 32, "aes", other)
    assert len(blind(b"k" * 32, "sm4", one)) == 16
    assert blind(b"k" * 32, "sm4", one) != blind(b"k" * 32, "aes", one)
    assert blind(b"j" * 32, "aes", one) != blind(b"k" * 32, "aes", one)
