"""What a picture says: which page, whose, and in what state. Knows no model."""

from selfcheck.reading.blanking import blanked
from selfcheck.reading.facts import Fact, Name, Reading
from selfcheck.reading.identity import Person, consistent, identity_key
from selfcheck.reading.packs import items
from selfcheck.reading.pages import UNKNOWN, read_page
from selfcheck.reading.reasons import REASONS, words
from selfcheck.reading.verdicts import Verdict, verdict

__all__ = [
    "REASONS",
    "UNKNOWN",
    "Fact",
    "Name",
    "Person",
    "Reading",
    "Verdict",
    "blanked",
    "consistent",
    "identity_key",
    "items",
    "read_page",
    "verdict",
    "words",
]
