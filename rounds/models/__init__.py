"""The one mechanism: rounds, assignments, and the facts that answer them."""

from rounds.models.facts import Completion, Correction, Evidence, Excuse
from rounds.models.findings import Finding
from rounds.models.items import Answer, Item, Standing
from rounds.models.late import LockException
from rounds.models.outside import OutsideBatch, OutsideRow
from rounds.models.rounds import Assignment, Round
from rounds.models.tallies import Tally, Touch

__all__ = [
    "Answer",
    "Assignment",
    "Completion",
    "Correction",
    "Evidence",
    "Excuse",
    "Finding",
    "Item",
    "LockException",
    "OutsideBatch",
    "OutsideRow",
    "Round",
    "Standing",
    "Tally",
    "Touch",
]
