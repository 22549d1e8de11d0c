"""Excuses: a reason, an approver, an end."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused, move
from rounds import gate
from rounds.models import Assignment, Excuse, Round
from rounds.services.ladder import check_not_own, judged

OVER = "豁免期限已到"


def _check(reason: str, until: date | None) -> None:
    if not reason.strip():
        raise Refused("请填写豁免事由。")
    if until and until < timezone.localdate():
        raise Refused("豁免截止日期不能早于今天。")


def end_excuses() -> int:
    """Excuses whose last day is over are closed, and their units take part again; how many."""
    over = Excuse.objects.filter(
        voided_at__isnull=True, until__lt=timezone.localdate(), round__state=Round.State.OPEN
    )
    return sum(_end(excuse) for excuse in over.select_related("assignment"))


@transaction.atomic
def _end(excuse: Excuse) -> int:
    gate.enter(excuse.round_id, judging=True)
    ended = Excuse.objects.filter(pk=excuse.pk, voided_at__isnull=True).update(
        voided_at=timezone.now(), void_reason=OVER
    )
    if ended and excuse.assignment:
        move(excuse.assignment, "resume", actor=None, note=OVER)
    return ended


@transaction.atomic
def excuse_person(
    round_: Round, person: User, *, actor, reason: str, until: date | None = None
) -> Excuse:
    """The person leaves `expected` until the end given, or the round's."""
    _check(reason, until)
    gate.enter(round_.pk, judging=True)
    if person.pk == actor.pk:
        raise Refused("不能为本人办理豁免，请由上级办理。")
    for former in round_.excuses.filter(person=person, until__lt=timezone.localdate()):
        _end(former)
    try:
        with transaction.atomic():
            excuse = Excuse.objects.create(
                round=round_,
                person=person,
                unit_path=person.unit_path,
                reason=reason,
                until=until,
                approved_by=actor,
            )
    except IntegrityError:
        raise Refused("此人已有豁免。如需修改请先作废原豁免。") from None
    record(actor, "excuse", excuse, note=reason)
    return excuse


@transaction.atomic
def excuse_unit(assignment: Assignment, *, actor, reason: str, until: date | None = None) -> Excuse:
    """The unit and all its people leave the round."""
    _check(reason, until)
    gate.enter(assignment.round_id, judging=True)
    check_not_own(assignment, actor)
    move(assignment, "excuse", actor=actor, note=reason, **judged(actor, "excuse", assignment))
    return Excuse.objects.create(
        round=assignment.round,
        assignment=assignment,
        unit_path=assignment.unit_path,
        reason=reason,
        until=until,
        approved_by=actor,
    )


@transaction.atomic
def void_excuse(excuse: Excuse, *, actor, reason: str) -> None:
    """The excuse counts no more and stays on record with who voided it and why."""
    if not reason.strip():
        raise Refused("请填写作废事由。")
    gate.enter(excuse.round_id, judging=True)
    voided = Excuse.objects.filter(pk=excuse.pk, voided_at__isnull=True).update(
        voided_at=timezone.now(), voided_by=actor, void_reason=reason[:200]
    )
    if not voided:
        raise Refused("该豁免已作废。")
    record(actor, "void", excuse, note=reason)
    if excuse.assignment:
        move(excuse.assignment, "resume", actor=actor, note=reason)
