"""Who answers for a unit, with the role that comes with it (ORG-3, ORG-4, ORG-5, ORG-6)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.duties import KIND_OF_ROLE, KINDS, DutyKind, role_of
from accounts.models import AuditEntry, Duty, Filing, Grant, User
from accounts.moves import Refused
from accounts.scope import ROLES, Role, roles_of
from accounts.services import duties, grants
from tests import factories as make

K = DutyKind


def appoint(campus, person, kind, unit, actor=None, **more):
    return duties.appoint(
        unit, person=person, kind=kind, actor=actor or campus.office,
        **{"starts_on": timezone.localdate(), **more},
    )  # fmt: skip


def fresh(person):
    return User.objects.get(pk=person.pk)


TIERS = [
    ("staff", K.FIRST, "college", Role.COLLEGE_HEAD), ("staff", K.DIRECT, "school", Role.LEADER),
    ("staff", K.CONTACT, "logistics", Role.LIAISON), ("staff", K.ANSWERS, "second_class", Role.COUNSELOR),
    ("cook", K.KEEPER, "kitchen", Role.KEEPER), ("classmate", K.DORM_HEAD, "dorm", Role.DORM_HEAD),
    ("classmate", K.ENVOY, "college", Role.VOLUNTEER),
]  # fmt: skip


@pytest.mark.parametrize(("who", "kind", "where", "role"), TIERS)
def test_a_duty_carries_its_role_and_ends_with_it(campus, who, kind, where, role):
    """ORG-6: each tier is recorded and dated."""
    person, unit = getattr(campus, who), getattr(campus, where)

    duty = appoint(campus, person, kind, unit, title="职务")

    assert (duty.grant.role, duty.grant.path) == (role, unit.path)
    assert roles_of(fresh(person)) == {role}
    duties.end(duty, actor=campus.office, reason="换届")
    assert roles_of(fresh(person)) == set()
    entry = AuditEntry.objects.get(verb="end_duty")
    assert (entry.note, entry.detail["duty"]) == ("换届", K(kind).label)


def test_a_leading_group_is_a_list_and_no_power(campus):
    """ORG-3."""
    for kind in (K.CHAIR, K.VICE, K.MEMBER):
        appoint(campus, campus.staff, kind, campus.college, actor=campus.liaison)

    assert roles_of(fresh(campus.staff)) == set()
    assert Duty.objects.filter(person=campus.staff).count() == 3


def test_a_class_contact_is_a_student_of_the_class_and_serves_to_the_end_of_the_term(campus):
    """ORG-4."""
    duty = appoint(campus, campus.classmate, K.CLASS_CONTACT, campus.klass, campus.counselor)

    assert duty.ends_on == grants.end_of_term(campus.klass.path, timezone.localdate())
    assert roles_of(fresh(campus.classmate)) == set()  # until the promise
    grants.promise(campus.classmate)
    assert roles_of(fresh(campus.classmate)) == {Role.CADRE}


REFUSED = [
    ("staff", K.ANSWERS, "college", "office", "不设在学院"),
    ("staff", K.OFFICE_HEAD, "college", "office", "不设在学院"),
    ("staff", K.KEEPER, "klass", "office", "不设在班级"),
    ("staff", K.CONTACT, "other_college", "liaison", "不由您登记"),
    ("staff", K.ANSWERS, "klass", "counselor", "不由您登记"),
    ("staff", K.ANSWERS, "klass", "stranger", "不由您登记"),
    ("staff", K.ANSWERS, "klass", "sysadmin", "不由您登记"),
    ("staff", K.CHAIR, "school", "liaison", "不由您登记"),
    ("staff", K.CLASS_CONTACT, "klass", "counselor", "不是本班学生"),
    ("second_student", K.DORM_HEAD, "dorm", "counselor", "不是本班学生"),
    ("counselor", K.ANSWERS, "klass", "office", "在此期间已是"),
    ("liaison", K.ANSWERS, "klass", "liaison", "不能为本人"),
]


@pytest.mark.parametrize(("who", "kind", "where", "by", "sentence"), REFUSED)
def test_what_may_not_be_said_is_refused_in_words(campus, who, kind, where, by, sentence):
    before = (Duty.objects.count(), Grant.objects.count())

    with pytest.raises(Refused, match=sentence):
        appoint(campus, getattr(campus, who), kind, getattr(campus, where), getattr(campus, by))

    assert (Duty.objects.count(), Grant.objects.count()) == before


def test_who_has_left_or_is_of_another_school_answers_for_nothing(campus):
    other = make.campus("B")
    User.objects.filter(pk=campus.staff.pk).update(status="left")

    with pytest.raises(Refused, match="不在校"):
        appoint(campus, campus.staff, K.ANSWERS, campus.klass)
    with pytest.raises(Refused, match="不是本校人员"):
        appoint(campus, other.staff, K.ANSWERS, campus.klass)


def test_ending_needs_a_reason_a_power_and_happens_once(campus):
    duty = appoint(campus, campus.staff, K.ANSWERS, campus.second_class)
    mine = Duty.objects.get(person=campus.liaison)
    for row, actor, reason, sentence in [
        (duty, campus.office, " ", "原因"),
        (duty, campus.foreign_liaison, "x", "不由您登记"),
        (mine, campus.liaison, "x", "本人"),
    ]:
        with pytest.raises(Refused, match=sentence):
            duties.end(row, actor=actor, reason=reason)

    duties.end(duty, actor=campus.liaison, reason="调整")
    with pytest.raises(Refused, match="已经结束"):
        duties.end(duty, actor=campus.liaison, reason="调整")


def test_a_role_given_at_the_desk_is_entered_as_its_duty_and_both_end_together(campus):
    grant = grants.give(
        campus.staff, role=Role.COUNSELOR, unit=campus.second_class, actor=campus.office,
        starts_on=timezone.localdate(), ends_on=None,
    )  # fmt: skip
    duty = grant.duty

    assert (duty.kind, duty.path, duty.appointed_by) == (
        K.ANSWERS, campus.second_class.path, campus.office,
    )  # fmt: skip
    grants.end(grant, actor=campus.office, reason="调整")
    duty.refresh_from_db()
    assert (duty.standing, duty.ended_by, duty.end_note) == ("已结束", campus.office, "调整")


def test_a_duty_to_come_opens_nothing_yet(campus):
    duty = appoint(
        campus, campus.staff, K.ANSWERS, campus.klass,
        starts_on=timezone.localdate() + timedelta(3),
    )  # fmt: skip

    assert (duty.standing, roles_of(fresh(campus.staff))) == ("未开始", set())


def test_a_filed_list_keeps_who_stood_on_it_and_twice_is_once(campus):
    """ORG-3: the college files both lists."""
    with pytest.raises(Refused, match="是空的"):
        duties.file_list(campus.college, which="group", actor=campus.liaison)
    first = duties.file_list(campus.college, which="contact", actor=campus.liaison)
    again = duties.file_list(campus.college, which="contact", actor=campus.liaison)

    assert (first.pk, first.lines) == (again.pk, ["联络人 陈联络"])
    assert Filing.objects.count() == 1


def test_every_kind_fits_the_role_it_carries():
    for kind, rule in KINDS.items():
        for level, role in rule.roles.items():
            assert level in rule.tiers
            assert level in ROLES[role].tiers, kind
    for role, kind in KIND_OF_ROLE.items():
        assert {role_of(kind, level) for level in KINDS[kind].tiers} >= {role}
