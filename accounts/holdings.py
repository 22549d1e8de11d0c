"""What a person still holds, and how it goes to another: for handing over and closing an account.

Each app registers what somebody can hold in it; accounts itself registers duties and grants.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet


@dataclass(frozen=True)
class Holding:
    """One sort of thing held: `rows(person)`, and `pass_on(row, successor, actor)` for one of them.

    `passable(row, actor)` says whether the actor may pass it on at all; what they may not is left
    where it is and shown. `says(row)` names it.
    """

    label: str
    rows: Callable[..., QuerySet]
    pass_on: Callable[..., None]
    passable: Callable[..., bool]
    says: Callable[..., str]


HOLDINGS: list[Holding] = []


def register(holding: Holding) -> None:
    """Count this among what a person holds."""
    HOLDINGS.append(holding)
