"""The ladder from class to school: who hands in, who judges, in which order."""

import pytest

from accounts.moves import Refused
from accounts.scope import get_permitted, may
from rounds import services
from rounds.figures import Census, figures
from rounds.models import Assignment
from tests import factories as make

State = Assignment.State


def part(round_, unit):
    return Assignment.objects.get(round=round_, unit=unit)


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus)


def test_issue_makes_one_part_for_each_answering_unit_with_people(campus, round_):
    units = [a.unit.name for a in round_.assignments.all()]

    assert units == [
        "计算机学院", "计科2301班", "计科2302班", "外国语学院", "英语2301班", "英语2302班",
        "后勤处", "第一食堂", "保卫部", "学工部",
    ]  # fmt: skip


def test_issue_twice_adds_nothing(campus, round_):
    assert services.issue(round_, actor=campus.office) == 0
    assert round_.assignments.count() == 10


def test_a_class_climbs_to_the_school_and_comes_back_once(campus, round_):
    klass, college = part(round_, campus.klass), part(round_, campus.college)
    services.submit(klass, actor=campus.counselor, note="2 人在外实习")
    services.send_back(klass, actor=campus.liaison, reason="请补签")
    services.submit(klass, actor=campus.counselor, note="已补")
    services.approve(klass, actor=campus.liaison)

    with pytest.raises(Refused, match="计科2302班尚未通过审核"):
        services.submit(college, actor=campus.liaison, note="其余齐全")

    second = part(round_, campus.second_class)
    services.submit(second, actor=campus.second_counselor, note="未签")
    services.approve(second, actor=campus.liaison)
    services.submit(college, actor=campus.liaison, note="教职工未签")
    services.approve(college, actor=campus.office)

    assert part(round_, campus.college).state == State.APPROVED


def test_nobody_judges_their_own_units_part(campus, round_):
    college, klass = part(round_, campus.college), part(round_, campus.klass)

    assert may(campus.liaison, "approve", klass)
    assert not may(campus.liaison, "approve", college)
    assert not may(campus.counselor, "approve", klass)
    assert not may(campus.foreign_liaison, "approve", klass)
    assert may(campus.office, "approve", college)


def test_only_the_class_s_own_counselor_hands_it_in(campus, round_):
    klass = part(round_, campus.klass)

    assert get_permitted(campus.counselor, Assignment, "submit", pk=klass.pk) == klass
    assert not may(campus.liaison, "submit", klass)
    assert not may(campus.cadre, "submit", klass)
    assert not may(campus.stranger, "submit", klass)


def test_figures_agree_with_the_missing_list_at_every_unit(campus, round_):
    make.sign(round_, campus.student)

    for unit in [campus.school, campus.college, campus.klass, campus.dorm, campus.kitchen]:
        found = figures(round_, unit.path)
        missing = Census(round_).missing(unit.path)
        assert found.expected - found.verified == missing.count() == len(list(missing))
    assert figures(round_, campus.klass.path).as_dict() == {
        "expected": 4, "submitted": 1, "verified": 1, "on_time": 1, "excused": 0,
    }  # fmt: skip


def test_closing_writes_the_missing_down_and_freezes_the_figures(campus, round_):
    make.sign(round_, campus.student)
    services.excuse_person(round_, campus.classmate, actor=campus.liaison, reason="休养")
    before = {u.path: figures(round_, u.path) for u in [campus.school, campus.klass, campus.dorm]}

    services.close(round_, actor=campus.office)
    campus.cook.status = "left"
    campus.cook.save()
    round_.refresh_from_db()

    assert {path: figures(round_, path) for path in before} == before
    assert Census(round_).missing(campus.klass.path).count() == before[campus.klass.path].missing
    assert Census(round_).missing().count() == before[campus.school.path].missing
