"""One unit in one round: the object that tile, list, sheet and command read."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, QuerySet

from accounts.models import Unit
from accounts.paths import CLASS, DORM, WIDTH, ancestors, level_of, under
from rounds.figures import Census, Figures, below, figures
from rounds.models import Assignment, Round, Tally
from rounds.queries.sight import own_units, sees_figures


@dataclass(frozen=True)
class Row:
    """One line of a board: a unit, its own part, what its parts below have come to, its figures."""

    unit: Unit | None
    figures: Figures
    part: Assignment | None = None
    settled: int = 0
    parts: int = 0
    open: bool = True

    @property
    def name(self) -> str:
        """The unit's name; the people of a class without a dorm have none."""
        return self.unit.name if self.unit else "未安排宿舍"


class Board:
    """Everything about one unit in one round. Tile, list, sheet and command all read it."""

    def __init__(self, round_: Round, unit: Unit):
        self.round = round_
        self.unit = unit
        self.path = unit.path
        self.census = Census(round_)

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

    def missing(self) -> QuerySet:
        """Who is expected and not verified, in the order of units and numbers."""
        return self.census.missing(self.path)

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
        return Assignment.objects.filter(round=self.round, unit=self.unit).first()

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
                *counts.get(unit.path, (0, 0)),
            )
            for unit in Unit.objects.children_of(self.path)
        ]
        if self.path in found and self.unit.level >= CLASS and rows:
            rows.append(Row(None, found[self.path], open=False))
        return rows

    def _below(self) -> dict[str, Figures]:
        if self.census.closed:
            return below(self.round, self.unit)
        return self.census.by_prefix(self.path, min(self.unit.level + 1, DORM))

    def _settled(self, parts, depth: int) -> dict[str, tuple[int, int]]:
        counts: dict[str, tuple[int, int]] = {}
        by_path = parts.order_by().values_list("unit_path", "state").annotate(n=Count("pk"))
        for path, state, n in by_path:
            settled, total = counts.get(path[:depth], (0, 0))
            done = n if state in Assignment.SETTLED else 0
            counts[path[:depth]] = (settled + done, total + n)
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
