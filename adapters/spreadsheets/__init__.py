"""Spreadsheets in and out, known by what they hold, never by what they are called."""

from adapters.spreadsheets.reading import Cell, Refused, Sheet, Workbook, open_workbook
from adapters.spreadsheets.writing import Table, in_memory, write

__all__ = ["Cell", "Refused", "Sheet", "Table", "Workbook", "in_memory", "open_workbook", "write"]
