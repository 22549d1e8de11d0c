"""The cast, the small school they belong to, and the two databases."""

import os
import tempfile

os.environ.setdefault("VAR_ROOT", tempfile.mkdtemp(prefix="portal-tests-"))
os.environ.setdefault("DEMO", "0")

import pytest
from django.conf import settings
from django.db import connection

from accounts.models import StoredFile
from accounts.models.files import private_storage
from tests import factories as make
from tests import world as worlds


def pytest_configure():
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TWO_FACTOR = []  # whoever is about the second step says so
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # else whitenoise warns
    if worker := os.environ.get(
        "PYTEST_XDIST_WORKER"
    ):  # side by side, each with a store of its own
        settings.MEDIA_ROOT = settings.MEDIA_ROOT / worker
        StoredFile._meta.get_field("file").storage = private_storage()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Where every part is said to be there (CI), a test skipped for want of one has failed.

    A part that belongs to the other database's run (`postgresql` on SQLite) is no want.
    """
    outcome = yield
    report = outcome.get_result()
    if not (report.skipped and os.environ.get("REQUIRE_PARTS")):
        return
    elsewhere = connection.vendor != "postgresql" and (
        item.get_closest_marker("postgresql") or item.get_closest_marker("redis")
    )
    if not elsewhere:
        report.outcome = "failed"
        report.longrepr = f"skipped although every part is required: {report.longrepr}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """SQLite empties tables by DELETE after a transactional test, which audit rows refuse.

    The refusal itself is tested in `test_audit.py`, which puts the trigger back.
    """
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER IF EXISTS audit_no_delete")
                cursor.execute("DROP TRIGGER IF EXISTS audit_link_no_delete")


@pytest.fixture
def campus(db):
    """A school of two colleges, two classes each, a department with a kitchen group; the cast."""
    return make.campus()


@pytest.fixture
def office(campus):
    return campus.office


@pytest.fixture
def liaison(campus):
    return campus.liaison


@pytest.fixture
def counselor(campus):
    return campus.counselor


@pytest.fixture
def student(campus):
    return campus.student


@pytest.fixture
def stranger(campus):
    """A counselor of another college."""
    return campus.stranger


@pytest.fixture
def world(db):
    """The cast of two schools with a round under way in each, for the walls."""
    return worlds.build()
