"""The home folder of one instance: settings, keys, files, and the name of its database.

One instance = one district = one home. Nothing here knows Django; `gezhi.config.settings` reads it.
"""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["live", "demo", "simulation", "replay"]
KINDS: tuple[Kind, ...] = ("live", "demo", "simulation", "replay")
SETTINGS = "settings.toml"
_SCHEMA = re.compile(r"^[a-z][a-z0-9_]{0,40}$")


class HomeError(Exception):
    """The home cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Home:
    """What `settings.toml` of a home says, read once when the process starts."""

    path: Path
    kind: Kind
    name: str
    model: str
    language: str
    database: str  # "sqlite" or a postgresql:// address
    schema: str  # PostgreSQL schema of this instance; empty on SQLite
    synchronous: str  # FULL or NORMAL, SQLite only
    hosts: tuple[str, ...]
    https: bool
    cipher: str  # "aes" or "sm4"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def files(self) -> Path:
        return self.path / "files"

    @property
    def sqlite_file(self) -> Path:
        return self.path / "gezhi.sqlite3"

    @property
    def secret_key(self) -> str:
        return (self.keys / "django.key").read_text(encoding="ascii").strip()


def home_path() -> Path:
    """The folder named by GEZHI_HOME, else `.gezhi/home` below the working folder."""
    return Path(os.environ.get("GEZHI_HOME") or Path(".gezhi") / "home").absolute()


def open_home(path: Path) -> Home:
    """Read a home. Raises `HomeError` with the mend when it is not one."""
    file = path / SETTINGS
    if not file.exists():
        raise HomeError(
            f"{path} is no Gezhi home: {SETTINGS} is missing. Make one with `gezhi demo` or `gezhi run`."
        )
    with file.open("rb") as stream:
        said = tomllib.load(stream)
    kind = said.get("kind", "live")
    schema = said.get("schema", "")
    if kind not in KINDS:
        raise HomeError(f"{file}: kind = {kind!r} is none of {', '.join(KINDS)}.")
    if schema and not _SCHEMA.match(schema):
        raise HomeError(
            f"{file}: schema = {schema!r} must be small letters, digits and _, starting with a letter."
        )
    return Home(
        path=path,
        kind=kind,
        name=said.get("name", ""),
        model=said.get("model", "nanling"),
        language=said.get("language", "zh-hans"),
        database=said.get("database", "sqlite"),
        schema=schema,
        synchronous=said.get("synchronous", "FULL"),
        hosts=tuple(said.get("hosts", ["127.0.0.1", "localhost", "[::1]"])),
        https=bool(said.get("https", False)),
        cipher=said.get("cipher", "aes"),
    )


def make_home(path: Path, **said: str | bool | list[str]) -> Home:
    """Make a home with fresh keys, or open the one that is there (its settings are kept)."""
    if not (path / SETTINGS).exists():
        for folder in (path, path / "keys", path / "files"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(path / "keys" / "django.key", secrets.token_urlsafe(48).encode())
        _write_private(path / "keys" / "vault-1.key", secrets.token_bytes(32))
        _write_private(path / "keys" / "index.key", secrets.token_bytes(32))
        lines = [f"{key} = {_toml(value)}" for key, value in said.items()]
        _write_private(path / SETTINGS, ("\n".join(lines) + "\n").encode())
    return open_home(path)


def _toml(value: str | bool | list[str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write_private(path: Path, body: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(body)
