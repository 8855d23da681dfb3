"""Nobody real is in this repository: the people of the sources are known here by salted hash only."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools.name_hashes import TARGET, digest

ROOT = Path(__file__).resolve().parent.parent
CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")


def texts() -> Iterator[tuple[Path, str]]:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in filter(None, names):
        path = ROOT / name
        if path.is_file() and path.stat().st_size < 5_000_000:
            yield path, path.read_bytes().decode("utf-8", errors="ignore")


def windows(text: str, lengths: set[int]) -> set[str]:
    """Every run of so many Chinese characters."""
    return {run[i : i + n] for run in CHINESE.findall(text) for n in lengths for i in range(len(run) - n + 1)}


def read_hashes() -> tuple[str, dict[str, int]]:
    first, *rest = TARGET.read_text(encoding="ascii").splitlines()
    return first.split()[1], {line.split()[1]: int(line.split()[0]) for line in rest}


def test_no_real_person_of_the_sources_is_named_in_any_file() -> None:
    salt, hashes = read_hashes()
    asked: dict[str, bool] = {}
    found = []
    for path, text in texts():
        for word in windows(text, set(hashes.values())):
            if word not in asked:
                asked[word] = digest(word, salt) in hashes
            if asked[word]:
                found.append(f"{path.relative_to(ROOT)}: {word[0]}…")
    assert found == []


def test_a_name_in_the_middle_of_a_sentence_would_be_found() -> None:
    assert "张小柳" in windows("请问张小柳在吗", {2, 3})
