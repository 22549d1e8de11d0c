"""What the benchmarks share: databases of their own, a clock, one JSON line for each figure."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
BEST_OF = 5


def best(work: Callable[[], object], times: int = BEST_OF) -> float:
    """The shortest of several runs in milliseconds: what the work takes when nothing disturbs."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append((time.perf_counter() - start) * 1000)
    return min(spent)


def say(name: str, *, ok: bool, **figures) -> bool:
    """One line of JSON for one figure; whether it holds."""
    rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in figures.items()}
    print(json.dumps({"bench": name, **rounded, "ok": ok}, ensure_ascii=False), flush=True)
    return ok


def _server(statement: str) -> None:
    connection = psycopg2.connect(SERVER)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def exists(name: str) -> bool:
    """Whether the server has a database of this name."""
    connection = psycopg2.connect(SERVER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        found = cursor.fetchone()
    connection.close()
    return found is not None


def drop(name: str) -> None:
    """The database is gone, whoever was connected to it."""
    _server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def create(name: str) -> None:
    """The database is there and empty."""
    drop(name)
    _server(f'CREATE DATABASE "{name}"')


def url_of(name: str) -> str:
    """The address of a database on the same server."""
    return urlsplit(SERVER)._replace(path=f"/{name}").geturl()


@contextmanager
def environment():
    """Settings for child processes: production's, with files and keys that go away again."""
    with tempfile.TemporaryDirectory(prefix="bench-") as var:
        given = {"VAR_ROOT": var, "DEBUG": "0", "DEMO": "0", "REDIS_URL": ""}
        yield os.environ | given | {"DJANGO_SETTINGS_MODULE": "campus_antifraud.settings"}


def python(env: dict[str, str], database: str, *arguments: str) -> str:
    """What a Python of ours prints, run upon a database; raises when it fails."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=env | {"DATABASE_URL": url_of(database)},
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def manage(env: dict[str, str], database: str, *arguments: str) -> str:
    """What a management command prints, run upon a database."""
    return python(env, database, "manage.py", *arguments)
