from __future__ import annotations

import argparse


def about() -> str:
    return "…"


def declare(parser: argparse.ArgumentParser) -> None:
    pass


def act(said: argparse.Namespace) -> int:
    return 1
