"""A real browser before a real instance: Debian's chromium, and 柳溪 under its own supervisor."""

from __future__ import annotations

import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    StorageState,
    expect,
    sync_playwright,
)

from tests.instances import Instance

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "liuxi-shili-2026"
READY_WITHIN = 240.0  # bounds of a machine that is busy with other things, not aims
COMES_WITHIN = 240.0
ENDS_WITHIN = 60.0
MOST_SHOWN = 1_500  # letters of a page beside a failed test
PATIENCE = 60_000.0  # milliseconds; playwright's own are five seconds here and thirty there
expect.set_options(timeout=PATIENCE)
# A browser of Debian's draws its own frame for each window, and two lists below its address bar that nobody sees: they
# cost three times what the window does. No graphics card is looked for; maps are drawn by the processor.
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
]
NO_WEBGL = """{
    const get = HTMLCanvasElement.prototype.getContext
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind.startsWith("webgl") ? null : get.call(this, kind, ...more)
    }
}"""

Sit = Callable[..., Page]
T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """A running 柳溪: where its pages are, its home, and all that its processes have said."""

    address: str
    home: Path
    log: Path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What every open window showed when a test failed: a line of code says where it waited, not what it saw."""
    report = yield
    browser: Browser | None = getattr(item, "funcargs", {}).get("chromium")
    if report.when == "call" and report.failed and browser:
        seen = [_shown(window) for context in browser.contexts for window in context.pages]
        report.sections.append(("what the windows showed", "\n\n".join(seen)))
    return report


def _shown(window: Page) -> str:
    try:
        said = " ".join(window.inner_text("main", timeout=3000).split())
        return f"{window.url}\n{said[:MOST_SHOWN]}"
    except Error as lost:
        return f"{window.url}\n({lost.message})"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("needs chromium: make test brings it")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=CHROMIUM)
        browser.on("context", lambda made: made.set_default_timeout(PATIENCE))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh window, Chinese, 1440 px wide; any error on the page's console fails the test."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    window = context.new_page()
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    window.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield window
    context.close()
    assert errors == []


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """柳溪 with one week, made once for all workers of this run, as anybody would make it. To be copied, not run."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    home = folder / "made"
    with (folder / "made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "demo-made").exists():
            _make(home)
    return home


def _make(home: Path) -> None:
    command = [sys.executable, "-m", "gezhi.cli", "demo", "--weeks", "1", "--make-only", "--home", str(home)]
    done = subprocess.run(
        command, cwd=ROOT, env=Instance(home).environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "已是本版本" not in done.stderr


@pytest.fixture(scope="session")
def liuxi(tmp_path_factory: pytest.TempPathFactory, made: Path) -> Iterator[Site]:
    """A 柳溪 of this worker's own, run as `gezhi demo` runs it."""
    with running(tmp_path_factory.mktemp("site"), made) as site:
        yield site


@contextmanager
def running(folder: Path, made: Path, settings: str = "") -> Iterator[Site]:
    """A copy of a 柳溪 in a folder, run as `gezhi demo` runs it, with lines for its settings."""
    folder.mkdir(exist_ok=True)
    log, port = folder / "log", free_port()
    demo = Instance(folder / "demo")
    shutil.copytree(made, demo.home)
    with (demo.home / "settings.toml").open("a", encoding="utf-8") as said:
        said.write(settings)
    words = ["demo", "--home", str(demo.home), "--port", str(port)]
    with supervised(words, log, demo.environment) as run:
        wait_for(port, run, log)
        yield Site(f"http://127.0.0.1:{port}", demo.home, log)


@contextmanager
def supervised(words: list[str], log: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`gezhi …` with all that it starts, ended with it; what they say goes to the log."""
    with log.open("ab") as out:
        run = subprocess.Popen(
            [sys.executable, "-m", "gezhi.cli", *words],
            cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        yield run
    finally:
        run.send_signal(signal.SIGINT)
        run.wait(timeout=ENDS_WITHIN)


@pytest.fixture
def sit(chromium: Browser, liuxi: Site) -> Iterator[Sit]:
    """A window in which somebody of 柳溪 is signed in, or nobody. Whatever its console complains of fails the test.

    Without `maps` it is one of a machine that can draw none: two thirds of what a page with a map costs is the map.
    """
    windows: list[BrowserContext] = []
    errors: list[str] = []

    def signed_in(name: str, *, width: int = 1440, dark: bool = False, maps: bool = True) -> Page:
        context = chromium.new_context(
            locale="zh-CN",
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            storage_state=_signed_in.get((liuxi.address, name)),
        )
        windows.append(context)
        window = context.new_page()
        if not maps:
            window.add_init_script(NO_WEBGL)
        window.on("pageerror", lambda error: errors.append(f"{window.url} {error}"))
        window.on("console", lambda said: _complaint(said, errors))
        if name and (liuxi.address, name) not in _signed_in:
            sign_in(window, liuxi, name)
            _signed_in[liuxi.address, name] = context.storage_state()
        return window

    yield signed_in
    for context in windows:
        context.close()
    assert errors == []


_signed_in: dict[tuple[str, str], StorageState] = {}


def _complaint(said: ConsoleMessage, errors: list[str]) -> None:
    """An error of the console, but for an answer that a test provoked."""
    if said.type == "error" and "the server responded with a status of 4" not in said.text:
        errors.append(f"{said.location.get('url', '')} {said.text}")


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


def wait_for(port: int, run: subprocess.Popen[bytes], log: Path) -> None:
    """Until a page is answered: the door is open long before anybody stands behind it."""
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end:
        assert run.poll() is None, log.read_text(encoding="utf-8", errors="replace")[-4000:]
        door = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            door.request("GET", "/sign-in")
            door.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
        else:
            return
        finally:
            door.close()
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace")[-4000:])


def until(found: Callable[[], T], *, seconds: float = COMES_WITHIN) -> T:
    """What comes of asking again and again, once it is something: for what another process does in its own time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if said := found():
            return said
        time.sleep(0.5)
    raise AssertionError("it did not come")


def sign_in(page: Page, site: Site, name: str) -> None:
    """Through the door, as somebody of 柳溪."""
    page.goto(f"{site.address}/sign-in")
    page.fill("#sign_in", name)
    page.fill("#password", PASSWORD)
    page.click("main form button.pri")
    page.wait_for_url("**/desk**")
