"""What can happen to accounts, posts and sessions."""

from .accounts import close_account, end_session, end_sessions, make_account, set_password
from .staffing import Appointment, appoint, end_term

__all__ = [
    "Appointment",
    "appoint",
    "close_account",
    "end_session",
    "end_sessions",
    "end_term",
    "make_account",
    "set_password",
]
