"""Files that a unit hands in with its part."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.moves import Refused
from accounts.services.files import keep
from rounds import gate
from rounds.models import Assignment, Evidence

LIMIT = 20


def _held(assignment: Assignment, otherwise: str) -> Assignment:
    """The part as it is now, not handed in and not to be while its files change."""
    row = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if row.state not in {Assignment.State.OPEN, Assignment.State.SENT_BACK}:
        raise Refused(otherwise)
    return row


def _void(evidence: Evidence) -> None:
    present = Evidence.objects.filter(pk=evidence.pk, voided_at__isnull=True)
    if not present.update(voided_at=timezone.now()):
        raise Refused("此附件已被替换或移除，请刷新页面后再看。")


@transaction.atomic
def attach(assignment: Assignment, image, *, name: str, actor) -> Evidence:
    """The checked picture is stored and belongs to the unit's part; the same one only once."""
    gate.enter(assignment.round_id, assignment.unit_path, ladder=True)
    assignment = _held(assignment, "已交件，不能再添加附件。需要补充请先撤回。")
    present = assignment.evidence.filter(voided_at__isnull=True)
    if same := present.filter(sha256=image.sha256).first():
        return same
    if present.count() >= LIMIT:
        raise Refused(f"附件最多 {LIMIT} 个，请先移除不需要的。")
    stored = keep("evidence", image.bytes, name=name, content_type=image.content_type, actor=actor)
    try:
        with transaction.atomic():
            evidence = Evidence.objects.create(
                assignment=assignment,
                unit_path=assignment.unit_path,
                file=stored,
                sha256=image.sha256,
                added_by=actor,
            )
    except IntegrityError:
        return present.get(sha256=image.sha256)
    record(actor, "attach", evidence)
    return evidence


@transaction.atomic
def detach(evidence: Evidence, *, actor) -> None:
    """The file no longer belongs to what is handed in; it stays on record."""
    part = evidence.assignment
    if part is None:
        raise Refused("此文件不是随单位交件的附件，不能在此移除。")
    gate.enter(part.round_id, part.unit_path, ladder=True)
    _held(part, "已交件，不能移除附件。需要修改请先撤回。")
    _void(evidence)
    record(actor, "detach", evidence)


@transaction.atomic
def replace(evidence: Evidence, image, *, name: str, actor) -> Evidence:
    """Another file stands in its place; the earlier one stays on record with who and when."""
    part = evidence.assignment
    if part is None:
        raise Refused("此文件不是随单位交件的附件，不能在此替换。")
    gate.enter(part.round_id, part.unit_path, ladder=True)
    part = _held(part, "已交件，不能替换附件。需要修改请先撤回。")
    if part.evidence.filter(voided_at__isnull=True, sha256=image.sha256).exists():
        raise Refused("所选文件与现有附件相同，无需替换。")
    _void(evidence)
    stored = keep("evidence", image.bytes, name=name, content_type=image.content_type, actor=actor)
    made = Evidence.objects.create(
        assignment=part,
        unit_path=part.unit_path,
        file=stored,
        sha256=image.sha256,
        added_by=actor,
        replaces=evidence,
    )
    record(actor, "replace", made, former=evidence.pk)
    return made
