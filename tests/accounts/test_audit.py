"""The trail: one row a deed, with the deed or not at all, never changed."""

import importlib

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import audit, masks
from accounts.models import AuditEntry, Grant, User
from accounts.services import activation

append_only = importlib.import_module("accounts.migrations.0002_append_only_audit")


@pytest.fixture
def guarded(campus):
    """The database as it is in earnest: the suite's own exception for SQLite is taken back."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for sql in append_only.SQLITE:
                if "audit_no_delete" in sql:
                    cursor.execute(sql)
    return audit.record(campus.office, "unmask", campus.student, note="核实", fields=["phone"])


def test_a_row_says_who_did_what_to_whom_and_where(campus):
    token = audit.address.set("10.0.0.7")

    entry = audit.record(campus.office, "unmask", campus.student, note="核实", fields=["phone"])

    audit.address.reset(token)
    assert (entry.actor, entry.actor_name, entry.verb) == (campus.office, "孙处长", "unmask")
    assert (entry.model, entry.object_id) == ("user", str(campus.student.pk))
    assert (entry.subject, entry.path) == ("张小明", campus.dorm.path)
    assert (entry.note, entry.detail, entry.address) == ("核实", {"fields": ["phone"]}, "10.0.0.7")


def test_the_system_has_a_name(campus):
    assert audit.record(None, "end", campus.school).actor_name == "系统"


def test_the_path_follows_the_object_s_own_statement(campus):
    grant = Grant.objects.get(user=campus.counselor)

    assert audit.path_of(grant) == campus.klass.path
    assert audit.path_of(campus.school) == campus.school.path
    assert audit.path_of(object()) == ""


def test_a_deed_undone_leaves_no_row(campus):
    before = AuditEntry.objects.count()

    with pytest.raises(RuntimeError), transaction.atomic():
        activation.reset(campus.student, actor=campus.counselor, seen="校园卡")
        raise RuntimeError

    assert AuditEntry.objects.count() == before
    assert User.objects.get(pk=campus.student.pk).has_usable_password()


def test_no_row_can_be_changed(guarded):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=guarded.pk).update(note="改")

    assert AuditEntry.objects.get(pk=guarded.pk).note == "核实"


def test_no_row_can_be_removed(guarded):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=guarded.pk).delete()

    assert AuditEntry.objects.filter(pk=guarded.pk).exists()


def test_a_stored_row_fits_its_digest(guarded):
    stored = AuditEntry.objects.get(pk=guarded.pk)

    assert audit.digest(stored) == stored.digest


ALTERED = [
    ("note", "别的"), ("actor_name", "别人"), ("verb", "view"), ("subject", "别人"),
    ("path", "000009"), ("detail", {"fields": []}), ("object_id", "0"), ("model", "unit"),
    ("address", "10.9.9.9"), ("actor_id", None),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value"), ALTERED)
def test_a_row_altered_outside_no_longer_fits(guarded, column, value):
    stored = AuditEntry.objects.get(pk=guarded.pk)

    setattr(stored, column, value)

    assert audit.digest(stored) != stored.digest


def test_the_digest_is_keyed(guarded, settings):
    stored = AuditEntry.objects.get(pk=guarded.pk)

    settings.AUDIT_KEY = "AAAA" + settings.AUDIT_KEY[4:]

    assert audit.digest(stored) != stored.digest


MASKED = [
    ("13812341111", "138****1111"), ("", ""), ("1381234", "*******"), ("110", "***"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "shown"), MASKED)
def test_a_masked_phone_keeps_three_and_four(value, shown):
    assert masks.phone(value) == shown
