"""Rounds of kill -9 on a real instance under load: nothing that was answered is lost, nothing is done twice.

One seed decides the load, the clock, whom each round kills and when. Clients behave as clients do: they send
again, with the same key, until they are answered.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.instances import ROOT, Instance, opened
from tools.machine import free_port

VICTIMS = ("web worker", "web", "clock", "sender", "everything")
CLIENTS = 3


@dataclass
class Tally:
    """What clients were answered."""

    answered: dict[str, str] = field(default_factory=dict)  # client key → number
    accepted: list[str] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Rounds:
    """One instance, its hand, and the clients."""

    def __init__(self, folder: Path, seed: int, database: str = "sqlite", schema: str = "") -> None:
        self.chance = random.Random(seed)
        self.instance: Instance = opened(folder / "home", database=database, schema=schema)
        self.port = free_port()
        self.tally = Tally()
        self.killed: Counter[str] = Counter()
        self.hand = subprocess.Popen(
            [sys.executable, "-m", "tests.simulation.hand"],
            cwd=ROOT, env=self.instance.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.key: str = self.ask("build")
        self.log = (folder / "log").open("ab")
        self.run: subprocess.Popen[bytes] | None = None
        self.start()

    def ask(self, *words: Any) -> Any:
        """Tell the hand something; what it answers."""
        assert self.hand.stdin is not None
        assert self.hand.stdout is not None
        self.hand.stdin.write(json.dumps(words) + "\n")
        self.hand.stdin.flush()
        return json.loads(self.hand.stdout.readline())

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "gezhi.cli",
            "run",
            "--home",
            str(self.instance.home),
            "--port",
            str(self.port),
        ]
        self.run = subprocess.Popen(
            command, cwd=ROOT, env=self.instance.environment, stdout=self.log, stderr=self.log
        )

    def close(self) -> None:
        if self.run is not None:
            self.run.terminate()
            self.run.wait(timeout=30)
        if self.hand.stdin is not None:
            self.hand.stdin.close()
        self.hand.wait(timeout=30)
        self.log.close()

    def round(self, seconds: float = 1.0) -> list[str]:
        """Load, kill in the middle of it, recover, look. Returns what is wrong."""
        stop = threading.Event()
        names = [f"{len(self.tally.answered)}-{n}" for n in range(CLIENTS)]
        clients = [
            threading.Thread(target=self.client, args=(name, random.Random(self.chance.random()), stop))
            for name in names
        ]
        for client in clients:
            client.start()
        for _kill in range(self.chance.choice((1, 1, 2))):
            time.sleep(seconds * self.chance.random())
            self.kill(self.chance.choice(VICTIMS))
            if self.chance.random() < 0.5:
                self.ask("ahead", self.chance.choice((600, 5800, 7300)))
        time.sleep(seconds * self.chance.random())
        stop.set()
        for client in clients:
            client.join(timeout=120)
        self.until_quiet()
        return self.tally.wrong + self.ask("faults", self.tally.answered, self.tally.accepted)

    # ── clients ──────────────────────────────────────────────────────────────────────────────────────────

    def client(self, name: str, chance: random.Random, stop: threading.Event) -> None:
        """Report after report, each until it is answered; some of them are accepted at once."""
        n = 0
        while not stop.is_set():
            n += 1
            report = {
                "text": "样本事项。", "item": chance.choice(("N01", "N05", "N09", "N12")), "lon": 118.205, "lat": 30.505,
                "name": "样本居民", "contact": f"138{chance.randrange(10**8):08d}", "client_key": f"{name}-{n}",
            }  # fmt: skip
            status, said = self.until_answered("/api/v1/matters", report)
            if status not in (200, 201):
                self.tally.wrong.append(f"a report was answered {status} {said}")
                return
            if self.tally.answered.setdefault(f"{name}-{n}", said["number"]) != said["number"]:
                self.tally.wrong.append(f"two numbers for one key: {said['number']}")
            if chance.random() < 0.3:
                self.accept(said["number"])

    def accept(self, number: str) -> None:
        """A lost answer is asked for again; that somebody (we) took the step meanwhile is an answer, too."""
        path = f"/api/v1/matters/{quoted(number)}/steps"
        status, said = self.until_answered(path, {"move": "accept", "seen": 0})
        if status in (200, 201, 409):
            self.tally.accepted.append(number)
        else:
            self.tally.wrong.append(f"a step was answered {status} {said}")

    def until_answered(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Send again until an answer comes that is not a fault of the house; at most two minutes."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                status, said = self.send(path, body)
            except (OSError, http.client.HTTPException):
                self.tally.tries["no answer"] += 1
            else:
                self.tally.tries[str(status)] += 1
                if status < 500:
                    return status, said
            time.sleep(0.1)
        return 0, "no answer within two minutes"

    def send(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            door.request("POST", path, json.dumps(body), headers)
            answer = door.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            door.close()

    # ── deaths ───────────────────────────────────────────────────────────────────────────────────────────

    def kill(self, victim: str) -> None:
        """kill -9; the supervisor starts again what it lost, and we the supervisor."""
        assert self.run is not None
        self.killed[victim] += 1
        if victim == "everything":
            self.run.kill()
            self.run.wait()
            self.start()
            return
        for pid in processes(self.run.pid, victim, self.chance):
            os.kill(pid, signal.SIGKILL)

    def until_quiet(self) -> None:
        """Everything answers again, and the workers have done what was left. Raises when that takes too long."""
        until = time.monotonic() + 90
        left: Any = "nothing asked yet"
        while time.monotonic() < until:
            left = self.ask("waiting")
            if not any(left.values()) and self.alive():
                return
            time.sleep(0.2)
        raise AssertionError(f"not quiet after 90 seconds: {left}")

    def alive(self) -> bool:
        try:
            return self.send("/api/v1/matters", {})[0] < 500
        except (OSError, http.client.HTTPException):
            return False


def quoted(number: str) -> str:
    from urllib.parse import quote

    return quote(number)


def processes(parent: int, victim: str, chance: random.Random) -> list[int]:
    """The processes of one kind below the supervisor; of several web workers one."""
    children: dict[int, list[tuple[int, str]]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (OSError, IndexError):
                continue
            children.setdefault(int(stat[1]), []).append((int(folder.name), command))
    direct = children.get(parent, [])
    if victim == "web worker":
        workers = [
            pid for web, command in direct if "granian" in command for pid, _said in children.get(web, [])
        ]
        return [chance.choice(workers)] if workers else []
    mark = {"web": "granian", "clock": "gezhi.jobs clock", "sender": "gezhi.jobs sender"}[victim]
    return [pid for pid, command in direct if mark in command]


@contextmanager
def rounds(folder: Path, seed: int, database: str = "sqlite", schema: str = "") -> Iterator[Rounds]:
    made = Rounds(folder, seed, database, schema)
    try:
        made.until_quiet()
        yield made
    finally:
        made.close()
