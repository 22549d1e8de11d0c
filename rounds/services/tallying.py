"""Tallies of open rounds, for the province: recounted from facts each minute, where touched."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.moves import Refused
from accounts.paths import CLASS, SCHOOL, WIDTH, cut
from rounds import gate
from rounds.figures import Census, Figures
from rounds.models import Round, Tally, Touch

COUNTS = list(Figures.__slots__)


def recount_changed() -> int:
    """Every school's open rounds are tallied as they stand; how many were counted anew.

    A round never tallied, or not yet today (an excuse or a validity may have run out overnight),
    is counted whole, each in a transaction of its own; then the classes touched since last time.
    """
    whole = sum(recount(pk) for pk in _due_whole())
    return whole + _recount_touched()


def recount_all() -> int:
    """Every school's open rounds are counted from nothing; how many."""
    return sum(recount(pk) for pk in _open().values_list("pk", flat=True))


def _open():
    # of a college's own round the province sees nothing
    return Round.objects.filter(state=Round.State.OPEN, unit__path__length=SCHOOL * WIDTH)


def _due_whole() -> list[int]:
    if connection.vendor != "postgresql":  # nothing notes there what was touched
        return list(_open().values_list("pk", flat=True))
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    fresh = Tally.objects.filter(level=SCHOOL, counted_at__gte=midnight)
    return list(_open().exclude(pk__in=fresh.values("round")).values_list("pk", flat=True))


def _alone() -> None:
    """One recount at a time, or an earlier reading could be written after a later one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [gate.SPACE + 1])


@transaction.atomic
def recount(round_id: int) -> bool:
    """The tallies of one open round are as its facts now say; False if it is open no more."""
    _alone()
    try:
        round_ = gate.enter(round_id, judging=True)
    except Refused:
        return False
    now = timezone.now()
    root = round_.unit.path
    found = Census(round_).by_prefix(root, CLASS)
    round_.tallies.filter(level=CLASS).exclude(path__in=found).delete()
    _write(_rows(round_, found, CLASS, now))
    _sum_up([round_], now)
    return True


@transaction.atomic
def _recount_touched() -> int:
    _alone()
    ids = list(_open().values_list("pk", flat=True))
    gate.enter_all(ids)
    now = timezone.now()
    touched = _taken()
    rows, counted = [], []
    for round_ in _open().filter(pk__in=ids).select_related("unit"):
        paths = _of_round(round_, touched)
        if paths:
            found = Census(round_).by_class(paths)
            # where nobody is expected any more, as at the old place of a moved class, none is kept
            round_.tallies.filter(level=CLASS, path__in=set(paths) - found.keys()).delete()
            rows += _rows(round_, found, CLASS, now)
            counted.append(round_)
    _write(rows)
    _sum_up(counted, now)
    Tally.objects.filter(round__in=ids, level=SCHOOL).update(counted_at=now)
    return len(counted)


def _taken() -> dict[str, dict[int | None, set[str]]]:
    """What was touched, by school and round; what is taken here is recounted in this transaction.

    A change not committed yet keeps its note, which the next recount finds.
    """
    found: dict[str, dict[int | None, set[str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Touch._meta.db_table} RETURNING round_key, path")
        for round_key, path in cursor.fetchall():
            school = found.setdefault(cut(path, SCHOOL), {})
            school.setdefault(round_key, set()).add(cut(path, CLASS))
    return found


def _of_round(round_: Round, touched) -> list[str]:
    here = touched.get(round_.unit.path, {})
    return sorted(here.get(round_.pk, set()) | here.get(None, set()))


def _rows(round_: Round, found: dict[str, Figures], level: int, now: datetime) -> list[Tally]:
    return [
        Tally(round=round_, path=path, level=level, counted_at=now, **figures.as_dict())
        for path, figures in found.items()
    ]


def _write(rows: Iterable[Tally]) -> None:
    Tally.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["round", "path", "level"],
        update_fields=[*COUNTS, "counted_at"],
    )


def _sum_up(rounds: list[Round], now: datetime) -> None:
    """A school's figures are the sum of its classes'."""
    parts = Tally.objects.filter(round__in=rounds, level=CLASS).order_by().values("round")
    rows: Any = parts.annotate(**{f"{name}_sum": Sum(name) for name in COUNTS})
    sums = {row["round"]: [row[f"{name}_sum"] for name in COUNTS] for row in rows}
    schools = []
    for round_ in rounds:
        figures = Figures(*sums.get(round_.pk, []))
        schools += _rows(round_, {round_.unit.path: figures}, SCHOOL, now)
    _write(schools)
