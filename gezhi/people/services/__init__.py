"""What can happen to accounts, posts and sessions."""

from .accounts import (
    close_account,
    end_session,
    end_sessions,
    hashed_password,
    lift_lock,
    make_account,
    set_password,
)
from .certifying import see_certificate
from .counting import CountRow, put_counts
from .invitations import Slip, invite, invite_again, withdraw
from .many import Listed, Newcomer, appoint_many, make_accounts
from .regrouping import Going, Wish, goings, regroup, ungroup
from .rota import Hours, end_shift, hand_shift, leave_empty, put_shift
from .staffing import Appointment, appoint, change_end, end_term, undo_term
from .standing import StandIn, stand_in
from .trial import as_seen, would

__all__ = [
    "Appointment",
    "CountRow",
    "Going",
    "Hours",
    "Listed",
    "Newcomer",
    "Slip",
    "StandIn",
    "Wish",
    "appoint",
    "appoint_many",
    "as_seen",
    "change_end",
    "close_account",
    "end_session",
    "end_sessions",
    "end_shift",
    "end_term",
    "goings",
    "hand_shift",
    "hashed_password",
    "invite",
    "invite_again",
    "leave_empty",
    "lift_lock",
    "make_account",
    "make_accounts",
    "put_counts",
    "put_shift",
    "regroup",
    "see_certificate",
    "set_password",
    "stand_in",
    "undo_term",
    "ungroup",
    "withdraw",
    "would",
]
