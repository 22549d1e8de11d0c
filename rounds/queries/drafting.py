"""Rounds as their owners see them: drafts, audiences, what issuing would do."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Unit, User
from accounts.paths import COLLEGE, ancestors, cut, under
from accounts.scope import ROLES, grants_of
from rounds.models import Assignment, Completion, Round
from rounds.queries.boards import Board
from rounds.queries.sight import own_places
from rounds.services.issuing import answering_units


def roster_audience(path: str) -> dict[str, list[str]]:
    """Which categories, grades and cohorts there are among the people below a path."""
    people = User.objects.filter(under(path, "unit_path"), ~Q(category=User.Category.EXTERNAL))
    rows = set(people.counted().order_by().values_list("category", "grade", "cohort").distinct())
    return {
        "categories": sorted({row[0] for row in rows}),
        "grades": sorted({row[1] for row in rows} - {""}),
        "cohorts": sorted({row[2] for row in rows} - {""}, reverse=True),
    }


def owners(user) -> list[Unit]:
    """The units in whose name the user may draft a round."""
    held = [g.path for g in grants_of(user) if "round.draft" in ROLES[g.role].may]
    return list(Unit.objects.filter(path__in=held).order_by("path"))


def preview(round_: Round) -> dict:
    """What issuing a draft would do: how many units, how many people, and how that comes about."""
    board = Board(round_, round_.unit)
    return {
        "units": len(answering_units(round_)),
        "figures": board.figures,
        "recipe": board.recipe,
    }


def rounds_listed(user, show: str) -> QuerySet[Round]:
    """The rounds of one tab: open, draft or over."""
    if show == "draft":
        return drafts(user)
    states = [Round.State.OPEN] if show == "open" else [Round.State.CLOSED, Round.State.WITHDRAWN]
    rounds = Round.objects.permitted(user).filter(state__in=states)
    rounds = rounds.exclude(pk__in=strange(user, rounds))
    return rounds.select_related("unit", "owner").order_by("-id")


def strange(user, rounds: QuerySet[Round]) -> list[int]:
    """The rounds that ask chosen units, none of the user's among them."""
    chosen = rounds.exclude(places=[]).select_related("unit", "owner").order_by()
    return [round_.pk for round_ in chosen if not own_places(user, round_)]


def drafts(user) -> QuerySet[Round]:
    """The drafts the user may go on with."""
    found = Round.objects.permitted(user, "edit").filter(state=Round.State.DRAFT)
    return found.select_related("unit", "owner").order_by("-id")


def waiting(round_: Round) -> int:
    """How much of a round still waits for somebody's judgement."""
    parts_ = round_.assignments.filter(state=Assignment.State.SUBMITTED).count()
    return parts_ + round_.completions.filter(state=Completion.State.PENDING).count()


def audience_words(round_: Round) -> dict[str, str]:
    """Whom a round asks, in words."""
    labels = dict(User.Category.choices)
    return {
        "categories": "、".join(labels.get(c, c) for c in round_.categories),
        "grades": "、".join(f"{g} 级" for g in round_.grades) or "全部",
        "cohorts": "、".join(f"{c} 年入校" for c in round_.cohorts) or "全部",
        "since": f"{round_.since:%Y-%m-%d} 起进入名册的人员" if round_.since else "不限",
        "places": "、".join(place_names(round_)) or "全部",
    }


def place_names(round_: Round) -> list[str]:
    """The chosen units in words, each class with its college."""
    if not round_.places:
        return []
    chains = {step for place in round_.places for step in ancestors(place)[1:]}
    names = dict(Unit.objects.filter(path__in=chains).values_list("path", "name"))
    return [
        " · ".join(names.get(step, "") for step in ancestors(place)[1:]) for place in round_.places
    ]


@dataclass(frozen=True)
class Branch:
    """A college or department that may be chosen, with the classes and groups below it."""

    unit: Unit
    below: list[Unit]


def choosable(user, root: str) -> list[Branch]:
    """The units among which a draft may choose: colleges and departments with their classes."""
    units = Unit.objects.permitted(user).filter(under(root, strictly=True))
    units = units.exclude(kind=Unit.Kind.DORM).order_by("path")
    branches: dict[str, Branch] = {}
    for unit in units:
        if unit.level == COLLEGE:
            branches[unit.path] = Branch(unit, [])
        elif above := branches.get(cut(unit.path, COLLEGE)):
            above.below.append(unit)
    return list(branches.values())


def outermost(paths) -> list[str]:
    """The paths without those that lie below another of them, in order."""
    found: list[str] = []
    for path in sorted(set(paths)):
        if not found or not path.startswith(found[-1]):
            found.append(path)
    return found
