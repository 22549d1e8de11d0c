"""Who may do what to which rows: the cast of two colleges, written out by hand."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from accounts.models import AuditEntry, Grant, School, Unit, User
from accounts.paths import AFTER_DIGITS, ancestors, child, cut, level_of, under
from accounts.scope import (
    APART,
    ROLES,
    Role,
    covers,
    get_permitted,
    grantable,
    grants_of,
    holds,
    may,
    reach,
)
from rounds.models import Assignment
from tests import factories as make

CLASS = {"计科2301班", "梅园3-412"}
COLLEGE = {"计算机学院", "计科2301班", "计科2302班", "教职工", "梅园3-412"}
SCHOOL = 16  # units of the cast

UNITS = [
    ("office", SCHOOL), ("leader", SCHOOL), ("department", SCHOOL), ("auditor", SCHOOL),
    ("sysadmin", SCHOOL), ("head", COLLEGE), ("liaison", COLLEGE), ("counselor", CLASS),
    ("cadre", CLASS), ("dormhead", {"梅园3-412"}), ("keeper", {"第一食堂"}),
    ("logistics_liaison", {"后勤处", "第一食堂"}), ("stranger", {"英语2301班"}),
    ("student", set()), ("staff", set()),
]  # fmt: skip


@pytest.mark.parametrize(("who", "seen"), UNITS)
def test_units_in_view_of_each_role(campus, who, seen):
    make.campus("OTHER")

    found = Unit.objects.permitted(getattr(campus, who))

    assert {unit.school_path for unit in found} <= {campus.school.path}
    if isinstance(seen, int):
        assert found.count() == seen
    else:
        assert {unit.name for unit in found} == seen


KLASS = {"张小明", "李小红", "朱班长", "秦室长"}
FACULTY = {"冯书记", "陈联络", "褚辅导", "卫辅导", "何老师"}
PEOPLE = [
    ("office", "view", 23), ("sysadmin", "view", 23), ("office", "unmask", 23),
    ("sysadmin", "unmask", set()), ("head", "view", KLASS | {"王小强"} | FACULTY),
    ("liaison", "view", KLASS | {"王小强"} | FACULTY), ("liaison", "unmask", set()),
    ("liaison", "activate", KLASS | {"王小强"} | FACULTY), ("head", "activate", set()),
    ("counselor", "view", KLASS | {"褚辅导"}), ("counselor", "activate", KLASS),
    ("counselor", "edit", set()), ("stranger", "view", {"赵小燕", "蒋辅导"}),
    ("stranger", "activate", {"赵小燕"}), ("cadre", "view", {"朱班长"}),
    ("cadre", "ticks", KLASS), ("dormhead", "ticks", {"张小明", "秦室长"}),
    ("cadre", "activate", set()), ("keeper", "view", {"周师傅", "杨经理"}),
    ("student", "view", {"张小明"}), ("student", "edit", set()), ("leader", "view", {"吴校长"}),
    ("department", "view", {"郑部长"}), ("auditor", "view", {"尤审计"}),
]  # fmt: skip


@pytest.mark.parametrize(("who", "action", "seen"), PEOPLE)
def test_people_each_role_may_do_this_to(campus, who, action, seen):
    make.campus("OTHER")

    found = User.objects.permitted(getattr(campus, who), action)

    assert {person.school for person in found} <= {campus.school}
    if isinstance(seen, int):
        assert found.count() == User.objects.filter(school=campus.school).count()
    else:
        assert {person.name for person in found} == seen


PARTS = [
    ("office", "approve", {"计算机学院", "计科2301班", "计科2302班", "外国语学院", "英语2301班",
                           "英语2302班", "后勤处", "第一食堂", "保卫部", "学工部"}),
    ("liaison", "approve", {"计科2301班", "计科2302班"}),
    ("logistics_liaison", "approve", {"第一食堂"}), ("counselor", "approve", set()),
    ("cadre", "approve", set()), ("leader", "approve", set()), ("student", "approve", set()),
    ("counselor", "submit", {"计科2301班"}), ("liaison", "submit", {"计算机学院"}),
    ("keeper", "submit", {"第一食堂"}), ("office", "submit", set()), ("cadre", "submit", set()),
    ("stranger", "submit", {"英语2301班"}), ("student", "view", set()),
    ("counselor", "view", {"计科2301班"}), ("cadre", "view", {"计科2301班"}),
]  # fmt: skip


@pytest.mark.parametrize(("who", "action", "seen"), PARTS)
def test_parts_of_a_round_each_role_may_do_this_to(campus, who, action, seen):
    make.pledge_round(campus)

    found = Assignment.objects.permitted(getattr(campus, who), action)

    assert {part.unit.name for part in found} == seen


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_no_verb_outside_its_row_of_the_table(campus, role):
    tier = ROLES[role].tiers[0]
    unit = {1: campus.school, 2: campus.college, 3: campus.klass, 4: campus.dorm}.get(tier)
    person = make.person(campus.second_class, "某人")
    make.grant(person, role, unit)

    every = {verb for rule in ROLES.values() for verb in rule.may}
    assert {verb for verb in every if holds(person, verb)} == set(ROLES[role].may)


def test_no_grant_no_rows(campus):
    assert list(Unit.objects.permitted(campus.student)) == []
    assert list(AuditEntry.objects.permitted(campus.student)) == []
    assert list(User.objects.permitted(campus.student, "activate")) == []


def test_nobody_logged_in_sees_nothing(campus):
    from django.contrib.auth.models import AnonymousUser

    assert grants_of(AnonymousUser()) == []
    assert list(User.objects.permitted(AnonymousUser())) == []


@pytest.mark.parametrize(
    ("starts", "ends", "holds_today"),
    [(-9, -1, False), (1, 9, False), (0, 0, True), (-9, None, True), (-9, 0, True)],
)
def test_a_grant_holds_from_its_first_to_its_last_day(campus, starts, ends, holds_today):
    today = timezone.localdate()
    person = make.person(campus.faculty)
    make.grant(
        person, Role.COUNSELOR, campus.klass,
        starts_on=today + timedelta(starts),
        ends_on=None if ends is None else today + timedelta(ends),
    )  # fmt: skip

    assert Unit.objects.permitted(person).exists() == holds_today


def test_an_ended_grant_is_gone_at_the_next_request(client, campus):
    client.force_login(campus.counselor)
    assert client.get("/people/").status_code == 200

    Grant.objects.filter(user=campus.counselor).delete()

    assert client.get("/people/").status_code == 403


def test_a_closed_account_holds_nothing(campus):
    User.objects.filter(pk=campus.office.pk).update(is_active=False)

    assert list(Unit.objects.permitted(User.objects.get(pk=campus.office.pk))) == []


def test_the_province_sees_schools_and_no_unit_below_nor_any_person(campus):
    make.campus("OTHER")
    province = make.person(campus.faculty)
    User.objects.filter(pk=province.pk).update(unit=None, unit_path="", category="external")
    province.refresh_from_db()
    make.grant(province, Role.PROVINCE, None)

    assert [unit.code for unit in Unit.objects.permitted(province)] == ["TEST", "OTHER"]
    assert list(User.objects.permitted(province)) == [province]


def test_an_outsider_sees_figures_of_the_unit_and_no_person(campus):
    inspector = make.person(campus.faculty)
    User.objects.filter(pk=inspector.pk).update(unit=None, unit_path="", category="external")
    inspector.refresh_from_db()
    make.grant(inspector, Role.INSPECTOR, campus.school)

    assert Unit.objects.permitted(inspector).count() == SCHOOL
    assert list(User.objects.permitted(inspector)) == [inspector]


def test_two_grants_add_up(campus):
    make.grant(campus.counselor, Role.COUNSELOR, campus.other_class)

    names = {unit.name for unit in Unit.objects.permitted(campus.counselor)}
    assert names == CLASS | {"英语2301班"}


def test_foreign_and_missing_are_not_found_alike_and_in_view_is_forbidden(campus):
    with pytest.raises(Http404):
        get_permitted(campus.stranger, User, "activate", pk=campus.student.pk)
    with pytest.raises(Http404):
        get_permitted(campus.stranger, User, "activate", pk=0)
    with pytest.raises(PermissionDenied):
        get_permitted(campus.counselor, User, "unmask", pk=campus.student.pk)
    assert get_permitted(campus.counselor, User, "activate", pk=campus.student.pk) == campus.student


def test_a_school_s_names_are_seen_by_its_office_alone(campus):
    other = make.campus("OTHER")

    assert [s.unit for s in School.objects.permitted(campus.office)] == [campus.school]
    assert list(School.objects.permitted(campus.liaison)) == []
    assert [s.unit for s in School.objects.permitted(other.office)] == [other.school]


def test_the_trail_is_the_auditor_s(campus):
    make.pledge_round(campus)

    assert AuditEntry.objects.permitted(campus.auditor).count() == AuditEntry.objects.count() > 0
    for who in ("office", "sysadmin", "leader", "liaison"):
        assert not AuditEntry.objects.permitted(getattr(campus, who)).exists()


def test_asking_about_one_place_agrees_with_asking_the_database(campus):
    verbs = sorted({verb for rule in ROLES.values() for verb in rule.may})
    units = list(Unit.objects.all())
    for name in [who for who, _ in UNITS]:
        user = getattr(campus, name)
        for verb in verbs:
            by_query = set(Unit.objects.filter(reach(user, verb, "path")))
            assert by_query == {u for u in units if covers(user, verb, u.path)}, (name, verb)


def test_may_is_the_answer_of_get_permitted(campus):
    assert may(campus.counselor, "activate", campus.student)
    assert not may(campus.stranger, "activate", campus.student)


def test_powers_that_watch_each_other_are_given_by_others(campus):
    assert grantable(campus.office) == set(Role) - APART - {Role.PROVINCE}
    assert grantable(campus.sysadmin) == set(APART)
    for who in ("auditor", "liaison", "counselor", "leader", "student"):
        assert grantable(getattr(campus, who)) == set()


def test_paths_are_prefixes_of_six_digits(db):
    path = child(child("000007", 3), 11)

    assert path == "000007000003000011"
    assert (level_of(path), cut(path, 2)) == (3, "000007000003")
    assert ancestors(path) == ["000007", "000007000003", path]
    assert AFTER_DIGITS > "9"


def test_a_range_finds_the_subtree_and_no_neighbour(campus):
    below = Unit.objects.filter(under(campus.college.path))
    strictly = Unit.objects.filter(under(campus.college.path, strictly=True))

    assert {unit.name for unit in below} == COLLEGE
    assert {unit.name for unit in strictly} == COLLEGE - {"计算机学院"}
    assert Unit.objects.filter(under("")).count() == SCHOOL
