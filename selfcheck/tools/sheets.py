"""What a unit keeps of its pictures: a zip with readable names, a list of them, who lacks what."""

from collections.abc import Iterator
from zipfile import ZipFile, ZipInfo

from django.utils import timezone

from accounts.exports import Listed, source
from accounts.models import Unit, User
from accounts.moves import Refused
from accounts.paths import under
from accounts.scope import covers
from accounts.services.files import safe
from accounts.sheets import CHUNK, moment, places
from rounds.models import Answer, Round
from rounds.queries import Board
from rounds.sheets import missing
from selfcheck.models import Shot
from selfcheck.tools.review_queries import facts_of

SOURCE = "tools.pictures"
HEADERS = [
    "单位", "班级（科室）", "姓名", "学（工）号", "项目", "状态", "核验", "提交时间", "有效期至",
    "识别结果", "文件", "文件校验码（SHA-256）",
]  # fmt: skip
WIDTHS = [20, 20, 12, 16, 24, 10, 12, 18, 12, 40, 48, 66]


def may_take(user: User, unit: Unit) -> bool:
    """Whether the user may take a unit's pictures out."""
    return covers(user, "shot.view", unit.path) and covers(user, "export.make", unit.path)


@source(SOURCE)
def pictures(user, params: dict, *, full: bool) -> Listed:
    """The pictures of a unit in a round, each as a file named by class, number, name and item."""
    round_ = Round.objects.permitted(user).filter(pk=params["round"]).first()
    unit = Unit.objects.permitted(user).filter(pk=params["unit"]).first()
    if round_ is None or unit is None or not may_take(user, unit):
        raise Refused("您的角色已变动，不能导出截图。")
    shots = Shot.objects.permitted(user).filter(
        under(unit.path, "unit_path"), round=round_, evidence__voided_at=None
    )
    files: list[tuple[str, Shot]] = []
    return Listed(
        title=f"{unit.name}截图",
        headers=HEADERS,
        rows=_rows(shots, places(user), files),
        count=shots.count(),
        widths=WIDTHS,
        path=unit.path,
        beside=lambda bundle: _put(bundle, files, Board(round_, unit), user),
    )


def _rows(shots, at, files: list) -> Iterator[tuple[int, tuple]]:
    """A row for each picture; the name each gets in the zip is noted beside."""
    taken: dict[str, int] = {}
    joined = shots.select_related("evidence__file", "evidence__answer__item", "person")
    for shot in joined.order_by("unit_path", "person__number", "pk").iterator(CHUNK):
        answer, person, place = shot.evidence.answer, shot.person, at[shot.unit_path]
        who = f"{person.number}_{person.name}" if person else "未对应"
        item = answer.item.label if answer else "未对应"
        stem = "/".join([*map(safe, filter(None, place[:2])), safe(f"{who}_{item}")])
        taken[stem] = taken.get(stem, 0) + 1
        name = f"{stem}_{taken[stem]}.jpg" if taken[stem] > 1 else f"{stem}.jpg"
        files.append((name, shot))
        yield shot.pk, (
            *place[:2], person.name if person else "", person.number if person else "", item,
            answer.get_state_display() if answer else "未对应", _checked(shot, answer),
            moment(shot.added_at),
            f"{answer.valid_until:%Y-%m-%d}" if answer and answer.valid_until else "",
            "；".join(f"{word} {value}" for word, value in facts_of(shot)), name,
            shot.evidence.file.sha256,
        )  # fmt: skip


def _checked(shot: Shot, answer: Answer | None) -> str:
    if answer is None or answer.state != Answer.State.ACCEPTED:
        return ""
    return "机器识别" if shot.certain else "人工核验"


def _put(bundle: ZipFile, files: list[tuple[str, Shot]], board: Board, user: User) -> None:
    """The pictures under their names, and the list of who lacks what."""
    for name, shot in files:
        at = timezone.localtime(shot.added_at).timetuple()[:6]
        with shot.evidence.file.file.open("rb") as kept:
            bundle.writestr(ZipInfo(name, at), kept.read())
    bundle.writestr("未完成名单.xlsx", missing(board, by=user))
