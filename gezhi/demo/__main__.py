"""`python -m gezhi.demo [HOME]`: make a demo home, if there is none, and build everything in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gezhi.home import home_path, make_home

SIGN_INS = "sign-ins.txt"


def main() -> None:
    path = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else home_path()
    os.environ["GEZHI_HOME"] = str(path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gezhi.config.settings")
    make_home(path, kind="demo", name="柳溪县", model="nanling", synchronous="NORMAL")

    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import translation

    from gezhi.demo import build
    from gezhi.ledger.instance import open_instance

    translation.activate(os.environ.get("GEZHI_LANGUAGE", "zh-hans"))
    call_command("migrate", verbosity=0, interactive=False)
    open_instance("demo")
    build.fill()
    (path / SIGN_INS).write_text(build.greeting(), encoding="utf-8")


if __name__ == "__main__":
    main()
