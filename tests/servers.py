"""The portal as it is really served: gunicorn and a worker on an embedded database of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent


def embedded(var: Path, **more: str) -> dict[str, str]:
    """An environment with nothing set, a database of its own in it, static files collected."""
    foreign = {"DATABASE_URL", "REDIS_URL", "DEBUG", "HTTPS", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    environment = {k: v for k, v in os.environ.items() if k not in foreign}
    environment |= {"VAR_ROOT": str(var), "PYTHONWARNINGS": "ignore"} | more
    manage(environment, "migrate", "--verbosity", "0")
    manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
    return environment


def manage(environment: dict[str, str], *command: str) -> str:
    """What a command printed."""
    run = [sys.executable, "manage.py", *command]
    done = subprocess.run(
        run, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


@contextmanager
def running(environment: dict[str, str], *command: str):
    """A module of Python in a process group of its own, gone at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


@contextmanager
def serving(environment: dict[str, str]):
    """The address of a gunicorn that answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    with running(environment | {"BIND": address}, "gunicorn", "campus_antifraud.wsgi"):
        for _ in range(100):
            try:
                get(f"http://{address}/login/")
                break
            except OSError:
                time.sleep(0.2)
        yield f"http://{address}"


def get(address: str) -> tuple[int, str]:
    """Status and body of an answer."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
