"""/api/v1 of a running 柳溪, asked whatever its description allows and forbids: every check of schemathesis, none fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT, running
from tests.instances import Instance
from tests.shares import SEED

EXAMPLES = int(os.environ.get("FUZZ", "4"))
RULES = Path(__file__).with_name("schemathesis.toml")
KEY = """
    from django.utils import timezone
    from gezhi.ledger import clock
    from gezhi.ledger.actor import HOUSE
    from gezhi.people import queries, tokens
    somebody = queries.person(queries.account_named(words["who"]), timezone.localdate(clock.now()))
    answer = tokens.issue("probe", somebody.terms[0].term, by=HOUSE, at=clock.now())
"""


@pytest.mark.browser
@pytest.mark.slow
def test_whatever_is_sent_is_answered_as_described(made: Path, tmp_path: Path) -> None:
    with running(tmp_path, made, "key_limit = 1000000\n") as site:
        secret = Instance(site.home).run(KEY, who="centre")
        said = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "--config-file", str(RULES), "run",
             f"{site.address}/api/v1/openapi.json", "-H", f"Authorization: Bearer {secret}", "--checks", "all",
             "--max-examples", str(EXAMPLES), "--seed", str(SEED), "--continue-on-failure", "--request-timeout", "60"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    assert said.returncode == 0, said.stdout[-20_000:] + said.stderr[-2000:]
    assert "Tested:" in said.stdout
