"""New students and newly hired people, followed over all rounds of a kind to the last one (ORG-9)."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from operator import and_
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Left
from django.utils import timezone

from accounts.models import Unit, User
from accounts.paths import SCHOOL, WIDTH, ancestors, cut, level_of, under
from accounts.scope import ROLES, grants_of
from rounds.figures import come_since
from rounds.kinds import KINDS
from rounds.models import Answer, Completion, Item, Round, Standing

ALL = "all"
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
        return found.annotate(has=self._has())

    def _has(self):
        return Exists(self._done())

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

    def in_words(self, people: list[User]) -> list[User]:
        """Each has `word`, how they stand."""
        return in_words(people)

    def rounds(self, user) -> list[Round]:
        """The rounds under way in which those of this unit can do it now."""
        here = Q(unit__path__in=ancestors(self.unit.path)) | under(self.unit.path, "unit__path")
        kinds = [self.kind] if self.kind != ALL else welcoming()
        found = Round.objects.permitted(user).filter(here, kind__in=kinds, state=Round.State.OPEN)
        rows = found.select_related("unit", "owner").order_by("due_at", "id")
        return [one for one in rows if one.accepts and one.touches(self.unit.path)]


class Together(Newcomers):
    """The same over all that newcomers are followed in: done is who has each thing asked of them.

    Of a kind with items each obligatory one counts by itself, in whichever round it was shown; who
    is excused from one lacks nothing.
    """

    @cached_property
    def wanted(self) -> list[tuple[str, Any]]:
        """What is asked of such people here: in a word, and the condition that somebody has it."""
        whom = {User.Category.STUDENT} if self.cohort else set(STAFF)
        school = Q(unit__path__startswith=cut(self.unit.path, SCHOOL))
        rounds = Round.objects.filter(school, kind__in=welcoming(), state__in=UNDER_WAY)
        here = [
            one
            for one in rounds.select_related("unit").order_by("pk")
            if whom & set(one.categories) and one.touches(self.unit.path)
        ]
        items = Item.objects.filter(round__in=here, obligatory=True).order_by("round", "position")
        labels = {item.code: item.label for item in items}
        plain = {one.kind for one in here if not KINDS[one.kind].asks_items}
        found = [(KINDS[kind].label, Exists(self._done_of(kind))) for kind in sorted(plain)]
        return [*found, *((label, Q(self._holds(code))) for code, label in labels.items())]

    def _done_of(self, kind: str) -> QuerySet[Completion]:
        return Newcomers(self.unit, cohort=self.cohort, since=self.since, kind=kind)._done()

    def _holds(self, code: str):
        fresh = Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate())
        mine = {"person": OuterRef("pk")}
        excused = Answer.objects.filter(fresh, **mine, item__code=code, state=Answer.State.EXCUSED)
        return Exists(Standing.objects.filter(fresh, **mine, code=code)) | Exists(excused)

    def _has(self):
        if not self.wanted:
            return Value(False)
        whole = reduce(and_, (Q(condition) for _, condition in self.wanted))
        return Case(When(whole, then=Value(True)), default=Value(False))

    def listed(self, *, done: bool) -> QuerySet[User]:
        """Who has everything, or lacks something."""
        each = {
            f"has_{n}": Case(When(Q(condition), then=Value(True)), default=Value(False))
            for n, (_, condition) in enumerate(self.wanted)
        }
        people = self._people.filter(has=done).annotate(**each)
        return people.select_related("unit").order_by("unit_path", "number", "pk")

    def in_words(self, people: list[User]) -> list[User]:
        """Each has `word`: what they lack."""
        for person in people:
            lacks = [
                label for n, (label, _) in enumerate(self.wanted) if not vars(person)[f"has_{n}"]
            ]
            vars(person)["word"] = f"缺：{'、'.join(lacks)}" if lacks else ""
        return people


def welcoming() -> list[str]:
    """The kinds in which newcomers are followed together."""
    return [code for code, kind in KINDS.items() if kind.welcomes]


def newcomers_in(unit: Unit, *, cohort: str, since: date, kind: str) -> Newcomers:
    """The newcomers of a unit in one kind, or in all of them together."""
    made = Together if kind == ALL else Newcomers
    return made(unit, cohort=cohort, since=since, kind=kind)


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
