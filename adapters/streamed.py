"""A long list as a workbook, written row by row: what was written is no longer held."""

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter


class StreamedSheet:
    """One sheet with a heading row that stays in view. Every cell is text or a number."""

    def __init__(self, path: Path, title: str, headers: Sequence[str], widths: Sequence[float]):
        self.book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self.sheet = self.book.add_worksheet(title)
        bold = self.book.add_format({"bold": True, "bottom": 1})
        for column, (header, width) in enumerate(zip(headers, widths, strict=True)):
            self.sheet.set_column(column, column, width)
            self.sheet.write_string(0, column, header, bold)
        self.sheet.freeze_panes(1, 0)
        self.row = 0

    def add(self, values: Sequence[str | int]) -> None:
        """One more row."""
        self.row += 1
        for column, value in enumerate(values):
            if isinstance(value, int):
                self.sheet.write_number(self.row, column, value)
            elif value:  # as text, so that nothing is ever a formula
                self.sheet.write_string(self.row, column, value)

    def close(self) -> None:
        """The file is whole."""
        self.book.close()
