"""What goes along when two records turn out to be one person: each app registers its own."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True)
class Join:
    """One sort of thing: how many the old record has, and `carry(old, kept, actor)` for them all."""

    label: str
    count: Callable[[User], int]
    carry: Callable[[User, User, User], None]


JOINS: list[Join] = []


def register(join: Join) -> None:
    """Have it carried over, in the same transaction, in the order of registering."""
    JOINS.append(join)
