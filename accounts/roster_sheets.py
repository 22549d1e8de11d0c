"""The refused rows of a roster, as they came, with the reasons."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from accounts.audit import record
from accounts.models import ImportBatch, StagedRow
from accounts.moves import Refused
from accounts.roster.cells import text
from accounts.services.roster.correcting import AT, WHY
from adapters import spreadsheets

NAME = "名册拒绝的行.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def hand_out(batch: ImportBatch, *, actor) -> tuple[str, bytes]:
    """Name and content of the workbook of refused rows, once it is on record who took it.

    Raises Refused when there are no such rows.
    """
    rows = batch.rows.filter(verdict=StagedRow.Verdict.REJECTED).count()
    if batch.file is None or not rows:
        raise Refused("没有被拒绝的行。")
    data = refused(batch)
    record(actor, "export", batch, rows=rows)
    return NAME, data


def refused(batch: ImportBatch) -> bytes:
    """A workbook of the refused rows, a sheet for each of the file's: correct it and upload it."""
    reasons: dict[str, dict[int, str]] = {}
    rows = batch.rows.filter(verdict=StagedRow.Verdict.REJECTED)
    for sheet, row, why in rows.values_list("sheet", "row", "reasons"):
        said = "；".join(f"{column}：{reason}" for column, _, reason in why)
        reasons.setdefault(sheet, {})[row] = said
    stored = batch.file
    if stored is None:
        raise ValueError("a batch without its file has no rows to give back")
    book = spreadsheets.open_workbook(Path(stored.file.path), stored.name)
    tables = [
        spreadsheets.Table(
            title=sheet.name or "拒绝的行",
            headers=_header(batch, sheet),
            rows=_rows(sheet, reasons[sheet.name[:60]]),
        )
        for sheet in book.sheets
        if sheet.name[:60] in reasons
    ]
    stream = io.BytesIO()
    spreadsheets.write(stream, tables)
    return stream.getvalue()


def _header(batch: ImportBatch, sheet: spreadsheets.Sheet) -> list[str]:
    at = next(s["header_row"] for s in batch.report["sheets"] if s["name"] == sheet.name)
    for number, row in enumerate(sheet.rows(), 1):
        if number == at:
            return [WHY, AT, *(text(cell) for cell in row)]
    return []


def _rows(sheet: spreadsheets.Sheet, reasons: dict[int, str]) -> Iterator[list[str]]:
    for number, row in enumerate(sheet.rows(), 1):
        if number in reasons:
            yield [reasons[number], str(number), *(text(cell) for cell in row)]


@contextmanager
def on_disk(file):
    """An uploaded file as a path, gone afterwards."""
    with NamedTemporaryFile() as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        yield kept.name
