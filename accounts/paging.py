"""Pages of long lists: the count is exact for a school, and never without end."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property

EXACT = 60_000  # more people than nearly any one school has
SHOWN = 10_000  # of a longer list so many rows can be paged through


class Bounded(Paginator):
    """Counts no further than a school is large; a longer list says 10000+."""

    @cached_property
    def found(self) -> int:
        """How many there are, as far as it was counted."""
        return bounded(self.object_list)

    @property
    def beyond(self) -> bool:
        """Whether there are more than were counted."""
        return self.found > EXACT

    @cached_property
    def count(self) -> int:
        """How many can be paged through."""
        return SHOWN if self.beyond else self.found


def bounded(rows) -> int:
    """How many rows there are, counted no further than a school is large."""
    return rows.order_by().values("pk")[: EXACT + 1].count()
