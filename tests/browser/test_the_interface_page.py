"""The page of the interface for programs: each of its examples is run as it stands, one after another, against 柳溪."""

from __future__ import annotations

import hmac
import json
import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT, Site
from tests.browser.test_the_interface import KEY
from tests.instances import Instance

PAGES = [ROOT / "docs" / "manual" / f"interface.{language}.md" for language in ("zh", "en")]

END_OF_THE_HOOK = """curl -sf -X DELETE -H "Authorization: Bearer $KEY" \\
  "$GEZHI/api/v1/webhooks/$(python3 -c 'import json; print(json.load(open("hook.json"))["id"])')"
"""  # 柳溪 is pushed about no longer in the tests that follow


def blocks(page: Path, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def test_both_languages_show_the_same_examples() -> None:
    zh, en = ([blocks(page, kind) for kind in ("bash", "python")] for page in PAGES)
    assert zh == en
    assert [len(one) for one in zh] == [8, 1]


@pytest.mark.browser
@pytest.mark.slow
def test_every_example_does_what_it_says(liuxi: Site, tmp_path: Path) -> None:
    program = "set -e -o pipefail\n" + "\n".join([*blocks(PAGES[0], "bash"), END_OF_THE_HOOK])
    done = subprocess.run(
        ["/bin/bash", "-c", program], cwd=tmp_path, env=_environment(liuxi), capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((tmp_path / "hook.json").read_text())["secret"].startswith("gzs_")


def _environment(site: Site) -> dict[str, str]:
    secret = Instance(site.home).run(KEY, who="centre")
    return os.environ | {"GEZHI": site.address, "KEY": secret}


def test_the_verifier_knows_what_the_house_signs_and_nothing_else() -> None:
    from gezhi.notify.pushing import signature

    room: dict[str, object] = {}
    exec(blocks(PAGES[0], "python")[0], room)  # noqa: S102  our own page
    is_genuine = room["is_genuine"]
    body, now = b'{"id": "1"}', int(time.time())
    assert callable(is_genuine)
    assert is_genuine(body, signature(body, ["old", "new"], now), ["new"])
    assert is_genuine(body, signature(body, ["old"], now), ["new", "old"])
    assert not is_genuine(body, signature(body, ["other"], now), ["new", "old"])
    assert not is_genuine(body + b" ", signature(body, ["new"], now), ["new"])
    assert not is_genuine(body, signature(body, ["new"], now - 400), ["new"])
    for odd in ("", "t=,v1=", "t=x", f"t={now}", f"v1={hmac.digest(b'new', body, 'sha256').hex()}"):
        assert not is_genuine(body, odd, ["new"])
