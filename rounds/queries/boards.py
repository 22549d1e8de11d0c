"""One unit in one round: the object that tile, list, sheet and command read."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Unit
from accounts.org_queries import called_at
from accounts.paths import CLASS, DORM, SCHOOL, WIDTH, ancestors, level_of, under
from accounts.scope import covers
from rounds.figures import Census, Figures, below, figures
from rounds.kinds import kind_of
from rounds.models import Assignment, Completion, Round, Tally
from rounds.queries.sight import own_units, sees_figures


@dataclass(frozen=True)
class Row:
    """One line of a board: a unit, its own part, what its parts below have come to, its figures."""

    unit: Unit | None
    figures: Figures
    part: Assignment | None = None
    settled: int = 0
    parts: int = 0
    zeros: int = 0
    open: bool = True

    @property
    def name(self) -> str:
        """The unit's name; the people of a class without a dorm have none."""
        return self.unit.name if self.unit else "未安排宿舍"


@dataclass(frozen=True)
class Mark:
    """How many of the missing said something that is counted apart, who, and who may read who."""

    code: str
    label: str
    action: str
    people: set[int]
    count: int


class Board:
    """Everything about one unit in one round. Tile, list, sheet and command all read it."""

    def __init__(self, round_: Round, unit: Unit):
        self.round = round_
        self.unit = unit
        self.path = unit.path
        self.census = Census(round_)
        if self.census.closed:
            called_at(round_.state_at, [unit])

    @property
    def named_at(self) -> datetime | None:
        """The moment whose names of units the board bears: a closed round keeps those it had."""
        return self.round.state_at if self.census.closed else None

    @cached_property
    def figures(self) -> Figures:
        """The unit's five counts."""
        if self.census.closed:
            return figures(self.round, self.path)
        return self.census.at(self.path)

    @cached_property
    def recipe(self) -> list[tuple[str, int]]:
        """How `expected` comes about; its first step is added, the others taken away."""
        return self.census.recipe(self.path)

    @cached_property
    def methods(self) -> list[tuple[str, int]]:
        """How the submitted were done, in words, where not all did it themselves."""
        found = self.census.methods(self.path)
        if not found:
            return []
        own = self.figures.submitted - sum(found.values())
        labels = dict(Completion.Method.choices)
        return [(labels["self"], own), *((labels[key], n) for key, n in sorted(found.items()))]

    def missing(self) -> QuerySet:
        """Who is expected and not verified, in the order of units and numbers."""
        return self.census.missing(self.path)

    @cached_property
    def marks(self) -> list[Mark]:
        """What is counted apart among the missing, each the length of its list."""
        found = kind_of(self.round).marked(self.round)
        return [
            Mark(code, label, action, ids, self._bearing(ids).count() if ids else 0)
            for code, label, action, ids in found
        ]

    def marks_for(self, user) -> list[Mark]:
        """Those with somebody: in a class, where a count gives away who, to who may read whose."""
        wide = self.unit.level < CLASS
        found = [mark for mark in self.marks if mark.count]
        return [one for one in found if wide or covers(user, one.action, self.path)]

    def bearing(self, code: str) -> QuerySet:
        """Who of the missing bears a mark."""
        return self._bearing({pk for mark in self.marks if mark.code == code for pk in mark.people})

    def _bearing(self, ids: set[int]) -> QuerySet:
        return self.missing().filter(pk__in=ids)

    def done(self) -> QuerySet:
        """Who is verified, in the same order."""
        people = self.census.with_part(self.path).filter(part="accepted")
        return people.order_by(self.census.path, "number")

    def excused(self) -> QuerySet:
        """Who is excused, with the reason if it is their own and not their unit's."""
        people = self.census.with_part(self.path).filter(part="excused")
        return people.order_by(self.census.path, "number")

    def part(self) -> Assignment | None:
        """The unit's own part, if it hands in."""
        found = Assignment.objects.filter(round=self.round, unit=self.unit).first()
        if found:
            found.round = self.round
        return found

    def rows(self) -> list[Row]:
        """A line for each unit one level below that has people asked, or a part of its own."""
        found = self._below()
        parts = Assignment.objects.filter(under(self.path, "unit_path"), round=self.round)
        depth = len(self.path) + WIDTH
        own = {part.unit_path: part for part in parts.filter(unit_path__length=depth)}
        counts = self._settled(parts.filter(unit_path__length__gt=depth), depth)
        rows = [
            Row(
                unit,
                found.get(unit.path, Figures()),
                own.get(unit.path),
                *counts.get(unit.path, (0, 0, 0)),
            )
            for unit in self._units(found.keys() | own.keys())
            if not self.round.places or self.round.touches(unit.path)
        ]
        if self.path in found and self.unit.level >= CLASS and rows:
            rows.append(Row(None, found[self.path], open=False))
        return rows

    def _units(self, known) -> list[Unit]:
        """The units right below: those of today, or of the day the round was closed."""
        units = Unit.objects.children_of(self.path)
        if not self.census.closed:
            return list(units.open())
        closed_on = timezone.localdate(self.round.state_at)
        then = Q(opened_on__isnull=True) | Q(opened_on__lt=closed_on) | Q(path__in=known)
        then &= Q(closed_on__isnull=True) | Q(closed_on__gte=closed_on) | Q(path__in=known)
        return called_at(self.round.state_at, list(units.filter(then)))

    def _below(self) -> dict[str, Figures]:
        if self.census.closed:
            return below(self.round, self.unit)
        return self.census.by_prefix(self.path, min(self.unit.level + 1, DORM))

    def _settled(self, parts, depth: int) -> dict[str, tuple[int, int, int]]:
        counts: dict[str, tuple[int, int, int]] = {}
        by_path = parts.order_by().values_list("unit_path", "state", "zero").annotate(n=Count("pk"))
        for path, state, zero, n in by_path:
            settled, total, zeros = counts.get(path[:depth], (0, 0, 0))
            done = n if state in Assignment.SETTLED else 0
            counts[path[:depth]] = (settled + done, total + n, zeros + (n if zero else 0))
        return counts

    def as_dict(self) -> dict:
        """The unit's figures by name, as scripts read them."""
        found = self.figures
        return {
            "round": self.round.pk,
            "title": self.round.title,
            "state": self.round.state,
            "unit": self.unit.name,
            **found.as_dict(),
            "missing": found.missing,
            "methods": dict(self.methods),
            "marks": {mark.label: mark.count for mark in self.marks},
        }


def board_of(user, round_id: int, unit_id: int | None = None) -> Board | None:
    """The board the user asks for; None when they may not see it, as when there is none."""
    lookup = Round.objects.select_related("unit", "owner")
    round_ = lookup.permitted(user).filter(pk=round_id).first()
    if round_ is None:
        return None
    if unit_id is None:
        starts = own_units(user, round_)
        return Board(round_, starts[0]) if starts else None
    unit = Unit.objects.filter(under(round_.unit.path), pk=unit_id).first()
    if unit is None or not sees_figures(user, round_, unit.path):
        return None
    return Board(round_, unit)


def counted(round_: Round, paths: list[str]) -> dict[str, Figures]:
    """The figures of several units of a round: one query a level."""
    by_level: dict[int, list[str]] = {}
    for path in paths:
        by_level.setdefault(level_of(path), []).append(path)
    found: dict[str, Figures] = {}
    census = Census(round_)
    for level, some in by_level.items():
        counts = _tallied(round_, some) if census.closed else census.by_prefix(shared(some), level)
        found |= {path: counts.get(path, Figures()) for path in some}
    return found


def _tallied(round_: Round, paths: list[str]) -> dict[str, Figures]:
    kept = Tally.objects.filter(round=round_, level=level_of(paths[0]), path__in=paths)
    return {t.path: Figures(*(getattr(t, name) for name in Figures.__slots__)) for t in kept}


def shared(paths: list[str]) -> str:
    """The deepest unit that is, or lies above, all these."""
    steps = [step for step in ancestors(paths[0]) if all(p.startswith(step) for p in paths)]
    return steps[-1] if steps else ""


def province(user, state: str) -> QuerySet[Tally]:
    """The kept figures of the schools the user may see, one row for each school's round."""
    found = Tally.objects.permitted(user).filter(level=SCHOOL, round__state=state)
    return found.select_related("round__unit").order_by("path", "-round_id")


@dataclass(frozen=True)
class Total:
    """All schools together, and the oldest moment any of them was counted at."""

    schools: int
    figures: Figures
    counted_at: datetime | None


def province_total(tallies: QuerySet[Tally]) -> Total:
    """What the schools come to together."""
    sums = {name: Coalesce(Sum(name), 0) for name in Figures.__slots__}
    whole = {"schools": Count("path", distinct=True), "counted_at": Min("counted_at")}
    row = tallies.order_by().aggregate(**sums, **whole)
    figures = Figures(*(row[name] for name in Figures.__slots__))
    return Total(row["schools"], figures, row["counted_at"])
