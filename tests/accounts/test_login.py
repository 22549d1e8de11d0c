"""Getting in with school, number and password: who, how often, and where to afterwards."""

import pytest
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY
from django.test import override_settings
from django.urls import reverse

from accounts.models import Identity, User
from accounts.views.session import WRONG
from tests import factories as make

LOGIN = "/login/"


def knock(client, number, password=make.PASSWORD, **more):
    extra = {key: more.pop(key) for key in list(more) if key.isupper()}
    return client.post(LOGIN, {"number": number, "password": password, **more}, **extra)


def inside(client) -> bool:
    return SESSION_KEY in client.session


def test_number_and_password_let_a_person_in(client, student):
    answer = knock(client, student.number)

    assert (answer.status_code, answer["Location"]) == (302, reverse("oversight:home"))
    assert client.session[SESSION_KEY] == str(student.pk)


def test_the_school_is_not_asked_when_there_is_only_one(client, campus):
    assert 'name="school"' not in client.get(LOGIN).content.decode()


def test_the_school_is_asked_when_there_are_two_and_counts(client, campus):
    other = make.campus("OTHER")
    number = campus.student.number
    User.objects.filter(pk=other.student.pk).update(number=number)
    Identity.objects.filter(user=other.student).update(value=number)

    assert 'name="school"' in client.get(LOGIN).content.decode()
    knock(client, number, school="OTHER")

    assert client.session[SESSION_KEY] == str(other.student.pk)


def test_the_host_names_the_school(client, campus):
    other = make.campus("OTHER")
    other.school.school.host = "localhost"
    other.school.school.save()

    knock(client, other.student.number, HTTP_HOST="localhost")

    assert client.session[SESSION_KEY] == str(other.student.pk)


@pytest.mark.parametrize("typed", ["　{} ", "{}\t", " {}", "１"])
def test_a_number_may_be_typed_with_blanks_and_full_width_digits(client, student, typed):
    wide = student.number.translate({48 + n: 0xFF10 + n for n in range(10)})
    knock(client, wide if typed == "１" else typed.format(student.number))

    assert inside(client)


@pytest.mark.parametrize("typed", ["{}\x00", "{}😀", "A" * 10_000, "", "2023а00001", "'; --"])
def test_no_other_spelling_lets_anybody_in_or_breaks_anything(client, student, typed):
    people = User.objects.count()

    answer = knock(client, typed.format(student.number))

    assert (answer.status_code, inside(client)) == (200, False)
    assert User.objects.count() == people


def without_token(answer) -> str:
    lines = answer.content.decode().splitlines()
    return "\n".join(line for line in lines if "csrf" not in line and "value=" not in line)


def test_unknown_number_wrong_password_and_never_activated_get_the_same_answer(client, campus):
    User.objects.filter(pk=campus.classmate.pk).update(password="", activated_at=None)
    numbers = ["9999999999", campus.student.number, campus.classmate.number]

    answers = [knock(client, number, "Wrong-pass-1") for number in numbers]

    assert {answer.status_code for answer in answers} == {200}
    assert len({without_token(answer) for answer in answers}) == 1
    assert WRONG in answers[0].content.decode()


def test_unknown_number_and_wrong_password_take_the_same_hashing(client, campus, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args)
    )
    work = []
    for number in ["9999999999", campus.student.number]:
        hashed.clear()
        knock(client, number, "Wrong-pass-1")
        work.append(len(hashed))

    assert work == [1, 1]


@pytest.mark.parametrize("password", ["x" * 129, "x" * 1_000_000, "a\x00b"])
def test_a_password_too_long_or_with_nul_is_refused_before_hashing(client, student, password):
    answer = knock(client, student.number, password)

    assert (answer.status_code, inside(client)) == (200, False)
    assert not AccessAttempt.objects.exists()


def test_composed_and_decomposed_characters_are_one_password(client, student):
    student.set_password("Caf\u00e9-2026-x")
    student.save()

    knock(client, student.number, "Cafe\u0301-2026-x")

    assert inside(client)


def test_the_session_key_changes_at_login_and_the_old_one_is_dead(client, student):
    session = client.session
    session["left"] = "behind"
    session.save()
    before = session.session_key

    knock(client, student.number)

    assert client.session.session_key != before
    assert not client.session.exists(before)


def test_a_closed_account_stays_out_and_falls_out(client, student):
    knock(client, student.number)
    User.objects.filter(pk=student.pk).update(is_active=False)

    assert client.get(reverse("accounts:me")).status_code == 302
    client.logout()
    knock(client, student.number)
    assert not inside(client)


def test_a_demo_account_opens_only_in_a_demo(client, student):
    User.objects.filter(pk=student.pk).update(demo=True)

    knock(client, student.number)
    assert not inside(client)

    with override_settings(DEMO=True):
        knock(client, student.number)
    assert inside(client)


def test_one_comes_back_to_the_task_one_was_sent_away_from(client, student):
    task = reverse("accounts:me") + "?from=wechat"
    sent = client.get(task)

    page = client.get(sent["Location"]).content.decode()
    answer = knock(client, student.number, next=task)

    assert sent["Location"] == "/login/?next=/me/%3Ffrom%3Dwechat"
    assert 'value="/me/?from=wechat"' in page
    assert answer["Location"] == task


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/x", "//evil.example/x", "/\\evil.example", "javascript:alert(1)",
        "http:///evil.example", "\\\\evil.example", "https:evil.example", "//testserver@evil.example",
        "/" + "x" * 600,
    ],
)  # fmt: skip
def test_no_foreign_address_is_followed_after_login(client, student, evil):
    answer = knock(client, student.number, next=evil)

    assert answer["Location"] == reverse("oversight:home")


def test_logout_takes_a_post_and_ends_the_session(client, student):
    client.force_login(student)

    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert client.get(reverse("accounts:me")).status_code == 302


def test_personal_pages_are_kept_by_no_browser(client, student):
    client.force_login(student)

    assert client.get(reverse("accounts:me"))["Cache-Control"] == "no-store, private"


def test_the_sixth_guess_is_refused_even_when_it_is_right(client, student):
    codes = [knock(client, student.number, f"Wrong-{n}").status_code for n in range(6)]
    right = knock(client, student.number)

    assert codes == [200, 200, 200, 200, 429, 429]
    assert right.status_code == 429
    assert "操作太频繁" in right.content.decode()
    assert not inside(client)


def test_a_lockout_is_of_one_number_from_one_address(client, campus):
    for n in range(6):
        knock(client, campus.student.number, f"Wrong-{n}")

    elsewhere = knock(client, campus.student.number, REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 302
    client.logout()
    assert knock(client, campus.classmate.number).status_code == 302


def test_a_forwarded_address_is_believed_by_nobody_without_a_trusted_proxy(client, student):
    codes = [
        knock(client, student.number, f"Wrong-{n}", HTTP_X_FORWARDED_FOR=f"10.1.1.{n}").status_code
        for n in range(6)
    ]

    assert codes == [200, 200, 200, 200, 429, 429]


CHAINS = [
    (0, "1.2.3.4", "127.0.0.1"), (1, "1.2.3.4", "1.2.3.4"), (1, "9.9.9.9, 1.2.3.4", "1.2.3.4"),
    (2, "9.9.9.9, 1.2.3.4, 10.0.0.2", "1.2.3.4"), (2, "1.2.3.4", "127.0.0.1"),
    (1, "rubbish", "127.0.0.1"), (1, "", "127.0.0.1"), (1, "::1", "::1"),
]  # fmt: skip


@pytest.mark.parametrize(("proxies", "claimed", "true"), CHAINS)
def test_only_what_our_own_proxies_saw_is_the_address(rf, settings, proxies, claimed, true):
    settings.TRUSTED_PROXIES = proxies

    assert get_client_ip_address(rf.get("/", HTTP_X_FORWARDED_FOR=claimed)) == true


def test_behind_a_proxy_guesses_count_by_true_address(client, student, settings):
    settings.TRUSTED_PROXIES = 1
    for n in range(5):
        knock(client, student.number, f"W-{n}", HTTP_X_FORWARDED_FOR=f"10.1.1.{n}, 1.2.3.4")

    locked = knock(client, student.number, HTTP_X_FORWARDED_FOR="10.9.9.9, 1.2.3.4")
    other = knock(client, student.number, HTTP_X_FORWARDED_FOR="1.2.3.4, 5.6.7.8")

    assert (locked.status_code, other.status_code) == (429, 302)


def test_getting_in_clears_the_count(client, student):
    for n in range(4):
        knock(client, student.number, f"Wrong-{n}")
    knock(client, student.number)
    client.logout()

    assert [knock(client, student.number, "Wrong-x").status_code for _ in range(4)] == [200] * 4


def test_nothing_typed_is_kept_of_a_failed_attempt(client, student):
    knock(client, student.number, "Secret-typed-1")

    kept = AccessAttempt.objects.get()
    assert kept.username == f"{student.school.path}/{student.number}"
    assert "Secret-typed-1" not in kept.post_data
    assert student.number not in kept.post_data


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, campus, method):
    assert getattr(client, method)(LOGIN).status_code == 405
