"""When a unit's place is taken by another, what hangs on it in open rounds goes along."""

from django.db.models import Q
from django.utils import timezone

from accounts import changes
from accounts.models import Unit
from accounts.paths import WIDTH
from pledges.models import Archive, Charter, Passing, Scan
from rounds.restamp import open_rounds

State = Charter.State


@changes.listen_to_units
def carry(school_path: str, units: list[changes.Replaced]) -> None:
    """Scans, phones passed round, archives and 责任书 of open rounds stand where their unit does."""
    rounds = [round_.pk for round_ in open_rounds(school_path)]
    in_open = Q(round__in=rounds)
    for unit in units:
        _follow(Scan, in_open, unit, ("round_id", "sha256"))
        _follow(Passing, in_open, unit, ("pk",))
        of_year = in_open | Q(round__isnull=True)
        _follow(Archive, of_year, unit, ("round_id", "year", "requested_by_id"))
    by_id = {unit.old_id: unit for unit in units}
    touched = Charter.objects.filter(in_open, unit__in=by_id).order_by("pk")
    for row in touched.exclude(state=State.GONE):
        _carry_pair(row, by_id)


def _follow(model, which: Q, unit: changes.Replaced, once: tuple[str, ...]) -> None:
    """The rows stand at the other unit; what is there already (`once`) keeps its unit's name."""
    there = set(model.objects.filter(which, unit=unit.new_id).values_list(*once))
    rows = model.objects.filter(which, unit=unit.old_id)
    new = [row[0] for row in rows.values_list("pk", *once) if row[1:] not in there]
    rows.update(unit_path=unit.new_path)
    model.objects.filter(pk__in=new).update(unit=unit.new_id)


def _carry_pair(row: Charter, by_id: dict[int, changes.Replaced]) -> None:
    """A pair whose two sides go together goes as it is, signed or not.

    Where only the lower side goes, the new upper one is to sign: an unsigned pair is asked of it,
    one with a hand under the former's name rests, a signed one stays with those who signed it.
    """
    unit, upper = by_id[row.unit_id], by_id.get(row.upper_id)
    others = Charter.objects.filter(round=row.round_id, unit=unit.new_id, person__isnull=True)
    taken = row.person_id is None and others.exists()
    if taken or (upper is None and row.state != State.OPEN):
        if row.state in Charter.WAITING:
            gone = {"state": State.GONE, "state_at": timezone.now()}
            Charter.objects.filter(pk=row.pk).update(**gone)
        return
    above = Unit.objects.get(pk=upper.new_id) if upper else _above(unit)
    Charter.objects.filter(pk=row.pk).update(
        unit=unit.new_id, unit_path=unit.new_path, upper=above, upper_path=above.path
    )


def _above(unit: changes.Replaced) -> Unit:
    return Unit.objects.get(path=unit.new_path[:-WIDTH])
