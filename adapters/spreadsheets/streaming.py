"""Long lists as a workbook written row by row: however long, the memory stays the same."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from adapters.spreadsheets.writing import CONTROL, FORBIDDEN_IN_TITLES, LONGEST

MOST_ROWS = 1_000_000  # on one sheet; Excel takes 1,048,576
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def stream(
    path: Path, *, title: str, line: str, headers: Sequence[str], rows: Iterable[Sequence],
    widths: Sequence[int] = (), subject: str = "",
) -> int:  # fmt: skip
    """The rows as a workbook at the path, each sheet under the line and the headers; how many.

    Every text is a text cell, whatever it begins with. Raises ValueError for a text longer than a
    cell may hold, because Excel would cut it off unseen.
    """
    options = {"constant_memory": True, "tmpdir": str(path.parent), **PLAIN}
    count, sheet, at = 0, None, 0
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": title, "subject": subject})
        head = [
            book.add_format(said)
            for said in ({"bold": True}, {"bold": True, "bg_color": "#E8EEF9"})
        ]
        text = book.add_format({"num_format": "@"})
        for row in rows:
            if sheet is None or at > MOST_ROWS:
                sheet, at = _sheet(book, title, line, headers, widths, head, text), 2
                write = sheet.write_string
            for column, value in enumerate(row):
                if value.__class__ is str:
                    if not value:
                        continue
                    if len(value) > LONGEST:
                        raise ValueError(f"text of {len(value)} characters does not fit a cell")
                    write(at, column, value if value.isprintable() else CONTROL.sub("", value))
                elif value is not None:
                    sheet.write_number(at, column, value)
            at += 1
            count += 1
        if sheet is None:
            _sheet(book, title, line, headers, widths, head, text)
    return count


def _sheet(book, title, line, headers, widths, head, text):
    """A sheet with the line, the headers, and columns of text."""
    number = len(book.worksheets())
    name = FORBIDDEN_IN_TITLES.sub(" ", title)[:25] or "名单"
    sheet = book.add_worksheet(f"{name} {number + 1}" if number else name)
    for column, header in enumerate(headers):
        width = widths[column] if column < len(widths) else max(10, 2 * len(header) + 4)
        sheet.set_column(column, column, width, text)
    sheet.freeze_panes(2, 0)
    sheet.write_string(0, 0, CONTROL.sub("", line), head[0])
    for column, header in enumerate(headers):
        sheet.write_string(1, column, header, head[1])
    return sheet
