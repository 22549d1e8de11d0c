"""Writes of the round: issuing, doing, the ladder, excusing, correcting, closing."""

from rounds.services.closing import close, withdraw_round
from rounds.services.correcting import ask_correction, decide_correction
from rounds.services.doing import complete, complete_entered, handed_in, is_asked
from rounds.services.evidence import attach, detach
from rounds.services.excusing import end_excuses, excuse_person, excuse_unit, void_excuse
from rounds.services.issuing import assign, issue
from rounds.services.ladder import (
    approve,
    approve_many,
    mark_opened,
    send_back,
    submit,
    undo,
    withdraw,
)

__all__ = [
    "approve",
    "approve_many",
    "ask_correction",
    "assign",
    "attach",
    "close",
    "complete",
    "complete_entered",
    "decide_correction",
    "detach",
    "end_excuses",
    "excuse_person",
    "excuse_unit",
    "handed_in",
    "is_asked",
    "issue",
    "mark_opened",
    "send_back",
    "submit",
    "undo",
    "void_excuse",
    "withdraw",
    "withdraw_round",
]
