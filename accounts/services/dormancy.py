"""Accounts nobody used for long are put to sleep: whoever comes back is let in anew."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.audit import record
from accounts.models import Grant, Login, Unit, User
from accounts.paths import under
from accounts.services import logins

BATCH = 500


def unused(now=None):
    """Activated people who have not come in for as long as the settings say; 0 days is never."""
    now = now or timezone.now()
    held = Exists(Grant.objects.in_force().filter(user=OuterRef("pk")))
    limits = ((held, settings.DORMANT_DAYS), (~held, settings.DORMANT_DAYS_OTHERS))
    asleep = Q(pk__in=[])
    for who, days in limits:
        if days:
            asleep |= Q(who) & Q(last_used__lt=now - timedelta(days=days))
    people = User.objects.filter(is_active=True, demo=False, activated_at__isnull=False)
    return people.annotate(last_used=Coalesce("last_login", "activated_at")).filter(asleep)


def put_to_sleep() -> int:
    """Every unused account sleeps; one row a school and batch says whose. How many."""
    count = 0
    for school in Unit.objects.schools():
        while found := _some(school):
            count += found
    return count


@transaction.atomic
def _some(school: Unit) -> int:
    chosen = list(
        unused()
        .filter(Q(under(school.path, "unit_path")) | Q(unit_path="", school=school))
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    if not chosen:
        return 0
    people = User.objects.filter(pk__in=chosen)
    people.update(activated_at=None, password="!", dormant_since=timezone.now())
    for person in people.filter(Exists(Login.objects.open().filter(user=OuterRef("pk")))):
        logins.end_all(person, why=Login.Why.CLOSED)
    record(None, "sleep", school, counts=len(chosen), people=chosen)
    return len(chosen)
