"""Reading contracts: which end soon, which are over, who works under them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit, User
from accounts.paths import ancestors
from accounts.scope import reach

NEAR = timedelta(days=30)


@dataclass(frozen=True)
class Line:
    """One contract as it is listed."""

    name: str
    place: str
    ends: date
    people: int | None
    url: str

    @property
    def left(self) -> int:
        """How many days after today it still runs; below 0 when it is over."""
        return (self.ends - timezone.localdate()).days

    @property
    def word(self) -> str:
        """How it stands."""
        if self.left < 0:
            return "已到期"
        return f"还有 {self.left} 天" if self.left else "今天到期"

    @property
    def tone(self) -> str:
        """The colour of the word."""
        if self.left < 0:
            return "late"
        return "soon" if self.left <= NEAR.days else "done"


def firms(user) -> QuerySet[Unit]:
    """The units with a contract in the user's view, the first to end first."""
    found = Unit.objects.permitted(user, "contracts").open().filter(contract_ends__isnull=False)
    return found.order_by("contract_ends", "path")


def soon(user) -> QuerySet[Unit]:
    """The units whose contract ends within thirty days, today among them."""
    today = timezone.localdate()
    return firms(user).filter(contract_ends__range=(today, today + NEAR))


def over(user) -> QuerySet[Unit]:
    """The units whose contract is over."""
    return firms(user).filter(contract_ends__lt=timezone.localdate())


def people_soon(user) -> QuerySet[User]:
    """Who is here on a contract of their own that ends within thirty days."""
    today = timezone.localdate()
    people = User.objects.permitted(user, "contracts").counted().filter(category__in=User.HIRED)
    people = people.filter(contract_ends__range=(today, today + NEAR))
    return people.select_related("unit").order_by("contract_ends", "unit_path", "number")


def lines(rows, user) -> list[Line]:
    """Units or people as they are listed, with the units above them."""
    rows = list(rows)
    paths = {row.pk: row.unit_path if isinstance(row, User) else row.path[:-6] for row in rows}
    steps = {step for path in paths.values() for step in ancestors(path)[1:]}
    names = dict(Unit.objects.filter(path__in=steps).values_list("path", "name"))
    units = [row for row in rows if isinstance(row, Unit)]
    many = _people(units, user)
    return [
        Line(
            row.name,
            " · ".join(names.get(step, "") for step in ancestors(paths[row.pk])[1:]),
            row.contract_ends,
            many.get(row.pk, 0) if isinstance(row, Unit) else None,
            reverse("org:unit" if isinstance(row, Unit) else "accounts:person", args=[row.pk]),
        )
        for row in rows
    ]


def _people(units: list[Unit], user) -> dict[int, int]:
    """How many hired people on the roster stand in each of the units."""
    found = User.objects.counted().filter(reach(user, "unit.contracts", "unit_path"))
    found = found.filter(unit__in=units, category__in=User.HIRED).order_by()
    return dict(found.values_list("unit").annotate(Count("pk")))


def end_of(unit: Unit) -> Line | None:
    """The contract of a unit, as it is shown on the unit's own page."""
    if unit.contract_ends is None:
        return None
    return Line(unit.name, "", unit.contract_ends, None, "")
