"""The roster's long work."""

from pathlib import Path

from accounts import jobs
from accounts.models import ImportBatch, Job
from accounts.moves import Refused, move
from accounts.services.roster.applying import apply
from accounts.services.roster.mapping import Unread, ask
from accounts.services.roster.staging import refuse, stage
from accounts.services.roster.undoing import undo

State = ImportBatch.State
GIVEN_UP = "处理时出错，没有写入任何数据。请重新上传，仍有问题请联系系统管理员。"


def _batch(job: Job) -> ImportBatch | None:
    found = ImportBatch.objects.select_related("unit", "file", "created_by")
    return found.filter(pk=job.params["batch"]).first()


def _give_up(batch: ImportBatch, verb: str, job: Job) -> None:
    """After the last try the batch says so, instead of waiting for ever."""
    batch.refresh_from_db()
    if job.attempts >= jobs.TRIES and batch.state in batch.MOVES[verb][0]:
        move(batch, verb, actor=job.requested_by, note=GIVEN_UP)


def _try(deed, batch: ImportBatch, otherwise: str, job: Job) -> None:
    """The deed is done; if it cannot be, the batch takes the other step and says why."""
    try:
        deed(batch, actor=job.requested_by)
    except Refused as refusal:
        batch.refresh_from_db()
        move(batch, otherwise, actor=job.requested_by, note=str(refusal))
        raise
    except Exception:
        _give_up(batch, otherwise, job)
        raise


@jobs.handles("roster.stage")
def stage_batch(job: Job) -> str:
    """Read the batch's file; what cannot be read refuses the batch with the reason."""
    batch = _batch(job)
    if batch is None or batch.file is None or batch.state != State.READING:
        return "已读取。"
    try:
        stage(batch, Path(batch.file.file.path), name=batch.file.name, job=job)
    except Unread as unread:
        ask(batch, unread)
        return "请指明名册各列的含义。"
    except Refused as refusal:
        refuse(batch, refusal)
        raise
    except Exception:
        _give_up(batch, "refuse", job)
        raise
    return "已读取，请核对后确认写入。"


@jobs.handles("roster.apply")
def apply_batch(job: Job) -> str:
    """Write the batch; if it no longer fits, the batch says why and nothing is written."""
    batch = _batch(job)
    if batch is None or batch.state != State.APPLYING:
        return "已写入。"
    _try(apply, batch, "fail", job)
    return "已写入名册。"


@jobs.handles("roster.undo")
def undo_batch(job: Job) -> str:
    """Take the batch back; if something depends on it by now, it stays, and says what."""
    batch = _batch(job)
    if batch is None or batch.state != State.UNDOING:
        return "已撤销。"
    _try(undo, batch, "stay", job)
    return "已撤销这次导入。"
