"""Several hands at one moment, each on a connection of its own, on PostgreSQL, where it is real."""

from concurrent.futures import ThreadPoolExecutor
from copy import copy
from threading import Barrier

from django.db import connections

from accounts.models import AuditEntry
from accounts.moves import Refused

HANDS = 6


def race(*deeds) -> tuple[int, list[str]]:
    """Do them at the same moment; how many were done, and the sentences of the rest.

    Anything but a sentence (a broken constraint, a deadlock, a row gone) fails the test.
    """
    start = Barrier(len(deeds))

    def attempt(deed):
        try:
            start.wait()
            deed()
        except Refused as refusal:
            return str(refusal)
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        said = list(pool.map(attempt, deeds))
    return said.count(None), [sentence for sentence in said if sentence is not None]


def read(row):
    """The row as each of the hands read it before any of them began."""
    return copy(row)


def fresh(row):
    """The row as another request would have read it."""
    return type(row).objects.get(pk=row.pk)


ONCE: dict = {}  # moves done by one of several hands, the others are told why not
SAME: dict = {}  # moves done by each of several hands, and there is one of it afterwards
MET: set[str] = set()  # moves in a test of their own


def once(name: str):
    """What prepares a deed that only one of several hands does."""
    return lambda prepare: ONCE.setdefault(name, prepare)


def same(name: str):
    """What prepares a deed that several hands do to one end: the deed, and what counts it."""
    return lambda prepare: SAME.setdefault(name, prepare)


def meets(*names: str):
    """The moves that a test lets meet each other."""
    MET.update(names)
    return lambda test: test


def done_once(deed) -> None:
    """One of several hands does it, later hands neither; one row of the trail for what was done."""
    before = AuditEntry.objects.count()

    won, sentences = race(*[deed] * HANDS)

    assert (won, len(sentences)) == (1, HANDS - 1), sentences
    assert all(sentence.endswith("。") for sentence in sentences), sentences
    written = AuditEntry.objects.count()
    assert written > before
    assert race(deed, deed)[0] == 0
    assert AuditEntry.objects.count() == written


def done_to_one_end(deed, count) -> None:
    """Several hands do it or are told that it is done; it is there once."""
    won, sentences = race(*[deed] * HANDS)

    assert won >= 1, sentences
    assert all(sentence.endswith("。") for sentence in sentences), sentences
    assert count() == 1
