"""Tables that are called .xls but are XML or HTML, as many school systems export them."""

from collections.abc import Callable, Iterator
from functools import partial
from html.parser import HTMLParser

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from adapters.spreadsheets.refusal import Refused

SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
Table = tuple[str, Callable[[], Iterator[list]]]
MOST_SPAN = 300


def spreadsheetml(text: str) -> list[Table]:
    """The sheets of an Excel 2003 XML file."""
    try:
        root = ElementTree.fromstring(text.encode(), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        raise Refused("XML 表格已损坏或含有不允许的内容，请另存为 .xlsx 后再上传。") from None
    tables: list[Table] = []
    for sheet in root.iter(f"{SS}Worksheet"):
        rows = [_row(row) for row in sheet.iter(f"{SS}Row")]
        name = sheet.get(f"{SS}Name") or ""
        tables.append((name, partial(iter, rows)))
    return tables


def _row(row) -> list:
    cells: list = []
    for cell in row.iter(f"{SS}Cell"):
        place = cell.get(f"{SS}Index") or ""
        if place.isdigit() and len(cells) < int(place) - 1 <= MOST_SPAN:
            cells += [""] * (int(place) - 1 - len(cells))
        data = cell.find(f"{SS}Data")
        value = "" if data is None else "".join(data.itertext())
        is_number = data is not None and data.get(f"{SS}Type") == "Number"
        cells.append(_number(value) if is_number else value)
        across = cell.get(f"{SS}MergeAcross") or ""
        if across.isdigit() and int(across) <= MOST_SPAN:
            cells += [""] * int(across)
    return cells


def _number(value: str):
    try:
        return float(value)
    except ValueError:
        return value


class _Tables(HTMLParser):
    """Collects the cells of every table; scripts and styles are passed over."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.row: list[str] | None = None
        self.cell: list[str] | None = None
        self.span = (1, 1)
        self.down: dict[int, tuple[int, str]] = {}
        self.quiet = 0

    def handle_starttag(self, tag, attrs):
        if tag in {"script", "style"}:
            self.quiet += 1
        elif tag == "table":
            self.tables.append([])
            self.down = {}
        elif tag == "tr" and self.tables:
            self._end_row()
            self.row = []
        elif tag in {"td", "th"} and self.row is not None:
            self._end_cell()
            given = dict(attrs)
            self.span = _span(given.get("rowspan")), _span(given.get("colspan"))
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append(" ")

    def handle_endtag(self, tag):
        if tag in {"script", "style"}:
            self.quiet = max(0, self.quiet - 1)
        elif tag in {"td", "th"}:
            self._end_cell()
        elif tag in {"tr", "table"}:
            self._end_row()

    def handle_data(self, data):
        if self.cell is not None and not self.quiet:
            self.cell.append(data)

    def _end_cell(self):
        if self.cell is None or self.row is None:
            return
        self._fill_from_above()
        value = "".join(self.cell).strip()
        rows, columns = self.span
        for _ in range(columns):
            if rows > 1:
                self.down[len(self.row)] = (rows - 1, value)
            self.row.append(value)
        self.cell = None

    def _fill_from_above(self):
        row = self.row if self.row is not None else []
        while (above := self.down.get(len(row))) and above[0] > 0:
            self.down[len(row)] = (above[0] - 1, above[1])
            row.append(above[1])

    def _end_row(self):
        self._end_cell()
        if self.row is not None and self.tables:
            self._fill_from_above()
            self.tables[-1].append(self.row)
        self.row = None


def _span(given: str | None) -> int:
    return min(int(given), MOST_SPAN) if given and given.isdigit() and int(given) else 1


def html(text: str) -> list[Table]:
    """The tables of an HTML page, as sheets without names."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    return [("", partial(iter, rows)) for rows in parser.tables if rows]
