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

__all__ = [
    "check",
    "check_zeros",
    "declare",
    "draft",
    "enters_for",
    "exchange",
    "return_declaration",
    "revise",
]
