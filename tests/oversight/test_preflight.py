"""Is this installation fit: each want is found, and nothing else stands in the way."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from accounts import jobs, tasks
from accounts.models import User
from oversight import preflight

PRODUCTION = {
    "DEBUG": False,
    "DEMO": False,
    "KEYS_FROM_FILE": False,
    "HTTPS": True,
    "ALLOWED_HOSTS": ["fanzha.example.edu.cn"],
    "ADMIN_ADDRESSES": ["10.0.0.8"],
}

# differs with the database of this run
ADVICE = {"portal.W001", "portal.W002", "settings"}


@pytest.fixture
def fit(db, settings, tmp_path):
    """An installation with nothing wanting."""
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    tasks.sweep_jobs()
    return settings


def answer() -> tuple[int, dict]:
    out, status = StringIO(), 0
    try:
        call_command("preflight", "--json", stdout=out)
    except SystemExit as stop:
        status = stop.code
    return status, json.loads(out.getvalue())


def failing() -> list[str]:
    return [one["item"] for one in answer()[1]["items"] if one["state"] == "fail"]


def test_a_fit_installation_is_said_to_be_fit(fit):
    status, said = answer()

    assert (status, said["fit"]) == (0, True)
    others = [one["item"] for one in said["items"] if one["item"] not in ADVICE]
    assert others == [
        "database", "storage", "disk", "cache", "broker", "worker",
        "demo_people", "clock", "sign_on", "libreoffice", "chromium", "ocr",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "item"),
    [
        ("DEBUG", True, "portal.E001"),
        ("DEMO", True, "portal.E002"),
        ("KEYS_FROM_FILE", True, "portal.E003"),
        ("HTTPS", False, "portal.E004"),
        ("ALLOWED_HOSTS", ["*"], "portal.E005"),
        ("TIME_ZONE", "UTC", "clock"),
        ("CAS_SERVER_URL", "http://cas.example.edu.cn/", "sign_on"),
        ("OCR_ENGINE", "tesseract", "ocr"),
    ],
)
def test_each_want_is_named_and_the_command_fails(fit, name, value, item):
    setattr(fit, name, value)

    assert failing() == [item]
    assert answer()[0] == 1


def test_a_worker_that_fell_silent_is_found(fit):
    with time_machine.travel(timezone.now() + timedelta(minutes=4), tick=False):
        assert failing() == ["worker"]
        tasks.sweep_jobs()
        assert failing() == []


def test_a_worker_that_never_ran_is_found(fit):
    preflight.cache.delete(jobs.PULSE)

    assert failing() == ["worker"]


def test_invented_people_are_found(fit, campus):
    User.objects.filter(pk=campus.student.pk).update(demo=True)

    assert failing() == ["demo_people"]


def test_a_place_for_files_that_cannot_be_written_is_found(fit, tmp_path):
    (tmp_path / "file").write_text("")
    fit.MEDIA_ROOT = tmp_path / "file" / "media"

    assert "storage" in failing()


def test_a_missing_program_is_advice(fit, monkeypatch):
    monkeypatch.setenv("PATH", "")

    status, said = answer()

    states = {one["item"]: one["state"] for one in said["items"]}
    assert (status, states["libreoffice"], states["chromium"]) == (0, "warn", "warn")


def test_people_read_it_line_by_line(fit):
    out = StringIO()
    call_command("preflight", stdout=out)

    assert out.getvalue().splitlines()[-1] == "可以投入正式使用。"
    assert "[通过] worker：后台进程和定时进程正在运行" in out.getvalue()
