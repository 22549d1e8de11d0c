"""Lists as workbooks: what the page shows, with where, when and by whom above."""

import io
from urllib.parse import quote

from django.utils import timezone

from accounts.exports import Listed, Sheet, source
from accounts.models import Unit
from accounts.moves import Refused
from accounts.paging import bounded
from accounts.paths import ancestors
from accounts.scope import covers
from accounts.sheets import CHUNK, moment, places
from adapters import spreadsheets
from rounds.models import Assignment, Completion
from rounds.queries import (
    Board,
    by_class,
    cells,
    part_figures,
    people_at,
    rounds_at,
    unit_names,
    words_of,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = ["序号", "单位", "班级（科室）", "宿舍", "学（工）号", "姓名", "状态", "责任人"]
WIDTHS = [8, 22, 22, 16, 18, 14, 12, 16]


def attachment(name: str) -> str:
    """The header that makes a browser save a file under a Chinese name."""
    return f"attachment; filename=\"list.xlsx\"; filename*=UTF-8''{quote(name)}"


def missing(board: Board, *, by) -> bytes:
    """The missing list of a board: as many rows as its tile says."""
    items, words = words_of(board)
    table = spreadsheets.Table(
        title="未完成名单",
        headers=[*COLUMNS, *(item.label for item in items)],
        rows=rows(board, by, items, words),
        lines=[
            f"{board.round.title} 未完成名单（{board.unit.name}）",
            f"截至 {timezone.localtime():%Y-%m-%d %H:%M}　应完成 {board.figures.expected} 人，"
            f"未完成 {board.figures.missing} 人　导出人 {by.name}",
            *(f"未完成中：{mark.label} {mark.count} 人" for mark in board.marks_for(by)),
            *([f"已提交中：{how}"] if (how := ways(board)) else []),
            "内部使用，不得张贴、转发。",
        ],
        widths=[*WIDTHS, *(14 for _ in items)],
    )
    out = io.BytesIO()
    spreadsheets.write(out, [table])
    return out.getvalue()


def ways(board: Board) -> str:
    """How those who did their part did it, where not all did it themselves."""
    return "，".join(f"{label} {n} 人" for label, n in board.methods)


def rows(board: Board, by, items=(), words=None):
    """One row for each missing person, in the order of the list; whose marks they are to `by`, and
    at the end how each item stands.
    """
    words = words or {}
    groups = by_class(board.missing(), at=board.named_at)
    names = unit_names({group.path for group in groups}, board.named_at)
    number = 0
    told = [mark for mark in board.marks if covers(by, mark.action, board.path)]
    said = {pk: mark.label for mark in told for pk in mark.people}
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
                f"{person.word}（{said[person.pk]}）" if person.pk in said else person.word,
                group.answers,
                *(words.get(person.pk, {}).get(item.pk, "未办理") for item in items),
            ]


PART_STATES = dict(Assignment.State.choices)
STATES = dict(Completion.State.choices)
METHODS = dict(Completion.Method.choices)
AT_ONCE = 500  # parts whose people are counted together


def part_rows(rows, user, *, full: bool):
    """Each unit's part with its people counted; `full` means nothing here."""
    at, chunk = places(user), []
    rows = rows.select_related("round", "submitted_by", "judged_by")
    for part in rows.iterator(chunk_size=AT_ONCE):
        chunk.append(part)
        if len(chunk) == AT_ONCE:
            yield from _counted(chunk, at)
            chunk = []
    yield from _counted(chunk, at)


def _counted(parts, at):
    figures = part_figures(parts)
    for part in parts:
        found = figures[part.pk]
        yield part.pk, (
            part.round.title, *at[part.unit_path], PART_STATES[part.state], found.expected,
            found.verified, found.missing, found.excused, str(part.submitted_by or ""),
            moment(part.submitted_at), str(part.judged_by or ""), part.note,
        )  # fmt: skip


PARTS = Sheet(
    title="单位任务",
    headers=[
        "任务", "单位", "班级（科室）", "宿舍", "状态", "应完成", "已完成", "未完成", "豁免",
        "交件人", "交件时间", "审核人", "说明",
    ],
    rows=part_rows,
    widths=[30, 22, 22, 14, 10, 8, 8, 8, 8, 12, 18, 12, 30],
)  # fmt: skip


def completion_rows(rows, user, *, full: bool):
    """Each person's part; `full` means nothing here."""
    at = places(user)
    columns = (
        "pk", "round__title", "unit_path", "person__name", "person__number", "state", "method",
        "done_at", "note",
    )  # fmt: skip
    for pk, title, path, name, number, state, method, done, note in rows.values_list(
        *columns
    ).iterator(chunk_size=CHUNK):
        yield pk, (
            title, *at[path], name, number, STATES[state], METHODS.get(method, ""), moment(done),
            note,
        )  # fmt: skip


COMPLETIONS = Sheet(
    title="个人完成",
    headers=[
        "任务", "单位", "班级（科室）", "宿舍", "姓名", "学（工）号", "状态", "方式", "完成时间",
        "说明",
    ],
    rows=completion_rows,
    widths=[30, 22, 22, 14, 12, 18, 12, 12, 18, 30],
)  # fmt: skip


@source("overview")
def overview(user, params: dict, *, full: bool) -> Listed:
    """One row a person, one column a task, as the page shows them; `full` means nothing here."""
    unit = Unit.objects.permitted(user).filter(pk=params["unit"]).first()
    if unit is None or not covers(user, "person.view", unit.path):
        raise Refused("您的角色已变动，不能导出这份名单。")
    rounds = rounds_at(user, unit)
    people = people_at(user, unit)
    return Listed(
        title=f"{unit.name}一览",
        headers=["单位", "班级（科室）", "宿舍", "姓名", "学（工）号", *(r.title for r in rounds)],
        rows=_overview_rows(user, unit, rounds, people),
        count=bounded(people),
        widths=[22, 22, 14, 12, 18, *(16 for _ in rounds)],
        path=unit.path,
    )


def _overview_rows(user, unit, rounds, people):
    at, chunk = places(user), []
    for person in people.iterator(chunk_size=AT_ONCE):
        chunk.append(person)
        if len(chunk) == AT_ONCE:
            yield from _celled(unit, rounds, chunk, at)
            chunk = []
    yield from _celled(unit, rounds, chunk, at)


def _celled(unit, rounds, people, at):
    found = cells(unit, rounds, people)
    for person in people:
        words = (cell.word for cell in found[person.pk])
        yield person.pk, (*at[person.unit_path], person.name, person.number, *words)
