"""What waits for a hand, and who may read the scans."""

from django.db.models import Q
from django.urls import reverse

from accounts.files import read_by
from accounts.paths import CLASS, level_of
from accounts.queues import Queue, register
from accounts.scope import grants_of
from pledges.charters import queries
from pledges.charters.models import Charter


def waiting(user):
    """The user's pairs to sign; nothing at all for those who never sign one."""
    lodger = user.category == "student" and level_of(user.unit_path) == CLASS
    if not grants_of(user) and not lodger:
        return Charter.objects.none()
    return queries.to_sign(user)


register(
    Queue(
        "待签责任书",
        "由您代表本单位或本人签署的责任书",
        waiting,
        lambda user: reverse("charters:mine"),
    )
)


@read_by("charter")
def reads_scan(user, stored) -> bool:
    """A scan is read by those who may see its pair, also when its record was voided."""
    here = Q(scan=stored) | Q(former_scans__file=stored)
    return Charter.objects.permitted(user).filter(here).exists()
