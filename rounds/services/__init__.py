"""Writes of the round: issuing, doing, the ladder, excusing, correcting, closing."""

from rounds.services.closing import close, withdraw_round
from rounds.services.correcting import ask_correction, decide_correction
from rounds.services.doing import complete, complete_entered, handed_in, hold_part, is_asked
from rounds.services.evidence import attach, detach, replace
from rounds.services.excusing import end_excuses, excuse_person, excuse_unit, void_excuse
from rounds.services.findings import (
    Found,
    decide_finding,
    follow_finding,
    put_down,
    reopen_finding,
)
from rounds.services.issuing import assign, issue
from rounds.services.items import (
    answer,
    ask_again,
    carry_over,
    draft_asking,
    excuse_item,
    judge,
    part_of,
    reopen,
    revise_asking,
    set_items,
)
from rounds.services.ladder import (
    approve,
    approve_many,
    mark_opened,
    may_report_zero,
    send_back,
    send_back_many,
    submit,
    undo,
    withdraw,
)
from rounds.services.late import allow_late, ask_late, decide_late, end_late
from rounds.services.outside import (
    check_sample,
    drop,
    sample_of,
    show_outside,
    take_in,
    undo_import,
)
from rounds.services.restoring import as_it_is, restore
from rounds.services.tallying import recount, recount_all, recount_changed

__all__ = [
    "Found",
    "allow_late",
    "answer",
    "approve",
    "approve_many",
    "as_it_is",
    "ask_again",
    "ask_correction",
    "ask_late",
    "assign",
    "attach",
    "carry_over",
    "check_sample",
    "close",
    "complete",
    "complete_entered",
    "decide_correction",
    "decide_finding",
    "decide_late",
    "detach",
    "draft_asking",
    "drop",
    "end_excuses",
    "end_late",
    "excuse_item",
    "excuse_person",
    "excuse_unit",
    "follow_finding",
    "handed_in",
    "hold_part",
    "is_asked",
    "issue",
    "judge",
    "mark_opened",
    "may_report_zero",
    "part_of",
    "put_down",
    "recount",
    "recount_all",
    "recount_changed",
    "reopen",
    "reopen_finding",
    "replace",
    "restore",
    "revise_asking",
    "sample_of",
    "send_back",
    "send_back_many",
    "set_items",
    "show_outside",
    "submit",
    "take_in",
    "undo",
    "undo_import",
    "void_excuse",
    "withdraw",
    "withdraw_round",
]
