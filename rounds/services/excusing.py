"""Excuses: a reason, an approver, an end."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused, move
from rounds import gate
from rounds.models import Assignment, Excuse, Round


def _check(reason: str, until: date | None) -> None:
    if not reason.strip():
        raise Refused("请填写豁免事由。")
    if until and until < timezone.localdate():
        raise Refused("豁免截止日期不能早于今天。")


@transaction.atomic
def excuse_person(
    round_: Round, person: User, *, actor, reason: str, until: date | None = None
) -> Excuse:
    """The person leaves `expected` until the end given, or the round's."""
    _check(reason, until)
    gate.enter(round_.pk, judging=True)
    if person.pk == actor.pk:
        raise Refused("不能为本人办理豁免，请由上级办理。")
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
    move(assignment, "excuse", actor=actor, note=reason, judged_by=actor)
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
