"""From a file to clean rows: where the header stands, what to skip, what to refuse and why."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

from accounts.roster import cells
from accounts.roster.columns import FIELDS, tidy
from accounts.roster.heads import (
    KEYS,
    MOST_HEADS,
    Part,
    Remembered,
    SheetReport,
    Unmapped,
    filled,
    likeliest,
    notices_of,
    understand,
)
from adapters.spreadsheets import open_workbook

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
OWN = KEYS | {"name", "phone", "bed"}  # nearly every row has another value
MOST_KEPT = 20_000
LONGEST_RAW = 200
GUIDE = "填写说明"  # the sheet of our own templates that holds no people
Fixes = Mapping[tuple[str, int], Mapping[str, str] | None]


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
    cells: list
    readers: list[tuple]
    left_out: bool = False

    def raw(self) -> dict[str, str]:
        """By field what stands in the row, as it came."""
        found = {}
        for at, name, *_ in self.readers:
            value = self.cells[at] if at < len(self.cells) else None
            if shown := cells.text(value)[:LONGEST_RAW]:
                found[name] = shown
        return found


@dataclass
class RosterFile:
    """A roster whose headers are understood; its rows are read when asked for."""

    sheets: list[SheetReport] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    fixes: Fixes = field(default_factory=dict)

    @property
    def height(self) -> int:
        """About how many rows there are, for a sign of progress."""
        return sum(part.sheet.height() for part in self.parts)

    def rows(self) -> Iterator[Row]:
        """Every person of every sheet. A number that comes twice is refused the second time."""
        seen: dict[str, tuple[str, int]] = {}
        for part in self.parts:
            for row in _rows_of(part, self.fixes):
                if row.left_out:
                    yield row
                    continue
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


def read(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    remembered: Remembered = lambda signature: None,
    fixes: Fixes | None = None,
    name: str = "",
) -> RosterFile:
    """The roster in a file. `mapping` (header → field, "" for none) overrules what is
    `remembered` of a header by its signature, and that the dictionary; `fixes` says by sheet and
    row what a person has put in the place of some cells (None: the row is left out).

    Raises Refused when the file is no table, and its kind Unmapped when no sheet has a header
    with names and numbers.
    """
    book = open_workbook(path, name)
    found = RosterFile(fixes=fixes or {})
    by_hand = {tidy(k) or k: v for k, v in (mapping or {}).items()}
    unread = []
    for sheet in book.sheets:
        if sheet.name == GUIDE:
            continue
        if sheet.hidden:
            found.notices.append(f"隐藏的工作表“{sheet.name}”未读取。")
            continue
        part = understand(sheet, by_hand, remembered)
        if part is None:
            if any(filled(row) for row in islice(sheet.rows(), 50)):
                found.notices.append(f"工作表“{sheet.name}”没有找到表头，未读取。")
                unread.append(sheet)
            continue
        found.parts.append(part)
        found.sheets.append(part.report)
        found.notices += notices_of(part.report)
    if not found.parts:
        raise Unmapped([head for sheet in unread[:MOST_HEADS] if (head := likeliest(sheet))])
    return found


def _rows_of(part: Part, fixes: Fixes) -> Iterator[Row]:
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
            if not person and (not filled(row) or _is_footer(row)):
                continue
            if _is_footer(row) and sum(cell not in (None, "") for cell in row) <= 3:
                continue
        if tidy_name(named) == header[0][1] and all(
            i < width and tidy(row[i]) == text for i, text in header
        ):
            continue  # the header again, as printed pages repeat it
        fix = fixes.get((name[:60], number), {}) if fixes else {}
        if fix is None:
            yield _left_out(name, number, row, readers)
        elif fix:
            yield _row(name, number, *_fixed(row, readers, fix), sheet_class, usual)
        else:
            yield _row(name, number, row, readers, sheet_class, usual)


def _fixed(row: list, readers: list[tuple], fix: Mapping[str, str]) -> tuple[list, list]:
    """The row and its readers with what a person has put in the place of some cells."""
    places = {reader[1]: reader[0] for reader in readers}
    row = row + [None] * (max(places.values()) + 1 - len(row))
    readers = list(readers)
    for name, value in fix.items():
        if name in places:
            row[places[name]] = value
        else:
            readers.append((len(row), name, FIELDS[name], cells.CLEAN.get(name, cells.plain), None))
            row.append(value)
    return row, readers


def _left_out(sheet: str, number: int, row: list, readers: list[tuple]) -> Row:
    """A row that is not to be taken still says who is there."""
    found = _row(sheet, number, row, readers, "", 0)
    found.left_out = True
    return found


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
    return Row(sheet, number, values, problems, row, readers)


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
