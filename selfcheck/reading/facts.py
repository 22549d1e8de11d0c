"""What a reading holds: the facts of one picture, each with its certainty."""

from dataclasses import dataclass, field

SURE = 0.85


@dataclass(frozen=True)
class Fact:
    """A value that was read, and how certain it is, from 0 to 1."""

    value: str
    certainty: float

    @property
    def sure(self) -> bool:
        """Whether it may be relied on without a person."""
        return bool(self.value) and self.certainty >= SURE


NO_FACT = Fact("", 0.0)


@dataclass(frozen=True)
class Name:
    """A name as it stands on the page; `strong` where the page itself says that it is one."""

    text: str
    certainty: float
    strong: bool


@dataclass(frozen=True)
class Reading:
    """What one picture says. `flaw` says why it could not be read well, where that is so."""

    page: str
    certainty: float
    facts: dict[str, Fact] = field(default_factory=dict)
    names: tuple[Name, ...] = ()
    flaw: str = ""

    def fact(self, name: str) -> Fact:
        """The fact of a name; one without value where it was not read."""
        return self.facts.get(name, NO_FACT)
