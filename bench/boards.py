"""The boards of one school among fifty with a million people, against the same school alone.

`python -m bench.boards [--keep]`: each page at most 1.5 times as slow as alone, and all its SQL,
the count of people included, within 30 ms; best of five.
"""

import argparse
import json
import sys
import time

from bench import measure
from bench.pages import in_turns, visit_all

PROVINCE, SINGLE = "bench_province", "bench_single"
SCHOOLS = {PROVINCE: 50, SINGLE: 1}
RATIO, SQL_MS = 1.5, 30.0


def prepare(env: dict[str, str], name: str) -> None:
    """The database holds its schools, loaded and vacuumed."""
    if measure.exists(name):
        measure.manage(env, name, "migrate", "-v0")
        return
    measure.create(name)
    measure.manage(env, name, "migrate", "-v0")
    size = ["--size", "province", "--schools", str(SCHOOLS[name])]
    start = time.perf_counter()
    counts = json.loads(measure.manage(env, name, "load_demo", *size, "--json"))
    took = time.perf_counter() - start
    measure.say("load", ok=True, database=name, people=counts["people"], seconds=took)


def pages() -> dict[str, str]:
    """The addresses of the first school's round, by what they show."""
    from django.urls import reverse

    from accounts.models import Unit
    from rounds.models import Round

    school = Unit.objects.get(code="DEMO01")
    round_ = Round.objects.get(unit=school)
    college = Unit.objects.get(path=f"{school.path}000003")
    klass = Unit.objects.get(path=f"{college.path}000005")
    found = {}
    for name, unit in {"school": school, "college": college, "class": klass}.items():
        board = reverse("rounds:board", args=[round_.pk, unit.pk])
        found |= {f"{name} missing": board, f"{name} units": f"{board}?tab=units"}
    return found


def compare(env: dict[str, str]) -> bool:
    """One line a page; whether every one holds."""
    best = in_turns(env, "bench.boards", SCHOOLS)
    holds = True
    for page, (ms, sql_ms, statements) in best[PROVINCE].items():
        alone_ms, alone_sql_ms, _ = best[SINGLE][page]
        ratio = ms / alone_ms
        ok = ratio <= RATIO and sql_ms <= SQL_MS
        holds &= measure.say(
            f"boards: {page}", ok=ok, ms=ms, alone_ms=alone_ms, ratio=ratio, limit=RATIO,
            sql_ms=sql_ms, alone_sql_ms=alone_sql_ms, sql_limit_ms=SQL_MS, statements=statements,
        )  # fmt: skip
    return holds


def main() -> int:
    """0 when every page holds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", action="store_true", help="keep the databases for another run")
    parser.add_argument("--visit", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.visit:
        visit_all(pages, unit_path__startswith="000001")
        return 0
    with measure.environment() as env:
        try:
            for name in SCHOOLS:
                prepare(env, name)
            measure.manage(env, SINGLE, "collectstatic", "--noinput", "-v0")
            return 0 if compare(env) else 1
        finally:
            if not options.keep:
                for name in SCHOOLS:
                    measure.drop(name)


if __name__ == "__main__":
    sys.exit(main())
