"""A class's pictures come in one drop: many files or a zip, each once, all of it taken back at will."""

from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.moves import Refused, move
from adapters import zips
from rounds import gate
from rounds.models import Answer, Assignment, Evidence, Item
from selfcheck.models import Drop, DropAnswer, DropFile, Shot
from selfcheck.tools.services.pictures import remove
from selfcheck.tools.services.placing import assign, hold_class, let_go
from selfcheck.tools.services.receiving import (
    Outcome,
    asked,
    files_of,
    items_of,
    namer_of,
    opened,
    room_for,
    settle_file,
    shown,
)
from selfcheck.tools.services.unpacking import forget, open_zip


@transaction.atomic
def start(part: Assignment, *, actor: User) -> Drop:
    """The class's drop to which this person may send files now: one without any yet, or a new one."""
    round_ = gate.enter(part.round_id, part.unit_path)
    Assignment.objects.select_for_update().get(pk=part.pk)
    if not items_of(round_):
        raise Refused("本任务没有须交截图的项目。")
    mine = Drop.objects.filter(assignment=part, made_by=actor, state=Drop.State.OPEN, files=None)
    if empty := mine.first():
        return empty
    made = Drop.objects.create(assignment=part, unit_path=part.unit_path, made_by=actor)
    hold_class(made)
    record(actor, "start_drop", made)
    return made


def add(drop: Drop, sent, *, key: str, name: str, actor: User) -> DropFile:
    """One file of the drop is taken in, or kept with why not; sent again, it is the one that is there.

    A zip is taken apart by a job; what its list of contents says of names is known at once.
    """
    if there := files_of(drop).filter(key=key).first():
        return there
    if drop.state != Drop.State.OPEN:
        raise Refused(f"本次上传{drop.get_state_display()}，不能再添加。请重新上传。")
    start_ = sent.read(4)
    sent.seek(0)
    if zips.is_zip(start_) or zips.PACKED.search(name):
        return open_zip(drop, sent, key=key, name=name, actor=actor)
    guess = namer_of(drop).read(name)
    row = DropFile(
        drop=drop, key=key, name=shown(name), size=sent.size, why=guess.doubt,
        person_id=guess.person, item_id=guess.item, by=guess.by,
    )  # fmt: skip
    image, why = opened(sent)
    try:
        with transaction.atomic():
            hold_class(drop)
            room_for(drop, 1, sent.size)
            row.save(force_insert=True)
            settle_file(row, image, why, actor=actor)
    except IntegrityError:  # the same sending, twice at once
        return files_of(drop).get(key=key)
    return row


@transaction.atomic
def direct(row: DropFile, person: User, item: Item, *, actor: User) -> DropFile:
    """By hand: the file is meant to show this person's item, and does where it is in already."""
    part = hold_class(row.drop)
    row = DropFile.objects.select_for_update(of=["self"]).get(pk=row.pk)
    if row.outcome not in {Outcome.WAITING, Outcome.TAKEN}:
        raise Refused(f"此文件{row.get_outcome_display()}，不能指定。")
    if not asked(part).filter(pk=person.pk).exists() or item not in items_of(part.round):
        raise Refused("所选人员或项目不在本班本任务之内，请刷新页面后再选。")
    if row.shot:
        row.shot = assign(row.shot, person, item, by=Shot.By.HAND, actor=actor)
    row.person, row.item, row.by, row.why = person, item, Shot.By.HAND, ""
    row.save()
    return row


@transaction.atomic
def take_off(row: DropFile, *, actor: User) -> None:
    """The file shows nothing any more."""
    hold_class(row.drop)
    row = DropFile.objects.select_for_update(of=["self"]).get(pk=row.pk)
    if row.outcome not in {Outcome.WAITING, Outcome.TAKEN}:
        raise Refused(f"此文件{row.get_outcome_display()}，不能移除。")
    if row.shot:
        found = row.shot.evidence.answer
        if found and found.state == Answer.State.ACCEPTED:
            raise Refused("此图片所示项目已审核通过，如需移除请先退回。")
        remove(row.shot, actor=actor)
        let_go(row.drop, [found] if found else [], actor=actor)
    DropFile.objects.filter(pk=row.pk).update(outcome=Outcome.REMOVED)


@transaction.atomic
def take(drop: Drop, *, actor: User) -> Drop:
    """Whoever sent it has looked it through: nothing is added to it any more."""
    if files_of(drop).filter(outcome=Outcome.WAITING).exists():
        raise Refused("还有文件正在处理，请稍后再确认。")
    return move(drop, "take_drop", actor=actor)


@transaction.atomic
def undo(drop: Drop, *, actor: User) -> int:
    """All of the drop is taken back but what was accepted since; how many pictures that is.

    The answers it gave are what they were, unless somebody showed them again later.
    """
    hold_class(drop)
    move(drop, "undo_drop", actor=actor)
    files_of(drop).filter(outcome=Outcome.WAITING).update(outcome=Outcome.REMOVED)
    live = Evidence.objects.filter(shot__drop=drop, voided_at=None)
    kept = Q(answer__state=Answer.State.ACCEPTED)
    stays = live.filter(kept).count()
    going = list(live.exclude(kept).values_list("pk", flat=True))
    Evidence.objects.filter(pk__in=going).update(voided_at=timezone.now())
    files_of(drop).filter(shot__evidence__in=going).update(outcome=Outcome.REMOVED)
    touched = DropAnswer.objects.filter(drop=drop).exclude(answer__state=Answer.State.ACCEPTED)
    let_go(drop, [one.answer for one in touched.select_related("answer")], actor=actor)
    for bundle in files_of(drop).exclude(bundle=None):
        transaction.on_commit(partial(forget, bundle.pk))
    return stays
