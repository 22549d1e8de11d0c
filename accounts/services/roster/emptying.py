"""Classes whose students have all graduated stand no longer; taken back with the roll-over."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import changes
from accounts.audit import record
from accounts.models import Duty, Grant, ImportBatch, Unit, User
from accounts.moves import Refused
from accounts.paths import CLASS, cut, under
from accounts.services.roster.leaving import end_held

Status = User.Status
GONE = [Status.GRADUATED, Status.WITHDRAWN, Status.TRANSFERRED_OUT, Status.LEFT]


def emptied(unit: Unit, leaving: QuerySet[User]) -> list[Unit]:
    """The classes below the unit in which nobody but those leaving is left."""
    homes = {cut(path, CLASS) for path in leaving.values_list("unit_path", flat=True)}
    staying = User.objects.filter(under(unit.path, "unit_path")).exclude(status__in=GONE)
    staying = staying.exclude(pk__in=leaving.order_by().values("pk")).order_by()
    held = {cut(path, CLASS) for path in staying.values_list("unit_path", flat=True).distinct()}
    classes = Unit.objects.open().filter(path__in=homes - held, kind=Unit.Kind.CLASS)
    return list(classes.order_by("path"))


def close_emptied(batch: ImportBatch, *, actor) -> None:
    """The planned classes are closed with their dorms where still nobody is in them.

    What was held at them ends today, and their parts of open rounds rest.
    """
    planned = [path for path, _ in batch.report.get("closes", [])]
    classes = [
        unit
        for unit in Unit.objects.open().filter(path__in=planned).order_by("path")
        if not _people(unit).exists()
    ]
    if not classes:
        return
    below = Q(pk__in=[])
    for unit in classes:
        below |= under(unit.path)
    units = list(Unit.objects.open().filter(below).values_list("pk", flat=True))
    end_held(batch, "grants", Grant._base_manager.filter(unit__in=units))
    end_held(batch, "duties", Duty._base_manager.filter(unit__in=units))
    batch.report |= {"closed": units, "rested": changes.rest(units)}
    batch.save(update_fields=["report"])
    Unit.objects.filter(pk__in=units).update(closed_on=timezone.localdate())
    for unit in classes:
        record(actor, "close_unit", unit, note=f"{batch.title}：学生已全部毕业")


def _people(unit: Unit) -> QuerySet[User]:
    return User.objects.filter(under(unit.path, "unit_path")).exclude(status__in=GONE)


def stand_again(batch: ImportBatch) -> None:
    """What was closed with the batch stands again; Refused where another took the name."""
    units = Unit.objects.filter(pk__in=batch.report.get("closed", []), closed_on__isnull=False)
    for unit in units.filter(kind=Unit.Kind.CLASS):
        there = Unit.objects.children_of(unit.path[:-6]).open().filter(name=unit.name)
        if there.exists():
            raise Refused(f"不能撤销：同级已有名为“{unit.name}”的班级。")
    units.update(closed_on=None)
    changes.wake(batch.report.get("rested", []))
