"""What a user may see of a round: figures, ticks, people."""

from accounts.models import Unit
from accounts.paths import ancestors, cut
from accounts.scope import ROLES, covers, grants_of
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


def own_units(user, round_: Round) -> list[Unit]:
    """Where the user's boards of the round begin: the highest units of the round they may see."""
    if owns(user, round_):
        return [round_.unit]
    starts = set()
    for grant in grants_of(user):
        if "round.view" not in ROLES[grant.role].may:
            continue
        start = cut(grant.path, 1) if "round.view" in ROLES[grant.role].wide else grant.path
        if round_.unit.path.startswith(start):
            return [round_.unit]
        if start.startswith(round_.unit.path):
            starts.add(start)
    highest = [path for path in starts if not starts & set(ancestors(path)[:-1])]
    return list(Unit.objects.filter(path__in=highest).order_by("path"))


def lineage(user, round_: Round, unit: Unit) -> list[Unit]:
    """The way from the user's own unit down to this one, itself last."""
    return [
        step
        for step in unit.lineage()
        if len(step.path) >= len(round_.unit.path) and sees_figures(user, round_, step.path)
    ]
