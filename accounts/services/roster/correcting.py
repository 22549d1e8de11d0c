"""Refused rows put right: in the browser or in the workbook that was downloaded, then read again."""

from collections.abc import Mapping
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import ImportBatch, RowFix, StagedRow
from accounts.moves import Refused, move
from accounts.roster.cells import text
from accounts.roster.columns import FIELDS, tidy
from accounts.roster.table import LONGEST_RAW
from accounts.services.roster.queueing import hold, read_soon
from adapters import spreadsheets

State = ImportBatch.State
Place = tuple[str, int]
AT, WHY = "原行号", "问题"
GONE = "名册已重新核对过，请刷新页面后再更正。"
SHOWN = 5


def fixes_of(batch: ImportBatch | None) -> dict[Place, dict[str, str] | None]:
    """By sheet and row what a person has put in; None for a row that is left out."""
    if batch is None:
        return {}
    return {
        (fix.sheet, fix.row): None if fix.left_out else fix.cells for fix in batch.fixes.iterator()
    }


@transaction.atomic
def save_fixes(
    batch: ImportBatch, fixes: Mapping[Place, Mapping[str, str] | None], *, actor
) -> int:
    """What was put in is kept with the batch, to be read when it is checked again; how many rows.

    `fixes` says by sheet and row what each changed field becomes; None leaves the row out.
    """
    if ImportBatch.objects.select_for_update().get(pk=batch.pk).state != State.READY:
        raise Refused(GONE)
    refused = dict.fromkeys(
        batch.rows.filter(verdict=StagedRow.Verdict.REJECTED).values_list("sheet", "row")
    )
    if any(place not in refused for place in fixes):
        raise Refused(GONE)
    before = {(fix.sheet, fix.row): fix for fix in batch.fixes.all()}
    for place, cells in fixes.items():
        fix = before.get(place) or RowFix(batch=batch, sheet=place[0], row=place[1])
        fix.left_out = cells is None
        if cells is not None:
            fix.cells = fix.cells | {name: value[:LONGEST_RAW] for name, value in cells.items()}
        fix.checked, fix.fixed_by, fix.fixed_at = False, actor, timezone.now()
        fix.save()
    if fixes:
        record(actor, "correct_roster", batch, rows=len(fixes))
    return len(fixes)


@transaction.atomic
def recheck(batch: ImportBatch, *, actor) -> ImportBatch:
    """The file is read again with what was put in, and compared with the school as it stands."""
    hold(batch.unit)
    move(batch, "recheck", actor=actor)
    return read_soon(batch, actor=actor)


@transaction.atomic
def merge(batch: ImportBatch, path: Path, *, name: str, actor) -> int:
    """The downloaded workbook comes back corrected; its rows take their places in the batch.

    Raises Refused when it is no such workbook, or a row of it is none of the refused ones.
    """
    try:
        book = spreadsheets.open_workbook(path, name)
    except spreadsheets.Refused as refusal:
        raise Refused(str(refusal)) from None
    rows = batch.rows.filter(verdict=StagedRow.Verdict.REJECTED)
    known = {(row.sheet, row.row): row.cells for row in rows}
    found: dict[Place, dict[str, str]] = {}
    strange: list[str] = []
    for sheet in book.sheets:
        for place, cells in _corrected(batch, sheet):
            if place not in known or place in found:
                strange.append(str(place[1]))
            else:
                found[place] = cells
    if strange:
        raise Refused(
            f"原行号 {'、'.join(strange[:SHOWN])} 等 {len(strange)} 行不在被拒绝的行里或重复出现，"
            "请用本页下载的表格更正，不要改动“原行号”列。"
        )
    if not found:
        raise Refused(f"没有找到带“{AT}”列的行，请上传从本页下载并更正过的表格。")
    # a name is always among what was read, so an empty row is one that was emptied
    fixes = {place: _changed(known[place], cells) for place, cells in found.items()}
    fixes = {place: changed for place, changed in fixes.items() if changed}
    if not fixes:
        raise Refused("表格里没有更正，请按“问题”列改好后再上传。")
    save_fixes(batch, fixes, actor=actor)
    recheck(batch, actor=actor)
    return len(fixes)


def _changed(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in after.items() if value != before.get(name, "")}


def _corrected(batch: ImportBatch, sheet: spreadsheets.Sheet):
    """The rows of one sheet of the workbook: where each belongs, and its cells by field."""
    known = batch.report["sheets"]
    titles = {spreadsheets.title_of(s["name"] or "拒绝的行"): s for s in known}
    own = titles.get(sheet.name) or (known[0] if len(titles) == 1 else None)
    if own is None:
        return
    columns: dict[int, str] = {}
    at = -1
    for row in sheet.rows():
        said = [tidy(cell) for cell in row]
        if at < 0 and tidy(AT) in said:
            at, columns = said.index(tidy(AT)), _columns(own, said)
        elif 0 <= at < len(row) and text(row[at]).isdigit():
            cells = {name: text(row[i]) if i < len(row) else "" for i, name in columns.items()}
            yield (own["name"][:60], int(text(row[at]))), cells


def _columns(own: dict, said: list[str]) -> dict[int, str]:
    """The field of each column, as the file itself was read; a column added may be any field."""
    fields = {tidy(label): name for name, label in FIELDS.items()}
    fields |= {tidy(header): name for header, name in own["mapping"].items()}
    return {i: fields[header] for i, header in enumerate(said) if header in fields}
