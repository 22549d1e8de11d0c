"""Putting messages into inboxes, many at once, and reading them."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.utils import timezone

from accounts import jobs
from notices.models import Notice

CHUNK = 2000


def tell(rows: Iterable[Notice], *, total: int = 0, job=None) -> None:
    """Each row is in its inbox, unless that person was told about the topic that day.

    Rows come in the order of their people, so that two who tell at once wait for each other
    instead of crossing; each chunk is kept on its own, so that what was killed goes on.
    """
    done = 0
    for chunk in _chunks(iter(rows)):
        with transaction.atomic():
            Notice.objects.bulk_create(chunk, ignore_conflicts=True, batch_size=CHUNK)
        done += len(chunk)
        jobs.progress(job, done, total or done)


def _chunks(rows: Iterator[Notice]) -> Iterator[list[Notice]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def read(notice: Notice) -> None:
    """The message is read, from the first time it is opened."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


def read_all(user) -> int:
    """All of the user's messages are read; how many were not."""
    mine = Notice.objects.filter(person=user, read_at=None)
    return mine.update(read_at=timezone.now())
