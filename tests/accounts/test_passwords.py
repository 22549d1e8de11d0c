"""Changing one's own password, and what a password must not be."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from tests import factories as make

NEW = "Autumn-leaf-26"
URL = "/me/password/"


def change(client, current=make.PASSWORD, new=NEW, again=None):
    return client.post(URL, {"current": current, "password1": new, "password2": again or new})


def test_the_own_password_is_changed_and_other_sessions_end(client, student):
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(student)

    answer = change(client)

    student.refresh_from_db()
    assert answer["Location"] == reverse("accounts:me") and student.check_password(NEW)
    assert client.get(reverse("accounts:me")).status_code == 200
    assert elsewhere.get(reverse("accounts:me")).status_code == 302
    assert AuditEntry.objects.get(verb="change_password").actor == student


def test_the_current_password_is_asked_and_guesses_are_counted(client, student):
    client.force_login(student)

    codes = [change(client, f"Wrong-{n}").status_code for n in range(6)]

    student.refresh_from_db()
    assert student.check_password(make.PASSWORD)
    assert codes == [200, 200, 200, 200, 429, 429]
    assert NEW not in AccessAttempt.objects.get().post_data


@pytest.mark.parametrize(
    ("new", "again"), [("short1A", None), (NEW, "Other-leaf-26"), ("Aa-13800001111", None)]
)
def test_a_bad_or_mistyped_password_changes_nothing(client, student, new, again):
    client.force_login(student)

    answer = change(client, new=new, again=again)

    student.refresh_from_db()
    assert answer.status_code == 200 and student.check_password(make.PASSWORD)


GOOD = ["Spring-rain-26", "春风Ab12345", "x" * 60 + "A1"]
BAD = [
    "Aa1-bcd", "Password123", "lowercaseonly", "ALLUPPER123", "A1" + "x" * 127,
    "Zhang-13800001111", "Aa-{number}", "Xx-张小明同学1",
]  # fmt: skip


@pytest.mark.parametrize("password", GOOD)
def test_a_good_password_is_taken(student, password):
    validate_password(password, student)


@pytest.mark.parametrize("password", BAD)
def test_a_bad_password_is_refused(student, password):
    student.name = "张小明同学"

    with pytest.raises(ValidationError):
        validate_password(password.format(number=student.number), student)
