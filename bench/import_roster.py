"""Importing a roster into PostgreSQL, beside the least it could cost and beside a peer.

`python -m bench.import_roster [--rows 50000] [--url postgres://…]`: one JSON line a case. Each case
is a process of its own in a database of its own, so that memory and statistics are its own.
`limit` is parsing the file and COPYing its rows to a temporary table; `first` writes into a school
of other people, `first_on_empty` into an empty database, `again` is the same file a second time.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import roster_file

NAME = "bench_import_roster"
SERVER = "postgres://postgres@127.0.0.1:5432"
CASES = ("first_on_empty", "first", "again", "peer")
REPEATS = {"peer": 1}
LIMITS = {"first_on_empty": 8, "first": 8, "again": 3.5}
MOST_MEMORY = 300  # MB
SLOWER = 10  # times, of the peer beside a first import


def main() -> None:
    """Run every case and print it with its ratios."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=50_000)
    options.add_argument("--url", default=os.environ.get("BENCH_SERVER", SERVER))
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--no-peer", action="store_true")
    options.add_argument("--case", choices=("limit", *CASES), help="one case, in this process")
    options.add_argument("--file", type=Path)
    given = options.parse_args()
    if given.case:
        print(json.dumps(one(given.case, given.file)))
        return
    with TemporaryDirectory() as folder:
        path = Path(folder, "roster.xlsx")
        roster_file.write(path, given.rows)
        compare(given, path, folder)


def compare(given, path: Path, folder: str) -> None:
    """Each case beside the limit, measured just before it: a busy machine slows both."""
    first = None
    for case in CASES:
        if case == "peer" and given.no_peer:
            continue
        runs = [pair(case, path, given.url, folder) for _ in range(REPEATS.get(case, given.repeat))]
        run = sorted(runs, key=lambda pair: pair[1]["seconds"] / pair[0]["seconds"])[len(runs) // 2]
        print(json.dumps(line(case, given.rows, *run, first), ensure_ascii=False), flush=True)
        first = run if case == "first" else first


def pair(case: str, path: Path, server: str, folder: str) -> tuple[dict, dict]:
    """The limit and the case, one right after the other."""
    return apart("limit", path, server, folder), apart(case, path, server, folder)


def line(case: str, rows: int, limit: dict, found: dict, first) -> dict:
    """What is printed of a case."""
    said = {"bench": "import_roster", "case": case, "rows": rows, **found}
    said |= {"limit_seconds": limit["seconds"]}
    said["ratio"] = round(found["seconds"] / limit["seconds"], 2)
    if case in LIMITS:
        said |= {"at_most": LIMITS[case], "rss_at_most": MOST_MEMORY}
        said["ok"] = said["ratio"] <= LIMITS[case] and found["rss_mb"] <= MOST_MEMORY
    if case == "peer" and first:
        ours = first[1]["seconds"] / first[0]["seconds"]
        said["times_slower"] = round(said["ratio"] / ours, 1)
        said |= {"at_least": SLOWER, "ok": said["times_slower"] >= SLOWER}
    return said


def apart(case: str, path: Path, server: str, folder: str) -> dict:
    """One run of a case in a fresh database and process."""
    import psycopg2

    admin = psycopg2.connect(f"{server}/postgres")
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
        cursor.execute(f"CREATE DATABASE {NAME}")
    environment = os.environ | {"DATABASE_URL": f"{server}/{NAME}", "VAR_ROOT": f"{folder}/var"}
    here = [sys.executable, "-m", "bench.import_roster", "--case", case, "--file", str(path)]
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)
        if case == "again":
            before = [*here[:4], "first_on_empty", *here[5:]]
            subprocess.run(before, env=environment, check=True, capture_output=True)
        done = subprocess.run(here, env=environment, check=True, capture_output=True, text=True)
        return json.loads(done.stdout.splitlines()[-1])
    finally:
        with admin.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.close()


def one(case: str, path: Path) -> dict:
    """Prepare, then time one case in this process."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus_antifraud.settings")
    django.setup()
    from bench import import_roster_cases as cases

    prepared = getattr(cases, f"prepare_{case}", lambda path: None)(path)
    start = time.perf_counter()
    found = getattr(cases, case)(path, prepared)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"seconds": round(seconds, 3), "rss_mb": peak, **(found or {})}


if __name__ == "__main__":
    main()
