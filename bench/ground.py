"""Boards while a quarter of a million rows are written, and the province read from its tallies.

`python -m bench.ground [--schools 50] [--changes 250000] [--keep]`: right after the writing each
page of a school's boards is at most 10 times as slow as before, at most 1.5 times once autovacuum
has been, its SQL within 60 ms throughout; the province's page takes at most 20 ms of SQL, every
open round is counted from nothing within 15 s and after 200 scattered changes within 1 s, and what
was recounted is what is counted live.
"""

import argparse
import json
import random
import sys
import time

from bench import measure
from bench.pages import best_visit

DATABASE = "bench_ground"
AT_ONCE, AFTER, SQL_MS = 10.0, 1.5, 60.0
PROVINCE_SQL_MS, WHOLE_S, TOUCHED_S, SCATTERED = 20.0, 15.0, 1.0, 200
PATIENCE = 300  # seconds until autovacuum must have been
CHUNK = 2500
INSERT = """
INSERT INTO rounds_completion
    (round_id, person_id, unit_path, state, state_at, note, method, done_at)
SELECT r.id, u.id, u.unit_path, 'accepted', now(), '', 'self', now()
FROM accounts_user u
JOIN accounts_unit s ON s.path = left(u.unit_path, 6)
JOIN rounds_round r ON r.unit_id = s.id AND r.state = 'open'
WHERE u.id BETWEEN %s AND %s AND u.unit_path <> ''
ON CONFLICT DO NOTHING"""
UPDATE = """
UPDATE rounds_completion SET done_at = now(), state_at = now(), note = 'x'
WHERE person_id BETWEEN %s AND %s"""

DUE = """
SELECT s.n_dead_tup > o.threshold + o.scale * s.n_live_tup
    OR s.n_ins_since_vacuum > o.threshold + o.scale * s.n_live_tup
FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid, LATERAL (
    SELECT max(option_value::float) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold'),
           max(option_value::float) FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor')
    FROM pg_options_to_table(c.reloptions)) AS o (threshold, scale)
WHERE s.relname = 'rounds_completion'"""


def clock(work) -> float:
    """How many seconds the work took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def churn(changes: int) -> None:
    """Print how many rows were inserted and updated, people after people all over the province."""
    import django

    django.setup()
    from django.db import connection

    written = {"inserted": 0, "updated": 0}
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM accounts_user")
        first, last = cursor.fetchone()
        starts = list(range(first, last, CHUNK))
        random.Random(7).shuffle(starts)
        for start in starts:
            for deed, sql in (("inserted", INSERT), ("updated", UPDATE)):
                cursor.execute(sql, [start, start + CHUNK - 1])
                written[deed] += cursor.rowcount
            if sum(written.values()) >= changes:
                break
    print(json.dumps(written))


def vacuumed() -> None:
    """Print how long until autovacuum has left the completions with next to no dead rows.

    On a server that runs none, the table is vacuumed by hand, if by its own settings autovacuum
    would have come by now; the line says so.
    """
    import django

    django.setup()
    from django.db import connection

    start = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SHOW autovacuum")
        if cursor.fetchone() == ("off",):
            cursor.execute(DUE)
            due = bool(cursor.fetchone()[0])
            cursor.execute("VACUUM (ANALYZE) rounds_completion")
            spent = time.monotonic() - start
            print(json.dumps({"seconds": spent, "vacuumed": due, "autovacuum": "off, by hand"}))
            return
    sql = """SELECT n_dead_tup, n_ins_since_vacuum, n_live_tup FROM pg_stat_user_tables
             WHERE relname = 'rounds_completion'"""
    while time.monotonic() - start < PATIENCE:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            dead, inserted, live = cursor.fetchone()
        if max(dead, inserted) < 2000 + live / 100:
            print(json.dumps({"seconds": time.monotonic() - start, "vacuumed": True}))
            return
        time.sleep(1)
    print(json.dumps({"seconds": time.monotonic() - start, "vacuumed": False}))


def province() -> None:
    """Print the seconds of both recounts, the page's SQL, and whether tallies and facts agree."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from accounts.models import Grant, User
    from rounds import services
    from rounds.figures import figures
    from rounds.models import Completion, Round, Tally

    Tally.objects.filter(round__state=Round.State.OPEN).delete()
    whole = clock(services.recount_all)
    services.recount_changed()
    dice = random.Random(11)
    touched = []
    for _ in range(measure.BEST_OF):
        ids = list(Completion.objects.order_by("?").values_list("pk", flat=True)[:SCATTERED])
        for pk in ids:
            Completion.objects.filter(pk=pk).update(state=dice.choice(["accepted", "sent_back"]))
        touched.append(clock(services.recount_changed))
    schools = list(Round.objects.filter(state=Round.State.OPEN).select_related("unit"))
    agree = True
    for round_ in dice.sample(schools, min(5, len(schools))):
        tally = Tally.objects.get(round=round_, path=round_.unit.path, level=1)
        live = figures(round_, round_.unit.path).as_dict()
        agree &= live == {name: getattr(tally, name) for name in live}
    user = User.objects.filter(number="office").first()
    Grant.objects.filter(user=user).delete()
    Grant.objects.create(user=user, role="PROVINCE", unit=None, path="")
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    address = reverse("rounds:province")
    ms, sql_ms, _ = best_visit(client, address)
    connection.close()
    print(json.dumps({
        "whole_s": whole, "touched_s": min(touched), "agree": agree, "rounds": len(schools),
        "ms": ms, "sql_ms": sql_ms,
    }))  # fmt: skip


def judged(before: dict, at_once: dict, after: dict) -> bool:
    """One line a page, the three moments side by side; whether every one holds."""
    holds = True
    for page, (ms, sql_ms, statements) in before.items():
        ratios = at_once[page][0] / ms, after[page][0] / ms
        worst = max(sql_ms, at_once[page][1], after[page][1])
        ok = ratios[0] <= AT_ONCE and ratios[1] <= AFTER and worst <= SQL_MS
        holds &= measure.say(
            f"written: {page}", ok=ok, ms=ms, at_once_ms=at_once[page][0], after_ms=after[page][0],
            at_once_ratio=ratios[0], at_once_limit=AT_ONCE, after_ratio=ratios[1],
            after_limit=AFTER, sql_ms=sql_ms, at_once_sql_ms=at_once[page][1],
            after_sql_ms=after[page][1], sql_limit_ms=SQL_MS, statements=statements,
        )  # fmt: skip
    return holds


def compare(env: dict[str, str], changes: int) -> bool:
    """All figures of one run; whether they hold."""

    def ours(*arguments: str) -> dict:
        return json.loads(measure.python(env, DATABASE, "-m", *arguments))

    before = ours("bench.boards", "--visit")
    written = ours("bench.ground", "--churn", str(changes))
    at_once = ours("bench.boards", "--visit")
    waited = ours("bench.ground", "--vacuumed")
    after = ours("bench.boards", "--visit")
    enough = sum(written.values()) >= changes
    holds = measure.say("written", ok=enough and waited["vacuumed"], **written, **waited)
    holds &= judged(before, at_once, after)
    found = ours("bench.ground", "--province")
    ok = found["agree"] and found["sql_ms"] <= PROVINCE_SQL_MS
    ok &= found["whole_s"] <= WHOLE_S and found["touched_s"] <= TOUCHED_S
    return holds & measure.say(
        "province", ok=ok, **found, sql_limit_ms=PROVINCE_SQL_MS, whole_limit_s=WHOLE_S,
        touched_limit_s=TOUCHED_S, scattered=SCATTERED,
    )  # fmt: skip


def prepare(env: dict[str, str], schools: int) -> None:
    """The province stands, loaded and vacuumed."""
    measure.create(DATABASE)
    measure.manage(env, DATABASE, "migrate", "-v0")
    size = ["--size", "province", "--schools", str(schools)]
    measure.manage(env, DATABASE, "load_demo", *size, "--json")
    measure.python(env, DATABASE, "-c", VACUUM)


VACUUM = """
import django; django.setup()
from django.db import connection
connection.cursor().execute("VACUUM ANALYZE")
"""


def main() -> int:
    """0 when every figure holds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--schools", type=int, default=50)
    parser.add_argument("--changes", type=int, default=250_000)
    parser.add_argument("--keep", action="store_true", help="keep the database")
    parser.add_argument("--churn", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--vacuumed", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--province", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.churn or options.vacuumed or options.province:
        if options.churn:
            churn(options.churn)
        elif options.vacuumed:
            vacuumed()
        else:
            province()
        return 0
    with measure.environment() as env:
        try:
            prepare(env, options.schools)
            measure.manage(env, DATABASE, "collectstatic", "--noinput", "-v0")
            return 0 if compare(env, options.changes) else 1
        finally:
            if not options.keep:
                measure.drop(DATABASE)


if __name__ == "__main__":
    sys.exit(main())
