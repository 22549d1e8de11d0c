"""Who looked at whose record: a row for each look, and the answer to everybody's question.

A list that was taken away is one row that names the unit it was about, and who was on it while it
is short; so everybody below that unit is told of it.
"""

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


def looks_at(person: User):
    """The rows that tell who saw this person's record, newest first."""
    mine = Q(model="user", object_id=str(person.pk), verb__in=LOOKS)
    lists = Q(verb__in=TAKES, path__in=ancestors(person.unit_path))
    return AuditEntry.objects.filter(mine | lists).exclude(actor=person).order_by("-id")


def concerns(entry: AuditEntry, person: User) -> bool:
    """Whether the person may have been on the list that was taken: surely not when it names others."""
    people = entry.detail.get("people")
    return not isinstance(people, list) or person.pk in people
