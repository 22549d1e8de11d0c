"""New students and newly hired people, followed over all rounds of a kind to the last one (ORG-9)."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left
from django.utils import timezone

from accounts.models import Unit, User
from accounts.paths import WIDTH, ancestors, level_of, under
from accounts.scope import ROLES, grants_of
from rounds.figures import come_since
from rounds.models import Completion, Round

UNDER_WAY = [Round.State.OPEN, Round.State.CLOSED]
STAFF = [User.Category.STAFF, User.Category.DISPATCHED, User.Category.SERVICE]
WORDS = dict(Completion.State.choices) | {"": "未办理", "accepted": "已过期"}


@dataclass(frozen=True)
class Count3:
    """How many there are, how many have done it; the rest are missing."""

    unit: Unit | None
    expected: int
    done: int

    @property
    def missing(self) -> int:
        """Those who have not."""
        return self.expected - self.done


class Newcomers:
    """The newcomers of one unit, and which of them have done what a kind of round asks.

    Of a cohort its students, else all but students who came since a day. Whoever did it in any round
    of the kind has; whoever a closed round left missing still has not.
    """

    def __init__(self, unit: Unit, *, cohort: str, since: date, kind: str):
        self.unit, self.cohort, self.since, self.kind = unit, cohort, since, kind

    @cached_property
    def _people(self) -> QuerySet[Any]:
        found = User.objects.filter(under(self.unit.path, "unit_path")).counted()
        if self.cohort:
            found = found.filter(category=User.Category.STUDENT, cohort=self.cohort)
        else:
            found = found.filter(come_since(self.since), category__in=STAFF)
        return found.annotate(has=Exists(self._done()))

    def _theirs(self) -> QuerySet[Completion]:
        rounds = {"round__kind": self.kind, "round__state__in": UNDER_WAY}
        return Completion.objects.filter(person=OuterRef("pk"), **rounds)

    def _done(self) -> QuerySet[Completion]:
        holds = Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate())
        return self._theirs().filter(holds, state=Completion.State.ACCEPTED)

    @cached_property
    def total(self) -> Count3:
        """The unit's own counts."""
        counts = self._people.aggregate(n=Count("pk"), done=Count("pk", filter=Q(has=True)))
        return Count3(self.unit, counts["n"], counts["done"])

    def rows(self) -> list[Count3]:
        """The same for each unit one level below that has any, those with most missing first."""
        level = level_of(self.unit.path) + 1
        by = self._people.annotate(prefix=Left("unit_path", level * WIDTH)).order_by()
        counts = by.values("prefix").annotate(n=Count("pk"), done=Count("pk", filter=Q(has=True)))
        units = {unit.path: unit for unit in Unit.objects.children_of(self.unit.path)}
        made = [Count3(units.get(row["prefix"]), row["n"], row["done"]) for row in counts]
        return sorted(made, key=lambda row: (-row.missing, row.unit.path if row.unit else ""))

    def listed(self, *, done: bool) -> QuerySet[User]:
        """Who has, or has not; of each `part`, how they stand in the latest round that knows them."""
        latest = self._theirs().order_by("-round").values("state")[:1]
        people = self._people.filter(has=done).annotate(part=Subquery(latest))
        return people.select_related("unit").order_by("unit_path", "number", "pk")

    def rounds(self, user) -> list[Round]:
        """The rounds under way in which those of this unit can do it now."""
        here = Q(unit__path__in=ancestors(self.unit.path)) | under(self.unit.path, "unit__path")
        found = Round.objects.permitted(user).filter(here, kind=self.kind, state=Round.State.OPEN)
        rows = found.select_related("unit", "owner").order_by("due_at", "id")
        return [one for one in rows if one.accepts and one.touches(self.unit.path)]


def in_words(people: list[User]) -> list[User]:
    """Each has `word`, how they stand."""
    for person in people:
        vars(person)["word"] = WORDS.get(vars(person)["part"] or "", "")
    return people


def followed_at(user) -> list[Unit]:
    """The highest units whose newcomers the user may follow by name."""
    paths = {g.path for g in grants_of(user) if "person.view" in ROLES[g.role].may}
    tops = [p for p in paths if not paths & set(ancestors(p)[:-1])]
    return list(Unit.objects.filter(path__in=tops).order_by("path"))


def cohorts_at(path: str) -> list[str]:
    """The years of coming of the students below a path, the latest first."""
    people = User.objects.filter(under(path, "unit_path"), category=User.Category.STUDENT)
    years = people.counted().exclude(cohort="").order_by().values_list("cohort", flat=True)
    return sorted(years.distinct(), reverse=True)
