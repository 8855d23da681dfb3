"""What can happen in the vault."""

from .openings import Reporter, allow_opening, ask_to_open, read_opened, refuse_opening
from .rotation import add_key, remove_key, reseal
from .sealing import erase, prepared_reporter, seal_reporter

__all__ = [
    "Reporter",
    "add_key",
    "allow_opening",
    "ask_to_open",
    "erase",
    "prepared_reporter",
    "read_opened",
    "refuse_opening",
    "remove_key",
    "reseal",
    "seal_reporter",
]
