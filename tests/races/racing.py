"""Several hands at one moment, each on a connection of its own, on PostgreSQL, where it is real."""

from concurrent.futures import ThreadPoolExecutor
from copy import copy
from threading import Barrier
from time import monotonic, sleep

from django.db import connection, connections, transaction

from accounts.models import AuditEntry
from accounts.moves import Refused
from rounds import gate

HANDS = 6
PATIENCE = 20


def race(*deeds) -> tuple[int, list[str]]:
    """Do them at the same moment; how many were done, and the sentences of the rest.

    Anything but a sentence (a broken constraint, a deadlock, a row gone) fails the test.
    """
    start = Barrier(len(deeds))

    def attempt(deed):
        start.wait()
        return answer(deed)

    with ThreadPoolExecutor(len(deeds)) as pool:
        said = list(pool.map(attempt, deeds))
    return said.count(None), [sentence for sentence in said if sentence is not None]


def answer(deed) -> str | None:
    """The sentence with which it is refused; it leaves no connection behind."""
    try:
        deed()
    except Refused as refusal:
        return str(refusal)
    finally:
        connections.close_all()
    return None


def in_line(round_, *deeds) -> list[str | None]:
    """They come to the round's gate in this order, find it shut, and it opens; what each was told.

    The gate is a lock, and a lock is given in the order in which it was asked for: each has read
    what it read before, and acts after whoever stood in front of it.
    """
    with ThreadPoolExecutor(len(deeds)) as pool:
        with transaction.atomic():
            gate.shut(round_.pk)
            coming = []
            for deed in deeds:
                coming.append(pool.submit(answer, deed))
                _until_waiting(len(coming))
        return [one.result() for one in coming]


def _until_waiting(many: int) -> None:
    asked = (
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
        "WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
    )
    end = monotonic() + PATIENCE
    waiting = 0
    with connection.cursor() as cursor:
        while waiting < many:
            assert monotonic() < end, "nobody came to the gate"
            sleep(0.01)
            cursor.execute(asked)
            [waiting] = cursor.fetchone()


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
