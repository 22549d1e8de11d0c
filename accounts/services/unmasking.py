"""Sensitive values of a person: with stars, or in full for a reason."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import masks
from accounts.audit import record
from accounts.models import AuditEntry, User
from accounts.moves import Refused

AN_HOUR = timedelta(hours=1)
MOST = 50  # more in an hour is copying a list, not looking something up


def masked(person: User) -> dict[str, str]:
    """Phone and ID with stars."""
    return {"phone": masks.phone(person.phone), "id_number": masks.id_number(person.id_number)}


@transaction.atomic
def unmask(person: User, *, actor: User, reason: str) -> dict[str, str]:
    """Phone and ID in full, and a row that says who looked and why.

    Raises Refused at the fifty-first within an hour.
    """
    User.objects.select_for_update().get(pk=actor.pk)  # so that two at once are counted as two
    lately = AuditEntry.objects.filter(actor=actor, at__gt=timezone.now() - AN_HOUR)
    if lately.filter(verb="unmask").count() >= MOST:
        raise Refused(f"一小时内最多查看 {MOST} 人的完整信息，请稍后再试。")
    record(actor, "unmask", person, note=reason, fields=["phone", "id_number"])
    return {"phone": person.phone, "id_number": person.id_number}
