"""The roster's long work."""

from pathlib import Path

from accounts import jobs
from accounts.models import ImportBatch, Job
from accounts.moves import Refused, move
from accounts.services.roster.applying import apply
from accounts.services.roster.staging import refuse, stage

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


@jobs.handles("roster.stage")
def stage_batch(job: Job) -> str:
    """Read the batch's file; what cannot be read refuses the batch with the reason."""
    batch = _batch(job)
    if batch is None or batch.file is None or batch.state != State.READING:
        return "已读取。"
    try:
        stage(batch, Path(batch.file.file.path), name=batch.file.name, job=job)
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
    try:
        apply(batch, actor=job.requested_by)
    except Refused as refusal:
        batch.refresh_from_db()
        move(batch, "fail", actor=job.requested_by, note=str(refusal))
        raise
    except Exception:
        _give_up(batch, "fail", job)
        raise
    return "已写入名册。"
