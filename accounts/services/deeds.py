"""A step taken on a whole list: confirmed once, done row by row in chunks, gone on with after a stop."""

from collections.abc import Callable, Iterable

from django.db import transaction

from accounts import bulk, jobs
from accounts.audit import record
from accounts.models import BulkDeed, BulkRow, Job, User
from accounts.moves import Refused
from accounts.paths import SCHOOL, cut

KIND = "desk.bulk"
CHUNK = 50
State = BulkRow.State


@transaction.atomic
def ask(keys: Iterable[int], *, once, actor: User, **what) -> BulkDeed:
    """The step will be taken on exactly these rows; the same form sent twice is one.

    `what` names the model, the step, its title, what its form was told and how the list was
    narrowed.
    """
    deed, made = BulkDeed.objects.get_or_create(once=once, defaults={"owner": actor, **what})
    if not made:
        if deed.owner_id != actor.pk:
            raise Refused("请回到列表重新选择后再办理。")
        return deed
    columns = ("deed_id", "key", "state", "name", "why")
    rows = ((deed.pk, key, str(State.WAITING), "", "") for key in keys)
    deed.total = bulk.insert(BulkRow, columns, rows)
    _start(deed, actor)
    record(actor, "bulk", deed, path=cut(actor.unit_path, SCHOOL), rows=deed.total,
           filter=deed.query[:300])  # fmt: skip
    return deed


def _start(deed: BulkDeed, actor: User) -> None:
    deed.job = jobs.start(KIND, f"{KIND}:{deed.pk}", actor=actor, deed=deed.pk)
    deed.save(update_fields=["job", "total"])


@transaction.atomic
def resume(deed: BulkDeed, *, actor: User) -> BulkDeed:
    """What a stop left over is gone on with."""
    deed = BulkDeed.objects.select_for_update(of=("self",)).get(pk=deed.pk)
    running = deed.job and deed.job.state in {Job.State.QUEUED, Job.State.RUNNING}
    if not running and deed.rows.filter(state=State.WAITING).exists():
        _start(deed, actor)
        record(actor, "resume_bulk", deed, path=cut(actor.unit_path, SCHOOL))
    return deed


def counts(deed: BulkDeed) -> dict[str, int]:
    """How many rows are waiting, done and refused."""
    waiting = deed.rows.filter(state=State.WAITING).count()
    refused = deed.rows.filter(state=State.REFUSED).count()
    return {"waiting": waiting, "refused": refused, "done": deed.total - waiting - refused}


def go_on(deed: BulkDeed, do: Callable[[list[BulkRow]], None], job: Job | None = None) -> str:
    """Every row that still waits is done or refused; what a killed worker had begun is undone.

    A chunk and what is written down about it are one transaction, so that no row is done twice.
    """
    left = deed.rows.filter(state=State.WAITING).count()
    while True:
        with transaction.atomic():
            some = list(deed.rows.filter(state=State.WAITING).order_by("pk")[:CHUNK])
            if not some:
                break
            do(some)
            BulkRow.objects.bulk_update(some, ["state", "name", "why"])
        left -= len(some)
        jobs.progress(job, deed.total - max(left, 0), deed.total)
    found = counts(deed)
    said = f"已办理 {found['done']:,} 项"
    return f"{said}，{found['refused']:,} 项未办理。" if found["refused"] else f"{said}。"
