"""People act in a round side by side; its closing waits for them, and they for it."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, Subquery
from django.utils import timezone

from accounts.models import User
from accounts.moves import Refused
from accounts.paths import ancestors, under
from rounds.models import Assignment, LockException, Round

SPACE = 7201  # our own space of advisory lock numbers


def _lock(function: str, round_id: int) -> None:
    # SQLite needs none: its write transactions already exclude each other
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [SPACE, round_id])


def locked(round_: Round) -> bool:
    """Whether an open round has stopped taking entries, but for units with leave."""
    return round_.state == Round.State.OPEN and timezone.now() >= round_.locks_at


def with_leave(rounds: Iterable[Round], path: str, *, ladder: bool = False) -> set[int]:
    """Those of the rounds that are locked, but not for who stands at this path.

    Leave of a unit holds for everything below it; on the `ladder` also for the units above, which
    have to hand in after it. Asks nothing of the database while no round is locked.
    """
    ids = [round_.pk for round_ in rounds if locked(round_)]
    if not ids or not path:
        return set()
    where = Q(assignment__unit_path__in=ancestors(path))
    if ladder:
        where |= under(path, "assignment__unit_path")
    running = Q(state=LockException.State.ALLOWED, until__gt=timezone.now())
    found = LockException.objects.filter(where, running, assignment__round__in=ids)
    return set(found.values_list("assignment__round", flat=True))


def accepts(round_: Round, path: str, *, ladder: bool = False) -> bool:
    """Whether who stands at this path may act in the round now."""
    return round_.accepts or round_.pk in with_leave([round_], path, ladder=ladder)


def takes_files(part: Assignment) -> bool:
    """Whether files may still be added to what will be handed in."""
    workable = {Assignment.State.OPEN, Assignment.State.SENT_BACK}
    return part.state in workable and accepts(part.round, part.unit_path, ladder=True)


def enter(round_id: int, path: str = "", *, judging: bool = False, ladder: bool = False) -> Round:
    """The round as it is, which cannot be closed before this transaction ends.

    Raises Refused when it accepts nothing: never once it is over, and for entry (not for
    `judging` what was entered) also outside its hours, unless a unit at or above `path` has leave.
    """
    _lock("pg_advisory_xact_lock_shared", round_id)
    round_ = Round.objects.select_related("unit", "owner").get(pk=round_id)
    allowed = round_.state == Round.State.OPEN if judging else accepts(round_, path, ladder=ladder)
    if not allowed:
        raise Refused(closed_because(round_))
    return round_


CHANGING = "state", "opens_at", "due_at", "locks_at", "edition"
# one trip for both: each statement of the two sees what is committed when it starts
LOCK_AND_READ = (
    "SELECT pg_advisory_xact_lock_shared(%s, %s); "
    f"SELECT {', '.join(CHANGING)}, "
    "(SELECT CASE WHEN merged_into_id IS NULL THEN unit_path ELSE '' END "
    f"FROM {User._meta.db_table} WHERE id = %s) "
    f"FROM {Round._meta.db_table} WHERE id = %s"
)


def stay(round_: Round, person: User) -> Round:
    """As `enter`, for entry into a round just read: only what may have changed is read again.

    So is where the person stands: whoever was moved since the request began is asked to look again.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(LOCK_AND_READ, [SPACE, round_.pk, person.pk, round_.pk])
            row = cursor.fetchone()
    else:
        alive = User.objects.filter(pk=person.pk, merged_into=None)
        stands = Subquery(alive.values("unit_path"))
        row = Round.objects.values_list(*CHANGING, stands).get(pk=round_.pk)
    read = round_.edition
    for name, value in zip(CHANGING, row, strict=False):
        setattr(round_, name, value)
    if row[-1] != person.unit_path:
        raise Refused("您所在的单位刚刚变动，请刷新页面后再办理。")
    if not accepts(round_, person.unit_path):
        raise Refused(closed_because(round_))
    if round_.edition != read:
        raise Refused("任务内容刚刚更新，请刷新页面重新阅读后办理。")
    return round_


def enter_all(round_ids: Iterable[int]) -> None:
    """None of these rounds can be closed before this transaction ends."""
    ids = sorted(round_ids)
    if connection.vendor == "postgresql" and ids:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock_shared(%s, id) FROM unnest(%s::int[]) AS id",
                [SPACE, ids],
            )


def shut(round_id: int) -> None:
    """Wait until nobody acts in the round, and keep everybody out until this transaction ends."""
    _lock("pg_advisory_xact_lock", round_id)


def closed_because(round_: Round) -> str:
    """Why the round accepts nothing now, as a sentence."""
    if round_.state == Round.State.OPEN:
        if timezone.now() < round_.opens_at:
            return (
                f"任务将于 {timezone.localtime(round_.opens_at):%Y-%m-%d %H:%M} 开始，请届时办理。"
            )
        return "任务已停止办理。如确需补办，请由所在单位申请延期办理。"
    return f"任务{round_.get_state_display()}，不能办理。"
