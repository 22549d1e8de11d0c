"""What a kind of round is; the core never asks which one it holds."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured


class Kind:
    """A kind of round: what it asks of a person, how it is drafted, where the person goes.

    `expects` says what is counted: "people", "units", "pairs" of units, or "nobody" (grey).
    A kind that counts other than people has a board of its own. `takes_zero` says that a unit may
    hand in 无 (零报告) although people of it are asked; `takes_outside` that results may be imported
    from a list; `asks_items` that a part of it is several items, each answered on its own;
    `welcomes` that newcomers are followed in it to the last one, together with the other such kinds.
    """

    code = ""
    label = ""
    verb = "办理"
    expects = "people"
    takes_zero = False
    takes_outside = False
    asks_items = False
    welcomes = False

    def form(self) -> type:
        """The form that edits the kind's own parameters; merged into the round's form."""
        raise NotImplementedError

    def draft(self, *, actor, parameters: dict[str, Any], **shape):
        """A draft round of this kind with its details, made from plain parameters."""
        raise NotImplementedError

    def parameters(self, round_) -> dict[str, Any]:
        """The kind's own parameters of a round, as its form shows them."""
        raise NotImplementedError

    def revise(self, round_, *, actor, parameters: dict[str, Any], **shape):
        """The draft as it is now wanted; refused once it is issued."""
        raise NotImplementedError

    def items(self, school: str) -> list[tuple[str, str]]:
        """The items among which a draft chooses at a school (its path): code and label."""
        return []

    def usually(self, school: str) -> dict[str, str]:
        """The items that a new draft does not ask of everybody at first: "may" or "not" by code."""
        return {}

    def fits(self, round_) -> None:
        """Raises Refused when the items of a draft do not fit those whom it asks."""

    def known(self, round_) -> list[tuple[str, int]]:
        """What those whom a draft would ask have from before: an item and how many of them."""
        return []

    def answer_url(self, item) -> str:
        """Where a person answers an item; '' where a word and a day on the core's page will do."""
        return ""

    def sample(self, round_, person) -> tuple[str, list[str]]:
        """Heading and paragraphs of what such a person would be shown."""
        raise NotImplementedError

    def closed(self, round_, *, actor) -> None:
        """What the kind writes down when the round closes, in the same transaction."""

    def links(self, board, user) -> list[tuple[str, str]]:
        """What else this user finds at a board of the kind: label and address."""
        return []

    def preview(self, round_) -> list[tuple[str, int]]:
        """What issuing a draft would ask besides people: a word and how many."""
        return []

    def check(self, round_) -> None:
        """Raises Refused when a draft of a kind that asks no people would ask nobody at all."""

    def assign(self, round_) -> int:
        """What it asks besides people has its rows; how many are new. Called again, adds the new."""
        return 0

    def board_url(self, round_) -> str:
        """Where its figures stand; '' for the board of people."""
        return ""

    def marked(self, round_) -> list[tuple[str, str, str, set[int]]]:
        """What people said about a round that is counted apart: a code, a word, the action that
        lets one read whose it is, and whose it is."""
        return []

    def waits(self, round_, path: str) -> dict[str, dict[int, int]]:
        """What waits besides people and units: by its path, whose act it is and how many.

        Whoever cannot act yet is not named; 0 stands where nobody is there to act.
        """
        return {}

    def carry(self, round_, people=None) -> None:
        """Called when a round is issued, and with the ids of those who joined it or moved in it.

        A kind whose answers outlive a round fills them here: `services.carry_over`.
        """

    def joined(self, old, kept, *, actor) -> None:
        """Called when two records of a person became one, with the parts that changed hands.

        Alike: the part is another's now. Two: each says what the other said.
        """

    def lacks(self, assignment) -> str:
        """What of the kind's own a unit leaves out when it hands in, so that its note must say why."""
        return ""

    def submitting(self, assignment) -> None:
        """Raises Refused where a unit may not hand in yet; in the transaction in which it does."""

    def returned(self, assignment) -> None:
        """Called in the transaction in which a unit's part is sent back or taken back."""

    def approved(self, assignment) -> None:
        """Called in the transaction in which a unit's part is approved."""

    def start_url(self, round_) -> str:
        """Where a person goes to do their part."""
        raise NotImplementedError

    def receipt_url(self, completion) -> str:
        """Where the person, or whoever may look, sees what was done."""
        raise NotImplementedError


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make rounds of this kind possible."""
    if kind.code in KINDS:
        raise ImproperlyConfigured(f"two kinds of round are called {kind.code!r}")
    KINDS[kind.code] = kind


def counting(what: str) -> list[str]:
    """The kinds that count people, units or pairs."""
    return [code for code, kind in KINDS.items() if kind.expects == what]


def kind_of(round_) -> Kind:
    """The kind of a round."""
    return KINDS[round_.kind]
