"""What can happen in the vault."""

from .openings import Reporter, allow_opening, ask_to_open, read_opened, refuse_opening
from .rotation import add_key, remove_key, reseal
from .sealing import SecretRow, erase, load, prepared_reporter, seal_reporter

__all__ = [
    "Reporter",
    "SecretRow",
    "add_key",
    "allow_opening",
    "ask_to_open",
    "erase",
    "load",
    "prepared_reporter",
    "read_opened",
    "refuse_opening",
    "remove_key",
    "reseal",
    "seal_reporter",
]
