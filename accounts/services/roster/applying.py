"""Writing a staged roster: one transaction, set by set."""

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts import bulk, changes
from accounts.jobs import start
from accounts.models import ImportBatch, Job, StagedRow, Unit
from accounts.moves import Refused, move
from accounts.paths import under
from accounts.services.ending import ENDS_LOGIN
from accounts.services.roster.contracting import renew
from accounts.services.roster.emptying import close_emptied
from accounts.services.roster.leaving import end_studies, follow_status
from accounts.services.roster.staging import grid_of, school_of
from accounts.services.transfers import ask_for_all

Verdict = StagedRow.Verdict
STALE = "上传之后人员或单位又有变动，请放弃本次导入，重新上传名册。"

GONE = ", ".join(f"'{status.value}'" for status in sorted(ENDS_LOGIN))
ADD_PEOPLE = f"""
INSERT INTO accounts_user (password, uuid, school_id, unit_id, unit_path, name, pinyin, initials,
    number, category, status, status_note, gender, grade, cohort, major, study_years, phone_sealed, phone_index,
    id_number_sealed, id_number_index, contract_ends, is_active, demo, created_at)
SELECT '!', s.uuid, %s, u.id, s.unit_path, s.name, s.pinyin, s.initials,
    s.number, s.category, s.status, s.status_note, s.gender, s.grade, s.cohort, s.major,
    s.study_years,
    s.phone_sealed, s.phone_index, s.id_number_sealed, s.id_number_index, s.contract_ends,
    s.status NOT IN ({GONE}), %s, %s
FROM accounts_stagedrow s JOIN accounts_unit u ON u.path = s.unit_path
WHERE s.batch_id = %s AND s.verdict = 'added' ORDER BY s.id
"""
ADD_NUMBERS = """
INSERT INTO accounts_identity (school_id, kind, value, user_id)
SELECT %s, s.identity_kind, s.identity_value, p.id
FROM accounts_stagedrow s JOIN accounts_user p ON p.uuid = s.uuid
WHERE s.batch_id = %s AND s.verdict IN ('added', 'changed', 'moved') AND s.identity_value <> ''
"""
ADD_EXAM_NUMBERS = """
INSERT INTO accounts_identity (school_id, kind, value, user_id)
SELECT %s, 'exam', s.exam_number, p.id
FROM accounts_stagedrow s JOIN accounts_user p ON p.uuid = s.uuid
WHERE s.batch_id = %s AND s.verdict IN ('added', 'changed', 'moved') AND s.exam_number <> ''
"""
KEPT = ("gender", "grade", "cohort", "major", "study_years", "phone_sealed", "phone_index",
        "id_number_sealed", "id_number_index", "status")  # fmt: skip
CHANGE_PEOPLE = f"""
UPDATE accounts_user AS p SET
    unit_id = u.id, unit_path = s.unit_path, name = s.name,
    pinyin = s.pinyin, initials = s.initials, number = s.number,
    category = s.category, absent_since = NULL,
    contract_ends = COALESCE(s.contract_ends, p.contract_ends),
    status_note = CASE WHEN s.status = '' THEN p.status_note ELSE s.status_note END,
    {", ".join(f"{c} = CASE WHEN s.{c} = '' THEN p.{c} ELSE s.{c} END" for c in KEPT)}
FROM accounts_stagedrow s JOIN accounts_unit u ON u.path = s.unit_path
WHERE s.batch_id = %s AND s.verdict IN ('changed', 'moved')
  AND p.id = s.person_id AND p.uuid = s.uuid AND p.unit_path = s.old_path
"""
FORMER = ("unit_path", "name", "pinyin", "initials", "number", "category", "status", "status_note",
          "gender", "grade", "cohort", "major", "study_years", "phone_sealed", "phone_index",
          "id_number_sealed", "id_number_index", "absent_since", "contract_ends",
          "is_active")  # fmt: skip
KEEP_FORMER = f"""
INSERT INTO accounts_formerrecord (batch_id, person_id, {", ".join(FORMER)})
SELECT s.batch_id, p.id, {", ".join(f"p.{name}" for name in FORMER)}
FROM accounts_stagedrow s JOIN accounts_user p ON p.id = s.person_id
WHERE s.batch_id = %s AND s.verdict IN ('changed', 'moved', 'absent')
"""
MARK_ABSENT = """
UPDATE accounts_user SET absent_since = %s
WHERE absent_since IS NULL AND status = 'active' AND id IN (
    SELECT person_id FROM accounts_stagedrow WHERE batch_id = %s AND verdict = 'absent')
"""
MOVED = """
FROM accounts_stagedrow s JOIN accounts_user p ON p.uuid = s.uuid
WHERE s.batch_id = %s AND s.verdict IN ('added', 'changed', 'moved')
  AND (s.old_path <> s.unit_path OR s.status = 'active')
"""


@transaction.atomic
def confirm(batch: ImportBatch, *, actor, sure: bool = False) -> ImportBatch:
    """A job writes the batch. Where many would leave a college, or one be new, `sure`
    says it was looked at."""
    if batch.fixes.filter(checked=False).exists():
        raise Refused("还有更正没有重新核对，请先重新核对。")
    if batch.state == batch.State.READY and not writes(batch):
        raise Refused("名册与系统一致，或没有可写入的行，无需写入。")
    if batch.state == batch.State.READY and startling(batch.report) and not sure:
        raise Refused("名册将使单位有较大变动，请核对页面上的提示并勾选确认后再写入。")
    move(batch, "confirm", actor=actor)
    school = school_of(batch)
    job = start("roster.apply", f"roster:{school.path}", actor=actor, batch=batch.pk)
    if job.params["batch"] != batch.pk:
        raise Refused("本校正在导入另一份名册，请等它完成后再确认。")
    return batch


def writes(batch: ImportBatch) -> bool:
    """Whether confirming would change anything."""
    written = (Verdict.ADDED, Verdict.CHANGED, Verdict.MOVED, Verdict.ABSENT, Verdict.TRANSFER)
    return any(batch.counts.get(v) for v in written) or bool(batch.report.get("contracts"))


def startling(report: dict) -> bool:
    """Whether many would leave a unit, or a college be new."""
    return bool(report.get("alarms") or report.get("strangers"))


@transaction.atomic
def discard(batch: ImportBatch, *, actor) -> ImportBatch:
    """Nothing is written, and nothing of the staging kept.

    A batch whose writing was given up, its worker gone, is first said to have failed.
    """
    if batch.state == batch.State.APPLYING and not _under_way(batch):
        move(batch, "fail", actor=actor)
    move(batch, "discard", actor=actor)
    batch.rows.all().delete()
    batch.fixes.all().delete()
    return batch


def _under_way(batch: ImportBatch) -> bool:
    running = [Job.State.QUEUED, Job.State.RUNNING]
    jobs = Job.objects.filter(kind="roster.apply", params__batch=batch.pk)
    return jobs.filter(state__in=running).exists()


def apply(batch: ImportBatch, *, actor) -> ImportBatch:
    """Everything the batch shows is so, at once or not at all.

    Raises Refused when the roster changed since the file was compared with it.
    """
    try:
        with transaction.atomic():
            _write(batch)
            renew(batch, actor=actor)
            close_emptied(batch, actor=actor)
            ask_for_all(batch, actor=actor)
            move(batch, "finish", actor=actor)
            changes.tell_roster(batch.pk, actor and actor.pk)
            return batch
    except IntegrityError:
        raise Refused(STALE) from None


def _write(batch: ImportBatch) -> None:
    school = Unit.objects.select_for_update().get(pk=school_of(batch).pk)
    counts = batch.counts
    gone = Unit.objects.filter(under(school.path)).exclude(closed_on=None)
    going = batch.rows.exclude(verdict=Verdict.CHANGED, unit_path=F("old_path"))
    if gone and going.filter(unit_path__in=[unit.path for unit in gone]).exists():
        raise Refused(STALE)
    bulk.analyze("accounts_stagedrow (batch_id, verdict, person_id, uuid, unit_path)")
    _add_units(batch, school)
    changed = counts[Verdict.CHANGED] + counts[Verdict.MOVED]
    with connection.cursor() as cursor:
        if counts[Verdict.ADDED]:
            cursor.execute(ADD_PEOPLE, [school.pk, False, timezone.now(), batch.pk])
            _expect(cursor.rowcount, counts[Verdict.ADDED])
            bulk.analyze("accounts_user (uuid)")
        if changed or counts[Verdict.ABSENT]:
            cursor.execute(KEEP_FORMER, [batch.pk])
        if changed:
            cursor.execute(CHANGE_PEOPLE, [batch.pk])
            _expect(cursor.rowcount, changed)
            follow_status(batch)
        if batch.report.get("rolls"):
            end_studies(batch)
        if counts[Verdict.ADDED] or changed:
            cursor.execute(ADD_NUMBERS, [school.pk, batch.pk])
            cursor.execute(ADD_EXAM_NUMBERS, [school.pk, batch.pk])
        if counts[Verdict.ABSENT]:
            cursor.execute(MARK_ABSENT, [timezone.localdate(), batch.pk])
    changes.tell(school.path, MovesOf(batch))


def _add_units(batch: ImportBatch, school: Unit) -> None:
    """The planned units stand where they were planned, unless others came between."""
    planned = batch.report["units"]
    if not planned:
        return
    if grid_of(school) != batch.report.get("grid"):
        raise Refused(STALE)
    rows = ((path, kind, name, "", 0) for path, kind, name in planned)
    bulk.insert(Unit, ("path", "kind", "name", "code", "files_own"), rows)
    bulk.analyze("accounts_unit")


def _expect(found: int, wanted: int) -> None:
    if found != wanted:
        raise Refused(STALE)


class MovesOf:
    """Who came to stand elsewhere by a batch, read only when somebody goes through them."""

    def __init__(self, batch: ImportBatch):
        self.batch = batch

    def __bool__(self):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 {MOVED} LIMIT 1", [self.batch.pk])
            return cursor.fetchone() is not None

    def __iter__(self):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT p.id, s.old_path, s.unit_path {MOVED}", [self.batch.pk])
            while rows := cursor.fetchmany(bulk.CHUNK):
                for row in rows:
                    yield changes.Moved(*row)
