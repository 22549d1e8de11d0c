"""附件2 filled in offline comes back: remarks are taken, a number that differs needs its reason."""

import hmac
import re
import tempfile
from pathlib import Path

from django.db import transaction

from accounts.audit import record
from accounts.moves import Refused
from adapters.spreadsheets import HIDDEN, TOP, open_workbook
from adapters.spreadsheets import Refused as Unreadable
from rounds.models import Assignment
from selfcheck.cards.services.reporting import explain, remark
from selfcheck.cards.sheets import heads_of, mark_of, printed
from selfcheck.cards.sums import Sheet

MOST_SHOWN = 10
ANOTHER = "这不是本系统为本单位生成的统计表，请从本页重新下载后填写。"


def letter(column: int) -> str:
    """The letters of a column counted from 1."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def rows_in(data: bytes, name: str) -> tuple[list[list], list[list]]:
    """The rows of the form and of what was kept out of sight; Refused for what is no such file."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            sheets = open_workbook(Path(file.name), name).sheets
            kept = next((list(one.rows()) for one in sheets if one.name == HIDDEN), None)
            form = list(sheets[0].rows())
        except Unreadable as refusal:
            raise Refused(str(refusal)) from None
    if not kept or len(kept[0]) < 4:
        raise Refused(ANOTHER)
    return form, kept


def text(cell) -> str:
    """A cell as typed; a whole number without its point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def check_mark(sheet: Sheet, kept: list[list]) -> None:
    """Raises Refused for another round's or unit's file, or one that the sums have outrun."""
    _, round_id, unit_id, mark = (text(cell) for cell in kept[0][:4])
    if round_id != str(sheet.round.pk):
        raise Refused("这是另一项任务的统计表，请从本任务的统计表页重新下载。")
    if unit_id != str(sheet.unit.pk):
        raise Refused(f"这是其他单位的统计表，本页只接收“{sheet.unit.name}”的统计表。")
    if not hmac.compare_digest(mark, mark_of(sheet)):
        raise Refused("下载之后数据有变动，或校验信息被改动，请重新下载统计表再填写。")


@transaction.atomic
def take_back(part: Assignment, data: bytes, *, name: str, actor) -> tuple[int, int]:
    """What the unit filled in is taken: how many remarks changed, how many numbers are explained.

    Raises Refused, and takes nothing, with every error by row and column.
    """
    sheet = Sheet(part.round, part.unit)
    form, kept = rows_in(data, name)
    check_mark(sheet, kept)
    errors: list[str] = []
    remarks, differences = [], []
    for number, line in enumerate(sheet.lines):
        row = form[TOP - 1 + number] if TOP - 1 + number < len(form) else []
        said, words, wrong = compare(sheet, line, number, row)
        errors += wrong
        differences += [(line.path, *one) for one in said]
        if words is not None and words != line.remark:
            remarks.append((line.path, words))
    if errors:
        more = f"（另有 {len(errors) - MOST_SHOWN} 处）" if len(errors) > MOST_SHOWN else ""
        raise Refused("；".join(errors[:MOST_SHOWN]) + more + "。请改正后重新上传，本次没有写入。")
    for path, words in remarks:
        remark(part, path, text=words, actor=actor)
    for path, column, told, reason in differences:
        explain(part, path, column, said=told, reason=reason, actor=actor)
    record(actor, "take_sheet", part, rows=len(sheet.lines))
    return len(remarks), len(differences)


def compare(sheet: Sheet, line, number: int, row: list):
    """One line against the sums: what differs with its reason, the remark, what is wrong."""
    heads, ours = heads_of(sheet), printed(sheet, line, number + 1)
    cells = [*row, *[None] * (len(heads) + 1 - len(row))]
    reason, at = text(cells[len(heads)]), TOP + number
    if text(cells[2]) != str(ours[2]):
        return [], None, [f"第 {at} 行“班级（科室）”被改动，应为“{ours[2]}”"]
    codes = iter(code for code, _ in sheet.columns)
    said, wrong = [], []
    for column, (group, label) in enumerate(heads):
        if column < 3 or label in {"原因", "备注"}:
            continue
        code, told, where = next(codes), text(cells[column]), f"第 {at} 行 {letter(column + 1)} 列"
        heading = f"“{group}{label}”"
        if not re.fullmatch(r"[0-9]{1,6}", told):
            wrong.append(f"{where}{heading}应填数字，现为“{told[:20] or '空'}”")
        elif int(told) != line.numbers[code]:
            if not reason:
                wrong.append(
                    f"{where}{heading}填 {told}，汇总数为 {line.numbers[code]}，请在“差异说明”列写明原因"
                )
            elif code == "people" and int(told) > line.numbers["expected"]:
                wrong.append(f"{where}{heading}填 {told}，超过应查人数 {line.numbers['expected']}")
            said.append((code, int(told), reason))
    words = text(cells[len(heads) - 1])
    if len(words) > 200:
        wrong.append(f"第 {at} 行“备注”超过 200 个字")
    return said, words, wrong
