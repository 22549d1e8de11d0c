"""What the trail says of rows, so many at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db.models import QuerySet

from accounts.models import AuditEntry

CHUNK = 1000


def chunks(rows: Iterable) -> Iterator[list]:
    """The rows in lists of so many."""
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def deeds(model: str, ids: Iterable[int], *verbs: str) -> QuerySet[AuditEntry]:
    """What was done to these rows, the oldest first."""
    found = AuditEntry.objects.filter(model=model, object_id__in=[str(pk) for pk in ids])
    return found.filter(verb__in=verbs).order_by("pk") if verbs else found.order_by("pk")
