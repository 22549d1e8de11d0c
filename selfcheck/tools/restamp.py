"""When people and units come to stand elsewhere, what is known of their safeguards goes along."""

from collections.abc import Iterable

from accounts import changes
from rounds.models import Assignment, Round
from rounds.restamp import CHUNK, open_rounds
from selfcheck.models import Barrier, CodeTry, Drop, Shot, Tool


@changes.listen
def follow(school_path: str, moves: Iterable[changes.Moved]) -> None:
    """Difficulties and codes stand where their person does, pictures of open rounds too."""
    by_path: dict[str, list[int]] = {}
    for moved in moves:
        if moved.old_path:
            by_path.setdefault(moved.new_path, []).append(moved.person_id)
    for path, people in by_path.items():
        for start in range(0, len(people), CHUNK):
            ids = people[start : start + CHUNK]
            for model in (Barrier, CodeTry):
                model.objects.filter(person__in=ids).update(unit_path=path)
            shots = Shot.objects.filter(person__in=ids, round__state=Round.State.OPEN)
            shots.update(unit_path=path)


@changes.listen_to_units
def carry(school_path: str, units: list[changes.Replaced]) -> None:
    """What a class handed in stands with the unit that takes its place; tools are prescribed there."""
    rounds = [round_.pk for round_ in open_rounds(school_path)]
    for unit in units:
        for drop in Drop.objects.filter(assignment__round__in=rounds, unit_path=unit.old_path):
            there = Assignment.objects.filter(round=drop.assignment.round_id, unit=unit.new_id)
            part = there.first() or drop.assignment
            Drop.objects.filter(pk=drop.pk).update(unit_path=unit.new_path, assignment=part)
        nobody_s = Shot.objects.filter(round__in=rounds, unit_path=unit.old_path, person=None)
        nobody_s.update(unit_path=unit.new_path)
    paths = {unit.old_path: unit.new_path for unit in units}
    for tool in Tool.objects.filter(unit__path=school_path):
        places = list(dict.fromkeys(paths.get(place, place) for place in tool.places))
        if places != tool.places:
            Tool.objects.filter(pk=tool.pk).update(places=places)
