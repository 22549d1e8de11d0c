"""Spreadsheets in and out, known by what they hold, never by what they are called."""

from adapters.spreadsheets.blank import Column, blank
from adapters.spreadsheets.official import HIDDEN, TOP, Form, fill
from adapters.spreadsheets.reading import Cell, Refused, Sheet, Workbook, open_workbook
from adapters.spreadsheets.streaming import stream
from adapters.spreadsheets.writing import Table, in_memory, title_of, write

__all__ = [
    "HIDDEN",
    "TOP",
    "Cell",
    "Column",
    "Form",
    "Refused",
    "Sheet",
    "Table",
    "Workbook",
    "blank",
    "fill",
    "in_memory",
    "open_workbook",
    "stream",
    "title_of",
    "write",
]
