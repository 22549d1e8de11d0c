"""Long work: start it, run it once, pick up what was left lying.

An app registers a handler for each kind. Whatever the broker does with its message, the row says
what is to be done; `sweep` sends it again until it is done or has failed three times.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Job
from accounts.moves import Refused

LEASE = timedelta(minutes=5)
PULSE = "worker.pulse"
TRIES = 3
HANDLERS: dict[str, Callable[[Job], str]] = {}
APART: dict[str, str] = {}  # work of this kind has a queue, and so a worker, of its own
log = logging.getLogger(__name__)


def handles(kind: str, *, queue: str = ""):
    """Register the function that does this kind of work and returns a sentence of its result.

    What would keep a worker busy for hours has a `queue` of its own.
    """

    def keep(function):
        HANDLERS[kind] = function
        if queue:
            APART[kind] = queue
        return function

    return keep


def start(kind: str, key: str, *, actor, **params) -> Job:
    """The open job of this key: a new one, or the one already under way."""
    job, created = Job.objects.get_or_create(
        key=key,
        state__in=[Job.State.QUEUED, Job.State.RUNNING],
        defaults={"kind": kind, "params": params, "requested_by": actor, "state": Job.State.QUEUED},
    )
    if created:
        wake(job.pk, kind)
    return job


def wake(job_id: int, kind: str) -> None:
    """Tell a worker, after this transaction; if nobody hears it, the sweeper tells again."""
    from accounts.tasks import run_job

    def send():
        try:
            run_job.apply_async([job_id], queue=APART.get(kind))
        except Exception:
            log.warning("job %s could not be announced; the sweeper will", job_id, exc_info=True)

    transaction.on_commit(send)


def run(job_id: int) -> None:
    """Do the job unless it is done, gone, or another worker's lease on it still holds."""
    now = timezone.now()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    mine = Job.objects.filter(free, pk=job_id).update(
        state=Job.State.RUNNING, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    if not mine:
        return
    job = Job.objects.get(pk=job_id)
    if job.attempts > TRIES:
        _end(job, Job.State.FAILED, "多次尝试均未完成，请联系系统管理员查看日志后重新发起。")
        return
    try:
        message = HANDLERS[job.kind](job)
    except Refused as refusal:
        _end(job, Job.State.FAILED, str(refusal))
    except Exception:
        log.exception("job %s (%s) failed at try %s", job.pk, job.kind, job.attempts)
        if job.attempts >= TRIES:
            _end(
                job,
                Job.State.FAILED,
                "处理时出错，未写入任何数据。请重试，仍有问题请联系系统管理员。",
            )
        else:
            Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, lease_until=None)
    else:
        _end(job, Job.State.DONE, message)


def _end(job: Job, state: str, message: str) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state, message=message[:300], finished_at=timezone.now(), lease_until=None
    )


def progress(job: Job | None, done: int, total: int) -> None:
    """Show how far the job is and keep its lease; no job, no effect."""
    if job:
        Job.objects.filter(pk=job.pk).update(
            done=done, total=total, lease_until=timezone.now() + LEASE
        )


def sweep() -> int:
    """Announce again what was queued a minute ago or whose worker fell silent; how many."""
    now = timezone.now()
    unheard = Q(state=Job.State.QUEUED, created_at__lt=now - timedelta(minutes=1))
    silent = Q(state=Job.State.RUNNING, lease_until__lt=now)
    stale = list(Job.objects.filter(unheard | silent).values_list("pk", "kind"))
    for job_id, kind in stale:
        wake(job_id, kind)
    return len(stale)


def beat() -> None:
    """A worker did what the timetable sent it just now: broker, worker and timetable all live."""
    cache.set(PULSE, timezone.now(), timeout=None)


def last_beat():
    """When that was last; None for never."""
    return cache.get(PULSE)
