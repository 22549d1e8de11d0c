"""From a file to clean rows: where the header stands, what to skip, what to refuse and why."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

from accounts.roster import cells
from accounts.roster.columns import FIELDS, NOT_NEEDED, NOT_TAKEN, field_of, field_of_pair, tidy
from adapters.spreadsheets import Refused, Sheet, open_workbook

HEAD_ROWS = 10
SAMPLE = 500
FOOTERS = (
    "合计",
    "总计",
    "制表",
    "打印",
    "审核人",
    "填表",
    "共计",
    "负责人",
    "填报",
    "注：",
    "注:",
    "说明：",
)
FOOTER_SIGNS = {sign[0] for sign in FOOTERS}
tidy_name = lru_cache(maxsize=50_000)(tidy)
KEYS = {"number", "exam_number", "id_number"}
OWN = KEYS | {"name", "phone", "bed"}  # nearly every row has another value
MOST_KEPT = 20_000


@dataclass(slots=True)
class Problem:
    """Why a row is refused: which column, what stood there (masked), what to do."""

    column: str
    value_masked: str
    reason: str


@dataclass(slots=True)
class Row:
    """One person of a roster; `row` is the number the spreadsheet shows."""

    sheet: str
    row: int
    values: dict[str, str]
    problems: list[Problem]


@dataclass
class SheetReport:
    """What was made of one sheet."""

    name: str
    header_row: int
    mapping: dict[str, str]
    ignored: list[str]


@dataclass
class _Part:
    sheet: Sheet
    report: SheetReport
    columns: list[tuple[int, str, str]]
    first_row: int


@dataclass
class RosterFile:
    """A roster whose headers are understood; its rows are read when asked for."""

    sheets: list[SheetReport] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)

    @property
    def height(self) -> int:
        """About how many rows there are, for a sign of progress."""
        return sum(part.sheet.height() for part in self.parts)

    def rows(self) -> Iterator[Row]:
        """Every person of every sheet. A number that comes twice is refused the second time."""
        seen: dict[str, tuple[str, int]] = {}
        for part in self.parts:
            for row in _rows_of(part):
                key = row.values.get("number") or row.values.get("exam_number", "")
                if key and key in seen:
                    sheet, number = seen[key]
                    place = (
                        f"工作表“{sheet}”第 {number} 行"
                        if sheet != row.sheet
                        else f"第 {number} 行"
                    )
                    reason = f"与{place}的号码相同，请核对后保留一行"
                    row.problems.append(Problem("学（工）号", cells.masked("number", key), reason))
                elif key:
                    seen[key] = (row.sheet, row.row)
                yield row


def read(path: Path, *, mapping: dict[str, str] | None = None, name: str = "") -> RosterFile:
    """The roster in a file. `mapping` (header → field) overrules the dictionary.

    Raises Refused when the file is no table, or no sheet has a header with names and numbers.
    """
    book = open_workbook(path, name)
    found = RosterFile()
    for sheet in book.sheets:
        if sheet.hidden:
            found.notices.append(f"隐藏的工作表“{sheet.name}”未读取。")
            continue
        part = _understand(sheet, {tidy(k): v for k, v in (mapping or {}).items()})
        if part is None:
            if any(_filled(row) for row in islice(sheet.rows(), 50)):
                found.notices.append(f"工作表“{sheet.name}”没有找到表头，未读取。")
            continue
        found.parts.append(part)
        found.sheets.append(part.report)
        _tell_ignored(part.report, found.notices)
    if not found.parts:
        raise Refused(
            f"前 {HEAD_ROWS} 行里没有找到同时含“姓名”和“学号（工号）”的表头，请检查表头后再上传。"
        )
    return found


def _tell_ignored(report: SheetReport, notices: list[str]) -> None:
    private = [h for h in report.ignored if tidy(h) in NOT_NEEDED]
    powers = [h for h in report.ignored if tidy(h) in NOT_TAKEN]
    if private:
        notices.append(f"“{'、'.join(private)}”与本项工作无关，按最少够用原则不读取。")
    if powers:
        notices.append(f"“{'、'.join(powers)}”不能通过名册设置，已忽略。")


def _filled(row) -> bool:
    return any(cell not in (None, "") for cell in row)


def _understand(sheet: Sheet, by_hand: dict[str, str]) -> _Part | None:
    """The sheet with its header found, or None."""
    looked = 0
    rows = enumerate(sheet.rows(), 1)
    for number, row in rows:
        if not _filled(row):
            continue
        looked += 1
        if looked > HEAD_ROWS:
            return None
        fields = [by_hand.get(tidy(cell)) or field_of(cell) for cell in row]
        if "name" in fields and KEYS & set(fields):
            below = next(rows, (0, []))[1]
            return _part(sheet, number, row, below, fields)
    return None


def _part(sheet: Sheet, number: int, row: list, below: list, fields: list) -> _Part:
    lower = _second_row(row, below, fields)
    headers = [cells.text(cell) for cell in row]
    if lower:
        below = below + [""] * (len(row) - len(below))
        above = _carried(headers)
        fields = [
            field_of_pair(above[i], below[i]) if cells.text(below[i]) else fields[i]
            for i in range(len(row))
        ]
        headers = [
            f"{above[i]}/{cells.text(below[i])}"
            if cells.text(below[i]) and cells.text(below[i]) != above[i]
            else headers[i]
            for i in range(len(row))
        ]
    taken = Counter(name for name in fields if name)
    for name in taken:
        same = [headers[i] for i, f in enumerate(fields) if f == name]
        if len(same) > len({tidy(h) for h in same}):
            raise Refused(
                f"工作表“{sheet.name}”的表头“{same[0]}”出现了两次，请删除或改名其中一列后再上传。"
            )
    columns, used = [], set()
    for i, name in enumerate(fields):
        if name and name not in used:
            columns.append((i, name, headers[i]))
            used.add(name)
    kept = {header for _, _, header in columns}
    ignored = [header for header in headers if header and header not in kept]
    mapping = {header: name for _, name, header in columns}
    report = SheetReport(sheet.name, number, mapping, ignored)
    return _Part(sheet, report, columns, number + (2 if lower else 1))


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


def _rows_of(part: _Part) -> Iterator[Row]:
    columns = part.columns
    readers: list[tuple] = [
        (at, name, header, cells.CLEAN.get(name, cells.plain), None if name in OWN else {})
        for at, name, header in columns
    ]
    by_name = {name: i for i, name, _ in columns}
    name_at = by_name["name"]
    key_at = [by_name[key] for key in KEYS if key in by_name]
    header = [(i, tidy(text)) for i, _, text in columns if i == name_at]
    header += [(i, tidy(text)) for i, _, text in columns[:4]]
    name = part.sheet.name
    sheet_class = name if "class_name" not in by_name and len(name) > 2 and "班" in name else ""
    stream = enumerate(part.sheet.rows(), 1)
    body = (pair for pair in stream if pair[0] >= part.first_row)
    sample = list(islice(body, SAMPLE))
    usual = _usual_length([row for _, row in sample], by_name.get("number"))
    for number, row in chain(sample, body):
        width = len(row)
        named = row[name_at] if name_at < width else ""
        if named in ("", None) or type(row[0]) is not str or row[0][:1] in FOOTER_SIGNS:
            person = any(i < width and row[i] not in (None, "") for i in (name_at, *key_at))
            if not person and (not _filled(row) or _is_footer(row)):
                continue
            if _is_footer(row) and sum(cell not in (None, "") for cell in row) <= 3:
                continue
        if tidy_name(named) == header[0][1] and all(
            i < width and tidy(row[i]) == text for i, text in header
        ):
            continue  # the header again, as printed pages repeat it
        yield _row(name, number, row, readers, sheet_class, usual)


def _is_footer(row: list) -> bool:
    first = next((cell for cell in row if cell not in (None, "")), "")
    return type(first) is str and first.strip().startswith(FOOTERS)


def _usual_length(rows: list[list], at: int | None) -> int:
    """The length nine in ten numbers have, if they are such that a leading zero can be lost."""
    if at is None:
        return 0
    found = [(row[at], cells.text(row[at])) for row in rows if at < len(row) and row[at]]
    lengths = Counter(len(shown) for _, shown in found)
    if not lengths:
        return 0
    length, count = lengths.most_common(1)[0]
    zeros = any(shown.startswith("0") for _, shown in found)
    return length if count >= 0.9 * len(found) and zeros else 0


def _row(sheet, number, row, readers, sheet_class, usual) -> Row:
    values: dict[str, str] = {}
    problems: list[Problem] = []
    width = len(row)
    for at, name, header, clean, kept in readers:
        value = row[at] if at < width else None
        if value is None or value == "":
            continue
        plain = kept is not None and type(value) is str
        found = kept.get(value) if plain else None
        if found is None:
            try:
                if type(value) is str and len(value) > 2000:
                    raise cells.Bad("内容过长，请检查该单元格")
                if name == "id_number" and _paper(row, readers):
                    clean = cells.paper_number
                found = clean(value)
            except cells.Bad as bad:
                shown = cells.masked(name, value)
                problems.append(Problem(header or FIELDS[name], shown, str(bad)))
                continue
            if plain and len(kept) < MOST_KEPT:
                kept[value] = found
        if found:
            values[name] = found
    if sheet_class:
        values["class_name"] = sheet_class
    _follow(values)
    _check(values, problems, usual)
    return Row(sheet, number, values, problems)


def _paper(row, readers) -> bool:
    """Whether the row's identity paper is something other than the resident identity card."""
    for at, name, *_ in readers:
        if name == "id_kind" and at < len(row):
            kind = cells.text(row[at])
            return bool(kind) and "身份证" not in kind and kind not in {"1", "01"}
    return False


def _follow(values: dict[str, str]) -> None:
    """The status of a person from its column or, where the office writes it, from the remarks."""
    if "status" in values or "note" in values:
        status, note = _said(values.pop("status", ""), values.get("note", ""))
        if status:
            values["status"], values["status_note"] = status, note


@lru_cache(maxsize=5000)
def _said(said: str, note: str) -> tuple[str, str]:
    status = cells.status(said) or cells.status(note)
    if not status and not said:
        return "", ""
    return status or "active", (said if cells.status(said) or not note else note)[:60]


def _check(values: dict[str, str], problems: list[Problem], usual: int) -> None:
    if not problems and "name" in values and len(values.get("number", "")) >= max(usual, 1):
        return
    wrong = {problem.column for problem in problems}
    if not values.get("name") and not any("名" in column for column in wrong):
        problems.append(Problem("姓名", "", "姓名为空，请补充"))
    keys = values.get("number") or values.get("exam_number") or values.get("id_number")
    if not keys and not any("号" in column for column in wrong):
        problems.append(Problem("学（工）号", "", "学号（工号）为空，请补充；新生可填考生号"))
    number = values.get("number", "")
    if usual and 0 < usual - len(number) <= 3 and number.isdigit():
        shown = cells.masked("number", number)
        reason = f"号码只有 {len(number)} 位，可能少了前导 0，请把该列设为“文本”后重新导出"
        problems.append(Problem("学（工）号", shown, reason))
