"""The pictures of docs/screens: the demo as somebody sees it, drawn by Debian's chromium.

    tools/screens.py [ADDRESS] [--sheets]

Without an address it makes a demo of its own in a scratch home, runs it, and throws it away. Each picture is
one window (1440 × 900, or 390 × 844 for a telephone), in 256 colours, so that the pages of docs stay light.
Each face has one contact sheet: a row a page, on a desk and on a telephone, by day and by night. `--sheets` draws
only those.
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screens"
PASSWORD = "liuxi-shili-2026"  # noqa: S105  # printed by the demo; opens nothing but invented people
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
MOST_BYTES = 250_000
STARTS_WITHIN = 600.0
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
MATTER = "a.t1"  # an address that begins so is the first link of the inbox that looks so
RECEIPT = "a receipt"  # of a report that is handed in for the picture
A_PLACE = "/here?lon=118.1876562&lat=30.4855976"  # in 柳溪: the page of a door plate without its code
AROUND = "/around/000100010001"  # what is in work in one of its communities
FACES = {  # the pages of each face's sheet, and as whom they are seen; nobody is ""
    "portal": (("", "/"), ("", "/report"), ("", RECEIPT), ("", "/follow"), ("", "/here"), ("", A_PLACE), ("", AROUND), ("", "/open"), ("", "/protect")),
    "desk": (
        ("centre", "/desk"), ("centre", MATTER), ("centre", "/desk/new"), ("centre", "/desk/figures"),
        ("centre", "/desk/centre"), ("grid_worker", "/desk"),
    ),
    "people": (
        ("centre", "/desk/figures/burden"), ("centre", "/desk/to-tell"), ("centre", "/desk/groups"),
        ("centre", "/desk/broadcasts"), ("privacy_officer", "/desk/rights"), ("cadre", "/desk/statements"),
    ),
    "setup": (
        ("system_admin", "/setup/model"), ("system_admin", "/setup/staff"), ("system_admin", "/setup/borders"),
        ("system_admin", "/setup/calendar"), ("system_admin", "/setup/imports"),
    ),
    "ui": (("", "/ui"), ("", "/ui/portal"), ("", "/sign-in"), ("", "/manual/clerk")),
}  # fmt: skip
SCALE, GAP, CAPTION = 0.4, 16, 26
GROUND, WORDS = "#D9E0DC", "#3F4D48"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("address", nargs="?", default="")
    asked.add_argument("--sheets", action="store_true")
    said = asked.parse_args()
    with nullcontext(said.address.rstrip("/")) if said.address else demo() as address, browser() as chromium:
        if not said.sheets:
            draw_all(chromium, address)
        for face, pages in FACES.items():
            draw_sheet(chromium, address, face, pages)


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


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium",
            args=["--no-sandbox", "--use-gl=swiftshader", "--enable-unsafe-swiftshader"],
        )
        yield chromium
        chromium.close()


def draw_all(chromium: Browser, address: str) -> None:
    """Every picture: as the centre at the desk, by day and by night, and as a grid worker on the telephone."""
    FOLDER.mkdir(exist_ok=True)
    desk = signed_in(chromium, address, "centre", DESK)
    draw(desk, "/desk", "inbox")
    draw(desk, "/desk/new", "new")
    draw(desk, "/desk/figures", "figures")
    desk.emulate_media(color_scheme="dark")
    draw(desk, "/desk", "inbox-dark")
    office = signed_in(chromium, address, "housing", DESK)
    matter = richest(office)
    draw(office, matter, "matter")
    draw(office, due_of(office), "why")
    phone = signed_in(chromium, address, "grid_worker", PHONE)
    draw(phone, "/desk", "inbox-phone")
    draw(phone, phone.locator(MATTER).first.get_attribute("href") or "", "matter-phone")


def draw_sheet(chromium: Browser, address: str, face: str, pages: Sequence[tuple[str, str]]) -> None:
    """The contact sheet of one face, as light as a picture of docs may be."""
    people: dict[tuple[str, int], Page] = {}
    rows = []
    for name, where in pages:
        shots = []
        for size in (DESK, PHONE):
            seat = (name, size["width"])
            page = people[seat] = people.get(seat) or signed_in(chromium, address, name, size)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                shots.append(window(page, where))
        rows.append((where if where != MATTER else "/desk/m/…", name, shots))
    file = FOLDER / f"{face}.webp"
    file.write_bytes(packed(sheet(rows)))
    tell(file)


def sheet(rows: Sequence[tuple[str, str, Sequence[Image.Image]]]) -> Image.Image:
    """A row a page: its address and whose it is above its shots, all of them scaled alike."""
    small = [
        [
            shot.resize((round(shot.width * SCALE), round(shot.height * SCALE)), Image.Resampling.LANCZOS)
            for shot in shots
        ]
        for _where, _name, shots in rows
    ]
    wide = max(sum(shot.width + GAP for shot in shots) for shots in small) + GAP
    high = sum(max(shot.height for shot in shots) + CAPTION + GAP for shots in small) + GAP
    made, y = Image.new("RGB", (wide, high), GROUND), GAP
    pen, font = ImageDraw.Draw(made), ImageFont.load_default(15)
    for (where, name, _shots), shots in zip(rows, small, strict=True):
        pen.text((GAP, y), f"{where}   {name}".replace("…", "..."), fill=WORDS, font=font)
        x = GAP
        for shot in shots:
            made.paste(shot, (x, y + CAPTION))
            x += shot.width + GAP
        y += max(shot.height for shot in shots) + CAPTION + GAP
    return made


def packed(picture: Image.Image) -> bytes:
    """A WebP of at most `MOST_BYTES`, as good as it may be."""
    for quality in range(88, 20, -8):
        body = BytesIO()
        picture.save(body, "WEBP", quality=quality, method=6)
        if body.tell() <= MOST_BYTES:
            return body.getvalue()
    raise SystemExit("A sheet holds too much: give its face fewer pages.")


def signed_in(browser: Browser, address: str, name: str, size: dict[str, int]) -> Page:
    context = browser.new_context(base_url=address, locale="zh-CN", viewport=size)  # type: ignore[arg-type]  # a ViewportSize is a dict
    page = context.new_page()
    if not name:
        return page
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
    file = FOLDER / f"{name}.png"
    shot = window(page, address)
    shot.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, optimize=True)
    tell(file)


def window(page: Page, address: str) -> Image.Image:
    """What one sees of a page that has come to rest."""
    if address == MATTER:
        page.goto("/desk")
        address = page.locator(MATTER).first.get_attribute("href") or ""
    if address == RECEIPT:
        hand_in(page)
    else:
        page.goto(address)
    if page.locator("[data-map]").count():
        page.wait_for_selector("[data-map][data-ready]")
    page.wait_for_load_state("networkidle")
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def hand_in(page: Page) -> None:
    """Report something, once for each browser: its receipt is the page that stands then."""
    page.goto("/report")
    page.fill("[name=text]", "柳荫路口的路灯不亮，晚上看不清路。")
    page.locator(".chip:has-text('路灯')").first.click()
    page.locator("[name=nowhere]").check()
    page.click("form[data-look] button.pri.huge")
    page.wait_for_url("**/follow/**")


def tell(file: Path) -> None:
    size = file.stat().st_size
    print(f"{file.relative_to(ROOT)}  {size // 1000} kB" + ("  too large" if size > MOST_BYTES else ""))


if __name__ == "__main__":
    main()
