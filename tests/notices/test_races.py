"""Twenty who remind at once: each person is told once. On PostgreSQL, where it is real."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from notices import services
from notices.models import Circular, Forward, Notice, Reminder
from notices.services import circulars
from tests import factories as make
from tests.rounds.test_races import TIMES, race

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def round_(campus):
    if connection.vendor != "postgresql":
        pytest.skip("未连接 PostgreSQL：并发测试只在 PostgreSQL 上有意义")
    return make.pledge_round(campus)


def held(campus, round_, whom):
    return Reminder.objects.create(
        round=round_, unit=campus.school, path=campus.school.path, whom=whom,
        places=[campus.college.path, campus.other_college.path],
        send_at=timezone.now(), created_by=campus.office,
    )  # fmt: skip


@pytest.mark.parametrize("whom", Reminder.Whom)
def test_twenty_reminders_sent_at_once_tell_each_person_once(campus, round_, whom):
    some = [held(campus, round_, whom) for _ in range(TIMES)]

    won, lost = race(*[lambda one=one: services.deliver(one) for one in some])

    assert (won, lost) == (TIMES, [])
    told = Notice.objects.values_list("person", flat=True)
    assert len(told) == len(set(told)) > 0
    assert sum(Reminder.objects.values_list("told", flat=True)) == len(told)


def test_one_reminder_delivered_by_twenty_workers_is_sent_once(campus, round_):
    one = held(campus, round_, Reminder.Whom.ANSWERABLE)
    copies = [Reminder.objects.get(pk=one.pk) for _ in range(TIMES)]

    won, lost = race(*[lambda copy=copy: services.deliver(copy) for copy in copies])

    one.refresh_from_db()
    assert won >= 1 and won + len(lost) == TIMES
    assert (one.state, one.told) == ("sent", Notice.objects.count())


def test_the_same_form_sent_by_twenty_hands_is_one(campus, round_):
    once = uuid4()
    actors = [User.objects.get(pk=campus.office.pk) for _ in range(TIMES)]

    won, lost = race(
        *[
            lambda actor=actor: services.remind(
                round_, campus.school, places=[campus.college.path],
                whom=Reminder.Whom.ANSWERABLE, actor=actor, once=once,
            )
            for actor in actors
        ]
    )  # fmt: skip

    assert (won, lost, Reminder.objects.count()) == (TIMES, [], 1)


def test_a_circular_is_published_once_and_passed_on_to_a_class_once(campus, round_):
    made = circulars.write(
        campus.school, actor=campus.office, title="通知", body="请落实。",
        places=[campus.school.path], roles=["COUNSELOR", "student"],
    )  # fmt: skip
    copies = [Circular.objects.get(pk=made.pk) for _ in range(TIMES)]
    later = timezone.now() + timedelta(minutes=1)
    won, lost = race(
        *[lambda c=c: circulars.publish(c, actor=campus.office, at=later) for c in copies]
    )
    assert (won, len(lost)) == (1, TIMES - 1)

    copies = [Circular.objects.get(pk=made.pk) for _ in range(TIMES)]
    race(*[lambda c=c: circulars.deliver(c) for c in copies])
    told = made.notices.values_list("person", flat=True)
    made.refresh_from_db()
    assert (made.state, made.told) == ("published", len(set(told))) and len(told) == made.told

    won, lost = race(
        *[
            lambda: circulars.forward(made, campus.klass, line="", actor=campus.counselor)
            for _ in range(TIMES)
        ]
    )
    assert (won, Forward.objects.count()) == (1, 1)
    assert all("已转发到计科2301班" in sentence for sentence in lost)
