"""A unit's leave to act after the lock: asked, allowed until an end, over by the clock, late."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.moves import Refused
from oversight.queries import tasks
from rounds import gate, queries, queues, services
from rounds.figures import figures
from rounds.models import Assignment, Completion, LockException, Round
from tests import factories as make

State = LockException.State


@pytest.fixture
def round_(campus):
    """Locked an hour ago; due the day before."""
    made = make.pledge_round(campus)
    now = timezone.now()
    Round.objects.filter(pk=made.pk).update(
        opens_at=now - timedelta(days=9),
        due_at=now - timedelta(days=1),
        locks_at=now - timedelta(hours=1),
    )
    made.refresh_from_db()
    return made


@pytest.fixture
def part(campus, round_):
    return Assignment.objects.get(round=round_, unit=campus.klass)


def tomorrow():
    return timezone.now() + timedelta(days=1)


def allowed(part, campus, **more):
    return services.allow_late(
        part, actor=campus.office, reason="集中实习", until=more.get("until") or tomorrow()
    )


def test_within_the_leave_people_act_and_count_late(campus, round_, part):
    with pytest.raises(Refused, match="任务已停止办理"):
        make.sign(round_, campus.student)
    allowed(part, campus)

    make.sign(round_, campus.student)

    found = figures(round_, campus.klass.path)
    assert (found.submitted, found.verified, found.on_time) == (1, 1, 0)


def test_the_leave_of_one_class_opens_nothing_for_another(campus, round_, part):
    allowed(part, campus)

    with pytest.raises(Refused, match="任务已停止办理"):
        make.sign(round_, campus.second_student)
    with pytest.raises(Refused, match="任务已停止办理"):
        make.sign(round_, campus.foreign_student)
    assert Completion.objects.count() == 0


def test_the_class_hands_in_by_its_leave_and_so_may_its_college(campus, round_, part):
    allowed(part, campus)
    other = Assignment.objects.get(round=round_, unit=campus.second_class)
    with pytest.raises(Refused, match="任务已停止办理"):
        services.submit(other, actor=campus.second_counselor, note="未签")

    services.submit(part, actor=campus.counselor, note="未签")
    services.approve(part, actor=campus.liaison)
    services.excuse_unit(other, actor=campus.liaison, reason="实习")
    college = Assignment.objects.get(round=round_, unit=campus.college)
    services.submit(college, actor=campus.liaison, note="一班延期")

    assert college.state == Assignment.State.SUBMITTED


def test_the_clock_ends_the_leave(campus, round_, part):
    allowed(part, campus)

    with time_machine.travel(tomorrow() + timedelta(seconds=1), tick=False):
        with pytest.raises(Refused, match="任务已停止办理"):
            make.sign(round_, campus.student)
        assert not gate.accepts(round_, campus.dorm.path)
        assert part.late.get().standing == "延期已到期"
        assert list(queries.leaves(campus.office, "past")) == list(part.late.all())


def test_a_closed_round_takes_nothing_by_any_leave(campus, round_, part):
    allowed(part, campus)
    services.close(round_, actor=campus.office)

    with pytest.raises(Refused, match="已结束"):
        make.sign(round_, campus.student)
    with pytest.raises(Refused, match="已结束"):
        allowed(part, campus)


def test_home_says_that_one_may_still_do_it(campus, round_, part):
    before = [task.open for task in tasks(campus.student)]
    allowed(part, campus)

    assert before == [False]
    assert [task.open for task in tasks(campus.student)] == [True]
    assert [task.open for task in tasks(campus.second_student)] == [False]


def test_from_request_to_answer_on_screen(client, campus, round_, part):
    client.force_login(campus.counselor)
    page = client.get(reverse("rounds:assignment", args=[part.pk])).content.decode()
    asked = client.post(reverse("rounds:ask_late", args=[part.pk]), {"reason": "校外实习"})
    client.force_login(campus.office)
    waiting = client.get(reverse("rounds:late")).content.decode()
    leave = LockException.objects.get()
    until = timezone.localdate() + timedelta(days=3)
    answer = {"decision": "grant", "until": until.isoformat(), "reason": "请抓紧"}
    client.post(reverse("rounds:decide_late", args=[leave.pk]), answer)

    assert "申请延期办理" in page
    assert asked.status_code == 302
    assert "校外实习" in waiting
    leave.refresh_from_db()
    assert (leave.state, timezone.localtime(leave.until).date()) == (State.ALLOWED, until)
    client.force_login(campus.counselor)
    page = client.get(reverse("rounds:assignment", args=[part.pk])).content.decode()
    assert f"办理至 {until} 24:00，到时自动停止，仍计为逾期" in page
    client.force_login(campus.office)
    desk = client.get(reverse("admin:rounds_lockexception_changelist")).content.decode()
    assert f"{until} 24:00" in desk
    trail = AuditEntry.objects.filter(model="lockexception").order_by("pk")
    assert list(trail.values_list("verb", flat=True)) == ["ask_late", "allow_late"]


def test_the_owner_has_the_request_in_a_queue_until_it_is_answered(campus, round_, part):
    leave = services.ask_late(part, actor=campus.counselor, reason="实习")

    assert list(queues.late_asked(campus.office)) == [leave]
    assert list(queues.late_asked(campus.liaison)) == []
    services.decide_late(leave, actor=campus.office, grant=False, note="请说明去向")
    assert list(queues.late_asked(campus.office)) == []
    assert services.ask_late(part, actor=campus.counselor, reason="附去向").state == State.ASKED


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason": ""}, "这个字段是必填项"),
        ({"until": "2020-01-01"}, "延期的截止日期须晚于今天"),
        ({"until": "2029-12-31"}, "延期最长一年"),
        ({"until": "9999-12-31"}, "请核对日期的年份"),
        ({"until": "２０２６-１３-０１"}, "输入一个有效的日期"),
        ({"until": ""}, "这个字段是必填项"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_written(
    client, campus, round_, part, change, sentence
):
    client.force_login(campus.office)
    good = {"reason": "实习", "until": tomorrow().date().isoformat()}

    answer = client.post(reverse("rounds:allow_late", args=[part.pk]), good | change)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert LockException.objects.count() == 0


def test_asking_twice_leaves_one_request(client, campus, round_, part):
    client.force_login(campus.counselor)
    client.post(reverse("rounds:ask_late", args=[part.pk]), {"reason": "实习"})

    answer = client.post(reverse("rounds:ask_late", args=[part.pk]), {"reason": "实习"})

    assert "已提出延期申请，请等待答复" in answer.content.decode()
    assert LockException.objects.count() == 1


def test_a_new_leave_takes_the_place_of_the_former(campus, round_, part):
    first = allowed(part, campus)
    second = allowed(part, campus, until=timezone.now() + timedelta(days=5))

    first.refresh_from_db()
    assert (first.state, second.state) == (State.ENDED, State.ALLOWED)


def test_a_leave_taken_back_opens_nothing(client, campus, round_, part):
    leave = allowed(part, campus)
    client.force_login(campus.office)

    client.post(reverse("rounds:end_late", args=[leave.pk]), {"reason": "已无需延期"})

    with pytest.raises(Refused, match="任务已停止办理"):
        make.sign(round_, campus.student)
    with pytest.raises(Refused, match="已收回"):
        services.end_late(leave, actor=campus.office, reason="再次")


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("counselor", [302, 403, 403, 403]),
        ("liaison", [403, 403, 403, 403]),
        ("stranger", [404, 403, 403, 403]),
        ("student", [403, 403, 403, 403]),
        ("department", [403, 404, 404, 404]),
    ],
)
def test_only_the_unit_asks_and_only_the_owner_answers(client, campus, round_, part, who, codes):
    other = Assignment.objects.get(round=round_, unit=campus.second_class)
    asked = services.ask_late(other, actor=campus.second_counselor, reason="实习")
    leave = allowed(Assignment.objects.get(round=round_, unit=campus.kitchen), campus)
    client.force_login(getattr(campus, who))
    body = {"reason": "x", "until": tomorrow().date().isoformat(), "decision": "grant"}
    places = [("ask_late", part), ("allow_late", part), ("decide_late", asked), ("end_late", leave)]

    found = [
        client.post(reverse(f"rounds:{name}", args=[row.pk]), body).status_code
        for name, row in places
    ]

    assert found == codes


def test_signing_in_an_unlocked_round_asks_nothing_about_leave(campus, django_assert_num_queries):
    made = make.pledge_round(campus)

    with django_assert_num_queries(0):
        assert gate.accepts(made, campus.dorm.path)


def test_only_who_may_ask_for_leave_or_give_it_is_led_there(client, campus, round_):
    found = {}
    for who in ("office", "liaison", "leader"):
        client.force_login(getattr(campus, who))
        found[who] = "延期办理" in client.get(reverse("rounds:assignments")).content.decode()

    assert found == {"office": True, "liaison": True, "leader": False}
