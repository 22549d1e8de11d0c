"""Empty workbooks for people to fill in: every column is text, so that nothing typed is changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

ROWS = 20_000  # as far down as the columns are text and the choices are offered


@dataclass(frozen=True)
class Column:
    """One column to fill in: its header, what belongs in it, and the words it may hold."""

    header: str
    note: str
    required: bool = False
    choices: Sequence[str] = ()
    width: int = 16


def blank(stream, title: str, columns: Sequence[Column], guide: str, lines: Sequence[str]) -> None:
    """A sheet with headers alone, and a second one called `guide` with the lines."""
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    text = book.add_format({"num_format": "@"})
    plain = {"bold": True, "bg_color": "#E8EEF9", "num_format": "@", "border": 1}
    heads = {
        True: book.add_format({**plain, "font_color": "#B42318"}),
        False: book.add_format(plain),
    }
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width, text)
        sheet.write_string(0, at, column.header, heads[column.required])
        sheet.write_comment(0, at, column.note, {"x_scale": 1.6})
        if column.choices:
            sheet.data_validation(1, at, ROWS, at, _choice(column))
    notes = book.add_worksheet(guide)
    notes.set_column(0, 0, 100)
    for at, line in enumerate(lines):
        notes.write_string(at, 0, line)
    book.close()


def _choice(column: Column) -> dict:
    return {
        "validate": "list",
        "source": list(column.choices),
        "ignore_blank": True,
        "error_type": "warning",
        "error_title": column.header,
        "error_message": f"可填：{'、'.join(column.choices)}"[:250],
    }
