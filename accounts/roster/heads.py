"""Where the header of a sheet stands and which column is which: by the dictionary, or by hand."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from accounts.roster import cells
from accounts.roster.columns import FIELDS, NOT_NEEDED, NOT_TAKEN, field_of, field_of_pair, tidy
from adapters.spreadsheets import Refused, Sheet

HEAD_ROWS = 10
SAMPLES = 3
MOST_HEADS = 20
KEYS = {"number", "exam_number", "id_number"}
UNREAD = ""  # by hand: this column is not to be read
LONG = re.compile(r"[0-9A-Za-z]{7,}")
NO_HEADER = (
    f"前 {HEAD_ROWS} 行里没有找到同时含“姓名”和“学号（工号）”的表头，请检查表头后再上传，"
    "或指明各列的含义。"
)
Remembered = Callable[[str], Mapping[str, str] | None]


class Unmapped(Refused):
    """No sheet says by its header who is who; `heads` are the likeliest ones, to map by hand."""

    def __init__(self, heads: list["Head"]):
        super().__init__(NO_HEADER)
        self.heads = heads


@dataclass
class Head:
    """A header with a few values below each column, the long numbers masked."""

    sheet: str
    row: int
    signature: str
    columns: list[tuple[str, str, list[str]]]  # header, field or "", samples

    def plain(self) -> dict:
        """As it is kept with a batch."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "signature": self.signature,
            "columns": [list(column) for column in self.columns],
        }


@dataclass
class SheetReport:
    """What was made of one sheet."""

    name: str
    header_row: int
    mapping: dict[str, str]
    ignored: list[str]
    doubtful: list[tuple[str, str]] = field(default_factory=list)  # header, field another took
    head: Head | None = None


@dataclass
class Part:
    """A sheet whose header is understood."""

    sheet: Sheet
    report: SheetReport
    columns: list[tuple[int, str, str]]
    first_row: int


def key_of(at: int, header: object) -> str:
    """How a column is called when it is remembered: by its header, or by its place."""
    return tidy(header) or f"#{at + 1}"


def signature(headers: list) -> str:
    """The same for two sheets with the same headers, in whichever order and width."""
    keys = sorted({tidy(header) for header in headers if tidy(header)})
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def understand(sheet: Sheet, by_hand: Mapping[str, str], remembered: Remembered) -> Part | None:
    """The sheet with its header found, or None. What a person said goes before the dictionary."""
    looked = 0
    rows = enumerate(sheet.rows(), 1)
    for number, row in rows:
        if not filled(row):
            continue
        looked += 1
        if looked > HEAD_ROWS:
            return None
        said = {**(remembered(signature(row)) or {}), **by_hand}
        fields = [said.get(key_of(i, cell), field_of(cell)) for i, cell in enumerate(row)]
        if "name" in fields and KEYS & set(fields):
            below = next(rows, (0, []))[1]
            return _part(sheet, number, row, below, said, fields)
    return None


def likeliest(sheet: Sheet) -> Head | None:
    """The row of the first ones that looks most like a header; None for an empty sheet."""
    found: tuple[tuple[int, int], int, list] | None = None
    for number, row in islice(enumerate(sheet.rows(), 1), HEAD_ROWS):
        known = sum(field_of(cell) is not None for cell in row)
        words = sum(type(cell) is str and bool(cell.strip()) for cell in row)
        if words > 1 and (found is None or (known, words) > found[0]):
            found = (known, words), number, row
    if found is None:
        return None
    _, number, row = found
    fields = [field_of(cell) or UNREAD for cell in row]
    return _head(sheet, number, row, [cells.text(cell) for cell in row], fields, number + 1)


def filled(row) -> bool:
    """Whether anything stands in the row."""
    return any(cell not in (None, "") for cell in row)


def notices_of(report: SheetReport) -> list[str]:
    """What somebody should know of the columns of a sheet."""
    said = []
    private = [h for h in report.ignored if tidy(h) in NOT_NEEDED]
    powers = [h for h in report.ignored if tidy(h) in NOT_TAKEN]
    if private:
        said.append(f"“{'、'.join(private)}”与本项工作无关，按最少够用原则不读取。")
    if powers:
        said.append(f"“{'、'.join(powers)}”不能通过名册设置，已忽略。")
    taken = {name: header for header, name in report.mapping.items()}
    said += [
        f"“{taken[name]}”和“{header}”都像“{FIELDS[name]}”，现读取“{taken[name]}”；"
        "如不对，请修改列的对应。"
        for header, name in report.doubtful
    ]
    return said


def _part(sheet: Sheet, number: int, row: list, below: list, said, fields: list) -> Part:
    lower = _second_row(row, below, fields)
    headers = [cells.text(cell) for cell in row]
    if lower:
        headers, fields = _joined(row, below, headers, fields)
        fields = [said.get(key_of(i, headers[i]), fields[i]) for i in range(len(row))]
    _check_twice(sheet, headers, fields)
    columns, used, doubtful = [], set(), []
    for i, name in enumerate(fields):
        if name and name not in used:
            columns.append((i, name, headers[i] or f"#{i + 1}"))
            used.add(name)
        elif name:
            doubtful.append((headers[i], name))
    kept = {header for _, _, header in columns}
    ignored = [header for header in headers if header and header not in kept]
    mapping = {header: name for _, name, header in columns}
    first = number + (2 if lower else 1)
    taken = {i: name for i, name, _ in columns}
    shown = [taken.get(i, UNREAD) for i in range(len(row))]
    head = _head(sheet, number, row, headers, shown, first)
    report = SheetReport(sheet.name, number, mapping, ignored, doubtful, head)
    return Part(sheet, report, columns, first)


def _head(sheet: Sheet, number: int, row: list, headers: list, fields: list, first: int) -> Head:
    below = list(islice(sheet.rows(), first - 1, first - 1 + SAMPLES))
    columns = []
    for i, header in enumerate(headers):
        samples = [sample(line[i]) for line in below if i < len(line)]
        samples = [value for value in samples if value]
        if header or samples:
            columns.append((header or f"#{i + 1}", fields[i] or UNREAD, samples))
    return Head(sheet.name, number, signature(row), columns)


def sample(value) -> str:
    """A value as it may be shown to tell a column by: of long numbers the last four signs."""
    found = cells.text(value)[:20]
    return LONG.sub(lambda m: "*" * min(6, len(m[0]) - 4) + m[0][-4:], found)


def _check_twice(sheet: Sheet, headers: list[str], fields: list) -> None:
    for name in Counter(name for name in fields if name):
        same = [headers[i] for i, f in enumerate(fields) if f == name]
        if len(same) > len({tidy(h) for h in same}):
            raise Refused(
                f"工作表“{sheet.name}”的表头“{same[0]}”出现了两次，请删除或改名其中一列后再上传。"
            )


def _joined(row: list, below: list, headers: list[str], fields: list) -> tuple[list, list]:
    """Headers and fields of a header of two rows."""
    below = below + [""] * (len(row) - len(below))
    above = _carried(headers)
    lower = [cells.text(cell) for cell in below]
    fields = [field_of_pair(above[i], below[i]) if lower[i] else fields[i] for i in range(len(row))]
    headers = [
        f"{above[i]}/{lower[i]}" if lower[i] and lower[i] != above[i] else headers[i]
        for i in range(len(row))
    ]
    return headers, fields


def _second_row(row: list, below: list, fields: list) -> bool:
    """Whether the next row is the lower half of the header: known words and no person."""
    known = [i for i, cell in enumerate(below) if field_of(cell)]
    if not known:
        return False
    person = [i for i, name in enumerate(fields) if name in KEYS | {"name"} and i < len(below)]
    return all(cells.text(below[i]) in ("", cells.text(row[i])) for i in person)


def _carried(headers: list[str]) -> list[str]:
    """Headers with a merged one carried to the right over the blanks it covers."""
    carried, last = [], ""
    for header in headers:
        last = header or last
        carried.append(last)
    return carried
