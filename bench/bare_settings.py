"""The house's settings with nothing around the bare view."""

from gezhi.config.settings import *  # noqa: F403

MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare"
