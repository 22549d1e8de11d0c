"""How people stand on a sheet."""

from uuid import UUID

from django.utils import timezone

from accounts import masks
from accounts.exports import Sheet
from accounts.models import Unit, User
from accounts.paths import CLASS, COLLEGE, DORM, WIDTH
from accounts.scope import covers
from accounts.sealed import Unreadable, unseal

CHUNK = 2000
CATEGORIES = dict(User.Category.choices)
STATUSES = dict(User.Status.choices)


def moment(at) -> str:
    """A moment as it is read here; '' for none."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def places(user) -> "Places":
    """The names of the units in view, for rows that carry a path."""
    return Places(Unit.objects.permitted(user).values_list("path", "name"))


class Places(dict):
    """College, class and dorm by path, each looked up once."""

    def __init__(self, named):
        super().__init__()
        self.names = dict(named)

    def __missing__(self, path: str) -> tuple[str, str, str]:
        steps = (path[: WIDTH * level] for level in (COLLEGE, CLASS, DORM))
        ends = (WIDTH * level <= len(path) for level in (COLLEGE, CLASS, DORM))
        found = [
            self.names.get(step, "") if there else ""
            for step, there in zip(steps, ends, strict=True)
        ]
        self[path] = (found[0], found[1], found[2])
        return self[path]


def _opened(box: str, column: str, row: UUID, mask) -> str:
    try:
        value = unseal(box, column, row)
    except Unreadable:
        return "无法读取"
    return mask(value) if mask else value


def people_rows(rows, user, *, full: bool):
    """Each person with place, standing and numbers: masked, unless asked for and allowed."""
    at = places(user)
    columns = (
        "pk", "uuid", "unit_path", "name", "number", "category", "status", "gender", "grade",
        "major", "phone_sealed", "id_number_sealed", "activated_at", "absent_since",
    )  # fmt: skip
    for row in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        pk, uuid, path, name, number, category, status, gender, grade, major, *rest = row
        phone, id_number, activated, absent = rest
        whole = full and covers(user, "person.unmask", path)
        yield pk, (
            *at[path], name, number, CATEGORIES.get(category, ""), STATUSES.get(status, ""),
            gender, grade, major,
            phone and _opened(phone, "accounts_user.phone", uuid, None if whole else masks.phone),
            id_number
            and _opened(id_number, "accounts_user.id_number", uuid, None if whole else masks.id_number),
            "已激活" if activated else "未激活", str(absent) if absent else "",
        )  # fmt: skip


PEOPLE = Sheet(
    title="人员名单",
    headers=[
        "单位", "班级（科室）", "宿舍", "姓名", "学（工）号", "类别", "状态", "性别", "年级",
        "专业（岗位）", "手机号", "证件号码", "激活", "名册未见",
    ],
    rows=people_rows,
    widths=[22, 22, 14, 12, 18, 12, 10, 6, 8, 20, 16, 24, 10, 12],
    sensitive=True,
)  # fmt: skip
