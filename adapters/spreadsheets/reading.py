"""Any tabular file as sheets of rows: xlsx, xls, ods, SpreadsheetML, HTML, csv and other text."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import python_calamine

from adapters.spreadsheets import archive, markup, plain
from adapters.spreadsheets.refusal import Refused

Cell = str | float | int | bool | date | datetime | None
Rows = Callable[[], Iterator[list[Cell]]]

MOST_BYTES = 30 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 300
HEAD = 4096
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES_AND_PAPERS = {
    b"\xff\xd8\xff": "图片",
    b"\x89PNG": "图片",
    b"GIF8": "图片",
    b"%PDF": "PDF 文件",
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf": "7z 压缩包",
}


@dataclass
class Sheet:
    """One sheet: its name, whether it is hidden, and its rows as often as asked for.

    `height` says how many rows there are about, once they were begun to be read.
    """

    name: str
    read: Rows
    hidden: bool = False
    height: Callable[[], int] = int

    def rows(self) -> Iterator[list[Cell]]:
        """Each row from the first on; empty ones are empty lists.

        Raises Refused when the sheet is larger than is taken.
        """
        for number, row in enumerate(self.read(), 1):
            if number > MOST_ROWS + 1000:
                raise Refused(
                    f"工作表“{self.name}”超过 {MOST_ROWS // 10000} 万行，请拆分成几个文件后分别上传。"
                )
            if len(row) > MOST_COLUMNS and any(
                cell not in (None, "") for cell in row[MOST_COLUMNS:]
            ):
                raise Refused(
                    f"工作表“{self.name}”超过 {MOST_COLUMNS} 列，请删除无关的列后再上传。"
                )
            yield row


@dataclass
class Workbook:
    """A file opened: what kind it is and its sheets."""

    kind: str
    sheets: list[Sheet] = field(default_factory=list)


def open_workbook(path: Path, name: str = "") -> Workbook:
    """The workbook in a file, whatever it is called.

    Raises Refused, with a sentence for the person, for what is no table, damaged, or too large.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refused("文件为空，请重新导出后再上传。")
    if size > MOST_BYTES:
        raise Refused(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请拆分后再上传。")
    if name.lower().endswith((".xlsm", ".xlsb", ".et")):
        raise Refused("不接收含宏或 WPS 专用格式的文件，请另存为 .xlsx 后再上传。")
    with path.open("rb") as file:
        head = file.read(HEAD)
    for magic, what in PICTURES_AND_PAPERS.items():
        if head.startswith(magic):
            raise Refused(f"这是{what}，不是表格文件。请上传 Excel 或 CSV 名册。")
    if head.startswith(b"PK"):
        return _calamine(path, archive.kind_of(path))
    if head.startswith(OLE):
        return _calamine(path, "xls")
    return _text(path, head)


def _text(path: Path, head: bytes) -> Workbook:
    """A file that is text: markup of two sorts, or separated values."""
    text = plain.decode(path.read_bytes())
    start = text[:HEAD].lstrip("\ufeff \r\n\t").lower()
    if start.startswith("<"):
        if "urn:schemas-microsoft-com:office:spreadsheet" in text[:HEAD]:
            tables, kind = markup.spreadsheetml(text), "xml"
        elif "<table" in text[: 64 * 1024].lower():
            tables, kind = markup.html(text), "html"
        else:
            raise Refused("文件里没有表格。请从系统中重新导出 Excel 名册。")
        return Workbook(kind, [Sheet(name, rows) for name, rows in tables])
    return Workbook("text", [Sheet("", lambda: plain.rows(text), height=lambda: text.count("\n"))])


def _calamine(path: Path, kind: str) -> Workbook:
    try:
        # from bytes, because from a path it would believe the name
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        sheets = [
            Sheet(meta.name, *_reader(book, meta.name, "Hidden" in str(meta.visible)))
            for meta in book.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except python_calamine.PasswordError:
        raise Refused("文件设有打开密码，请取消密码后再上传。") from None
    except Exception:
        raise Refused(
            "文件已损坏或不是表格，无法打开。请重新导出或另存为 .xlsx 后再上传。"
        ) from None
    if not sheets:
        raise Refused("文件里没有工作表，请检查后重新上传。")
    return Workbook(kind, sheets)


def _reader(book, name: str, hidden: bool) -> tuple[Rows, bool, Callable[[], int]]:
    parsed: list = []  # the sheet is looked at for its header first, and parsed once

    def rows() -> Iterator[list[Cell]]:
        try:
            if not parsed:
                parsed.append(book.get_sheet_by_name(name))
        except Exception:
            raise Refused(f"工作表“{name}”已损坏，无法读取。请重新导出后再上传。") from None
        sheet = parsed[0]
        if sheet.start is None:
            return
        left = [""] * sheet.start[1]
        merged = _merged_down(sheet)
        for number, row in enumerate(sheet.iter_rows()):
            if left:
                row = left + row
            for column, first, last in merged.get(number, ()):
                _spread(row, column, number, first, last, merged)
            yield row

    return rows, hidden, lambda: parsed[0].total_height if parsed else 0


def _merged_down(sheet) -> dict:
    """The merged ranges of more than one row, by each row they cover."""
    covered: dict[int, list[tuple[int, int, int]]] = {}
    try:
        ranges = sheet.merged_cell_ranges or []
    except Exception:  # kinds of file that do not say
        return {}
    for (top, start), (bottom, end) in ranges:
        if bottom > top and bottom - top <= MOST_ROWS:
            for number in range(top, bottom + 1):
                for column in range(start, end + 1):
                    covered.setdefault(number, []).append((column, top, start))
    return covered


def _spread(row: list, column: int, number: int, top: int, start: int, merged: dict) -> None:
    """The value of a merged range stands in each of its cells."""
    values = merged.setdefault("values", {})
    if number == top and column == start:
        values[top, start] = row[column] if column < len(row) else ""
    elif column < len(row) and row[column] in (None, ""):
        row[column] = values.get((top, start), "")
