"""What the tests need of the machine: a PostgreSQL cluster of their own, a browser, Chinese letters."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ("postgresql", "chromium", "fonts-noto-cjk", "libatomic1")
ROLE = "gezhi"


def postgresql_bin() -> Path | None:
    """The newest PostgreSQL on the machine, in Debian's place or on the path."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda p: int(p.parts[-3]) if p.parts[-3].isdigit() else 0,
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def chinese_letters() -> bool:
    places = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/noto", "/usr/share/fonts")
    return any(next(Path(place).rglob("*CJK*"), None) for place in places if Path(place).is_dir())


def atomic() -> bool:
    """Whether the program that drives the browser can be loaded: it wants a library that Debian's base leaves out."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return False
    return True


def browser() -> bool:
    """Whether there is a browser, and what drives it."""
    return chromium() is not None and atomic()


def missing() -> list[str]:
    """Debian packages that the whole suite needs and that are not here."""
    here = {
        "postgresql": postgresql_bin() is not None,
        "chromium": chromium() is not None,
        "fonts-noto-cjk": chinese_letters(),
        "libatomic1": atomic(),
    }
    return [name for name in PACKAGES if not here[name]]


def bring(names: list[str]) -> None:
    """Install Debian packages when we may; else say the one command."""
    if not names:
        return
    command = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(names)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        as_root = "sudo sh -c" if shutil.which("sudo") else "su -c"
        print(f"Missing: {', '.join(names)}. Bring them with:\n  {as_root} '{command}'", flush=True)
        return
    print(f"Bringing {', '.join(names)} …", flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["sh", "-c", command], env=env, capture_output=True, text=True, timeout=900, check=False
    )
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-2000:], sep="\n", flush=True)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


def _run(bin_: Path, folder: Path, program: str, *words: str) -> None:
    """Run one PostgreSQL program as the user who may (never root)."""
    command = [str(bin_ / program), *words]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")


def _settings(folder: Path, port: int, *, durable: bool) -> str:
    """What the tests throw away is never flushed; what a bench measures is, as a district's own would be."""
    if durable:
        hasty = {"shared_buffers": "'512MB'", "max_wal_size": "'4GB'", "checkpoint_timeout": "'30min'"}
    else:
        hasty = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
                 "shared_buffers": "'128MB'"}  # fmt: skip
    said = {
        "listen_addresses": "'127.0.0.1'",
        "port": port,
        "unix_socket_directories": f"'{folder}'",
        "max_connections": 120,
        "jit": "off",
    } | hasty
    return "".join(f"{key} = {value}\n" for key, value in said.items())


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL cluster that lives as long as the block; gives the address of an empty database.

    Unless it is to be `durable`, it forgets what it wrote when the machine does.

    The role is no superuser: it owns its databases and may make more, as a district's own role would.
    """
    bin_ = postgresql_bin()
    if bin_ is None:
        raise RuntimeError("PostgreSQL is not on this machine.")
    folder = Path(tempfile.mkdtemp(prefix="gezhi-pg-"))
    data = folder / "data"
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        _run(bin_, folder, "initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        port = free_port()
        with (data / "postgresql.auto.conf").open("a", encoding="ascii") as conf:
            conf.write(_settings(folder, port, durable=durable))
        _run(bin_, folder, "pg_ctl", "-D", str(data), "-w", "-t", "60", "-l", str(folder / "log"), "start")
        here = ("-h", str(folder), "-p", str(port), "-U", "postgres")
        _run(bin_, folder, "createuser", *here, "--createdb", "--no-superuser", ROLE)
        _run(bin_, folder, "createdb", *here, "--owner", ROLE, ROLE)
        yield f"postgresql://{ROLE}@127.0.0.1:{port}/{ROLE}"
    finally:
        if (data / "postmaster.pid").exists():
            _run(bin_, folder, "pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def lend_bytecode(to: Path) -> int:
    """Every library that pip compiled lies compiled beneath `to` as well, where a run with PYTHONPYCACHEPREFIX looks for it:
    else each worker compiles all of them again. Gives how many were not there yet."""
    lent = 0
    for library in {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}:
        for made in library.rglob("__pycache__/*.pyc"):
            there = to.joinpath(*made.parent.parent.parts[1:], made.name)
            if not there.exists():
                there.parent.mkdir(parents=True, exist_ok=True)
                os.link(made, there)
                lent += 1
    return lent


def run_bounded(command: list[str], *, env: dict[str, str], seconds: float) -> int:
    """Run a program and everything it starts; end them all when the time is over."""
    began = time.monotonic()
    child = subprocess.Popen(command, env=env, start_new_session=True)
    try:
        return child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        print(f"Ended after {time.monotonic() - began:.0f} s: over its time.", flush=True)
        return 124
    finally:
        _end_group(child)


def _end_group(child: subprocess.Popen[bytes]) -> None:
    for word in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, word)
        except ProcessLookupError:
            break
        if child.poll() is not None:
            continue
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
