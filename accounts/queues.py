"""Each app's queues: what waits for this person, as a permitted queryset and a link."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet


@dataclass(frozen=True)
class Queue:
    """One line of a role home or of the desk's index: `rows(user)` counted, `link(user)` opened.

    `tone` colours it: late, soon, grey.
    """

    label: str
    hint: str
    rows: Callable[..., QuerySet]
    link: Callable[..., str]
    tone: str = "soon"


QUEUES: list[Queue] = []


def register(queue: Queue) -> None:
    """Show this queue to whoever has rows in it."""
    QUEUES.append(queue)
