"""Writes docs/openapi.json from the operations of the API. `make docs` finds it stale when they differ."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

DOCUMENT = Path(__file__).parent.parent / "docs" / "openapi.json"


def main() -> None:
    from gezhi.home import make_home

    with tempfile.TemporaryDirectory(prefix="gezhi-openapi-") as home:
        os.environ["GEZHI_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "gezhi.config.settings"
        make_home(Path(home), kind="simulation", name="-")
        import django

        django.setup()
        from gezhi.api.openapi import document
        from gezhi.api.urls import OPERATIONS

        DOCUMENT.write_bytes(document(OPERATIONS))


if __name__ == "__main__":
    main()
