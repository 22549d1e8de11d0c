"""Pictures wait to be read: who is told, and what waits."""

from accounts import jobs
from selfcheck.models import Shot

KIND, KEY, QUEUE = "shot.read", "shots", "reading"


def waiting():
    """The pictures that wait to be read."""
    return Shot.objects.filter(state=Shot.State.QUEUED, evidence__voided_at=None)


def wake() -> None:
    """A worker reads what waits; told after each sending, and each minute."""
    jobs.start(KIND, KEY, actor=None)


def wake_if_any() -> bool:
    """The same, where anything waits; whether it does."""
    found = waiting().exists()
    if found:
        wake()
    return found
