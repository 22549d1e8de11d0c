"""What `manage.py verify PART` proves: each app registers the parts it can answer for.

An app above registers its own in a module that its `ready` imports:

    @verify.part("pledges")
    def pledges() -> Proof: ...
"""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was: the sort of it, which row or file, and a sentence."""

    sort: str
    which: str
    said: str


@dataclass
class Proof:
    """What was looked at, and what was found; sound when nothing was."""

    checked: int = 0
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    sentence: str = ""

    @property
    def sound(self) -> bool:
        return not self.findings

    def find(self, sort: str, which, said: str) -> None:
        """Note that something is not as it was."""
        self.findings.append(Finding(sort, str(which), said))


PARTS: dict[str, Callable[[], Proof]] = {}


def part(name: str):
    """Register the function that proves a part."""

    def keep(function: Callable[[], Proof]):
        PARTS[name] = function
        return function

    return keep
