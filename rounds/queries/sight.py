"""What a user may see of a round: figures, ticks, people."""

from accounts.models import Unit
from accounts.org_queries import called_at
from accounts.paths import ancestors, cut
from accounts.scope import ROLES, covers, grants_of
from rounds.kinds import kind_of
from rounds.models import Round


def owns(user, round_: Round) -> bool:
    """Whether a unit of the user's issued the round and judges it."""
    return covers(user, "round.own", round_.owner.path)


def sees_figures(user, round_: Round, path: str) -> bool:
    """Whether the user may read the numbers of a unit in this round."""
    return covers(user, "round.view", path) or owns(user, round_)


def sees_parts(user, round_: Round, path: str) -> bool:
    """Whether the user may open a unit's part."""
    return covers(user, "assignment.view", path) or owns(user, round_)


def sees_ticks(user, round_: Round, path: str) -> bool:
    """Whether the user may read, by name, who is done and who is not."""
    return covers(user, "person.ticks", path) or owns(user, round_)


def sees_people(user, round_: Round, path: str) -> bool:
    """Whether the user may read numbers, times, notes and reasons with the names."""
    return covers(user, "person.view", path) or owns(user, round_)


def sees_outside(user, round_: Round, path: str) -> bool:
    """Whether the user may look at the lists of outside results of a unit."""
    if round_.state == Round.State.DRAFT or not kind_of(round_).takes_outside:
        return False
    return covers(user, "outside.view", path) or owns(user, round_)


def own_places(user, round_: Round) -> set[str]:
    """The paths at or below which the user reads the round's figures, among what it asks."""
    if owns(user, round_):
        return {round_.unit.path}
    starts = set()
    for grant in grants_of(user):
        if "round.view" not in ROLES[grant.role].may:
            continue
        start = cut(grant.path, 1) if "round.view" in ROLES[grant.role].wide else grant.path
        if round_.unit.path.startswith(start):
            return {round_.unit.path}
        if start.startswith(round_.unit.path) and round_.touches(start):
            starts.add(start)
    return starts


def own_units(user, round_: Round) -> list[Unit]:
    """Where the user's boards of the round begin: the highest units of the round they may see."""
    starts = own_places(user, round_)
    if starts == {round_.unit.path}:
        return [round_.unit]
    highest = [path for path in starts if not starts & set(ancestors(path)[:-1])]
    return list(Unit.objects.filter(path__in=highest).order_by("path"))


def lineage(user, round_: Round, unit: Unit) -> list[Unit]:
    """The way from the user's own unit down to this one, itself last; a closed round's as it was."""
    steps = unit.lineage()
    if round_.state == Round.State.CLOSED:
        called_at(round_.state_at, steps)
    return [
        step
        for step in steps
        if len(step.path) >= len(round_.unit.path) and sees_figures(user, round_, step.path)
    ]
