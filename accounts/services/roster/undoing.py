"""Taking back a roster that was written, as long as nothing has come to depend on it."""

from django.db import connection, transaction
from django.db.models import DateTimeField, ProtectedError, Q, QuerySet

from accounts import changes
from accounts.jobs import start
from accounts.models import FormerRecord, Identity, ImportBatch, StagedRow, Transfer, Unit, User
from accounts.moves import Refused, move
from accounts.paths import SCHOOL, ancestors, cut, under
from accounts.services.roster.applying import FORMER
from accounts.services.roster.contracting import take_back
from accounts.services.roster.emptying import stand_again
from accounts.services.roster.leaving import resume_studies
from accounts.services.units import spend

State = ImportBatch.State
Verdict = StagedRow.Verdict
OWN = {Identity, StagedRow, FormerRecord, Transfer}  # what the import itself made
ABOUT = {"person", "user"}  # the links by which a row is about somebody
WHEN = ("done_at", "signed_at", "at", "created_at", "issued_at", "approved_at", "added_at")
ALTERED = """
SELECT count(*) FROM accounts_formerrecord f
JOIN accounts_stagedrow s ON s.batch_id = f.batch_id AND s.person_id = f.person_id
JOIN accounts_user p ON p.id = f.person_id
WHERE f.batch_id = %s AND ((s.verdict = 'absent' AND (
    p.absent_since IS NULL OR p.status <> f.status OR p.unit_path <> f.unit_path))
  OR (s.verdict <> 'absent' AND (
    p.unit_path <> s.unit_path OR p.name <> s.name OR p.number <> s.number
    OR p.category <> s.category OR p.absent_since IS NOT NULL
    OR p.status <> CASE WHEN s.status = '' THEN f.status ELSE s.status END
    OR p.phone_index <> CASE WHEN s.phone_index = '' THEN f.phone_index ELSE s.phone_index END)))
"""
RESTORE = f"""
UPDATE accounts_user AS p SET unit_id = u.id, {", ".join(f"{name} = f.{name}" for name in FORMER)}
FROM accounts_formerrecord f JOIN accounts_unit u ON u.path = f.unit_path
WHERE f.batch_id = %s AND p.id = f.person_id
"""
DROP_NUMBERS = """
DELETE FROM accounts_identity WHERE school_id = %s AND EXISTS (
    SELECT 1 FROM accounts_stagedrow s JOIN accounts_user p ON p.uuid = s.uuid
    WHERE s.batch_id = %s AND p.id = accounts_identity.user_id
      AND ((s.verdict = 'added') OR (s.verdict IN ('changed', 'moved') AND (
        (s.identity_value <> '' AND s.identity_kind = accounts_identity.kind
         AND s.identity_value = accounts_identity.value)
        OR (accounts_identity.kind = 'exam' AND s.exam_number <> ''
            AND s.exam_number = accounts_identity.value)))))
"""
DROP_PEOPLE = """
DELETE FROM accounts_user WHERE uuid IN (
    SELECT s.uuid FROM accounts_stagedrow s WHERE s.batch_id = %s AND s.verdict = 'added')
"""


@transaction.atomic
def revoke(batch: ImportBatch, *, actor) -> ImportBatch:
    """A job takes the batch back. Raises Refused, with all that depends on it, when it cannot."""
    if batch.state == State.APPLIED and (held := depends(batch)):
        raise Refused(f"不能撤销：{'；'.join(held)}。")
    move(batch, "revoke", actor=actor)
    job = start("roster.undo", f"roster:{cut(batch.path, SCHOOL)}", actor=actor, batch=batch.pk)
    if job.params["batch"] != batch.pk:
        raise Refused("本校正在导入另一份名册，请等它完成后再撤销。")
    return batch


def depends(batch: ImportBatch) -> list[str]:
    """What has come to depend on a written batch, in words; nothing when it can be undone."""
    held = _later(batch)
    added = User.objects.filter(uuid__in=_rows(batch, Verdict.ADDED).values("uuid"))
    came = added.filter(Q(activated_at__isnull=False) | Q(last_login__isnull=False)).count()
    held += [f"新增人员中有 {came} 人已登录"] if came else []
    held += _facts(added, "新增人员")
    moved = User.objects.filter(pk__in=_rows(batch, Verdict.MOVED).values("person"))
    held += _facts(moved, "转班人员之后", since=batch.state_at)
    with connection.cursor() as cursor:
        cursor.execute(ALTERED, [batch.pk])
        altered = cursor.fetchone()[0]
    held += [f"有 {altered} 人的信息之后又有变更"] if altered else []
    gone = batch.transfers.filter(state=Transfer.State.CONFIRMED).count()
    held += [f"已有 {gone} 人经对方确认转入"] if gone else []
    return held + _newer_people(batch)


def _rows(batch: ImportBatch, verdict: str) -> QuerySet[StagedRow]:
    return batch.rows.filter(verdict=verdict)


def _later(batch: ImportBatch) -> list[str]:
    """Rosters of the same people written after this one."""
    around = Q(path__in=ancestors(batch.path)) | under(batch.path)
    written = ImportBatch.objects.filter(around, state=State.APPLIED, pk__gt=batch.pk)
    count = written.count()
    return [f"之后又写入过 {count} 份名册，请先撤销后面的"] if count else []


def _facts(people: QuerySet[User], whose: str, since=None) -> list[str]:
    """Whatever rows of any app are about these people, counted by kind.

    With a moment only what is about them and was made after it.
    """
    found = []
    for link in User._meta.related_objects:
        model, name = link.related_model, link.field.name
        if model in OWN:
            continue
        rows = model._base_manager.filter(**{f"{name}__in": people.values("pk")})
        if since is not None:
            fields = {f.name for f in model._meta.fields if isinstance(f, DateTimeField)}
            when = next((known for known in WHEN if known in fields), "")
            if name not in ABOUT or not when:
                continue
            rows = rows.filter(**{f"{when}__gt": since})
        if count := rows.count():
            found.append(f"{whose}已有“{model._meta.verbose_name}”{count} 条")
    return found


def _newer_people(batch: ImportBatch) -> list[str]:
    """Somebody else who stands by now in a unit the batch made."""
    paths = [path for path, _, _ in batch.report.get("units", [])]
    own = _rows(batch, Verdict.ADDED).values("uuid")
    others = User.objects.filter(unit__path__in=paths).exclude(uuid__in=own)
    moved = batch.rows.filter(verdict__in=[Verdict.CHANGED, Verdict.MOVED]).values("person")
    count = others.exclude(pk__in=moved).count()
    return [f"新建单位中已有其他人员 {count} 人"] if count else []


def undo(batch: ImportBatch, *, actor) -> ImportBatch:
    """Everything is as before the batch, at once or not at all.

    Raises Refused, with all that depends on it, when it cannot.
    """
    with transaction.atomic():
        school = Unit.objects.select_for_update().get(path=cut(batch.path, SCHOOL))
        if held := depends(batch):
            raise Refused(f"不能撤销：{'；'.join(held)}。")
        back = list(_moves_back(batch))
        with connection.cursor() as cursor:
            cursor.execute(DROP_NUMBERS, [school.pk, batch.pk])
            cursor.execute(DROP_PEOPLE, [batch.pk])
            cursor.execute(RESTORE, [batch.pk])
            restored = cursor.rowcount
        if restored != batch.former.count():
            raise Refused("不能撤销：有人员原来的单位已不存在。")
        batch.transfers.filter(state=Transfer.State.ASKED).delete()
        _drop_units(batch)
        resume_studies(batch)
        stand_again(batch)
        take_back(batch, actor=actor)
        changes.tell(school.path, back)
        move(batch, "revoked", actor=actor)
        changes.tell_roster(batch.pk, actor and actor.pk)
        return batch


def _moves_back(batch: ImportBatch):
    rows = batch.rows.filter(verdict__in=[Verdict.CHANGED, Verdict.MOVED])
    for person, old, new in rows.values_list("person", "old_path", "unit_path").iterator():
        if old != new:
            yield changes.Moved(person, new, old)


def _drop_units(batch: ImportBatch) -> None:
    """The units the batch made go away, the deepest first; their paths stay used."""
    paths = [path for path, _, _ in batch.report.get("units", [])]
    units = Unit.objects.filter(path__in=paths)
    spend(paths)
    try:
        held = changes.withdraw(list(units.values_list("pk", flat=True)))
        if not held:
            units.delete()
    except ProtectedError as error:
        held = [
            f"新建单位已有{row._meta.verbose_name}" for row in list(error.protected_objects)[:1]
        ]
    if held:
        raise Refused(f"不能撤销：{'；'.join(held)}。")
