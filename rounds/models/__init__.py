"""The one mechanism: rounds, assignments, and the facts that answer them."""

from rounds.models.facts import Completion, Correction, Evidence, Excuse, Tally
from rounds.models.rounds import Assignment, Round

__all__ = ["Assignment", "Completion", "Correction", "Evidence", "Excuse", "Round", "Tally"]
