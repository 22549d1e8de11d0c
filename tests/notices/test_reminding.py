"""催办: one message for each responsible person, once a day, in the hours, only while open."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Grant, Job
from accounts.moves import Refused
from accounts.periods import SHANGHAI
from accounts.services import calendar
from notices import services
from notices.models import Notice, Reminder
from rounds import services as rounds
from rounds.models import Assignment
from tests import factories as make
from tests.notices.conftest import work

WHOM = Reminder.Whom


def remind(campus, round_, unit=None, places=None, whom=WHOM.ANSWERABLE, actor=None, once=None):
    unit = unit or campus.school
    places = places or [campus.college.path, campus.other_college.path]
    return services.remind(
        round_, unit, places=places, whom=whom, actor=actor or campus.office, once=once or uuid4()
    )


def told() -> dict[str, str]:
    return dict(Notice.objects.values_list("person__name", "title"))


def test_each_responsible_person_gets_one_message_that_merges_their_part(campus, round_):
    """Counselors for their classes, the 联络员 for what has nobody of its own."""
    make.grant(campus.counselor, "COUNSELOR", campus.second_class)
    second = make.pledge_round(campus, title="第二项任务", categories=["student"])

    remind(campus, round_)
    work()

    found = Notice.objects.get(person=campus.counselor)
    assert found.title == "催办：2 项任务，10 人未完成，4 个单位未交件"
    assert found.body.splitlines() == [
        "【2026 年反诈承诺书】5 人未完成（计科2301班 4 人、计科2302班 1 人）；"
        "计科2301班、计科2302班未交件。请在 12月3日10:00前办结。",
        "【第二项任务】5 人未完成（计科2301班 4 人、计科2302班 1 人）；"
        "计科2301班、计科2302班未交件。请在 12月3日10:00前办结。",
    ]
    assert second.pk and Notice.objects.values("person").distinct().count() == len(told())
    assert set(told()) == {"褚辅导", "卫辅导", "陈联络", "蒋辅导", "沈联络"}


def test_a_message_names_no_student(campus, round_):
    remind(campus, round_)
    work()

    said = "".join(f"{notice.title}{notice.body}" for notice in Notice.objects.all())
    assert [n for n in ("张小明", "李小红", "王小强", "赵小燕") if n in said] == []


def test_the_same_is_never_said_twice_on_a_day_whoever_asks(campus, round_, monday):
    remind(campus, round_)
    work()
    before = Notice.objects.count()

    with pytest.raises(Refused, match="一天只发一次"):
        remind(
            campus, round_, unit=campus.college, places=[campus.klass.path], actor=campus.liaison
        )
    assert Notice.objects.count() == before

    monday.shift(timedelta(days=1))
    remind(campus, round_, unit=campus.college, places=[campus.klass.path], actor=campus.liaison)
    work()
    assert Notice.objects.filter(person=campus.counselor).count() == 2


def test_the_same_form_sent_twice_is_one(campus, round_):
    once = uuid4()

    first = remind(campus, round_, once=once)
    again = remind(campus, round_, once=once)
    work()
    services.deliver(Reminder.objects.get())

    assert first == again and Job.objects.count() == 1
    assert Notice.objects.filter(person=campus.counselor).count() == 1
    assert AuditEntry.objects.filter(verb="remind").count() == 1


def test_only_the_chosen_units_are_reminded(campus, round_):
    remind(campus, round_, places=[campus.other_college.path])
    work()

    assert set(told()) == {"蒋辅导", "沈联络"}


def test_the_board_s_own_line_stands_for_its_own_part_alone(campus, round_):
    """A college that has not handed in is reminded without its classes."""
    remind(campus, round_, unit=campus.college, places=[campus.college.path])
    work()

    assert set(told()) == {"陈联络"}


def test_each_person_not_done_is_told_alone(campus, round_):
    make.sign(round_, campus.student)
    rounds.excuse_person(round_, campus.classmate, actor=campus.liaison, reason="病休")

    made = remind(campus, round_, unit=campus.klass, places=[campus.klass.path], whom=WHOM.PEOPLE)
    work()

    assert set(told()) == {"朱班长", "秦室长"}
    made.refresh_from_db()
    assert (made.state, made.told) == ("sent", 2)
    assert Notice.objects.first().link == reverse("pledges:sign", args=[round_.pk])


HELD = [
    ("2026-11-28T10:00:00+08:00", datetime(2026, 11, 30, 8, tzinfo=SHANGHAI)),
    ("2026-11-23T07:59:59+08:00", datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)),
    ("2026-11-23T21:00:00+08:00", datetime(2026, 11, 24, 8, tzinfo=SHANGHAI)),
    ("2026-11-26T23:30:00+08:00", datetime(2026, 11, 30, 8, tzinfo=SHANGHAI)),
]


@pytest.mark.parametrize(("now", "at"), HELD)
def test_outside_the_hours_and_on_days_of_rest_it_is_held_till_the_next_window(
    monday, campus, round_, now, at
):
    """Friday the 27th is the school's own holiday."""
    day = at.date().replace(day=27)
    calendar.set_days(
        campus.school, first=day, last=day, works=False, note="校庆", actor=campus.office
    )
    monday.move_to(datetime.fromisoformat(now))

    made = remind(campus, round_)
    assert services.due() == 0
    assert (made.send_at, Notice.objects.count()) == (at, 0)

    monday.move_to(at)
    assert services.due() == 1
    work()
    assert services.due() == 0
    assert Notice.objects.filter(person=campus.counselor, day=at.date()).count() == 1


def test_what_is_done_before_the_window_opens_is_left_out(campus, round_, monday):
    monday.move_to(datetime(2026, 11, 22, 12, tzinfo=SHANGHAI))
    remind(campus, round_, unit=campus.klass, places=[campus.klass.path], whom=WHOM.PEOPLE)
    make.sign(round_, campus.student)

    monday.move_to(datetime(2026, 11, 23, 8, tzinfo=SHANGHAI))
    services.due()
    work()

    assert set(told()) == {"李小红", "朱班长", "秦室长"}


def test_it_stops_when_the_round_is_over(campus, round_, monday):
    monday.move_to(datetime(2026, 11, 22, 12, tzinfo=SHANGHAI))
    made = remind(campus, round_)
    rounds.close(round_, actor=campus.office, reason="提前结束")

    monday.move_to(datetime(2026, 11, 23, 8, tzinfo=SHANGHAI))
    services.due()
    work()

    made.refresh_from_db()
    assert (made.state, made.note) == ("cancelled", "任务未在进行中，不能催办。")
    assert Notice.objects.count() == 0


def test_it_stops_when_who_asked_may_no_longer(campus, round_, monday):
    monday.move_to(datetime(2026, 11, 22, 12, tzinfo=SHANGHAI))
    made = remind(campus, round_, unit=campus.college, places=[campus.klass.path],
                  actor=campus.liaison)  # fmt: skip
    Grant.objects.filter(user=campus.liaison).update(ends_on="2026-11-22")

    monday.move_to(datetime(2026, 11, 23, 8, tzinfo=SHANGHAI))
    services.due()
    work()

    made.refresh_from_db()
    assert made.state == "cancelled" and "没有该单位的权限" in made.note


def test_a_unit_in_which_nothing_is_open_is_not_reminded(campus, round_):
    for person in (campus.student, campus.classmate, campus.cadre, campus.dormhead):
        make.sign(round_, person)
    rounds.submit(
        Assignment.objects.get(round=round_, unit=campus.klass), actor=campus.counselor, note=""
    )

    for whom in WHOM:
        with pytest.raises(Refused, match="没有需要催办"):
            remind(campus, round_, unit=campus.klass, places=[campus.klass.path], whom=whom)


def test_a_class_without_anybody_who_answers_is_said_to_be_vacant(campus, round_):
    Grant.objects.filter(user__in=[campus.counselor, campus.liaison]).delete()

    with pytest.raises(Refused, match="还没有责任人"):
        remind(campus, round_, unit=campus.klass, places=[campus.klass.path])


def test_a_killed_worker_goes_on_where_it_was(campus, round_, monkeypatch):
    """What was kept before the kill is not doubled, what was not comes."""
    made = remind(campus, round_)
    told_first = Notice(
        person=campus.counselor, kind="remind", key="remind", day="2026-11-23", title="先到的",
        reminder=made,
    )  # fmt: skip
    told_first.save()

    work()

    made.refresh_from_db()
    assert (made.state, made.told) == ("sent", 5)
    assert told()["褚辅导"] == "先到的"
