"""What a kind of round is; the core never asks which one it holds."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured


class Kind:
    """A kind of round: what it asks of a person, how it is drafted, where the person goes.

    `expects` says what is counted: "people", "units" or "nobody" (grey).
    """

    code = ""
    label = ""
    verb = "办理"
    expects = "people"

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

    def sample(self, round_, person) -> tuple[str, list[str]]:
        """Heading and paragraphs of what such a person would be shown."""
        raise NotImplementedError

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


def kind_of(round_) -> Kind:
    """The kind of a round."""
    return KINDS[round_.kind]
