"""When two units become one, what was studied, said and explained stands with the part that stays."""

from accounts import changes
from rounds.models import Assignment
from rounds.restamp import open_rounds
from selfcheck.models import SheetStep, Stamp, Study


@changes.listen_to_units
def carry(school_path: str, units: list[changes.Replaced]) -> None:
    """The studies of a unit that gives way are the other's; signatures under its sheet end.

    A part that only moves keeps everything, as all of it hangs on the part.
    """
    rounds = [round_.pk for round_ in open_rounds(school_path)]
    for unit in units:
        left = Assignment.objects.filter(round__in=rounds, unit=unit.old_id)
        for part in left.filter(state=Assignment.State.EXCUSED):
            there = Assignment.objects.filter(round=part.round_id, unit=unit.new_id).first()
            if there is None:
                continue
            said = there.studies.filter(voided_at=None).values_list("sort", "held_on", "topic")
            known = set(said)
            for study in Study.objects.filter(assignment=part, voided_at=None):
                if (study.sort, study.held_on, study.topic) not in known:
                    Study.objects.filter(pk=study.pk).update(assignment=there)
            for model in (SheetStep, Stamp):
                model.objects.filter(assignment=part, ended_at=None).update(ended_at=part.state_at)
