"""The ladder: a unit hands in, the one above judges. Nobody judges their own."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.moves import Refused, move
from accounts.paths import WIDTH, under
from accounts.scope import alike, covers, principals
from rounds import gate
from rounds.figures import Census
from rounds.kinds import kind_of
from rounds.models import Assignment

State = Assignment.State
UNDO_WITHIN = timedelta(hours=24)


def unsettled_below(assignment: Assignment):
    """The parts below this one that are neither approved nor excused."""
    below = Assignment.objects.filter(
        under(assignment.unit_path, "unit_path", strictly=True), round=assignment.round_id
    )
    return below.exclude(state__in=Assignment.SETTLED)


def _check_below(assignment: Assignment) -> None:
    waiting = unsettled_below(assignment).select_related("unit")
    names = [part.unit.name for part in waiting[:3]]
    if names:
        more = f"等 {waiting.count()} 个单位" if waiting.count() > 3 else ""
        raise Refused(f"下属的{'、'.join(names)}{more}尚未通过审核，请先处理后再办理。")


def check_not_own(assignment: Assignment, actor) -> None:
    """Whoever may hand in for a unit does not judge it, whatever else they hold."""
    if covers(actor, "assignment.submit", assignment.unit_path):
        raise Refused("您负责该单位的交件，不能审核本单位，请由上级其他人员办理。")


def _check_above(assignment: Assignment) -> None:
    """Undoing goes from the top down: the unit above must not rest on this one."""
    above = Assignment.objects.filter(
        round=assignment.round_id,
        unit_path=assignment.unit_path[:-WIDTH],
        state__in=[State.SUBMITTED, State.APPROVED],
    ).first()
    if above:
        raise Refused(
            f"{above.unit}{above.get_state_display()}，请先由其上级退回{above.unit}，再处理本单位。"
        )


def may_report_zero(assignment: Assignment) -> bool:
    """Whether the unit may say 无: its kind takes that, or nobody of it is asked any more."""
    if kind_of(assignment.round).takes_zero:
        return True
    return not Census(assignment.round).at(assignment.unit_path).expected


@transaction.atomic
def submit(assignment: Assignment, *, actor, note: str = "", zero: bool = False) -> Assignment:
    """The unit has handed in. With people missing a note must say why.

    `zero`: it says outright that it has nothing to report, which is not the same as silence.
    """
    gate.enter(assignment.round_id, assignment.unit_path, ladder=True)
    _check_below(assignment)
    missing = Census(assignment.round).missing(assignment.unit_path).count()
    if zero and not may_report_zero(assignment):
        raise Refused("本单位有应完成人员，不能零报告。")
    if missing and not zero and not note.strip():
        raise Refused(f"还有 {missing} 人未完成，请填写情况说明后再交件。")
    kind = kind_of(assignment.round)
    if not note.strip() and (lack := kind.lacks(assignment)):
        raise Refused(f"{lack}，请填写情况说明后再交件。")
    kind.submitting(assignment)
    return move(
        assignment,
        "submit",
        actor=actor,
        note=note,
        zero=zero,
        submitted_by=actor,
        submitted_for=principal(actor, "submit", assignment),
        submitted_at=timezone.now(),
        opened_at=None,
        judged_by=None,
        judged_for=None,
    )


def principal(actor, verb: str, assignment: Assignment):
    """The one for whom the actor stands in when doing this; None when acting as themselves."""
    held = principals(actor, f"assignment.{verb}", assignment.unit_path)
    return held[0].acting_for if held else None


def check_not_handed_in(assignment: Assignment, actor) -> Q:
    """Refused when the actor handed it in, or stands in for who did, or who did stood in for them.

    The same as a condition on the row, so that it holds in a race.
    """
    ones = alike(actor)
    if assignment.submitted_by_id in ones or assignment.submitted_for_id in ones:
        raise Refused("本人交件须由他人审核，本人的代理人也不能审核。")
    return ~Q(submitted_by__in=ones) & (Q(submitted_for__isnull=True) | ~Q(submitted_for__in=ones))


@transaction.atomic
def withdraw(assignment: Assignment, *, actor) -> Assignment:
    """The unit may go on working, as the one above has not yet looked."""
    gate.enter(assignment.round_id, assignment.unit_path, ladder=True)
    if assignment.opened_at:
        raise Refused("上级已开始查看，不能撤回。需要修改请联系上级退回。")
    move(assignment, "withdraw", actor=actor, only_if=Q(opened_at__isnull=True), zero=False)
    kind_of(assignment.round).returned(assignment)
    return assignment


def mark_opened(assignment: Assignment) -> None:
    """The one above has looked: from now on the unit cannot withdraw."""
    Assignment.objects.filter(
        pk=assignment.pk, state=State.SUBMITTED, opened_at__isnull=True
    ).update(opened_at=timezone.now())


@transaction.atomic
def approve(assignment: Assignment, *, actor, note: str = "") -> Assignment:
    """The unit's part is accepted by a named person who did not hand it in."""
    gate.enter(assignment.round_id, judging=True)
    theirs = check_not_handed_in(assignment, actor)
    check_not_own(assignment, actor)
    _check_below(assignment)
    move(
        assignment,
        "approve",
        actor=actor,
        note=note,
        only_if=theirs,
        **judged(actor, "approve", assignment),
    )
    kind_of(assignment.round).approved(assignment)
    return assignment


def judged(actor, verb: str, assignment: Assignment) -> dict:
    """Who judges, and for whom, as columns."""
    return {"judged_by": actor, "judged_for": principal(actor, verb, assignment)}


@transaction.atomic
def send_back(assignment: Assignment, *, actor, reason: str) -> Assignment:
    """The unit may edit again and reads why."""
    if not reason.strip():
        raise Refused("请填写退回原因，便于对方修改。")
    gate.enter(assignment.round_id, judging=True)
    check_not_own(assignment, actor)
    _check_above(assignment)
    by = judged(actor, "send_back", assignment)
    move(assignment, "send_back", actor=actor, note=reason, zero=False, **by)
    kind_of(assignment.round).returned(assignment)
    return assignment


@transaction.atomic
def undo(assignment: Assignment, *, actor, reason: str) -> Assignment:
    """An approval by mistake is taken back within 24 hours; later the part is sent back."""
    if not reason.strip():
        raise Refused("请填写撤销原因。")
    gate.enter(assignment.round_id, judging=True)
    if timezone.now() - assignment.state_at > UNDO_WITHIN:
        raise Refused("通过已超过 24 小时，不能撤销；如需修改请使用“退回”。")
    check_not_own(assignment, actor)
    _check_above(assignment)
    since = timezone.now() - UNDO_WITHIN
    return move(
        assignment,
        "undo",
        actor=actor,
        note=reason,
        only_if=Q(state_at__gte=since),
        judged_by=None,
        judged_for=None,
    )


Many = tuple[list[Assignment], list[tuple[Assignment, str]]]


def approve_many(assignments, *, actor) -> Many:
    """Each part is approved, or refused with its own sentence; one refusal stops no other.

    The deepest come first, so that a unit is asked after those below it.
    """
    return _each(approve, sorted(assignments, key=lambda part: -len(part.unit_path)), actor=actor)


def send_back_many(assignments, *, actor, reason: str) -> Many:
    """Each part is sent back with the same reason, or refused; the highest first."""
    parts = sorted(assignments, key=lambda part: len(part.unit_path))
    return _each(send_back, parts, actor=actor, reason=reason)


def _each(step, parts, **asked) -> Many:
    done, refused = [], []
    for part in parts:
        try:
            done.append(step(part, **asked))
        except Refused as refusal:
            refused.append((part, str(refusal)))
    return done, refused
