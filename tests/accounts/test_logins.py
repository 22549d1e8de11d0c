"""Logins (OVS-7): who, when, with what, from where; ended by the person, by an administrator, by time."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tasks
from accounts.devices import device, masked_address
from accounts.models import AuditEntry, Login, User
from accounts.moves import Refused
from accounts.services import activation, dormancy, grants, logins
from tests import factories as make

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/120 MicroMessenger/8.0"


def enter(person, *, agent: str = PHONE) -> Client:
    """The person logs in on a device of their own."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR="10.20.30.40")
    client.post("/login/", {"number": person.number, "password": make.PASSWORD})
    assert SESSION_KEY in client.session
    return client


def inside(client) -> bool:
    return client.get("/me/").status_code == 200


def test_a_login_says_when_with_what_and_from_which_network(student):
    client = enter(student)

    login = Login.objects.get(user=student)
    assert (login.how, login.device) == ("password", "安卓手机 · 微信")
    assert login.address == "10.20.*.*"
    assert login.session_key == client.session.session_key
    assert login.path == student.unit_path


AGENTS = [
    ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120", "Windows 电脑 · Edge"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604", "iPhone · Safari"),
    ("Mozilla/5.0 (Linux; Android 13) Chrome/107 wxwork/4 MicroMessenger/7", "安卓手机 · 企业微信"),
    ("", "其他设备"),
]


@pytest.mark.parametrize(("agent", "said"), AGENTS)
def test_a_device_has_words(agent, said):
    assert device(agent) == said


def test_an_address_keeps_its_network_only():
    said = [masked_address(a) for a in ("10.20.30.40", "2001:db8::1", "", "x")]

    assert said == ["10.20.*.*", "2001:0db8:0000:*", "", ""]


def test_leaving_ends_the_login(student):
    client = enter(student)

    client.post("/logout/")

    login = Login.objects.get(user=student)
    assert (login.ended_why, login.ended_at is None) == ("left", False)


def test_a_person_ends_the_login_on_a_device_they_lost(student):
    lost, here = enter(student), enter(student, agent="Windows Chrome")
    page = here.get("/me/logins/").content.decode()
    assert ("安卓手机 · 微信" in page, "Windows 电脑 · Chrome" in page, "本机" in page) == (
        True,
    ) * 3

    login = Login.objects.get(session_key=lost.session.session_key)
    answer = here.post(f"/me/logins/{login.pk}/end/", follow=True)

    assert "该设备已退出登录。" in answer.content.decode()
    assert (inside(lost), inside(here)) == (False, True)
    assert AuditEntry.objects.filter(verb="end_login", actor=student).count() == 1


def test_ending_a_login_twice_is_a_sentence_and_one_row(student):
    lost, here = enter(student), enter(student)
    login = Login.objects.get(session_key=lost.session.session_key)

    codes = [here.post(f"/me/logins/{login.pk}/end/").status_code for _ in range(2)]

    assert codes == [302, 409]
    assert AuditEntry.objects.filter(verb="end_login").count() == 1


def test_nobody_ends_a_stranger_s_login(student, stranger, campus):
    foreign, mine = enter(stranger), enter(student)
    login = Login.objects.get(user=stranger)

    assert mine.post(f"/me/logins/{login.pk}/end/").status_code == 404
    assert inside(foreign)


def test_all_other_logins_end_at_once(student):
    others, here = [enter(student) for _ in range(3)], enter(student)

    here.post("/me/logins/end/")
    here.post("/me/logins/end/")

    assert ([inside(c) for c in others], inside(here)) == ([False] * 3, True)
    assert AuditEntry.objects.filter(verb="end_logins").count() == 1


def test_the_system_administrator_ends_a_login_with_a_reason(campus, student, client):
    """H18: list and kill work at the next request."""
    lost = enter(student)
    login = Login.objects.get(user=student)
    with pytest.raises(Refused, match="原因"):
        logins.end(login, actor=campus.sysadmin, reason=" ")
    client.force_login(campus.sysadmin)

    assert "张小明" in client.get("/desk/accounts/login/").content.decode()
    client.post(f"/desk/accounts/login/{login.pk}/do/end/", {"reason": "手机被盗"})

    assert not inside(lost)
    login.refresh_from_db()
    assert login.ended_why == "killed"


@pytest.mark.parametrize(("minutes", "on"), [(29, True), (31, False)])
def test_a_login_rests_half_an_hour_at_most(student, minutes, on):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = enter(student)
        clock.shift(timedelta(minutes=minutes))

        assert inside(client) is on
    why = "" if on else "idle"
    assert Login.objects.get(user=student).ended_why == why


@pytest.mark.parametrize(("minutes", "on"), [(14, True), (16, False)])
def test_a_login_to_the_desk_rests_a_quarter_of_an_hour(office, minutes, on):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = enter(office)
        clock.shift(timedelta(minutes=minutes))

        assert (client.get("/desk/").status_code == 200) is on


@pytest.mark.parametrize(("minutes", "on"), [(8 * 60 - 1, True), (8 * 60 + 1, False)])
def test_a_login_in_use_lasts_eight_hours(student, minutes, on):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = enter(student)
        for _ in range(minutes // 20):
            clock.shift(timedelta(minutes=20))
            client.get("/me/")
        clock.shift(timedelta(minutes=minutes % 20))

        assert inside(client) is on
    assert Login.objects.get(user=student).ended_why == ("" if on else "over")


def test_who_is_logged_out_by_time_is_told_and_led_back(student):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = enter(student)
        clock.shift(timedelta(hours=1))
        answer = client.get("/me/logins/", follow=True)

    assert answer.redirect_chain == [("/login/?next=/me/logins/", 302)]
    assert "请重新登录" in answer.content.decode()


def test_a_page_twice_in_a_minute_writes_nothing(student):
    client = enter(student)
    with CaptureQueriesContext(connection) as asked:
        client.get("/me/seen/")

    said = [query["sql"] for query in asked]
    assert [sql for sql in said if not sql.startswith("SELECT")] == []
    assert len([sql for sql in said if "accounts_login" in sql]) == 0


def test_changing_the_password_ends_every_other_login(student):
    """P7."""
    other, here = enter(student), enter(student)
    new = {"password1": "New-pass-2026", "password2": "New-pass-2026"}

    here.post("/me/password/", {"current": make.PASSWORD, **new})

    assert (inside(other), inside(here)) == (False, True)
    assert list(Login.objects.order_by("pk").values_list("ended_why", flat=True)) == [
        "password",
        "",
    ]
    assert Login.objects.open().get().session_key == here.session.session_key


def test_a_reset_ends_every_login(campus, student):
    """P7."""
    client = enter(student)

    activation.reset(student, actor=campus.counselor, seen="校园卡")

    assert not inside(client)
    assert not Session.objects.exists()
    assert Login.objects.get(user=student).ended_why == "password"


def test_a_closed_account_is_out_at_the_next_request(student):
    client = enter(student)

    User.objects.filter(pk=student.pk).update(is_active=False)

    assert not inside(client)


@pytest.mark.parametrize(("role", "on"), [("OFFICE", False), ("LIAISON", True)])
def test_whoever_gains_the_desk_logs_in_anew(campus, role, on):
    client = enter(campus.staff)
    unit = campus.school if role == "OFFICE" else campus.college

    grants.give(
        campus.staff, role=role, unit=unit, starts_on=timezone.localdate(), ends_on=None,
        actor=campus.sysadmin if role == "OFFICE" else campus.office,
    )  # fmt: skip

    assert inside(client) is on


def test_logins_whose_session_ran_out_are_closed_at_night(student):
    enter(student)
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))

    tasks.tidy_logins()
    tasks.tidy_logins()

    assert (Login.objects.get().ended_why, Session.objects.count()) == ("over", 0)


def unused(person, days: int) -> None:
    then = timezone.now() - timedelta(days=days)
    User.objects.filter(pk=person.pk).update(last_login=then, activated_at=then)


def test_an_account_nobody_used_sleeps_and_is_let_in_anew(campus):
    """A person with a role after 90 days, everybody else after 400."""
    unused(campus.liaison, 91), unused(campus.head, 89)
    unused(campus.student, 399), unused(campus.classmate, 401)

    assert (dormancy.put_to_sleep(), dormancy.put_to_sleep()) == (2, 0)

    asleep = User.objects.filter(dormant_since__isnull=False)
    assert set(asleep) == {campus.liaison, campus.classmate}
    assert not User.objects.get(pk=campus.liaison.pk).has_usable_password()
    row = AuditEntry.objects.get(verb="sleep")
    assert (row.actor_name, row.detail["counts"]) == ("系统", 2)
    code = activation.issue_code(campus.classmate, actor=campus.counselor)
    activation.activate(
        school=campus.school, number=campus.classmate.number, code=code, password="New-pass-2026"
    )
    assert set(asleep.all()) == {campus.liaison}


def test_the_office_finds_the_sleeping_accounts(campus, client):
    unused(campus.classmate, 500)
    dormancy.put_to_sleep()
    client.force_login(campus.office)

    page = client.get("/desk/accounts/user/?dormant=1").content.decode()

    assert (campus.classmate.number in page, campus.student.number in page) == (True, False)


def test_nobody_sleeps_where_the_school_says_never(campus, settings):
    settings.DORMANT_DAYS = settings.DORMANT_DAYS_OTHERS = 0
    unused(campus.student, 5000)

    assert dormancy.put_to_sleep() == 0
