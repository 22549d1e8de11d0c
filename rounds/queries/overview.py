"""How a class or a college stands: one row a person, one column a task."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Unit, User
from accounts.paths import COLLEGE, ancestors, under
from accounts.scope import ROLES, grants_of
from rounds.figures import PARTS, Census
from rounds.kinds import kind_of
from rounds.models import Round

MOST = 12  # columns that fit a sheet of paper
TONES = {"accepted": "done", "pending": "soon", "sent_back": "late", "none": "late"}


@dataclass(frozen=True)
class Cell:
    """What one task means to one person."""

    word: str
    tone: str


NOT_ASKED = Cell("无需", "grey")
CELLS = {key: Cell(word, TONES.get(key, "grey")) for key, word in PARTS.items()}


def rounds_at(user, unit: Unit) -> list[Round]:
    """The open tasks in view that ask people of this unit, those due first ahead."""
    here = Q(unit__path__in=ancestors(unit.path)) | under(unit.path, "unit__path")
    found = Round.objects.permitted(user).filter(here, state=Round.State.OPEN)
    asked = list(found.select_related("unit").order_by("due_at", "id"))
    return [r for r in asked if kind_of(r).expects == "people" and r.touches(unit.path)][:MOST]


def classes_of(unit: Unit) -> list[Unit]:
    """The classes and groups of a college or department; none of anything else."""
    return list(Unit.objects.children_of(unit.path)) if unit.level == COLLEGE else []


def people_at(user, unit: Unit) -> QuerySet[User]:
    """The people on the roster at or below the unit whom the user may see, in their order."""
    found = User.objects.permitted(user).filter(under(unit.path, "unit_path"))
    return found.counted().order_by("unit_path", "number", "pk")


def cells(unit: Unit, rounds: list[Round], people: list[User]) -> dict[int, list[Cell]]:
    """The cells of each of these people, in the order of the rounds: one query for each round."""
    ids = [person.pk for person in people]
    rows: dict[int, list[Cell]] = {pk: [] for pk in ids}
    for round_ in rounds:
        parts = Census(round_).with_part(unit.path).filter(pk__in=ids)
        found = dict(parts.order_by().values_list("pk", "part"))
        for pk, row in rows.items():
            row.append(CELLS[found[pk]] if pk in found else NOT_ASKED)
    return rows


def starts(user) -> list[Unit]:
    """The units at which the user may look at people; of a school its colleges and departments."""
    paths = {g.path for g in grants_of(user) if "person.view" in ROLES[g.role].may}
    units = list(Unit.objects.filter(path__in=paths).order_by("path"))
    schools = [unit for unit in units if unit.level < COLLEGE]
    found = [unit for unit in units if unit.level >= COLLEGE]
    for school in schools:
        found += list(Unit.objects.children_of(school.path))
    return found
