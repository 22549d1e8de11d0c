"""What runs out in the next thirty days, and what has: who, until when, how many a week."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from accounts.models import Unit, User
from accounts.paths import SCHOOL, WIDTH, cut, level_of, under
from rounds.models import Standing
from selfcheck.models import ToolItem

AHEAD, WEEK = 30, 7


@dataclass(frozen=True)
class Week:
    """Seven days, the last of them shorter, and how many things run out in them."""

    first: date
    last: date
    count: int


class Expiring:
    """What people of a unit have that runs out, by the catalogue in use; read as of a day."""

    def __init__(self, unit: Unit, day: date | None = None):
        self.unit, self.day = unit, day or timezone.localdate()
        items = ToolItem.objects.filter(
            tool__unit__path=cut(unit.path, SCHOOL), tool__retired_at=None
        )
        self.labels = {one.key: f"{one.tool} · {one}" for one in items.select_related("tool")}

    def _all(self) -> QuerySet[Standing]:
        people = User.objects.filter(under(self.unit.path, "unit_path")).counted()
        return Standing.objects.filter(person__in=people, code__in=list(self.labels))

    def soon(self) -> QuerySet[Standing]:
        """What holds today and runs out within thirty days, the first to run out first."""
        last = self.day + timedelta(days=AHEAD - 1)
        found = self._all().filter(valid_until__range=(self.day, last))
        return found.select_related("person__unit").order_by(
            "valid_until", "person__unit_path", "pk"
        )

    def over(self) -> QuerySet[Standing]:
        """What holds no more and was not renewed, the latest first."""
        found = self._all().filter(valid_until__lt=self.day)
        return found.select_related("person__unit").order_by(
            "-valid_until", "person__unit_path", "pk"
        )

    def weeks(self) -> list[Week]:
        """How many of `soon` run out in each week from today."""
        days = self.soon().order_by().values("valid_until").annotate(n=Count("pk"))
        by_day = {row["valid_until"]: row["n"] for row in days}
        found = []
        for start in range(0, AHEAD, WEEK):
            end = min(start + WEEK, AHEAD) - 1
            first, last = (self.day + timedelta(days=n) for n in (start, end))
            found.append(Week(first, last, sum(n for d, n in by_day.items() if first <= d <= last)))
        return found

    def units(self) -> list[tuple[Unit, int, int]]:
        """The units one level below: how many things run out soon, and how many are over."""
        width = (level_of(self.unit.path) + 1) * WIDTH
        counts: list[dict[str, int]] = []
        for rows in (self.soon(), self.over()):
            by = rows.order_by().annotate(prefix=Left("person__unit_path", width)).values("prefix")
            counts.append({row["prefix"]: row["n"] for row in by.annotate(n=Count("pk"))})
        soon, over = counts
        units = Unit.objects.children_of(self.unit.path)
        found = [(one, soon.get(one.path, 0), over.get(one.path, 0)) for one in units]
        return [row for row in found if row[1] or row[2]]
