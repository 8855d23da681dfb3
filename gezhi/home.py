"""The home folder of one instance: settings, keys, files, and the name of its database.

One instance = one district = one home. Nothing here knows Django; `gezhi.config.settings` reads it.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from zoneinfo import available_timezones

Kind = Literal["live", "demo", "simulation", "replay"]
KINDS: tuple[Kind, ...] = ("live", "demo", "simulation", "replay")
SETTINGS = "settings.toml"
SETUP_CODE = "setup.code"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
_WORDS: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "language": ("zh-hans", "en"),
    "synchronous": ("FULL", "NORMAL"),
    "cipher": ("aes", "sm4"),
}
_SCANNER = re.compile(r"^(?:/.+|[^\s/]+:\d{1,5})$")
_HOUR = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
_TILES = re.compile(r"^https?://[a-z0-9](?:[a-z0-9.-]|\{s\})*(?::\d{1,5})?/[^\s\"'<>\\]*$")
_PUSH_SERVICE = re.compile(r"^(?:(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+|https?://[a-z0-9.\-\[\]:]+)$")
PUSH_SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
"""Where browsers are reached: the services of Chrome and its kin, Firefox, Safari, Edge."""
_SCHEMA = re.compile(r"^[a-z][a-z0-9_]{0,40}$")


class HomeError(Exception):
    """The home cannot be used; the sentence says what to do.

    A home is read before Django is there, so the sentence waits as `template` and `params`: whoever shows
    it may translate the template first.
    """

    def __init__(self, template: str, **params: str) -> None:
        super().__init__(template.format(**params))
        self.template = template
        self.params = params


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the translators without translating it here."""
    return sentence


@dataclass(frozen=True)
class Home:
    """What `settings.toml` of a home says, read once when the process starts."""

    path: Path
    kind: Kind
    name: str
    model: str
    language: str
    timezone: str  # days are days of this zone
    database: str  # "sqlite" or a postgresql:// address
    schema: str  # PostgreSQL schema of this instance; empty on SQLite
    synchronous: str  # FULL or NORMAL, SQLite only
    hosts: tuple[str, ...]
    https: bool
    cipher: str  # "aes" or "sm4"
    phone: str = ""  # supervision phone, named where people complain
    key_limit: int = 6000  # requests a minute that one key of a program may make
    push_to: tuple[str, ...] = ()  # networks of its own to which events may be pushed, like 10.8.0.0/16
    push_services: tuple[str, ...] = PUSH_SERVICES  # hosts, *.hosts, or whole origins of services of its own
    proxies: tuple[
        str, ...
    ] = ()  # reverse proxies whose X-Forwarded-For is believed: addresses, networks, "unix"
    quiet: tuple[str, ...] = ("21:30", "08:00")  # between these nobody is told what can wait; empty for never
    contacts: int = 3  # text messages to one number in a day, without the outcome; 0 for any number
    clamd: str = ""  # HOST:PORT or socket of a clamd that looks at what is handed in; empty for none
    base_map: tuple[
        str, ...
    ] = ()  # addresses of tiles with {z} {x} {y} (and {s} for 0 to 7), the lowest layer first
    base_map_credit: str = ""  # whose tiles they are, written on every map
    map_number: str = ""  # 审图号 of the map that the public may see
    full_names: bool = False  # who works in a grid is named to the public in full, not by surname and post
    own_blank_map: bool = False  # the public sees the district's own borders on a blank ground

    @cached_property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def files(self) -> Path:
        return self.path / "files"

    @property
    def sign_ins(self) -> Path:
        """The ways into an invented district, written by the demo; there is none in a live home."""
        return self.path / "sign-ins.json"

    @property
    def setup(self) -> Path:
        """What was chosen and uploaded while setting up, until it is confirmed."""
        return self.path / "setup"

    @property
    def address(self) -> str:
        """The site's address as it was kept for what is printed and handed on, no slash behind it; empty where none was."""
        file = self.setup / "address.json"
        try:
            kept = str(json.loads(file.read_text(encoding="utf-8"))["address"]) if file.is_file() else ""
        except (ValueError, KeyError, TypeError):
            return ""
        return kept.rstrip("/")

    def whole(self, path: str) -> str:
        """The whole address of a path of the site, as others open it; empty where its own is not kept (`ui.site`)."""
        return f"{self.address}{path}" if self.address else ""

    @property
    def setup_code(self) -> str:
        """Who shows it may set the instance up, as long as nobody can sign in; empty once somebody could."""
        file = self.keys / SETUP_CODE
        return file.read_text(encoding="ascii").strip() if file.exists() else ""

    def end_setup_code(self) -> None:
        (self.keys / SETUP_CODE).unlink(missing_ok=True)

    @property
    def sqlite_file(self) -> Path:
        return self.path / "gezhi.sqlite3"

    @property
    def secret_key(self) -> str:
        return (self.keys / "django.key").read_text(encoding="ascii").strip()

    @property
    def mark(self) -> str:
        """Eight letters that tell this instance's cookies from those of another on the same host."""
        return hashlib.sha256(self.secret_key.encode()).hexdigest()[:8]


def home_path() -> Path:
    """The folder named by GEZHI_HOME, else `.gezhi/home` below the working folder."""
    return Path(os.environ.get("GEZHI_HOME") or Path(".gezhi") / "home").absolute()


def open_home(path: Path) -> Home:
    """Read a home. Raises `HomeError` with the mend when it is not one."""
    file = path / SETTINGS
    if not file.exists():
        raise HomeError(
            gettext_noop(
                "{path} 不是格治的实例目录：里面没有 {file}。运行 gezhi demo 或 gezhi run 可以新建一个。"
            ),
            path=str(path),
            file=SETTINGS,
        )
    said = _read(file)
    _check(file, said)
    return Home(
        path=path,
        kind=said.get("kind", "live"),
        name=said.get("name", ""),
        model=said.get("model", "nanling"),
        language=said.get("language", "zh-hans"),
        timezone=said.get("timezone", "Asia/Shanghai"),
        database=said.get("database", "sqlite"),
        schema=said.get("schema", ""),
        synchronous=said.get("synchronous", "FULL"),
        hosts=tuple(said.get("hosts", ["127.0.0.1", "localhost", "[::1]"])),
        https=bool(said.get("https", False)),
        cipher=said.get("cipher", "aes"),
        phone=str(said.get("phone", "")),
        key_limit=said.get("key_limit", 6000),
        push_to=tuple(said.get("push_to", ())),
        push_services=tuple(said.get("push_services", PUSH_SERVICES)),
        proxies=tuple(said.get("proxies", ())),
        quiet=tuple(said.get("quiet", ("21:30", "08:00"))),
        contacts=said.get("contacts", 3),
        clamd=said.get("clamd", ""),
        base_map=tuple(said.get("base_map", ())),
        base_map_credit=str(said.get("base_map_credit", "")),
        map_number=str(said.get("map_number", "")),
        own_blank_map=said.get("own_blank_map", False),
        full_names=said.get("full_names", False),
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except tomllib.TOMLDecodeError as error:
        raise HomeError(
            gettext_noop("{file} 读不懂：{detail}。请改正这一处后再试。"), file=str(file), detail=str(error)
        ) from error
    except OSError as error:
        raise HomeError(
            gettext_noop("{file} 打不开：{detail}。请检查目录权限。"), file=str(file), detail=str(error)
        ) from error


def _check_networks(file: Path, networks: Any) -> None:
    try:
        for one in networks:
            ipaddress.ip_network(one)
    except (TypeError, ValueError) as error:
        raise HomeError(
            gettext_noop('{file}：push_to 是允许推送的内部网段，请写成 ["10.8.0.0/16"] 这样。'),
            file=str(file),
        ) from error


def _check_push_services(file: Path, services: Any) -> None:
    if not (
        isinstance(services, list | tuple)
        and all(isinstance(one, str) and _PUSH_SERVICE.match(one) for one in services)
    ):
        raise HomeError(
            gettext_noop(
                '{file}：push_services 是浏览器推送服务的主机名，请写成 ["fcm.googleapis.com", "*.push.apple.com"] 这样；'
                "自己的推送服务写整个来源，如 https://push.example.cn:8443。"
            ),
            file=str(file),
        )


def _check_proxies(file: Path, proxies: Any) -> None:
    """Each is an address, a network or "unix". One that holds everybody would let everybody say who they are."""
    try:
        networks = [ipaddress.ip_network(str(one)) for one in proxies if one != "unix"]
    except (TypeError, ValueError):
        networks = None
    if not isinstance(proxies, list) or networks is None or any(one.prefixlen == 0 for one in networks):
        raise HomeError(
            gettext_noop(
                '{file}：proxies 是您自己的反向代理的地址或网段，请写成 ["127.0.0.1"]、["10.0.0.0/24"] 这样；'
                '经 Unix 套接字来的写 ["unix"]。'
            ),
            file=str(file),
        )


def _check_disturbing(file: Path, hours: Any, most: Any) -> None:
    if not (isinstance(hours, list) and len(hours) in {0, 2} and all(_HOUR.match(str(one)) for one in hours)):
        raise HomeError(
            gettext_noop('{file}：quiet 是夜里不发短信的时段，请写成 ["21:30", "08:00"]；不设就写 []。'),
            file=str(file),
        )
    if type(most) is not int or not 0 <= most < 100:
        raise HomeError(
            gettext_noop(
                "{file}：contacts 是一天最多给同一个号码发几条短信，请写 0 到 99 的整数，0 是不限。"
            ),
            file=str(file),
        )


def _check_maps(file: Path, said: dict[str, Any]) -> None:
    layers = said.get("base_map", [])
    whole = isinstance(layers, list) and all(
        isinstance(one, str) and _TILES.match(one) and all(hole in one for hole in ("{z}", "{x}", "{y}"))
        for one in layers
    )
    if not whole:
        raise HomeError(
            gettext_noop(
                "{file}：base_map 是底图瓦片的地址，一层一条，里面要有 {{z}}、{{x}}、{{y}}，"
                '请写成 ["https://tiles.example.cn/{{z}}/{{x}}/{{y}}.png"] 这样。'
            ),
            file=str(file),
        )
    if type(said.get("own_blank_map", False)) is not bool:
        raise HomeError(
            gettext_noop("{file}：own_blank_map 写 true 或 false：公开页是否用自己的空白地图。"),
            file=str(file),
        )


def _check_names(file: Path, full: Any) -> None:
    if type(full) is not bool:
        raise HomeError(
            gettext_noop("{file}：full_names 写 true 或 false：门牌页上写不写网格员的全名。"),
            file=str(file),
        )


def _check(file: Path, said: dict[str, Any]) -> None:
    """Every setting has one of its values, or `HomeError` names it and them."""
    for key, words in _WORDS.items():
        if key in said and said[key] not in words:
            raise HomeError(
                gettext_noop("{file}：{key} 只能是 {words} 之一，现在写的是 {value}。"),
                file=str(file),
                key=key,
                words=" / ".join(words),
                value=repr(said[key]),
            )
    if "timezone" in said and said["timezone"] not in available_timezones():
        raise HomeError(
            gettext_noop("{file}：没有 {value} 这个时区。请写 Asia/Shanghai 这样的名字。"),
            file=str(file),
            value=repr(said["timezone"]),
        )
    if type(said.get("key_limit", 1)) is not int or said.get("key_limit", 1) < 1:
        raise HomeError(
            gettext_noop("{file}：key_limit 是一把钥匙每分钟最多的请求数，请写一个大于零的整数。"),
            file=str(file),
        )
    clamd = said.get("clamd", "")
    if clamd and not (isinstance(clamd, str) and _SCANNER.match(clamd)):
        raise HomeError(
            gettext_noop("{file}：clamd 是查毒程序的地址，请写成 127.0.0.1:3310，或一个套接字的绝对路径。"),
            file=str(file),
        )
    _check_networks(file, said.get("push_to", []))
    _check_push_services(file, said.get("push_services", []))
    _check_proxies(file, said.get("proxies", []))
    _check_maps(file, said)
    _check_names(file, said.get("full_names", False))
    _check_disturbing(file, said.get("quiet", []), said.get("contacts", 0))
    schema = said.get("schema", "")
    if schema and not _SCHEMA.match(str(schema)):
        raise HomeError(
            gettext_noop("{file}：schema 只能由小写字母、数字和下划线组成，以字母开头，不超过 41 个字符。"),
            file=str(file),
        )


def make_home(path: Path, **said: str | bool | int | list[str]) -> Home:
    """Make a home with fresh keys, or open the one that is there (its settings are kept).

    Settings are written last: a home whose making was cut short is finished by the next call.
    """
    if not (path / SETTINGS).exists():
        for folder in (path, path / "keys", path / "files"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(path / "keys" / "django.key", secrets.token_urlsafe(48).encode())
        _write_private(path / "keys" / vault_key_name(1, str(said.get("cipher", "aes"))), new_vault_key())
        _write_private(path / "keys" / "index.key", secrets.token_bytes(32))
        if said.get("kind", "live") == "live":
            _write_private(path / "keys" / SETUP_CODE, new_setup_code().encode())
        write_settings(path, settings_text(said))
    return open_home(path)


def new_setup_code() -> str:
    """59 random bits in three groups of four letters."""
    return "-".join("".join(secrets.choice(_LETTERS) for _n in range(4)) for _g in range(3))


def vault_key_name(number: int, cipher: str) -> str:
    """The file of one sealing key: its number stands in the first byte of what it sealed."""
    return f"vault-{number}.{cipher}.key"


def new_vault_key() -> bytes:
    """32 random bytes; SM4 uses the first 16."""
    return secrets.token_bytes(32)


def write_settings(path: Path, body: str) -> None:
    """Replace `settings.toml` of a home in one move."""
    fresh = path / (SETTINGS + ".new")
    fresh.unlink(missing_ok=True)
    _write_private(fresh, body.encode())
    fresh.replace(path / SETTINGS)


def settings_text(said: Mapping[str, str | bool | int | list[str]]) -> str:
    """Settings as the lines of a TOML file."""
    return "".join(f"{key} = {_toml(value)}\n" for key, value in said.items())


def _toml(value: str | bool | int | list[str]) -> str:
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write_private(path: Path, body: bytes) -> None:
    """Write a file that only its owner can read, if there is none yet."""
    if path.exists():
        return
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(body)
