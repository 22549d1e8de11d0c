"""Sheets for people to open: text stays text, and nothing in a cell can run."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

LONGEST = 32_767
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
FORBIDDEN_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
HEAD_FILL = PatternFill("solid", fgColor="E8EEF9")


@dataclass
class Table:
    """One sheet: a title, lines above, headers, and rows as they come."""

    title: str
    headers: Sequence[str]
    rows: Iterable[Sequence]
    lines: Sequence[str] = ()
    widths: Sequence[int] = ()


def write(stream, tables: Iterable[Table]) -> None:
    """The tables as an xlsx workbook in the stream, row by row with little memory.

    Every text is a text cell, whatever it begins with. Raises ValueError for a text longer than a
    cell may hold, because Excel would cut it off unseen.
    """
    book = Workbook(write_only=True)
    for table in tables:
        _sheet(book, table)
    book.save(stream)


def in_memory(tables: Iterable[Table]) -> io.BytesIO:
    """The workbook as bytes to send, read from the start."""
    stream = io.BytesIO()
    write(stream, tables)
    stream.seek(0)
    return stream


def title_of(name: str) -> str:
    """The name as a sheet may bear it."""
    return FORBIDDEN_IN_TITLES.sub(" ", name)[:31] or "名单"


def _sheet(book, table: Table) -> None:
    sheet = book.create_sheet(title_of(table.title))
    for number, header in enumerate(table.headers):
        width = table.widths[number] if number < len(table.widths) else max(10, 2 * len(header) + 4)
        sheet.column_dimensions[get_column_letter(number + 1)].width = width
    head = len(table.lines) + 1
    sheet.freeze_panes = f"A{head + 1}"
    for number, line in enumerate(table.lines):
        sheet.append([_text(sheet, line, bold=number == 0)])
    sheet.append([_text(sheet, header, bold=True, fill=True) for header in table.headers])
    count = head
    for row in table.rows:
        sheet.append([_cell(sheet, value) for value in row])
        count += 1
    if table.headers:
        sheet.auto_filter.ref = f"A{head}:{get_column_letter(len(table.headers))}{count}"


def _cell(sheet, value):
    if value is None or isinstance(value, bool | int | float):
        return value
    return _text(sheet, str(value))


def _text(sheet, value: str, *, bold: bool = False, fill: bool = False) -> WriteOnlyCell:
    value = CONTROL.sub("", value)
    if len(value) > LONGEST:
        raise ValueError(f"text of {len(value)} characters does not fit a cell")
    cell = WriteOnlyCell(sheet)
    cell.value = value
    cell.data_type = "s"  # whatever it begins with: "=1+1" is text here
    cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    if fill:
        cell.fill = HEAD_FILL
        cell.alignment = Alignment(vertical="center")
    return cell
