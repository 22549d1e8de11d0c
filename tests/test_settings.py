"""Settings: safe by default, each variable written down, secrets where they belong."""

import json
import logging
import os
import re
import stat
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.backends import db

from tests.deploy_check import production

ROOT = Path(__file__).parent.parent
PAPER = (ROOT / "docs/operations.md").read_text()
READ = re.compile(r"""env(?:\.\w+)?\(\s*"([A-Z_]+)"|environ\.get\(\s*"([A-Z_]+)\"""")
KEYS = {"SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "AUDIT_KEY"}
SAY = """
import json
from django.conf import settings as s
names = ["DEBUG", "DEMO", "HTTPS", "SECRET_KEY", "KEYS_FROM_FILE", "CELERY_BROKER_URL",
         "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "LANGUAGE_CODE", "TIME_ZONE"]
said = {n: getattr(s, n) for n in names}
said["engine"] = s.DATABASES["default"]["ENGINE"]
said["options"] = s.DATABASES["default"].get("OPTIONS", {})
said["cache"] = s.CACHES["default"]["BACKEND"]
print(json.dumps(said))
"""


def said(tmp_path, **environment: str) -> dict:
    """What the settings are in an environment with nothing but this in it."""
    given = {"PATH": os.environ["PATH"], "VAR_ROOT": str(tmp_path)} | environment
    run = [sys.executable, "-c", "import django; django.setup()" + SAY]
    given["DJANGO_SETTINGS_MODULE"] = "campus_antifraud.settings"
    done = subprocess.run(run, cwd=ROOT, env=given, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_every_variable_is_written_down_and_no_other():
    files = [*(ROOT / "campus_antifraud").glob("*.py"), ROOT / "gunicorn.conf.py"]
    read = {a or b for path in files for a, b in READ.findall(path.read_text())} | KEYS
    written = set(re.findall(r"^\| `([A-Z_]+)` \|", PAPER, re.MULTILINE))

    assert sorted(read - written) == []
    assert sorted(written - read) == []
    assert len(read) > 20


def test_the_environment_that_is_checked_is_the_one_written_down():
    block = PAPER.split("`/etc/portal.env`")[1].split("```")[1]
    written = set(re.findall(r"^([A-Z_]+)=", block, re.MULTILINE))

    assert written == set(production()) - {"VAR_ROOT"}


def test_every_command_is_written_down_with_a_row_of_its_own():
    commands = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}

    assert sorted(commands - set(re.findall(r"^\| `(\w+) ", PAPER, re.MULTILINE))) == []


def test_nothing_set_is_safe_and_embedded(tmp_path):
    found = said(tmp_path)

    assert (found["DEBUG"], found["DEMO"], found["KEYS_FROM_FILE"]) == (False, False, True)
    assert found["engine"] == "django.db.backends.sqlite3"
    assert found["options"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["options"]["init_command"]
    assert found["CELERY_BROKER_URL"] == f"sqla+sqlite:///{tmp_path}/broker.sqlite3"
    assert found["cache"].endswith("FileBasedCache")
    assert (found["LANGUAGE_CODE"], found["TIME_ZONE"]) == ("zh-hans", "Asia/Shanghai")


def test_postgresql_and_redis_take_over_when_given(tmp_path):
    found = said(tmp_path, **production() | {"VAR_ROOT": str(tmp_path)})

    assert found["engine"] == "django.db.backends.postgresql"
    assert found["CELERY_BROKER_URL"] == "redis://redis.example:6379/0"
    assert found["cache"].endswith("RedisCache")
    assert (found["SESSION_COOKIE_SECURE"], found["SECURE_HSTS_SECONDS"]) == (True, 31536000)


def test_keys_are_made_once_and_are_readable_by_their_owner_only(tmp_path):
    first, second = said(tmp_path), said(tmp_path)

    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert set(json.loads((tmp_path / "keys.json").read_text())) == KEYS


def test_no_key_is_made_where_all_are_given(tmp_path):
    found = said(tmp_path, **production() | {"VAR_ROOT": str(tmp_path)})

    assert found["KEYS_FROM_FILE"] is False
    assert not (tmp_path / "keys.json").exists()


def test_a_secret_may_be_given_as_a_file(tmp_path):
    (tmp_path / "secret").write_text("from-a-file-from-a-file-from-a-file-from-a-file\n")

    found = said(tmp_path, SECRET_KEY_FILE=str(tmp_path / "secret"))

    assert found["SECRET_KEY"] == "from-a-file-from-a-file-from-a-file-from-a-file"


@pytest.mark.parametrize("address", ["/nowhere/", "/login/", "/rounds/999999/", "/desk/"])
def test_what_follows_the_question_mark_is_never_logged(db, client, caplog, address):
    caplog.set_level(logging.DEBUG)

    client.get(f"{address}?q=CANARY-13800001111", headers={"hx-request": "true"})

    assert "CANARY" not in caplog.text


def test_the_web_server_logs_no_question_mark_either():
    paper = (ROOT / "gunicorn.conf.py").read_text()

    assert re.findall(r"%\((?:r|q|f|a|\{[^)]*)\)s", paper) == []


def test_sessions_end_and_are_kept_in_the_database():
    assert issubclass(import_module(settings.SESSION_ENGINE).SessionStore, db.SessionStore)
    assert settings.SESSION_COOKIE_AGE == 8 * 3600
    assert settings.SESSION_COOKIE_HTTPONLY is True
