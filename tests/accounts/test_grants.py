"""Giving roles and taking them back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import AuditEntry, Grant, School
from accounts.moves import Refused
from accounts.scope import Role, roles_of
from accounts.services import grants
from tests import factories as make


def give(campus, user, role, unit, actor=None, starts_on=None, ends_on=None):
    return grants.give(
        user, role=role, unit=unit, actor=actor or campus.office,
        starts_on=starts_on or timezone.localdate(), ends_on=ends_on,
    )  # fmt: skip


def test_the_office_gives_a_role_and_a_row_says_so(campus):
    grant = give(campus, campus.staff, Role.COUNSELOR, campus.second_class)

    assert (grant.path, grant.ends_on) == (campus.second_class.path, None)
    assert roles_of(campus.staff) == {Role.COUNSELOR}
    entry = AuditEntry.objects.get(verb="give")
    assert entry.detail == {
        "role": "COUNSELOR", "unit": "计科2302班", "ends_on": "",
        "starts_on": f"{timezone.localdate():%Y-%m-%d}",
    }  # fmt: skip


REFUSED = [
    ("staff", Role.SYSADMIN, "school", "office", "不由您授予"),
    ("staff", Role.PROVINCE, "school", "office", "不由您授予"),
    ("staff", Role.COUNSELOR, "klass", "sysadmin", "不由您授予"),
    ("staff", Role.COUNSELOR, "klass", "liaison", "不由您授予"),
    ("staff", Role.COUNSELOR, "college", "office", "只能授予在班级或科室"),
    ("staff", Role.LIAISON, "klass", "office", "只能授予在学院或部门一级"),
    ("office", Role.COUNSELOR, "klass", "office", "不能为本人授权"),
    ("counselor", Role.COUNSELOR, "klass", "office", "无需重复授权"),
    ("sysadmin", Role.AUDITOR, "school", "sysadmin", "不能为本人授权"),
    ("auditor", Role.SYSADMIN, "school", "sysadmin", "不能由同一人担任"),
    ("auditor", Role.OFFICE, "school", "sysadmin", "不能由同一人担任"),
    ("foreign_student", Role.CADRE, "klass", "office", "不是计科2301班的学生"),
    ("staff", Role.CADRE, "klass", "office", "不是计科2301班的学生"),
]


@pytest.mark.parametrize(("user", "role", "unit", "actor", "sentence"), REFUSED)
def test_what_may_not_be_given_is_refused_in_words(campus, user, role, unit, actor, sentence):
    before = Grant.objects.count()

    with pytest.raises(Refused, match=sentence):
        give(campus, getattr(campus, user), role, getattr(campus, unit), getattr(campus, actor))

    assert Grant.objects.count() == before


def test_another_school_s_person_or_unit_is_refused(campus):
    other = make.campus("OTHER")

    with pytest.raises(Refused, match="不在您的管理范围"):
        give(campus, campus.staff, Role.COUNSELOR, other.klass)
    with pytest.raises(Refused, match="不是本校人员"):
        give(campus, other.staff, Role.COUNSELOR, campus.klass)


def test_an_ended_power_does_not_stand_in_the_way_of_another(campus):
    today = timezone.localdate()
    Grant.objects.filter(user=campus.auditor).update(
        starts_on=today - timedelta(9), ends_on=today - timedelta(1)
    )

    assert give(campus, campus.auditor, Role.SYSADMIN, campus.school, campus.sysadmin)


TERMS = [
    (date(2026, 9, 1), date(2027, 1, 31)), (date(2027, 1, 31), date(2027, 1, 31)),
    (date(2027, 2, 1), date(2027, 7, 31)), (date(2027, 8, 1), date(2028, 1, 31)),
]  # fmt: skip


@pytest.mark.parametrize(("day", "ends"), TERMS)
@pytest.mark.django_db
def test_a_term_not_on_the_calendar_ends_with_january_or_july(day, ends):
    assert grants.end_of_term("000001", day) == ends
    assert ends - day <= grants.TERM


def test_a_cadre_s_grant_ends_with_the_term_and_lasts_no_longer_than_six_months(campus):
    today = timezone.localdate()

    with pytest.raises(Refused, match="最长六个月"):
        give(campus, campus.student, Role.CADRE, campus.klass, ends_on=today + timedelta(185))
    grant = give(campus, campus.student, Role.CADRE, campus.klass)

    assert grant.ends_on == grants.end_of_term(campus.school.path, today)


def test_a_cadre_s_grant_ends_with_the_school_s_own_term(campus):
    """CADRE without a last day."""
    make.term(campus, starts_on=date(2026, 9, 7), ends_on=date(2027, 1, 22))

    assert grants.end_of_term(campus.klass.path, date(2026, 11, 21)) == date(2027, 1, 22)
    assert grants.end_of_term(campus.klass.path, date(2027, 1, 23)) == date(2027, 7, 26)


@pytest.mark.parametrize(("starts", "ends"), [(5, 2), (-9, -2)])
def test_days_must_run_forward_and_not_be_over(campus, starts, ends):
    today = timezone.localdate()

    with pytest.raises(Refused, match="截止日期"):
        give(campus, campus.staff, Role.COUNSELOR, campus.klass,
             starts_on=today + timedelta(starts), ends_on=today + timedelta(ends))  # fmt: skip


def test_an_ended_grant_holds_no_more_from_that_moment(client, campus):
    grant = Grant.objects.get(user=campus.counselor)
    client.force_login(campus.counselor)
    assert client.get("/slips/").status_code == 200

    grants.end(grant, actor=campus.office, reason="不再带班")

    assert client.get("/slips/").status_code == 403
    assert AuditEntry.objects.get(verb="end").note == "不再带班"


def test_ending_needs_a_reason_a_power_and_another_person(campus):
    mine = Grant.objects.get(user=campus.office)
    theirs = Grant.objects.get(user=campus.counselor)
    for grant, actor, reason, sentence in [
        (theirs, campus.office, " ", "原因"),
        (mine, campus.office, "x", "本人"),
        (theirs, campus.sysadmin, "x", "不由您结束"),
    ]:
        with pytest.raises(Refused, match=sentence):
            grants.end(grant, actor=actor, reason=reason)

    grants.end(theirs, actor=campus.office, reason="x")
    with pytest.raises(Refused, match="已经结束"):
        grants.end(theirs, actor=campus.office, reason="x")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_powers_given_at_once_are_not_joined_in_one_person(campus):
    if connection.vendor != "postgresql":
        pytest.skip("未连接 PostgreSQL：并发测试只在 PostgreSQL 上有意义")
    person = make.person(campus.security_staff, category="staff")

    def attempt(role):
        try:
            return bool(give(campus, person, role, campus.school, campus.sysadmin))
        except Refused:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        won = list(pool.map(attempt, [Role.AUDITOR, Role.SYSADMIN] * 10))

    assert won.count(True) == 1
    assert Grant.objects.filter(user=person).count() == 1


def test_where_a_role_belongs_is_told_in_the_school_s_own_word(campus):
    School.objects.filter(unit=campus.school).update(college_word="院部")

    with pytest.raises(Refused, match="只能授予在院部或部门一级"):
        give(campus, campus.staff, Role.LIAISON, campus.klass)
