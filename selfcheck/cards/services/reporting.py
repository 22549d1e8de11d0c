"""The unit's sheet: studies before it, words and explanations beside it, signatures under it."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Unit
from accounts.moves import Refused
from accounts.paths import COLLEGE
from accounts.services.files import keep
from adapters.scans import Scanned
from rounds import gate
from rounds.models import Assignment
from selfcheck.cards.signing import Step, heads_of, signs, steps_under
from selfcheck.cards.sums import Sheet
from selfcheck.models import Difference, Remark, SheetStep, Stamp, Study

WORKABLE = {Assignment.State.OPEN, Assignment.State.SENT_BACK}


def _held(part: Assignment) -> Assignment:
    """The part as it is now, not handed in and not to be while its sheet changes."""
    gate.enter(part.round_id, part.unit_path, ladder=True)
    row = Assignment.objects.select_for_update().get(pk=part.pk)
    if row.state not in WORKABLE:
        raise Refused("本单位已交件，不能再修改统计表。需要修改请先撤回。")
    return row


def sheet_of(part: Assignment) -> Sheet:
    """The sheet of a unit's part."""
    return Sheet(part.round, part.unit)


@transaction.atomic
def add_study(
    part: Assignment, *, sort: str, held_on: date, topic: str, attended: int, actor
) -> Study:
    """A 部门会议 or 主题班会 that was held; the same one only once."""
    part = _held(part)
    if held_on > timezone.localdate():
        raise Refused("学习日期不能晚于今天。")
    same = Study.objects.filter(
        assignment=part, sort=sort, held_on=held_on, topic=topic, voided_at__isnull=True
    )
    if there := same.first():
        return there
    try:
        with transaction.atomic():
            made = Study.objects.create(
                assignment=part, sort=sort, held_on=held_on, topic=topic, attended=attended,
                added_by=actor,
            )  # fmt: skip
    except IntegrityError:
        return same.get()
    record(actor, "add_study", made, held_on=held_on.isoformat())
    return made


@transaction.atomic
def void_study(study: Study, *, actor) -> None:
    """Entered by mistake: it counts no more and stays on record."""
    _held(study.assignment)
    now = timezone.now()
    if not Study.objects.filter(pk=study.pk, voided_at__isnull=True).update(voided_at=now):
        raise Refused("此次学习已作废，请刷新后再看。")
    record(actor, "void_study", study)


def _line_of(part: Assignment, path: str) -> None:
    if path not in {one.path for one in sheet_of(part).lines}:
        raise Refused("统计表中没有这一行，请刷新后重试。")


@transaction.atomic
def remark(part: Assignment, path: str, *, text: str, actor) -> Remark:
    """The unit's own words beside a line."""
    part = _held(part)
    _line_of(part, path)
    said = {"text": text.strip()[:200], "by": actor, "at": timezone.now()}
    row, _ = Remark.objects.update_or_create(assignment=part, row_path=path, defaults=said)
    record(actor, "remark", row)
    return row


@transaction.atomic
def explain(
    part: Assignment, path: str, column: str, *, said: int, reason: str, actor
) -> Difference:
    """What the unit says otherwise than the sum, and why. An earlier word about the cell ends."""
    part = _held(part)
    if not reason.strip():
        raise Refused("请说明与汇总数不一致的原因。")
    line = next((one for one in sheet_of(part).lines if one.path == path), None)
    if line is None or column not in line.numbers:
        raise Refused("统计表中没有这一栏，请刷新后重试。")
    if said == line.numbers[column]:
        raise Refused(f"填报数与汇总数相同（{said}），不需要说明。")
    end_differences(part.differences.filter(row_path=path, column=column))
    made = Difference.objects.create(
        assignment=part, row_path=path, column=column, summed=line.numbers[column], said=said,
        reason=reason.strip()[:200], by=actor,
    )  # fmt: skip
    record(actor, "explain", made, note=made.reason)
    return made


def end_differences(rows) -> int:
    """These words stand no more; how many did."""
    return rows.filter(ended_at__isnull=True).update(ended_at=timezone.now())


@transaction.atomic
def take_back_difference(difference: Difference, *, actor) -> None:
    """The unit no longer says otherwise; the ledger keeps that it did."""
    _held(difference.assignment)
    if not end_differences(Difference.objects.filter(pk=difference.pk)):
        raise Refused("此条差异说明已撤回，请刷新后再看。")
    record(actor, "take_back_difference", difference)


@transaction.atomic
def sign_sheet(part: Assignment, *, step: int, actor) -> SheetStep:
    """The actor has signed this step for the sheet as it stands; those before it come first."""
    part = _held(part)
    unit = Unit.objects.get(pk=part.unit_id)
    if unit.level != COLLEGE or not signs(actor, step, unit):
        raise Refused(f"“{Step(step).label}”由本单位相应的负责人签字。")
    sheet = Sheet(part.round, unit)
    steps = {one.step: one for one in steps_under(sheet)}
    if waiting := [one.label for one in steps.values() if one.step < step and not one.done]:
        raise Refused(f"请先由{'、'.join(waiting)}签字。")
    if steps[step].done:
        raise Refused(f"“{Step(step).label}”已签字，无需再签。")
    led = steps[Step.LED].signed
    if step == Step.HEADED and led and led.person_id == actor.pk and len(heads_of(unit)) > 1:
        raise Refused("分管领导和书记、院长须由两人分别签字。")
    now = timezone.now()
    part.sheet_steps.filter(step=step, ended_at__isnull=True).update(ended_at=now)
    made = SheetStep.objects.create(assignment=part, step=step, person=actor, figures=sheet.digest)
    record(actor, "sign_sheet", made)
    return made


@transaction.atomic
def stamp_sheet(
    part: Assignment, *, actor, scanned: Scanned | None = None, name: str = "", signed_by: str = ""
) -> Stamp:
    """The sheet is stamped: by its scan, or by the actor's word. An earlier stamp ends."""
    part = _held(part)
    digest = sheet_of(part).digest
    part.stamps.filter(ended_at__isnull=True).update(ended_at=timezone.now())
    file = None
    if scanned:
        kind = scanned.content_type
        file = keep("cardstamp", scanned.bytes, name=name, content_type=kind, actor=actor)
    made = Stamp.objects.create(
        assignment=part, file=file, signed_by=signed_by.strip()[:60] if file else "",
        figures=digest, by=actor,
    )  # fmt: skip
    record(actor, "stamp_sheet", made)
    return made


def undo_signatures(part: Assignment) -> None:
    """A sheet that was sent back or taken back is signed and stamped anew."""
    now = timezone.now()
    part.sheet_steps.filter(ended_at__isnull=True).update(ended_at=now)
    part.stamps.filter(ended_at__isnull=True).update(ended_at=now)
