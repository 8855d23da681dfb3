"""A resident on a slow line: bytes and seconds until a page can be read and used; and two hundred reports in one minute.

The browser is Debian's chromium, held to 400 kbit/s, 400 ms and a quarter of the processor by its own protocol; nothing is
in its cache. Bytes are what came over the wire. Reports are handed in as a phone does (page, then sheet), from twenty
addresses, evenly over the minute, to two web workers.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from playwright.sync_api import Browser, sync_playwright

from bench.demo import fetched
from bench.homes import ROOT
from bench.report import Report

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 25_000}
SEEN = """() => JSON.stringify({
    paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    usable: performance.getEntriesByType("navigation")[0].domInteractive,
    loaded: performance.getEntriesByType("navigation")[0].loadEventEnd })"""
PAGES = (("/", "the first page"), ("/report", "reporting"), ("/follow", "seeing progress"))


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reports", type=int, default=200, help="how many in the minute")
    parser.add_argument("--seconds", type=float, default=60.0, help="over how long")


def measure(said: argparse.Namespace) -> Report:
    report = Report("the portal on a slow line")
    with tempfile.TemporaryDirectory(prefix="gezhi-bench-portal-") as folder, site(Path(folder)) as port:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--use-gl=swiftshader"]
            )
            for path, name in PAGES:
                report.rows.append({"page": name} | slow(browser, f"http://127.0.0.1:{port}{path}"))
            carried = of_the_map(browser, f"http://127.0.0.1:{port}/report")
            browser.close()
        times = handed_in(port, said.reports, said.seconds)
    first, asking = report.rows[0], report.rows[1]
    report.aim("first load, KB", first["KB in all"], "≤ 100")
    report.aim("document and styles, KB", asking["KB of document and styles"], "≤ 40")
    report.aim("the form can be read and used, s", max(asking["read s"], asking["usable s"]), "≤ 3")
    report.aim("the map, KB, only when asked for", carried, "≤ 600")
    report.aim(f"p99 of {len(times)} reports in {said.seconds:g} s", quantile(times, 0.99), "≤ 1")
    report.notes.append(f"reports: p50 {quantile(times, 0.5):.3f} s, slowest {times[-1]:.3f} s")
    return report


@contextmanager
def site(folder: Path) -> Iterator[int]:
    """柳溪 with one week and two web workers, as `gezhi demo` runs it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "gezhi.cli", "demo", "--weeks", "1", "--home", str(folder / "home")]
    with (folder / "log").open("wb") as log:
        run = subprocess.Popen(
            [*command, "--port", str(port)], cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )
        try:
            until = time.monotonic() + 300
            while time.monotonic() < until and b"http://" not in (folder / "log").read_bytes():
                time.sleep(0.2)
            fetched(f"http://127.0.0.1:{port}/")
            yield port
        finally:
            run.send_signal(signal.SIGINT)
            run.wait(timeout=60)


def slow(browser: Browser, address: str) -> dict[str, Any]:
    """One page in a fresh window over the slow line; the second of two, so that the server is awake."""
    found: dict[str, Any] = {}
    for _time in range(2):
        context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, is_mobile=True)
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", SLOW)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        kinds: dict[str, str] = {}
        sizes: dict[str, float] = {}
        wire.on("Network.responseReceived", _into(kinds, "type"))
        wire.on("Network.loadingFinished", _into(sizes, "encodedDataLength"))
        page.goto(address, wait_until="networkidle")
        said = json.loads(page.evaluate(SEEN))
        first = sum(size for id, size in sizes.items() if kinds.get(id) in {"Document", "Stylesheet"})
        found = {
            "KB in all": round(sum(sizes.values()) / 1000, 1),
            "KB of document and styles": round(first / 1000, 1),
            "read s": round(said["paint"] / 1000, 2),
            "usable s": round(said["usable"] / 1000, 2),
            "loaded s": round(said["loaded"] / 1000, 2),
        }
        context.close()
    return found


def _into(found: dict[str, Any], what: str) -> Callable[[dict[str, Any]], None]:
    """A listener that keeps one thing of each request."""

    def keep(said: dict[str, Any]) -> None:
        found[said["requestId"]] = said[what]

    return keep


def quantile(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(share * len(times)))]


def of_the_map(browser: Browser, address: str) -> float:
    """KB that come when somebody asks for the map: the library, its styles, borders and the picture under them."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    wire, sizes = context.new_cdp_session(page), list[float]()
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda e: sizes.append(e["encodedDataLength"]))
    page.click("[data-open-map]")
    page.wait_for_selector(".mapbox[data-ready]", timeout=60_000)
    context.close()
    return sum(sizes) / 1000


def handed_in(port: int, many: int, seconds: float) -> list[float]:
    """Hand in so many reports evenly, each by a thread of its own; seconds of each answer, sorted."""
    times: list[float] = []
    faults: list[str] = []
    threads = [threading.Thread(target=_one, args=(port, n, times, faults)) for n in range(many)]
    began = time.monotonic()
    for n, thread in enumerate(threads):
        time.sleep(max(0.0, began + n * seconds / many - time.monotonic()))
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(f"{len(faults)} reports were not taken: {faults[0]}")
    return sorted(times)


def _one(port: int, n: int, times: list[float], faults: list[str]) -> None:
    line = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=60, source_address=(f"127.0.0.{2 + n % 20}", 0)
    )
    line.request("GET", "/report")
    page = line.getresponse()
    body, kept = page.read().decode(), (page.getheader("Set-Cookie") or "").strip().split(";")[0]
    token, key = (
        re.search(rf'name="{name}" value="([^"]+)"', body) for name in ("csrfmiddlewaretoken", "client_key")
    )
    if token is None or key is None:
        faults.append(f"the page has no form: {page.status}")
        return
    sheet = {
        "csrfmiddlewaretoken": token[1],
        "client_key": key[1],
        "text": f"路灯不亮，第 {n} 根。",
        "item": "N12",
    }
    sent = urlencode(sheet | {"nowhere": "on", "reporting": "anonymous"}, quote_via=quote)
    began = time.monotonic()
    line.request(
        "POST", "/report", sent, {"Cookie": kept, "Content-Type": "application/x-www-form-urlencoded"}
    )
    answer = line.getresponse()
    answer.read()
    times.append(time.monotonic() - began)
    if answer.status != 302:
        faults.append(f"answered {answer.status}")
