"""Writes of the 断卡 return: drafting, declaring, checking, the unit's sheet."""

from selfcheck.cards.services.declaring import (
    check,
    check_zeros,
    declare,
    enters_for,
    exchange,
    return_declaration,
)
from selfcheck.cards.services.drafting import draft, revise
from selfcheck.cards.services.reporting import (
    add_study,
    explain,
    remark,
    sign_sheet,
    stamp_sheet,
    take_back_difference,
    undo_signatures,
    void_study,
)
from selfcheck.cards.services.returning import take_back

__all__ = [
    "add_study",
    "check",
    "check_zeros",
    "declare",
    "draft",
    "enters_for",
    "exchange",
    "explain",
    "remark",
    "return_declaration",
    "revise",
    "sign_sheet",
    "stamp_sheet",
    "take_back",
    "take_back_difference",
    "undo_signatures",
    "void_study",
]
