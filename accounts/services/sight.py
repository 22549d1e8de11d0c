"""Who looked at whose record: a row for each look, and the answer to everybody's question.

A list that was taken away is one row that names the unit it was about, and who was on it while it
is short; so everybody below that unit is told of it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import AuditEntry, User
from accounts.paths import ancestors

LOOKS = ("look", "unmask", "view_sheet")
TAKES = ("export",)
NAMED = 500  # people of a list whose numbers its row keeps


def look(person: User, *, actor: User) -> None:
    """The actor saw the person's record; once a day is enough to know, and oneself is nobody."""
    if actor.pk == person.pk:
        return
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    seen = AuditEntry.objects.filter(model="user", object_id=str(person.pk), verb="look")
    if not seen.filter(actor=actor, at__gte=today).exists():
        record(actor, "look", person)


@dataclass(frozen=True)
class Former:
    """A record that was joined to somebody's own: whose looks are told, and lists until when."""

    pk: int
    number: str
    path: str
    until: datetime


def former_records(person: User) -> list[Former]:
    """The records joined to the person's own, with the moment of it; what was written of them stays."""
    old = list(person.merged.values_list("pk", "number", "unit_path"))
    if not old:
        return []
    keys = [str(pk) for pk, _, _ in old] + [str(person.pk)]
    rows = AuditEntry.objects.filter(model="user", object_id__in=keys, verb="join_people")
    when = {entry.detail["old"][0]: entry.at for entry in rows}
    now = timezone.now()
    return [Former(pk, number, path, when.get(pk, now)) for pk, number, path in old]


def looks_at(person: User, former: list[Former]):
    """The rows that tell who saw this person's record, newest first; a joined one's are its own."""
    ids = [person.pk, *(one.pk for one in former)]
    seen = Q(model="user", object_id__in=[str(pk) for pk in ids], verb__in=LOOKS)
    lists = Q(path__in=ancestors(person.unit_path))
    for one in former:
        lists |= Q(path__in=ancestors(one.path), at__lt=one.until)
    found = AuditEntry.objects.filter(seen | (Q(verb__in=TAKES) & lists))
    return found.exclude(actor__in=ids).order_by("-id")


def concerns(entry: AuditEntry, person: User, former: list[Former]) -> bool:
    """Whether the person may have been on the list that was taken: surely not when it names others."""
    people = entry.detail.get("people")
    ids = {person.pk, *(one.pk for one in former)}
    return not isinstance(people, list) or not ids.isdisjoint(people)
