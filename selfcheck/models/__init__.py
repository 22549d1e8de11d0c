"""Tables of “断卡” returns and of safeguards."""

from selfcheck.models.barriers import Barrier, CodeTry
from selfcheck.models.cards import (
    Account,
    CardCheck,
    Declaration,
    Difference,
    Remark,
    SheetStep,
    Stamp,
    Study,
)
from selfcheck.models.drops import DropAnswer, DropFile
from selfcheck.models.reviews import Review
from selfcheck.models.tools import Drop, Safeguard, Shot, Tool, ToolItem

__all__ = [
    "Account",
    "Barrier",
    "CardCheck",
    "CodeTry",
    "Declaration",
    "Difference",
    "Drop",
    "DropAnswer",
    "DropFile",
    "Remark",
    "Review",
    "Safeguard",
    "SheetStep",
    "Shot",
    "Stamp",
    "Study",
    "Tool",
    "ToolItem",
]
