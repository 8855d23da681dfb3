"""Processes of their own that begin with the libraries read: forked from one that has read them once.

To read them costs a process five times what a small command does. What is ours, and Django's settings, each
process still reads for itself: another home, another language, nothing left of the one before.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LIBRARIES = [  # none that reads a home, a setting or the language when it is imported
    "tests.forked", "argparse", "sqlite3", "msgspec", "psycopg", "numpy", "shapely", "openpyxl", "PIL.Image",
    "cryptography.hazmat.primitives.ciphers.aead", "django.core.management", "django.db.models", "django.test",
    "django.db.migrations.executor", "django.db.backends.sqlite3.base", "django.db.backends.postgresql.base",
    "django.contrib.auth.hashers", "django.contrib.sessions", "django.utils.translation.trans_real",
    "gezhi.rules.load", "gezhi.rules.seed", "gezhi.rules.proof.check",
]  # fmt: skip
_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(LIBRARIES)


def command(
    words: Sequence[str], *, env: Mapping[str, str], cwd: Path, seconds: float = 120, blocks: int = 0
) -> subprocess.CompletedProcess[str]:
    """`gezhi …` in a process of its own; `blocks` is the size in KiB at which every file is refused it."""
    return _done(_command, list(words), env=env, cwd=cwd, seconds=seconds, blocks=blocks)


def program(
    code: str, *, env: Mapping[str, str], cwd: Path, seconds: float = 240
) -> subprocess.CompletedProcess[str]:
    """`python -c …` in a process of its own."""
    return _done(_program, [code], env=env, cwd=cwd, seconds=seconds, blocks=0)


def _command(words: list[str]) -> None:
    from gezhi.cli.main import main

    sys.exit(main(words))


def _program(words: list[str]) -> None:
    exec(compile(words[0], "<program>", "exec"), {"__name__": "__main__"})  # noqa: S102  # our own text


def _done(
    act: Callable[[list[str]], None],
    words: list[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    seconds: float,
    blocks: int,
) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory(prefix="gezhi-said-") as said:
        out, err = Path(said, "out"), Path(said, "err")
        live = _forking.Process(
            target=_live, args=(act, words, dict(env), str(cwd), (str(out), str(err)), blocks)
        )
        live.start()
        live.join(seconds)
        if live.exitcode is None:
            live.kill()
            live.join()
            raise subprocess.TimeoutExpired(words, seconds)
        told = [path.read_text(encoding="utf-8") if path.exists() else "" for path in (out, err)]
        return subprocess.CompletedProcess(words, live.exitcode, *told)


def _live(
    act: Callable[[list[str]], None],
    words: list[str],
    env: dict[str, str],
    cwd: str,
    said: tuple[str, str],
    blocks: int,
) -> None:
    """The process: nothing of the one it comes from is left but the libraries."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number, path in enumerate(said, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    if blocks:
        resource.setrlimit(resource.RLIMIT_FSIZE, (blocks * 1024, blocks * 1024))
    act(words)
