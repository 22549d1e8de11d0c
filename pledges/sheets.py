"""How signed pledges stand on a sheet."""

from accounts.exports import Sheet
from accounts.sheets import CHUNK, moment, places


def rows_of(rows, user, *, full: bool):
    """Each signature with who, what and when; `full` means nothing here."""
    at = places(user)
    columns = (
        "pk", "receipt", "completion__round__title", "completion__unit_path", "person__name",
        "person__number", "text__name", "text__version", "signed_at", "superseded_at",
    )  # fmt: skip
    for pk, receipt, title, path, name, number, text, version, signed, over in rows.values_list(
        *columns
    ).iterator(chunk_size=CHUNK):
        yield pk, (
            receipt, title, *at[path], name, number, f"{text} 第 {version} 版", moment(signed),
            "已被重签替换" if over else "有效",
        )  # fmt: skip


SIGNATURES = Sheet(
    title="签署名单",
    headers=[
        "回执号", "任务", "单位", "班级（科室）", "宿舍", "姓名", "学（工）号", "文本", "签署时间",
        "效力",
    ],
    rows=rows_of,
    widths=[24, 30, 22, 22, 14, 12, 18, 26, 18, 14],
)  # fmt: skip
