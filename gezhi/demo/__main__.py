"""`python -m gezhi.demo [HOME] [--weeks N]`: make a demo home, if there is none, and build everything in it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from gezhi.home import home_path, make_home

SIGN_INS = "sign-ins.txt"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("home", nargs="?", type=Path)
    asked.add_argument("--weeks", type=int)
    said = asked.parse_args()
    path = (said.home or home_path()).absolute()
    os.environ["GEZHI_HOME"] = str(path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gezhi.config.settings")
    make_home(path, kind="demo", name="柳溪县", model="nanling", synchronous="NORMAL")

    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import translation

    from gezhi.demo import build, season
    from gezhi.ledger.instance import open_instance

    translation.activate(os.environ.get("GEZHI_LANGUAGE", "zh-hans"))
    call_command("migrate", verbosity=0, interactive=False)
    open_instance("demo")
    days = said.weeks * 7 if said.weeks else season.DAYS
    build.fill(days)
    (path / SIGN_INS).write_text(build.greeting(days), encoding="utf-8")


if __name__ == "__main__":
    main()
