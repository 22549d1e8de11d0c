"""The sealer: committed audit rows become links of one chain, its head anchored in a file.

A row is inserted unchained, so that nobody waits for anybody's deed. Here whatever has no link
yet gets one, however long ago its number was drawn: a transaction that committed late is not lost.
"""

import json
import os
from collections.abc import Iterator
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.audit import keyed
from accounts.models import AuditEntry, AuditLink

GENESIS = "0" * 64
CHUNK = 2000
LOCK = 7301  # our own advisory lock number


def link_digest(number: int, before: str, entry_id: int, said: str) -> str:
    """What a link must say, given the link before it and its row."""
    return keyed(f"link:{number}:{before}:{entry_id}:{said}")


def unsealed():
    """The committed rows that have no link yet."""
    links = AuditLink.objects.filter(entry_id=OuterRef("pk"))
    return AuditEntry.objects.filter(~Exists(links)).order_by("pk")


def seal() -> int:
    """Every row committed by now is in the chain and the head in the anchor file; how many new."""
    count = sum(_chunks())
    head = AuditLink.objects.order_by("-number").first()
    if head and count:
        anchor(head)
    return count


def _chunks() -> Iterator[int]:
    while count := _seal_some():
        yield count


@transaction.atomic
def _seal_some() -> int:
    """At most a chunk of rows is linked; two sealers at once take turns."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    head = AuditLink.objects.order_by("-number").values_list("number", "digest").first()
    number, before = head or (0, GENESIS)
    links, now = [], timezone.now()
    for entry_id, said in islice(unsealed().values_list("pk", "digest").iterator(), CHUNK):
        number += 1
        before = link_digest(number, before, entry_id, said)
        links.append(
            AuditLink(number=number, entry_id=entry_id, said=said, digest=before, sealed_at=now)
        )
    AuditLink.objects.bulk_create(links)
    return len(links)


def anchor(head: AuditLink) -> None:
    """The head of the chain stands in a file outside the database, for good."""
    path = settings.AUDIT_ANCHOR
    path.parent.mkdir(parents=True, exist_ok=True)
    said = {"at": timezone.now().isoformat(), "number": head.number, "digest": head.digest}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(said) + "\n")
        file.flush()
        os.fsync(file.fileno())
