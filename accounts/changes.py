"""Telling the apps above, in the same transaction, that people came to stand elsewhere."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moved:
    """One person's home before and after; '' before for somebody new."""

    person_id: int
    old_path: str
    new_path: str


LISTENERS: list[Callable[[str, Iterable[Moved]], None]] = []


def listen(function: Callable[[str, Iterable[Moved]], None]):
    """Have the function called with the school's path and the moves, to be gone through at will."""
    LISTENERS.append(function)
    return function


def tell(school_path: str, moves: Iterable[Moved]) -> None:
    """Call every listener; whatever one raises undoes the whole change.

    An iterator is listed first; anything else is passed as it is, so that fifty thousand moves
    are built only when somebody goes through them.
    """
    if isinstance(moves, Iterator):
        moves = list(moves)
    if moves:
        for function in LISTENERS:
            function(school_path, moves)
