"""People who change their unit one by one, both sides knowing."""

from django.db import transaction

from accounts import changes
from accounts.audit import record
from accounts.models import ImportBatch, StagedRow, Transfer, Unit, User
from accounts.moves import Refused, move
from accounts.paths import SCHOOL, cut


@transaction.atomic
def relocate(person: User, unit: Unit, *, actor, note: str, **also) -> User:
    """The person stands in the unit from now on; open rounds follow, closed ones never.

    `also` are further fields that change with it.
    """
    # units neither move nor merge while somebody goes from one to another
    Unit.objects.select_for_update().get(path=unit.school_path)
    unit.refresh_from_db()
    if unit.closed_on:
        raise Refused(f"{unit.name}已撤销或迁移，请刷新后重新选择。")
    row = User.objects.select_for_update().get(pk=person.pk)
    if not row.unit_path or cut(row.unit_path, SCHOOL) != unit.school_path:
        raise Refused("只能在本校的单位之间转移。")
    before, counted = row.unit_path, row.status in User.COUNTED
    row.unit, row.unit_path = unit, unit.path
    for name, value in also.items():
        setattr(row, name, value)
    row.save(update_fields=["unit", "unit_path", *also])
    record(actor, "relocate", row, note=note, unit=[before, unit.path])
    if before != unit.path or (row.status in User.COUNTED) != counted:
        changes.tell(unit.school_path, [changes.Moved(row.pk, before, unit.path)])
    return row


def ask_for_all(batch: ImportBatch, *, actor) -> int:
    """Each person of a written roster who stands with another unit is asked for, once."""
    rows = batch.rows.filter(verdict=StagedRow.Verdict.TRANSFER, person__isnull=False)
    asked = [
        Transfer(person_id=person, old_path=old, new_path=new, batch=batch, asked_by=actor)
        for person, old, new in rows.values_list("person", "old_path", "unit_path")
    ]
    before = Transfer.objects.count()
    Transfer.objects.bulk_create(asked, ignore_conflicts=True, batch_size=500)
    made = Transfer.objects.count() - before
    if made:
        record(actor, "ask_transfers", batch, rows=made)
        waiting = batch.transfers.filter(state=Transfer.State.ASKED)
        changes.tell_transfers(list(waiting.values_list("pk", flat=True)), actor and actor.pk)
    return made


@transaction.atomic
def let_go(transfer: Transfer, *, actor) -> Transfer:
    """The side the person stands with agrees; they stand with the other from now on."""
    moved = move(transfer, "let_go", actor=actor)
    unit = Unit.objects.filter(path=moved.new_path).first()
    person = moved.person
    if unit is None or person.unit_path != moved.old_path:
        raise Refused(f"{person.name}或转入单位之后又有变动，请由转入单位重新导入名册。")
    relocate(person, unit, actor=actor, note="转入申请已确认")
    changes.tell_transfers([moved.pk], actor.pk)
    return moved


@transaction.atomic
def keep_here(transfer: Transfer, *, actor, reason: str) -> Transfer:
    """The side the person stands with does not agree, and says why."""
    if not reason.strip():
        raise Refused("请写明不同意的原因。")
    kept = move(transfer, "keep_here", actor=actor, note=reason.strip())
    changes.tell_transfers([kept.pk], actor.pk)
    return kept
