"""What the first pages tell a newcomer to type and to sit on is what the product calls it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gezhi.rules import load

ROOT = Path(__file__).resolve().parents[3]
SEAT = re.compile(r"[”\"]?(?:，登录名 |: sign-in |（| \()`([a-z_]+)`")


@pytest.mark.parametrize(
    ("page", "language"),
    [
        ("README.zh-CN.md", "zh"),
        ("README.md", "en"),
        ("docs/manual/clerk.zh.md", "zh"),
        ("docs/manual/clerk.en.md", "en"),
    ],
)
def test_a_seat_has_the_name_that_the_sign_in_page_gives_it(page: str, language: str) -> None:
    posts = load.named("nanling").posts
    text = " ".join((ROOT / page).read_text("utf-8").split())
    named = [(found.group(1), text[: found.start()]) for found in SEAT.finditer(text)]
    seats = [(post, before) for post, before in named if post in posts]
    assert seats
    for post, before in seats:
        name = posts[post].name if language == "zh" else posts[post].english
        assert before.lower().rstrip('”"').endswith(name.lower()), (post, before[-40:])


@pytest.mark.parametrize("page", ["docs/manual/clerk.zh.md", "gezhi/ui/handbook/zh.json"])
def test_the_list_of_what_waits_has_one_name(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert "待我办" in text
    assert "等我办的" not in text


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_another_port_is_taken_as_the_readme_says(page: str) -> None:
    typed = re.findall(r"`(make demo PORT=\d+)`", (ROOT / page).read_text("utf-8"))
    assert typed == ["make demo PORT=8181"]
    done = subprocess.run(
        [*typed[0].split(), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "gezhi demo --port 8181" in done.stdout
