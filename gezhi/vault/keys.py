"""The sealing keys of this instance: files `vault-<number>.<cipher>.key` in the home's `keys` folder.

What is new is sealed with the highest number; what is old opens with the key whose number it carries.
Processes notice a new key by the folder's time, so that nothing has to be restarted to rotate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from gezhi.errors import Refused
from gezhi.home import vault_key_name

from .ciphers import Key

_NAME = re.compile(r"vault-(\d{1,3})\.(aes|sm4)\.key\Z")


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys that are there: `newest` seals; each number opens what it sealed; `index` blinds."""

    keys: dict[int, Key]
    newest: Key
    index: bytes

    @property
    def ciphers(self) -> tuple[str, ...]:
        """Ciphers that may have blinded a contact which is still stored, the present one first."""
        others = {key.cipher for key in self.keys.values()} - {self.newest.cipher}
        return (self.newest.cipher, *sorted(others))


_ring: tuple[tuple[str, int], Ring] | None = None


def folder() -> Path:
    """Where this instance keeps its keys."""
    path: Path = settings.HOME.keys
    return path


def ring() -> Ring:
    """The keys of this instance, read again only when the folder changed."""
    global _ring
    where = folder()
    stamp = (str(where), where.stat().st_mtime_ns)
    if _ring is None or _ring[0] != stamp:
        _ring = (stamp, read_ring(where))
    return _ring[1]


def read_ring(where: Path) -> Ring:
    """Read every key of a folder. Raises `Refused` when there is none."""
    keys = {}
    for file in where.iterdir():
        if match := _NAME.match(file.name):
            number = int(match.group(1))
            keys[number] = Key(number, match.group(2), file.read_bytes())
    if not keys:
        raise Refused(
            _("密钥目录 {folder} 里没有保管库的密钥。请从备份恢复 keys 目录。").format(folder=where),
            code="vault_no_key",
        )
    return Ring(keys, keys[max(keys)], (where / "index.key").read_bytes())


def key_file(key: Key) -> Path:
    """The file that holds a key."""
    return folder() / vault_key_name(key.number, key.cipher)
