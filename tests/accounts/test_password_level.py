"""Passwords by the level the school is registered at (OVS-7, S1): length, history, age."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import PastPassword, User
from tests import factories as make

CASES = [
    (2, "Abc12-xy", True), (2, "Abc12-x", False), (3, "Abc12-xy", False), (3, "Abc12-xyzw", True),
]  # fmt: skip


@pytest.mark.parametrize(("level", "password", "good"), CASES)
def test_a_password_is_as_long_as_the_level_asks(student, settings, level, password, good):
    settings.PASSWORD_LEVEL = level
    if good:
        validate_password(password, student)
    else:
        with pytest.raises(ValidationError, match="至少"):
            validate_password(password, student)


def change(client, current, new):
    return client.post(
        "/me/password/", {"current": current, "password1": new, "password2": new}
    ).content.decode()


@pytest.mark.parametrize(("level", "times"), [(2, 3), (3, 5)])
def test_the_last_passwords_are_refused_in_words_and_older_ones_taken(
    client, student, settings, level, times
):
    settings.PASSWORD_LEVEL = level
    client.force_login(student)
    held = [make.PASSWORD, *(f"Spring-rain-{n}" for n in range(times))]
    for current, new in pairwise(held):
        change(client, current, new)
        client.get("/me/")
    student.refresh_from_db()
    assert student.check_password(held[-1])

    said = [
        f"不能与最近 {times} 次用过的口令相同" in change(client, held[-1], one) for one in held[1:]
    ]
    assert said == [True] * times
    change(client, held[-1], held[0])

    student.refresh_from_db()
    assert student.check_password(held[0])
    assert PastPassword.objects.filter(user=student).count() == times


AGES = [
    (2, "student", 2000, True), (2, "counselor", 179, True), (2, "counselor", 181, False),
    (3, "student", 89, True), (3, "student", 91, False), (3, "office", 91, False),
]  # fmt: skip


@pytest.mark.parametrize(("level", "who", "days", "good"), AGES)
def test_a_password_past_its_days_leads_to_a_new_one_and_nowhere_else(
    campus, settings, level, who, days, good
):
    """Rotation day 89, 90, 91."""
    settings.PASSWORD_LEVEL = level
    person = getattr(campus, who)
    User.objects.filter(pk=person.pk).update(password_at=timezone.now() - timedelta(days=days))
    client = Client()
    client.post("/login/", {"number": person.number, "password": make.PASSWORD})

    answer = client.get("/me/")
    assert (answer.status_code == 200) is good
    if not good:
        assert answer.url == "/me/password/"
        assert "请先设置新口令" in client.get(answer.url).content.decode()
        change(client, make.PASSWORD, "Autumn-leaf-26")
        assert client.get("/me/").status_code == 200


def test_the_rule_is_told_before_it_is_asked(client, student, settings):
    settings.PASSWORD_LEVEL = 3
    client.force_login(student)

    assert "口令至少 10 位" in client.get("/me/password/").content.decode()
    assert "最近 5 次" in Client().get("/activate/").content.decode()
