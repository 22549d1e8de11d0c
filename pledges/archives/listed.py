"""Those counted by a list from elsewhere, in an archive: named with the list, with no document."""

from django.db.models.functions import Left

from accounts.models import Unit
from accounts.paths import CLASS, COLLEGE, WIDTH, ancestors, cut, under
from pledges.archives.binder import Binder
from pledges.models import Archive
from rounds.models import Completion, OutsideRow, Round

INDEX = "外部导入名单.xlsx"
UNSIGNED = "外部导入，无本系统签署记录"
COLUMNS = {
    "任务": 28, "单位": 20, "班级（科室）": 20, "姓名": 12, "学（工）号": 16, "完成日期": 12,
    "说明": 30, "来源": 28, "导入文件": 28, "文件校验码（SHA-256）": 66, "行": 10,
}  # fmt: skip


def bind(binder: Binder, archive: Archive, round_: Round) -> int:
    """The unit's people whom a list counts stand in a list of their own; how many."""
    counted = Completion.objects.filter(
        under(archive.unit_path, "unit_path"),
        round=round_,
        method=Completion.Method.OUTSIDE,
        state__in=Completion.SUBMITTED,
    )
    rows = OutsideRow.objects.filter(
        completion__in=counted, batch__state__in=OutsideRow.COUNTING
    ).select_related("completion", "person", "batch__file")
    place = Left("completion__unit_path", CLASS * WIDTH)
    found = list(rows.order_by(place, "person__number", "pk"))
    steps = {step for row in found for step in ancestors(row.completion.unit_path)}
    names = dict(Unit.objects.filter(path__in=steps).values_list("path", "name"))
    for row in found:
        binder.line(INDEX, COLUMNS, [round_.title, *_line(row, names)])
    return len(found)


def _line(row: OutsideRow, names: dict[str, str]) -> list[str]:
    assert row.completion and row.person and row.done_on
    path = row.completion.unit_path
    return [
        names.get(cut(path, COLLEGE), ""),
        names.get(cut(path, CLASS), ""),
        row.person.name,
        row.person.number,
        f"{row.done_on:%Y-%m-%d}",
        UNSIGNED,
        row.batch.source,
        row.batch.file.name,
        row.batch.file.sha256,
        f"第 {row.line} 行",
    ]
