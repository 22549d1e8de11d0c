"""Leave to act after the lock: asked for by a unit, allowed by the round's owner, until an end."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.moves import Refused, move
from rounds import gate
from rounds.models import Assignment, LockException

State = LockException.State
LONGEST = timedelta(days=366)


def _check(assignment: Assignment, reason: str, until: datetime | None = None) -> None:
    if not reason.strip():
        raise Refused("请填写延期事由。")
    round_ = gate.enter(assignment.round_id, judging=True)
    if until is None:
        return
    if until <= timezone.now() or until <= round_.locks_at:
        raise Refused("延期的截止日期须晚于今天，并晚于任务的停止办理日期。")
    if until > timezone.now() + LONGEST:
        raise Refused("延期最长一年，请核对截止日期。")


@transaction.atomic
def ask_late(assignment: Assignment, *, actor, reason: str) -> LockException:
    """The unit asks the owner of the round for leave to go on after the lock."""
    _check(assignment, reason)
    if assignment.state not in {Assignment.State.OPEN, Assignment.State.SENT_BACK}:
        raise Refused("本单位已交件，无需延期。需要修改请先撤回，或联系上级退回。")
    asked = LockException(assignment=assignment, reason=reason[:200], asked_by=actor)
    try:
        with transaction.atomic():
            asked.save(force_insert=True)
    except IntegrityError:
        raise Refused("本单位已提出延期申请，请等待答复。") from None
    record(actor, "ask_late", asked, note=reason)
    return asked


def _end_former(assignment: Assignment, actor) -> None:
    for former in assignment.late.filter(state=State.ALLOWED):
        move(former, "end_late", actor=actor, note="已另行延期")


@transaction.atomic
def allow_late(assignment: Assignment, *, actor, reason: str, until: datetime) -> LockException:
    """The unit and its people may act until then, asked or not; an earlier leave is replaced."""
    _check(assignment, reason, until)
    # the part's row is held, so that two who allow at once leave one leave
    Assignment.objects.select_for_update().get(pk=assignment.pk)
    _end_former(assignment, actor)
    waiting = assignment.late.filter(state=State.ASKED).first()
    if waiting:
        return move(waiting, "allow_late", actor=actor, note=reason, until=until, decided_by=actor)
    made = LockException.objects.create(
        assignment=assignment,
        reason=reason[:200],
        until=until,
        state=State.ALLOWED,
        asked_by=actor,
        decided_by=actor,
    )
    record(actor, "allow_late", made, note=reason, until=until.isoformat())
    return made


@transaction.atomic
def decide_late(
    asked: LockException, *, actor, grant: bool, note: str = "", until: datetime | None = None
) -> LockException:
    """Allowed until then, or declined with a word why."""
    if grant and until is None:
        raise Refused("同意延期须填写办理至哪一天。")
    if not grant and not note.strip():
        raise Refused("不同意时请填写理由。")
    _check(asked.assignment, asked.reason, until if grant else None)
    if not grant:
        return move(asked, "decline_late", actor=actor, note=note, decided_by=actor)
    Assignment.objects.select_for_update().get(pk=asked.assignment_id)
    if asked.assignment.late.filter(pk=asked.pk, state=State.ASKED).exists():
        _end_former(asked.assignment, actor)
    return move(asked, "allow_late", actor=actor, note=note, until=until, decided_by=actor)


@transaction.atomic
def end_late(allowed: LockException, *, actor, reason: str) -> LockException:
    """The leave ends before its time; what was done by it stays."""
    if not reason.strip():
        raise Refused("请填写收回原因。")
    return move(allowed, "end_late", actor=actor, note=reason)
