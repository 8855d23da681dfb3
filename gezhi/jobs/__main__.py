"""`python -m gezhi.jobs clock` and `python -m gezhi.jobs sender`: one loop each, until SIGTERM."""

from __future__ import annotations

import os
import signal
import sys
import threading

import django


def main(words: list[str]) -> int:
    """Run the loop that is named. Returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gezhi.config.settings")
    django.setup()
    from gezhi.jobs.loops import LOOPS, run

    if words == ["imports"]:
        from gezhi.jobs.importing import run_waiting

        return run_waiting()
    if words == ["exports"]:
        from gezhi.jobs import exporting

        return exporting.run_waiting()
    if words == ["pushes"]:
        from gezhi.jobs import pushing

        return pushing.run_waiting()
    if words == ["tellings"]:
        from gezhi.jobs import delivering

        return delivering.run_waiting()
    if len(words) != 1 or words[0] not in LOOPS:
        print(f"python -m gezhi.jobs {'|'.join(LOOPS)}", file=sys.stderr)
        return 2
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(LOOPS[words[0]](), stop)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
