"""Signing on gunicorn with PostgreSQL, against a bare Django view on the same server.

`python -m bench.signing [--seconds 60]`: closed loop at least half the bare view's rate; then an
open loop at half the rate just measured: no error, nobody signed twice, p95 at most ten times the
unloaded median.
"""

import argparse
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg2

from bench import measure
from bench.visitors import Visitor, closed_loop, open_loop

DATABASE = "bench_signing"
SHARE, P95_TIMES = 0.5, 10
TURNS, TURN_SECONDS, ALONE = 8, 2, 100  # many short turns: a busy moment hits both
MOST = 12_000  # visitors, more than sign
SERVERS = {"signing": "campus_antifraud.wsgi:application", "bare": "bench.bare_app:application"}
STROKES = [[[60 + 9 * i, 90 + (i * 37) % 60, 15 * i] for i in range(20)] for _ in range(9)]
DOUBLES = """
    SELECT COUNT(*) FROM (SELECT person_id FROM pledges_signature GROUP BY person_id
    HAVING COUNT(*) > 1) twice
"""


def prepare(env: dict[str, str]) -> dict:
    """A school where nobody has signed and everybody is logged in; the round and the visitors."""
    measure.create(DATABASE)
    measure.manage(env, DATABASE, "migrate", "-v0")
    measure.manage(env, DATABASE, "load_demo", "--size", "province", "--schools", "1")
    measure.manage(env, DATABASE, "collectstatic", "--noinput", "-v0")
    ask("DELETE FROM rounds_completion")
    ask("CREATE TABLE bench_entry (id bigserial PRIMARY KEY, person_id bigint, said text)")
    return json.loads(measure.python(env, DATABASE, "-m", "bench.signing", "--log-in"))


def log_in() -> None:
    """Print the round, and session and text digest of every student.

    They came in at some moment of the last five minutes, so of some the last use is written anew.
    """
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from django.utils.crypto import get_random_string

    from accounts.models import User
    from accounts.services import logins
    from accounts.sessions import SessionStore
    from pledges.services import page_for
    from rounds.models import Round

    round_ = Round.objects.select_related("pledge__text").get()
    store, until = SessionStore(), timezone.now() + timedelta(days=1)
    people = User.objects.filter(category="student", status="active", demo=False)
    sessions, found = [], []
    for i, person in enumerate(people.order_by("?")[:MOST].iterator()):
        came = int(time.time()) - i % 300
        data = {
            logins.SINCE: came,
            logins.SEEN: came,
            logins.IDLE: logins.idle_limit(person),
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: "accounts.backends.NumberBackend",
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
        key = get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789")
        sessions.append(
            Session(session_key=key, session_data=store.encode(data), expire_date=until)
        )
        found.append([key, page_for(round_, person).sha256])
    Session.objects.bulk_create(sessions, batch_size=1000)
    print(json.dumps({"round": round_.pk, "visitors": found}))


def ask(statement: str):
    """The first value of the answer, if there is one."""
    connection = psycopg2.connect(measure.url_of(DATABASE))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchone()[0] if cursor.description else None
    connection.close()
    return found


@contextmanager
def server(env: dict[str, str], app: str):
    """The port of a gunicorn that serves this application, for as long as needed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", SERVERS[app], "-b", f"127.0.0.1:{port}"]
    command += ["-k", "gthread", "--workers", "5", "--threads", "1", "--log-level", "error"]
    command += ["--keep-alive", "75"]  # as behind a proxy: it holds its connections open
    given = env | {"DATABASE_URL": measure.url_of(DATABASE)}
    process = subprocess.Popen(command, env=given, cwd=measure.ROOT)
    try:
        for _ in range(100):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def people(ready: dict) -> Iterator[Visitor]:
    """The students who have not signed, each once."""
    for session, sha256 in ready["visitors"]:
        form = {"text_sha256": sha256, "read_to_end": "on", "strokes": json.dumps(STROKES)}
        yield Visitor(session, form)
    raise SystemExit("more signed than were prepared; raise MOST")


def run(env: dict[str, str], seconds: float) -> bool:
    """Three lines: the page, the closed loop, the open one; whether all hold."""
    ready = prepare(env)
    address = f"/pledges/{ready['round']}/sign/"
    signers, readers = people(ready), people(ready)
    rates: dict[str, list[float]] = {"signing": [], "bare": []}
    errors: list[int] = []
    with server(env, "signing") as port, server(env, "bare") as bare:
        turns = {"signing": (port, address, 302), "bare": (bare, "/enter/", 200)}
        for who in [port, bare]:  # each worker has its connections and templates
            warm = (address, 200) if who == port else ("/enter/", 200)
            closed_loop(who, "GET", warm[0], readers, good=warm[1], seconds=1)
        for _ in range(TURNS):
            for name, (who, path, good) in turns.items():
                some = signers if name == "signing" else readers
                rate, tally = closed_loop(who, "POST", path, some, good=good, seconds=TURN_SECONDS)
                rates[name].append(rate)
                errors += tally.errors
        page_rate, _ = closed_loop(port, "GET", address, readers, good=200, seconds=2)
        rate, bare_rate = (statistics.mean(rates[name]) for name in turns)
        share = rate / bare_rate
        ok = measure.say(
            "signing: closed loop", ok=share >= SHARE and not errors, signings_per_s=rate,
            bare_per_s=bare_rate, share=share, limit=SHARE, errors=len(errors),
            pages_per_s=page_rate,
        )  # fmt: skip
        return open_at(port, address, signers, rate / 2, seconds) and ok


def open_at(port: int, address: str, signers, rate: float, seconds: float) -> bool:
    """People come at this rate for so long; whether everybody signed once and soon."""
    _, alone = closed_loop(port, "POST", address, signers, good=302, seconds=ALONE * 0.02, lines=1)
    tally = open_loop(port, address, signers, good=302, rate=rate, seconds=seconds)
    twice, p95 = ask(DOUBLES), tally.percentile(0.95)
    limit = P95_TIMES * alone.median
    return measure.say(
        "signing: open loop", ok=not tally.errors and not twice and p95 <= limit, rate_per_s=rate,
        seconds=seconds, answered=len(tally.spent), errors=len(tally.errors),
        statuses=sorted(set(tally.errors)), signed_twice=twice,
        unloaded_median_ms=alone.median, median_ms=tally.median, p95_ms=p95, p95_limit_ms=limit,
    )  # fmt: skip


def main() -> int:
    """0 when both loops hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60, help="length of the open loop")
    parser.add_argument("--log-in", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.log_in:
        log_in()
        return 0
    with measure.environment() as env:
        try:
            return 0 if run(env, options.seconds) else 1
        finally:
            measure.drop(DATABASE)


if __name__ == "__main__":
    sys.exit(main())
