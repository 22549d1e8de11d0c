"""People act in a round side by side; its closing waits for them, and they for it."""

from django.db import connection
from django.utils import timezone

from accounts.moves import Refused
from rounds.models import Round

SPACE = 7201  # our own space of advisory lock numbers


def _lock(function: str, round_id: int) -> None:
    # SQLite needs none: its write transactions already exclude each other
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [SPACE, round_id])


def enter(round_id: int, *, judging: bool = False) -> Round:
    """The round as it is, which cannot be closed before this transaction ends.

    Raises Refused when it accepts nothing: never once it is over, and for entry (not for
    `judging` what was entered) also outside its hours.
    """
    _lock("pg_advisory_xact_lock_shared", round_id)
    round_ = Round.objects.select_related("unit", "owner").get(pk=round_id)
    if not (round_.state == Round.State.OPEN if judging else round_.accepts):
        raise Refused(closed_because(round_))
    return round_


CHANGING = "state", "opens_at", "due_at", "locks_at"
# one trip for both: each statement of the two sees what is committed when it starts
LOCK_AND_READ = (
    "SELECT pg_advisory_xact_lock_shared(%s, %s); "
    f"SELECT {', '.join(CHANGING)} FROM {Round._meta.db_table} WHERE id = %s"
)


def stay(round_: Round) -> Round:
    """As `enter`, for entry into a round just read: only what may have changed is read again."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(LOCK_AND_READ, [SPACE, round_.pk, round_.pk])
            row = cursor.fetchone()
    else:
        row = Round.objects.values_list(*CHANGING).get(pk=round_.pk)
    for name, value in zip(CHANGING, row, strict=True):
        setattr(round_, name, value)
    if not round_.accepts:
        raise Refused(closed_because(round_))
    return round_


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
        return "任务已停止办理。如确需补办，请与发布单位联系。"
    return f"任务{round_.get_state_display()}，不能办理。"
