"""The pictures of docs/screens: the demo as somebody sees it, drawn by Debian's chromium.

    tools/screens.py [ADDRESS]

Without an address it makes a demo of its own in a scratch home, runs it, and throws it away. Each picture is
one window (1440 × 900, or 390 × 844 for a telephone), in 256 colours, so that the pages of docs stay light.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screens"
PASSWORD = "liuxi-shili-2026"  # noqa: S105  # printed by the demo; opens nothing but invented people
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
MOST_BYTES = 250_000
STARTS_WITHIN = 600.0


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("address", nargs="?", default="")
    address = asked.parse_args().address
    if address:
        draw_all(address.rstrip("/"))
        return
    with demo() as own:
        draw_all(own)


@contextmanager
def demo() -> Iterator[str]:
    """A demo of its own, for as long as the pictures take."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="gezhi-screens-") as folder:
        command = [sys.executable, "-m", "gezhi.cli", "demo", "--home", folder, "--port", str(port)]
        run = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        try:
            wait_for(port, run)
            yield f"http://127.0.0.1:{port}"
        finally:
            run.send_signal(signal.SIGINT)
            run.wait(timeout=30)


def wait_for(port: int, run: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and run.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("The demo did not start.")


def draw_all(address: str) -> None:
    """Every picture: as the centre at the desk, by day and by night, and as a grid worker on the telephone."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium",
            args=["--no-sandbox", "--use-gl=swiftshader", "--enable-unsafe-swiftshader"],
        )
        desk = signed_in(browser, address, "centre", DESK)
        draw(desk, "/desk", "inbox")
        draw(desk, "/desk/new", "new")
        draw(desk, "/desk/figures", "figures")
        desk.emulate_media(color_scheme="dark")
        draw(desk, "/desk", "inbox-dark")
        office = signed_in(browser, address, "housing", DESK)
        matter = richest(office)
        draw(office, matter, "matter")
        draw(office, due_of(office), "why")
        phone = signed_in(browser, address, "grid_worker", PHONE)
        draw(phone, "/desk", "inbox-phone")
        draw(phone, phone.locator("a.t1").first.get_attribute("href") or "", "matter-phone")
        browser.close()


def signed_in(browser: Browser, address: str, name: str, size: dict[str, int]) -> Page:
    context = browser.new_context(base_url=address, locale="zh-CN", viewport=size)  # type: ignore[arg-type]  # a ViewportSize is a dict
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#sign_in", name)
    page.fill("#password", PASSWORD)
    page.click("main form button.pri")
    page.wait_for_url("**/desk**")
    return page


def richest(page: Page) -> str:
    """Of the first matters of the inbox the one of which most is told."""
    page.goto("/desk")
    found: list[tuple[int, str]] = []
    for link in page.locator("a.t1").evaluate_all("all => all.slice(0, 8).map(a => a.getAttribute('href'))"):
        page.goto(link)
        told = page.locator(".chain .act1").count() + 2 * page.locator(".ph img").count()
        found.append((told, link))
    return max(found)[1]


def due_of(page: Page) -> str:
    """The address that derives the longest promise of the open page: the one with most days in its strip."""
    found: list[tuple[int, str]] = []
    links = page.locator(".clocks a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    for link in links:
        page.goto(link)
        found.append((page.locator(".strip li").count(), link))
    return max(found)[1]


def draw(page: Page, address: str, name: str) -> None:
    """One picture of a page that has come to rest."""
    page.goto(address)
    if page.locator("[data-map]").count():
        page.wait_for_selector("[data-map][data-ready]")
    page.wait_for_load_state("networkidle")
    shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
    file = FOLDER / f"{name}.png"
    shot.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, optimize=True)
    size = file.stat().st_size
    print(f"{file.relative_to(ROOT)}  {size // 1000} kB" + ("  too large" if size > MOST_BYTES else ""))


if __name__ == "__main__":
    main()
