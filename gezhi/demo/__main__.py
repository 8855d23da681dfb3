"""`python -m gezhi.demo [HOME]`: make a demo home, if there is none, and build everything in it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from gezhi.home import home_path, make_home


def main() -> None:
    path = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else home_path()
    os.environ["GEZHI_HOME"] = str(path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gezhi.config.settings")
    make_home(path, kind="demo", name="柳溪区", database="sqlite", synchronous="NORMAL")
    began = time.monotonic()

    import django

    django.setup()
    from django.core.management import call_command

    from gezhi.demo import build, people
    from gezhi.ledger.instance import open_instance

    call_command("migrate", verbosity=0, interactive=False)
    open_instance("demo")
    build.fill()
    print(f"{path}  {time.monotonic() - began:.1f} s")
    for one in build.sign_ins():
        print(f"  {one.sign_in:<14} {people.PASSWORD}  {one.name}  {one.post}  {one.unit}")


if __name__ == "__main__":
    main()
