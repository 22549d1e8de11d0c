"""An official form as the office prints it: A4 landscape, title, heading, two-line head, foot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from adapters.spreadsheets.writing import CONTROL, title_of

THIN = Border(*(Side(style="thin") for _ in range(4)))
CENTER = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
ASIDE = PatternFill("solid", fgColor="FFF8E1")
A4 = 9


@dataclass
class Form:
    """One printed form. `heads` are (group, heading); neighbours of one group share a cell above.

    `aside` is a column beside the printed area; `beside` are further sheets, `hidden` is kept out of
    sight, for when the file comes back.
    """

    name: str
    mark: str
    title: str
    heading: str
    heads: Sequence[tuple[str, str]]
    rows: Sequence[Sequence]
    total: Sequence
    foot: Sequence[str]
    widths: Sequence[float] = ()
    aside: str = ""
    beside: Sequence[tuple[str, Sequence[Sequence]]] = ()
    hidden: Sequence[Sequence] = field(default_factory=list)


TOP = 6  # the first row of numbers
HIDDEN = "核对信息"


def fill(stream, form: Form) -> None:
    """The form as an xlsx workbook in the stream; every text is a text cell."""
    book = Workbook()
    sheet = book.active
    sheet.title = title_of(form.name)
    wide = len(form.heads)
    _page(sheet)
    _put(sheet, 1, 1, form.mark, align=LEFT)
    _across(sheet, 2, wide, form.title, Font(bold=True, size=16), CENTER)
    _across(sheet, 3, wide, form.heading, Font(), LEFT)
    _heads(sheet, form)
    for number, row in enumerate([*form.rows, form.total]):
        for column, value in enumerate(row, 1):
            align = LEFT if isinstance(value, str) and len(value) > 6 else CENTER
            _put(sheet, TOP + number, column, value, align=align, border=column <= wide)
    last = TOP + len(form.rows)
    _across(sheet, last + 1, wide, "　　　　".join(form.foot), Font(), LEFT)
    sheet.row_dimensions[last + 1].height = 48
    sheet.print_area = f"A1:{get_column_letter(wide)}{last + 1}"
    for name, rows in form.beside:
        sheet = book.create_sheet(title_of(name))
        _paper(sheet)
        _listed(sheet, rows)
    if form.hidden:
        kept = book.create_sheet(HIDDEN)
        _listed(kept, form.hidden)
        kept.sheet_state = "hidden"
    book.save(stream)


def _paper(sheet) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _page(sheet) -> None:
    _paper(sheet)
    sheet.print_title_rows = "4:5"
    sheet.print_options.horizontalCentered = True
    sheet.freeze_panes = f"D{TOP}"
    for side in ("left", "right", "top", "bottom"):
        setattr(sheet.page_margins, side, 0.5)


def _heads(sheet, form: Form) -> None:
    column = 1
    for group, some in groupby(form.heads, key=lambda head: head[0]):
        labels = [label for _, label in some]
        last = column + len(labels) - 1
        for number, label in enumerate(labels, column):
            _put(sheet, 4, number, group or label, bold=True, border=True)
            _put(sheet, 5, number, label if group else "", bold=True, border=True)
            width = form.widths[number - 1] if number <= len(form.widths) else 8
            sheet.column_dimensions[get_column_letter(number)].width = width
            if not group:
                sheet.merge_cells(start_row=4, end_row=5, start_column=number, end_column=number)
        if group:
            sheet.merge_cells(start_row=4, end_row=4, start_column=column, end_column=last)
        column = last + 1
    if form.aside:
        cell = _put(sheet, 4, column, form.aside, bold=True)
        cell.fill = ASIDE
        sheet.column_dimensions[get_column_letter(column)].width = 40
    sheet.row_dimensions[5].height = 32


def _across(sheet, row: int, wide: int, text: str, font: Font, align: Alignment) -> None:
    cell = _put(sheet, row, 1, text, align=align)
    cell.font = font
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=wide)
    sheet.row_dimensions[row].height = 30


def _put(sheet, row: int, column: int, value, *, bold=False, align=CENTER, border=False):
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, str):
        cell.value = CONTROL.sub("", value)
        cell.data_type = "s"  # whatever it begins with: "=1+1" is text here
    else:
        cell.value = value
    cell.alignment = align
    if bold:
        cell.font = Font(bold=True)
    if border:
        cell.border = THIN
    return cell


def _listed(sheet, rows: Sequence[Sequence]) -> None:
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            _put(sheet, number, column, value, align=LEFT, bold=number == 1)
            sheet.column_dimensions[get_column_letter(column)].width = 22
