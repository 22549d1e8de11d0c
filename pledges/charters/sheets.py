"""The list of pairs as a workbook."""

import io

from django.utils import timezone

from adapters import spreadsheets
from pledges.charters.queries import Cascade
from rounds.sheets import XLSX, attachment

__all__ = ["XLSX", "attachment", "pairs"]

COLUMNS = [
    "序号", "层级", "上级单位", "下级单位", "状态", "方式", "上级签署人", "下级签署人",
    "等待", "份数", "存放处", "保管人", "归档日期",
]  # fmt: skip
WIDTHS = [8, 22, 20, 22, 12, 12, 16, 16, 26, 8, 20, 14, 14]


def pairs(cascade: Cascade, rows: list, *, by) -> bytes:
    """The pairs of a cascade's list, with who signs and where the copies lie."""
    title = f"{cascade.round.title} 责任书签订清单（{cascade.unit.name}）"
    moment = f"截至 {timezone.localtime():%Y-%m-%d %H:%M}"
    table = spreadsheets.Table(
        title="责任书",
        headers=COLUMNS,
        rows=(line(number, row) for number, row in enumerate(rows, 1)),
        lines=[
            title,
            f"{moment}　共 {len(rows)} 份　导出人 {by.name}",
            "内部使用，不得张贴、转发。",
        ],
        widths=WIDTHS,
    )
    out = io.BytesIO()
    spreadsheets.write(out, [table])
    return out.getvalue()


def line(number: int, row) -> list:
    """One pair."""
    signed = row.state == row.State.SIGNED
    return [
        number,
        row.get_tier_display(),
        row.upper.name,
        row.person.name if row.person else row.unit.name,
        row.get_state_display(),
        row.get_method_display() if signed else "",
        row.upper_names or "空缺",
        row.lower_names or "空缺",
        row.holds_up,
        row.copies or "",
        row.place,
        row.keeper,
        f"{row.kept_on:%Y-%m-%d}" if row.kept_on else "",
    ]
