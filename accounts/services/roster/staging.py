"""Reading a roster and comparing it with what is known. Only the staging is written."""

import gc
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Sum

from accounts import bulk
from accounts.audit import record
from accounts.models import ImportBatch, Job, StagedRow, Unit
from accounts.moves import Refused, move
from accounts.paths import COLLEGE, SCHOOL, cut, level_of, under
from accounts.roster import heads, table
from accounts.services.files import keep
from accounts.services.roster.correcting import fixes_of
from accounts.services.roster.looking import COLUMNS, Look
from accounts.services.roster.mapping import Unread, heads_of, remembered
from accounts.services.roster.placing import Stray
from accounts.services.roster.queueing import hold, read_soon
from adapters import spreadsheets

State = ImportBatch.State
Verdict = StagedRow.Verdict
ALARM = 0.1  # of a college leaving at once asks for a second look
MOST_WARNINGS = 20


@transaction.atomic
def upload(unit: Unit, data: bytes, *, name: str, actor) -> ImportBatch:
    """The file is kept and a job reads it; one roster of a school at a time."""
    if len(data) > settings.UPLOAD_LIMIT:
        most = settings.UPLOAD_LIMIT // 1024 // 1024
        raise Refused(f"文件超过 {most} MB，请拆分后再上传。")
    _check_level(unit)
    hold(unit)
    stored = keep("roster", data, name=name, content_type="application/octet-stream", actor=actor)
    try:
        batch = ImportBatch.objects.create(unit=unit, path=unit.path, file=stored, created_by=actor)
        record(actor, "upload_roster", batch, note=stored.name)
        return read_soon(batch, actor=actor)
    except BaseException:
        stored.file.delete(save=False)
        raise


def _check_level(unit: Unit) -> None:
    if level_of(unit.path) > COLLEGE:
        raise Refused("名册按全校或按学院（部门）导入，请选择学校或学院（部门）。")


def look(
    unit: Unit,
    path: Path,
    *,
    name: str = "",
    batch: ImportBatch | None = None,
    job=None,
    by_hand: dict[str, str] | None = None,
) -> tuple[dict, dict, list[tuple]]:
    """The counts, the report and the refused rows of a file; staged when there is a batch.

    `by_hand` says what columns mean (header → field). Raises Refused when the file cannot be read,
    or holds people of other units than this one, and its kind Unread when nobody has said yet
    which column is which.
    """
    _check_level(unit)
    refused: list[tuple] = []
    known, fixes = remembered(unit.school_path).get, fixes_of(batch)
    collecting = gc.isenabled()
    gc.disable()  # all that is made here is kept to the end, and looking at it again is dear
    try:
        roster = table.read(path, name=name, mapping=by_hand, remembered=known, fixes=fixes)
        found = Look(unit, batch_id=batch.pk if batch else None, job=job)
        if batch:
            bulk.insert(StagedRow, COLUMNS, found.lines(roster))
        else:
            refused = [line for line in found.lines(roster) if line[1] == Verdict.REJECTED]
    except heads.Unmapped as unmapped:
        raise Unread(unmapped) from None
    except spreadsheets.Refused as refusal:
        raise Refused(str(refusal)) from None
    except Stray:
        raise Stray(
            f"名册中有不属于“{unit}”的人员，整份名册未导入。请只保留本单位人员后重新上传；"
            "转入人员请由学校统一导入。"
        ) from None
    finally:
        if collecting:
            gc.enable()
    return found.counts | {"rows": found.rows}, _report(found, roster), refused


def _report(found: Look, roster: table.RosterFile) -> dict:
    new_units = found.grid.new_units()
    return {
        "heads": heads_of([sheet.head for sheet in roster.sheets if sheet.head]),
        "sheets": [
            {"name": s.name, "header_row": s.header_row, "mapping": s.mapping, "ignored": s.ignored}
            for s in roster.sheets
        ],
        "notices": roster.notices + _warnings(found, new_units),
        "units": [unit[:3] for unit in new_units],
        "grid": grid_of(found.school),
        "contracts": found.contracts.changes(),
        "alarms": _alarms(found),
        "strangers": _strangers(found, new_units),
    }


def _warnings(found: Look, new_units: list) -> list[str]:
    """What somebody should look at before confirming."""
    alike = [
        f"新单位“{name}”与近似已有单位“{other}”并存，请核对是否同一单位。"
        for _, _, name, other in new_units
        if other
    ]
    more = len(alike) - MOST_WARNINGS
    alike = alike[:MOST_WARNINGS] + (
        [f"另有 {more} 个新单位与已有单位名称相近。"] if more > 0 else []
    )
    alike += [
        f"“{found.grid.by_path[path].name}”合同截止：{was or '未登记'} → {now}。"
        for path, was, now in found.contracts.changes()
    ]
    same = sum(1 for count in found.namesakes.values() if count > 1)
    return alike + ([f"同班同名的有 {same} 组，已按号码区分，请留意。"] if same else [])


def grid_of(school: Unit) -> list[int]:
    """Another whenever a unit was added to the school or taken back, and never the same again."""
    units = Unit.objects.filter(under(school.path)).aggregate(Max("pk"), Sum("spent"))
    return [units["pk__max"], units["spent__sum"]]


def _alarms(found: Look) -> list[list]:
    """The colleges of which more than a tenth would leave or be absent: [name, many, of]."""
    people = Counter(
        cut(known.unit_path, COLLEGE) for known in found.people.by_id.values() if known.counted
    )
    return [
        [found.grid.by_path[path].name, many, people[path]]
        for path, many in sorted(found.leaving.items())
        if many > ALARM * people[path]
    ]


def _strangers(found: Look, new_units: list) -> list[str]:
    """The colleges and departments a file would add beside those a school has: often a slip."""
    kinds = {Unit.Kind.COLLEGE, Unit.Kind.DEPARTMENT}
    settled = any(not node.planned and node.kind in kinds for node in found.grid.by_path.values())
    return [name for _, kind, name, _ in new_units if kind in kinds] if settled else []


def stage(
    batch: ImportBatch,
    path: Path,
    *,
    name: str = "",
    job: Job | None = None,
    by_hand: dict[str, str] | None = None,
) -> ImportBatch:
    """The batch shows what the file would do. The roster itself is untouched.

    Raises Refused when the file cannot be read, or names people of other units; whatever is
    raised, no staged row stays. Called again after a worker died, it begins anew.
    """
    batch.rows.all().delete()
    try:
        counts, report, _ = look(batch.unit, path, name=name, batch=batch, job=job, by_hand=by_hand)
        with transaction.atomic():
            batch.counts, batch.report = counts, report
            batch.save(update_fields=["counts", "report"])
            batch.fixes.update(checked=True)
            return move(batch, "show", actor=batch.created_by)
    except BaseException:
        batch.rows.all().delete()
        raise


def refuse(batch: ImportBatch, refusal: Refused) -> None:
    """The batch says why it could not be read; who reached beyond their unit is written down."""
    batch.refresh_from_db()
    if batch.state != State.READING:
        return
    if isinstance(refusal, Stray):
        record(batch.created_by, "overreach", batch, note=str(refusal))
    move(batch, "refuse", actor=batch.created_by, note=str(refusal))


def school_of(batch: ImportBatch) -> Unit:
    """The school a batch belongs to."""
    return Unit.objects.get(path=cut(batch.path, SCHOOL))
