"""Lists as workbooks: what the page shows, with where, when and by whom above."""

import io
from urllib.parse import quote

from django.utils import timezone

from accounts.paths import ancestors
from adapters import spreadsheets
from rounds.queries import Board, by_class, unit_names

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = ["序号", "单位", "班级（科室）", "宿舍", "学（工）号", "姓名", "状态", "责任人"]
WIDTHS = [8, 22, 22, 16, 18, 14, 12, 16]


def attachment(name: str) -> str:
    """The header that makes a browser save a file under a Chinese name."""
    return f"attachment; filename=\"list.xlsx\"; filename*=UTF-8''{quote(name)}"


def missing(board: Board, *, by) -> bytes:
    """The missing list of a board: as many rows as its tile says."""
    table = spreadsheets.Table(
        title="未完成名单",
        headers=COLUMNS,
        rows=rows(board),
        lines=[
            f"{board.round.title} 未完成名单（{board.unit.name}）",
            f"截至 {timezone.localtime():%Y-%m-%d %H:%M}　应完成 {board.figures.expected} 人，"
            f"未完成 {board.figures.missing} 人　导出人 {by.name}",
            "内部使用，不得张贴、转发。",
        ],
        widths=WIDTHS,
    )
    out = io.BytesIO()
    spreadsheets.write(out, [table])
    return out.getvalue()


def rows(board: Board):
    """One row for each missing person, in the order of the list."""
    groups = by_class(board.missing())
    names = unit_names({group.path for group in groups})
    number = 0
    for group in groups:
        steps = [names.get(step, "") for step in ancestors(group.path)[1:]]
        for person in group.people:
            number += 1
            yield [
                number,
                steps[0] if steps else "",
                steps[1] if len(steps) > 1 else "",
                person.dorm,
                person.number,
                person.name,
                person.word,
                group.answers,
            ]
