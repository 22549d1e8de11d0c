"""One roster of a school at a time; a job reads it."""

from accounts.jobs import start
from accounts.models import ImportBatch, Unit
from accounts.moves import Refused
from accounts.paths import SCHOOL, cut

State = ImportBatch.State
BUSY = "本校正在导入另一份名册，请等它完成后再上传。"


def hold(unit: Unit) -> None:
    """The school's row is held, so that of two who bring rosters at once one is told."""
    Unit.objects.select_for_update().get(path=unit.school_path)
    busy = ImportBatch.objects.filter(state__in=[State.READING, State.APPLYING])
    if busy.filter(path__startswith=unit.school_path).exists():
        raise Refused(BUSY)


def read_soon(batch: ImportBatch, *, actor) -> ImportBatch:
    """A job reads the batch's file."""
    job = start("roster.stage", f"roster:{cut(batch.path, SCHOOL)}", actor=actor, batch=batch.pk)
    if job.params["batch"] != batch.pk:
        raise Refused(BUSY)
    return batch
