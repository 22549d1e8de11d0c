"""When people come to stand elsewhere, open rounds follow at once; closed ones never."""

from collections.abc import Iterable

from accounts import changes
from rounds.models import Completion, Excuse, Round

CHUNK = 5000  # SQLite takes some 32,000 values in one statement


@changes.listen
def follow(school_path: str, moves: Iterable[changes.Moved]) -> None:
    """Open facts carry the new path, and units that now have people get their assignment."""
    rounds = list(Round.objects.filter(state=Round.State.OPEN, unit__path__startswith=school_path))
    if not rounds:
        return
    from rounds.services import assign

    ids = [round_.pk for round_ in rounds]
    by_path: dict[str, list[int]] = {}
    for moved in moves:
        if moved.old_path:
            by_path.setdefault(moved.new_path, []).append(moved.person_id)
    for path, people in by_path.items():
        for start in range(0, len(people), CHUNK):
            some = {"round__in": ids, "person__in": people[start : start + CHUNK]}
            for model in (Completion, Excuse):
                model.objects.filter(**some).update(unit_path=path)
    for round_ in rounds:
        assign(round_, joining=True)
