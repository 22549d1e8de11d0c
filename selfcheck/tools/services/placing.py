"""A picture of a drop comes to show somebody's item, another's, or nobody's any more."""

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused
from adapters.images import Image
from rounds import gate
from rounds.models import Answer, Assignment, Completion, Evidence, Item
from rounds.services import answer, as_it_is, is_asked, restore
from selfcheck.models import Drop, DropAnswer, DropFile, Shot
from selfcheck.tools.queries import tool_item
from selfcheck.tools.services.pictures import LIMIT, hold, remove, show

Outcome = DropFile.Outcome
WORKABLE = {Assignment.State.OPEN, Assignment.State.SENT_BACK}
DONE = "该项已审核通过，未替换。需要更新请手工指定。"


def sending_of(drop: Drop, person_id: int | None) -> uuid.UUID:
    """What is shared by the pictures of one person in a drop; by nothing else for nobody's."""
    return (
        uuid.uuid5(uuid.NAMESPACE_OID, f"drop {drop.pk} of {person_id}")
        if person_id
        else uuid.uuid4()
    )


def hold_class(drop: Drop) -> Assignment:
    """The class's part, which is not handed in before this transaction ends."""
    round_ = gate.enter(drop.assignment.round_id, drop.assignment.unit_path)
    part = Assignment.objects.select_for_update().get(pk=drop.assignment_id)
    if part.state not in WORKABLE:
        raise Refused("本单位已交件，截图不能再变动。需要补充请先撤回。")
    part.round = round_
    return part


def accepted(item: Item, person: User) -> bool:
    """Whether the person's item was accepted and still holds."""
    holds = Q(valid_until=None) | Q(valid_until__gte=timezone.localdate())
    found = Answer.objects.filter(holds, item=item, person=person, state=Answer.State.ACCEPTED)
    return found.exists()


def answered(drop: Drop | None, item: Item, person: User, *, actor: User) -> Answer:
    """The person's answer waits to be looked at; the drop remembers what it was before."""
    former = Answer.objects.filter(item=item, person=person).first()
    if former and former.state == Answer.State.PENDING:
        Completion.objects.select_for_update().get(pk=former.completion_id)
        if not is_asked(gate.enter(item.round_id, person.unit_path), person):
            raise Refused("此人已不在本任务的应办理人员之列。")
        return former
    was = as_it_is(former) if former else None
    found = answer(item, person, actor=actor, valid_until=_holds_until(item))
    if drop:
        DropAnswer.objects.get_or_create(drop=drop, answer=found, defaults={"was": was})
    return found


def _holds_until(item: Item):
    known = tool_item(item)
    days = known.valid_days if known else None
    return timezone.localdate() + timedelta(days=days) if days else None


def place(row: DropFile, image: Image, *, actor: User) -> tuple[str, Shot | None, str]:
    """The picture shows what its row means it to show, or belongs to the class: outcome, shot, why.

    The caller holds the class's part and the row.
    """
    drop, why = row.drop, ""
    if row.person and row.item:
        live = Evidence.objects.filter(sha256=image.sha256, voided_at=None, shot__isnull=False)
        same = live.filter(answer__item=row.item, answer__person=row.person).first()
        if same:
            return Outcome.SAME, same.shot, ""
        if not accepted(row.item, row.person):
            found = answered(drop, row.item, row.person, actor=actor)
            sending = sending_of(drop, row.person_id)
            made = show(
                found, image, name=row.name, actor=actor, upload=sending, by=row.by, drop=drop
            )
            return Outcome.TAKEN, made, ""
        why = DONE
    sending = sending_of(drop, row.person_id)
    shot = hold(drop, image, name=row.name, actor=actor, upload=sending)
    if shot.drop_id != drop.pk or DropFile.objects.filter(shot=shot).exists():
        return Outcome.SAME, shot, ""
    if row.person_id:
        Shot.objects.filter(pk=shot.pk).update(person=row.person, matched_by=row.by)
    return Outcome.TAKEN, shot, why


@transaction.atomic
def assign(shot: Shot, person: User, item: Item, *, by: str, actor: User) -> Shot:
    """The picture shows this person's item; what it showed before is as it was without it.

    By hand or by what stands in it. What was accepted gives way to a hand alone.
    """
    evidence = Evidence.objects.select_related("answer", "assignment").get(pk=shot.evidence_id)
    before: Answer | None = evidence.answer
    if before and (before.item_id, before.person_id) == (item.pk, person.pk):
        return shot
    _hold_for(shot, evidence, item)
    _check(person, item, before, by)
    found = answered(shot.drop, item, person, actor=actor)
    there = Evidence.objects.filter(answer=found, voided_at=None)
    if same := there.filter(sha256=evidence.sha256).select_related("shot").first():
        remove(shot, actor=actor)
        kept = same.shot
    elif there.count() >= LIMIT:
        raise Refused(f"每项最多 {LIMIT} 张图片，请先移除不需要的。")
    else:
        kept = _moved(shot, evidence, found, by=by)
        record(actor, "assign", kept)
    if before:
        let_go(shot.drop, [before], actor=actor)
    return kept


def _hold_for(shot: Shot, evidence: Evidence, item: Item) -> None:
    if shot.drop:
        if shot.drop.assignment.round_id != item.round_id:
            raise Refused("所选项目不属于本任务。")
        hold_class(shot.drop)
    else:
        gate.enter(item.round_id, evidence.unit_path)


def _check(person: User, item: Item, before: Answer | None, by: str) -> None:
    parts = Completion.objects.filter(round=item.round_id)
    list(parts.filter(person__in={person.pk, *([before.person_id] if before else [])})
        .order_by("pk").select_for_update())  # fmt: skip
    if before:
        before.refresh_from_db()
        if before.state == Answer.State.ACCEPTED:
            raise Refused("此图片所示项目已审核通过，如需更改请先退回。")
    if by != Shot.By.HAND and accepted(item, person):
        raise Refused(DONE)


def _moved(shot: Shot, evidence: Evidence, found: Answer, *, by: str) -> Shot:
    now = Evidence.objects.filter(pk=evidence.pk, voided_at=None, answer=evidence.answer_id)
    if not now.update(answer=found, assignment=None, unit_path=found.unit_path):
        raise Refused("此图片已被替换或移除，请刷新页面后再看。")
    another = shot.person_id != found.person_id
    shot.person, shot.matched_by, shot.unit_path = found.person, by, found.unit_path
    if shot.drop:
        shot.upload = sending_of(shot.drop, found.person_id)
    if another and by == Shot.By.HAND:  # what was read is to be held against another person
        shot.state = Shot.State.QUEUED
    shot.save(update_fields=["person", "matched_by", "unit_path", "upload", "state"])
    evidence.refresh_from_db()
    shot.evidence = evidence
    return shot


def let_go(drop: Drop | None, answers: Iterable[Answer], *, actor: User) -> None:
    """Answers that nothing of the drop shows any more, nor anything later, are what they were."""
    if drop is None:
        return
    touched = DropAnswer.objects.filter(drop=drop, answer__in=[one.pk for one in answers])
    former = []
    for one in touched.select_related("answer__item"):
        live = Evidence.objects.filter(answer=one.answer, voided_at=None)
        if not live.filter(Q(shot__drop=drop) | Q(added_at__gte=one.made_at)).exists():
            former.append((one.answer, one.was))
    ids = [one.answer_id for one in touched if one.answer in [a for a, _ in former]]
    restore(drop.assignment.round, former, actor=actor)
    DropAnswer.objects.filter(drop=drop, answer__in=ids).delete()
