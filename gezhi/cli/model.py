"""`gezhi model …`: what can be asked of a governance model. Each verb is a module with `about`, `declare`, `act`."""

from __future__ import annotations

import argparse
import importlib

from gezhi.cli.main import declare_each
from gezhi.cli.words import gettext as _

VERBS = {
    "new": "model_new",
    "check": "model_check",
    "book": "model_book",
    "diff": "model_diff",
    "try": "model_try",
}  # verb -> module


def about() -> str:
    return _("治理模型：新建（new）、检查（check）、印成手册（book）、比较（diff）、拿过去的事项试（try）")


def declare(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", metavar="|".join(VERBS), required=True)
    declare_each(verbs, VERBS)


def act(said: argparse.Namespace) -> int:
    return int(importlib.import_module(f"gezhi.cli.{VERBS[said.what]}").act(said))
