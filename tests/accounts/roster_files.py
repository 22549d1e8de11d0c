"""Every kind of file in which schools export rosters, made here; the people are invented."""

import csv
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import xlwt

HEADERS = ["学号", "姓名", "学院", "班级", "手机号"]
PEOPLE = [
    ["0820001", "陈喆", "计算机学院", "计科2301班", "13800010001"],
    ["0820002", "阿依古丽·买买提", "计算机学院", "计科2301班", ""],
    ["0820003", "𠮷田翀", "计算机学院", "计科2302班", "13800010003"],
]
TABLE = [HEADERS, *PEOPLE]


def xlsx(path: Path, table=TABLE, *, sheet: str = "名册", merge: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in table:
        book.active.append(row)
    for area in merge:
        book.active.merge_cells(area)
    with path.open("wb") as file:
        book.save(file)
    return path


def sheets(path: Path, named: dict, *, hidden=()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in named.items():
        sheet = book.create_sheet(name)
        for row in table:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    with path.open("wb") as file:
        book.save(file)
    return path


def true_xls(path: Path, table=TABLE) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("名册")
    for i, row in enumerate(table):
        for j, value in enumerate(row):
            sheet.write(i, j, value)
    book.save(str(path))
    return path


def ods(path: Path, table=TABLE) -> Path:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        "<table:table-row>" + "".join(cell.format(escape(v)) for v in row) + "</table:table-row>"
        for row in table
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="名册">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return path


def spreadsheetml(path: Path, table=TABLE) -> Path:
    cell = '<Cell><Data ss:Type="String">{}</Data></Cell>'
    rows = "".join(
        "<Row>" + "".join(cell.format(escape(v)) for v in row) + "</Row>" for row in table
    )
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="名册"><Table>{rows}</Table></Worksheet></Workbook>',
        encoding="utf-8",
    )
    return path


def html(path: Path, table=TABLE, encoding: str = "gb18030") -> Path:
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(v)}</td>" for v in row) + "</tr>" for row in table
    )
    page = f"<html><head><style>td{{}}</style></head><body><table>{rows}</table></body></html>"
    path.write_bytes(page.encode(encoding))
    return path


def text(path: Path, table=TABLE, *, encoding: str = "utf-8", separator: str = ",") -> Path:
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows(table)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


# each with the name schools give it, which need not be what it is
KINDS = {
    "xlsx": lambda folder: xlsx(folder / "名册.xlsx"),
    "xlsx called xls": lambda folder: xlsx(folder / "名册.xls"),
    "true xls": lambda folder: true_xls(folder / "名册.xls"),
    "ods": lambda folder: ods(folder / "名册.ods"),
    "xml called xls": lambda folder: spreadsheetml(folder / "名册.xls"),
    "html called xls": lambda folder: html(folder / "名册.xls"),
    "tsv called xls": lambda folder: text(folder / "a.xls", encoding="gb18030", separator="\t"),
    "csv in utf-8": lambda folder: text(folder / "名册.csv"),
    "csv in utf-8 with mark": lambda folder: text(folder / "名册.csv", encoding="utf-8-sig"),
    "csv in gbk": lambda folder: text(folder / "名册.csv", encoding="gb18030"),
    "csv by semicolons": lambda folder: text(folder / "名册.csv", separator=";"),
    "unicode text": lambda folder: text(folder / "a.txt", encoding="utf-16", separator="\t"),
}
