"""One machine and nothing else installed: SQLite under many threads, Celery on a file."""

import json
import sqlite3
import threading
import time
from datetime import datetime
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest

from tests.servers import embedded, manage, running, serving

THREADS, EACH = 8, 20
SECRET = "t" * 32
# run inside the portal: a class of 160 who are logged in, and a round that asks them
PREPARE = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from pledges import services as pledges
from tests import factories as make

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
campus = make.campus()
round_ = make.pledge_round(campus)
Store = import_module(settings.SESSION_ENGINE).SessionStore
found = []
for _ in range(160):
    person = make.person(campus.klass)
    session = Store()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backends.NumberBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    found.append([session.session_key, pledges.page_for(round_, person).sha256])
print(json.dumps([round_.pk, make.STROKES, found]))
"""
COUNT = """
from pledges.models import Signature
from rounds.models import Completion
from accounts.models import AuditEntry
signed = Signature.objects.count(), Signature.objects.values("person").distinct().count()
print([*signed, Completion.objects.count(), AuditEntry.objects.filter(verb="sign").count()])
"""


def sign(line: HTTPConnection, round_id: int, session: str, form: dict) -> int:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"sessionid={session}; csrftoken={SECRET}",
    }
    body = urlencode(form | {"csrfmiddlewaretoken": SECRET})
    line.request("POST", f"/pledges/{round_id}/sign/", body, headers)
    answer = line.getresponse()
    answer.read()
    return answer.status


def test_sqlite_takes_160_signatures_from_8_threads_without_one_error(tmp_path):
    environment = embedded(tmp_path)
    printed = manage(environment, "shell", "--verbosity", "0", "-c", PREPARE)
    round_id, strokes, people = json.loads(printed)
    said: list[int] = []

    def work(some):
        line = HTTPConnection(urlsplit(address).netloc, timeout=60)
        for session, sha256 in some:
            form = {"text_sha256": sha256, "read_to_end": "on", "strokes": json.dumps(strokes)}
            said.append(sign(line, round_id, session, form))

    with serving(environment) as address:
        threads = [
            threading.Thread(target=work, args=[people[n * EACH : (n + 1) * EACH]])
            for n in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert (len(said), set(said)) == (160, {302})
    printed = manage(environment, "shell", "--verbosity", "0", "-c", COUNT)
    assert json.loads(printed)[:3] == [160, 160, 160]


PULSE = "from accounts import jobs\nprint(jobs.last_beat())"
SEND = "from accounts.tasks import sweep_jobs\nfor _ in range(5): sweep_jobs.delay()"


def shell(environment, code: str) -> str:
    return manage(environment, "shell", "--verbosity", "0", "-c", code).strip()


def waiting(var) -> int:
    """Messages in the file that no worker has taken."""
    with sqlite3.connect(var / "broker.sqlite3") as broker:
        return broker.execute("SELECT COUNT(*) FROM kombu_message WHERE visible = 1").fetchone()[0]


def test_a_worker_takes_its_work_from_the_broker_in_a_file(tmp_path):
    """No Redis, no eager tasks: five messages wait in the file until a worker comes."""
    environment = embedded(tmp_path)
    shell(environment, SEND)
    assert (shell(environment, PULSE), waiting(tmp_path)) == ("None", 5)

    with running(environment, "celery", "-q", "-A", "campus_antifraud", "worker", "-c", "1"):
        for _ in range(300):
            if not waiting(tmp_path):
                break
            time.sleep(0.1)
        time.sleep(1)

    assert waiting(tmp_path) == 0
    assert datetime.fromisoformat(shell(environment, PULSE)).tzinfo is not None


def test_the_timetable_sends_the_sweep_each_minute(settings):
    timetable = settings.CELERY_BEAT_SCHEDULE

    assert {entry["task"]: entry["schedule"] for entry in timetable.values()}[
        "accounts.sweep_jobs"
    ] == pytest.approx(60.0)
    assert not getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False)
