"""When a unit's place is taken by another, what is told about it goes along."""

from accounts import changes
from notices.models import Circular, Forward, Reminder
from rounds.restamp import open_rounds


@changes.listen_to_units
def carry(school_path: str, units: list[changes.Replaced]) -> None:
    """催办 of open rounds, and 通知 that were not recalled, stand where their unit does."""
    rounds = [round_.pk for round_ in open_rounds(school_path)]
    paths = {unit.old_path: unit.new_path for unit in units}
    alive = Circular.objects.exclude(state=Circular.State.RECALLED)
    for unit in units:
        now = {"unit": unit.new_id, "path": unit.new_path}
        Reminder.objects.filter(round__in=rounds, unit=unit.old_id).update(**now)
        alive.filter(unit=unit.old_id).update(**now)
        done = Forward.objects.filter(unit=unit.new_id).values("circular")
        passed = Forward.objects.filter(unit=unit.old_id, circular__in=alive)
        passed.exclude(circular__in=list(done.values_list("circular", flat=True))).update(
            unit=unit.new_id
        )
    waiting = Reminder.objects.filter(round__in=rounds, state=Reminder.State.WAITING)
    to_come = [Circular.State.DRAFT, Circular.State.SCHEDULED]
    for rows in (waiting, Circular.objects.filter(path__startswith=school_path, state__in=to_come)):
        _readdress(rows, paths)


def _readdress(rows, paths: dict[str, str]) -> None:
    """What has not gone out yet goes to the units that took the others' places."""
    for row in rows.only("places"):
        places = list(dict.fromkeys(paths.get(place, place) for place in row.places))
        if places != row.places:
            type(row).objects.filter(pk=row.pk).update(places=places)
