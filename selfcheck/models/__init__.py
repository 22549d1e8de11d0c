"""Tables of “断卡” returns and of safeguards."""

from selfcheck.models.barriers import Barrier, CodeTry
from selfcheck.models.drops import DropAnswer, DropFile
from selfcheck.models.reviews import Review
from selfcheck.models.tools import Drop, Safeguard, Shot, Tool, ToolItem

__all__ = [
    "Barrier",
    "CodeTry",
    "Drop",
    "DropAnswer",
    "DropFile",
    "Review",
    "Safeguard",
    "Shot",
    "Tool",
    "ToolItem",
]
