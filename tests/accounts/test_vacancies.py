"""The vacancy list: the queue's count is the list's length (ORG-3, ORG-4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Duty, Filing, User
from accounts.services import duties
from accounts.vacancies import vacant_units, with_gaps
from tests import factories as make


def appoint(campus, unit, person, kind):
    duties.appoint(unit, person=person, kind=kind, actor=campus.office,
                   starts_on=timezone.localdate())  # fmt: skip


@pytest.fixture
def complete(campus):
    """Nothing is missing anywhere in the school."""
    for college, head, liaison in [
        (campus.college, campus.head, campus.liaison),
        (campus.other_college, campus.stranger, campus.foreign_liaison),
    ]:
        appoint(campus, college, head, "first")
        appoint(campus, college, head, "chair")
        for which in ("group", "contact"):
            duties.file_list(college, which=which, actor=liaison)
    for unit, person in [
        (campus.security, campus.staff), (campus.student_affairs, campus.staff),
    ]:  # fmt: skip
        appoint(campus, unit, person, "contact")
    appoint(campus, campus.other_second_class, campus.stranger, "answers")
    return campus


def gaps(user):
    return {gap.unit.name: gap.words for gap in with_gaps(vacant_units(user))}


def test_where_everybody_is_named_nothing_is_vacant(complete):
    assert gaps(complete.office) == {}


def end(campus, **lookup):
    for duty in Duty.objects.running().filter(**lookup):
        duties.end(duty, actor=campus.office, reason="换届")


CASES = [
    ({"kind": "contact", "unit__name": "计算机学院"}, {"计算机学院": ["联络人空缺"]}),
    ({"kind": "contact", "unit__name": "保卫部"}, {"保卫部": ["联络人空缺"]}),
    ({"kind": "answers", "unit__name": "计科2302班"}, {"计科2302班": ["责任人空缺"]}),
    ({"kind": "chair", "unit__name": "外国语学院"}, {"外国语学院": ["领导小组空缺"]}),
    ({"kind": "first", "unit__name": "外国语学院"}, {"外国语学院": ["第一责任人空缺"]}),
    ({"kind": "keeper"}, {"第一食堂": ["科室（小组）负责人空缺"]}),
]


@pytest.mark.parametrize(("ended", "found"), CASES)
def test_each_vacancy_is_told_in_words(complete, ended, found):
    end(complete, **ended)

    assert gaps(complete.office) == found


def test_a_holder_who_left_leaves_a_vacancy(complete):
    User.objects.filter(pk=complete.counselor.pk).update(status="left")

    assert gaps(complete.office) == {"计科2301班": ["责任人褚辅导已离校"]}


def test_a_list_not_confirmed_for_half_a_year_is_told_with_its_last_day(complete):
    at = timezone.now() - timedelta(days=200)
    Filing.objects.filter(unit=complete.college, which="group").update(filed_at=at)

    assert gaps(complete.liaison) == {
        "计算机学院": [f"领导小组名单{timezone.localdate(at)}后未确认"]
    }


def test_a_dorm_is_asked_only_where_its_college_names_dorm_heads(complete):
    room = make.unit(complete.second_class, "dorm", "梅园3-413")
    make.person(room)
    foreign = make.unit(complete.other_class, "dorm", "兰园1-101")
    make.person(foreign)
    make.unit(complete.klass, "dorm", "空房")

    assert gaps(complete.office) == {
        "梅园3-413": ["寝室长空缺"], "外国语学院": ["未配备寝室长（1 间）"],
    }  # fmt: skip


def test_a_college_without_any_dorm_head_is_one_line_and_counted(client, complete):
    end(complete, kind="dorm_head")
    for name in ("梅园3-413", "梅园3-414"):
        make.person(make.unit(complete.second_class, "dorm", name))
    make.unit(complete.second_class, "dorm", "空房")

    assert gaps(complete.office) == {"计算机学院": ["未配备寝室长（3 间）"]}
    client.force_login(complete.liaison)
    card = next(c for c in client.get("/").context["cards"] if c.queue.label == "责任空缺")
    page = client.get(card.url)
    assert card.count == page.context["page_obj"].paginator.count == 1
    assert "未配备寝室长（3 间）" in page.content.decode()


def test_a_class_nobody_is_in_any_more_needs_nobody(complete):
    make.unit(complete.college, "class", "已毕业的班")

    assert gaps(complete.office) == {}


@pytest.mark.parametrize("role", ["office", "head", "liaison", "counselor"])
def test_the_queue_counts_what_its_list_shows(client, campus, role):
    user = getattr(campus, role)
    User.objects.filter(pk=campus.dormhead.pk).update(status="left")
    client.force_login(user)
    home = client.get("/").context
    card = next(c for c in home["cards"] if c.queue.label == "责任空缺")

    page = client.get(card.url).context["page_obj"]

    assert card.count == len(page.object_list) == page.paginator.count > 0
    assert all(row.words for row in page.object_list)


def test_each_sees_the_gaps_of_their_own_units_only(complete):
    end(complete, kind="answers")

    assert gaps(User.objects.get(pk=complete.counselor.pk)) == {}
    assert set(gaps(complete.foreign_liaison)) == {"英语2301班", "英语2302班"}
    assert gaps(complete.student) == {}
