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


WITHDRAWERS: list[Callable[[list[int]], list[str]]] = []


def withdraws(function: Callable[[list[int]], list[str]]):
    """Have the function called when units made by mistake are to go away again.

    It takes back what it made for them by itself, and returns a sentence for each thing that
    people have done there since.
    """
    WITHDRAWERS.append(function)
    return function


def withdraw(unit_ids: list[int]) -> list[str]:
    """What stands against the units going away; nothing when there is none."""
    return [said for function in WITHDRAWERS for said in function(unit_ids)]


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


@dataclass(frozen=True, slots=True)
class Replaced:
    """One unit whose place another takes from now on: the keys and paths of both.

    `merged` when the other was there before; the first stays, closed, for what is past.
    """

    old_id: int
    new_id: int
    old_path: str
    new_path: str
    merged: bool


UNIT_LISTENERS: list[Callable[[str, list[Replaced]], None]] = []
HOLDERS: list[Callable[[str], None]] = []


def listen_to_units(function: Callable[[str, list[Replaced]], None]):
    """Have the function called with the school's path and the units that give way to others.

    It comes before the people are told to have moved, in the same transaction.
    """
    UNIT_LISTENERS.append(function)
    return function


def tell_units(school_path: str, units: list[Replaced]) -> None:
    """Call every listener; whatever one raises undoes the whole change."""
    for function in UNIT_LISTENERS:
        function(school_path, units)


def holds_facts(function: Callable[[str], None]):
    """Have the function called before units change: it keeps new facts out of the school."""
    HOLDERS.append(function)
    return function


def hold_facts(school_path: str) -> None:
    """Nobody writes a fact in the school's open rounds until this transaction ends."""
    for function in HOLDERS:
        function(school_path)


TRANSFER_LISTENERS: list[Callable[[list[int], int | None], None]] = []
ROSTER_LISTENERS: list[Callable[[int, int | None], None]] = []


def listen_to_transfers(function: Callable[[list[int], int | None], None]):
    """Have the function called with the keys of transfers asked for or decided, and by whom."""
    TRANSFER_LISTENERS.append(function)
    return function


def tell_transfers(ids: list[int], by: int | None) -> None:
    """Call every listener; whatever one raises undoes the whole change."""
    for function in TRANSFER_LISTENERS if ids else ():
        function(ids, by)


def listen_to_rosters(function: Callable[[int, int | None], None]):
    """Have the function called with the key of a roster that was written or undone, and by whom."""
    ROSTER_LISTENERS.append(function)
    return function


def tell_roster(batch_id: int, by: int | None) -> None:
    """Call every listener; whatever one raises undoes the whole change."""
    for function in ROSTER_LISTENERS:
        function(batch_id, by)


RESTS: list[Callable[[list[int]], list[int]]] = []
WAKES: list[Callable[[list[int]], None]] = []


def rests(function: Callable[[list[int]], list[int]]):
    """Have the function called when units close because nobody is left; it says what it put to rest."""
    RESTS.append(function)
    return function


def rest(unit_ids: list[int]) -> list[list[int]]:
    """What each app put to rest for the units, in the order in which `wake` takes it back."""
    return [function(unit_ids) for function in RESTS]


def wakes(function: Callable[[list[int]], None]):
    """Have the function called with what its `rests` gave, when the units stand again."""
    WAKES.append(function)
    return function


def wake(rested: list[list[int]]) -> None:
    """What was put to rest goes on."""
    for function, ids in zip(WAKES, rested, strict=False):
        function(ids)
