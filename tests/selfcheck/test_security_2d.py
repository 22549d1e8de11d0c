"""The bad inputs of a self-check return, through HTTP, with everything unchanged on refusal."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from rounds import services as rounds
from rounds.models import Assignment, Round
from selfcheck.cards.sums import Sheet
from selfcheck.models import Declaration
from tests import factories as make
from tests.selfcheck.test_declaring import LINE, lines
from tests.untouched import Unchanged


@pytest.fixture
def round_(campus):
    return make.card_round(campus)


def part(round_, unit):
    return Assignment.objects.get(round=round_, unit=unit)


def handed_in(campus, round_):
    return rounds.submit(part(round_, campus.klass), actor=campus.counselor, note="未申报完")


def post(client, user, address, *args, **given):
    client.force_login(user)
    return client.post(reverse(address, args=args), given)


def refused(client, user, address, *args, **given):
    """The answer to a post that changed nothing."""
    client.force_login(user)
    with Unchanged():
        return client.post(reverse(address, args=args), given)


def test_d03_nothing_with_lines_and_something_without_are_refused(client, campus, round_):
    page = refused(client, campus.student, "cards:declare", round_.pk, **lines())

    zero = post(client, campus.student, "cards:declare", round_.pk, **lines(LINE, said="zero"))

    assert page.status_code == 400
    # the two ways are two buttons of two forms: 零报告 takes no line with it
    assert (zero.status_code, Declaration.objects.get().accounts.count()) == (302, 0)


@pytest.mark.parametrize("name", ["study", "remark", "explain", "stamp", "returned"])
def test_d04_a_part_of_another_class_is_not_there(client, campus, round_, name):
    page = refused(client, campus.counselor, f"cards:{name}", part(round_, campus.other_class).pk)

    assert page.status_code == 404


@pytest.mark.parametrize(
    ("role", "verb", "code"),
    [
        ("counselor", "approve", 403), ("cadre", "approve", 403), ("foreign_liaison", "approve", 404),
        ("counselor", "send_back", 403), ("cadre", "send_back", 403), ("cadre", "submit", 403),
    ],
)  # fmt: skip
def test_d06_nobody_judges_what_is_not_theirs_to_judge(client, campus, round_, role, verb, code):
    mine = handed_in(campus, round_)

    page = refused(client, getattr(campus, role), f"rounds:{verb}", mine.pk, reason="好")

    assert page.status_code == code


def test_d08_a_step_is_not_skipped(client, campus, round_):
    mine = part(round_, campus.college)

    refused(client, campus.office, "rounds:approve", mine.pk)
    page = refused(client, campus.liaison, "rounds:submit", mine.pk, reason="未齐")
    refused(client, campus.head, "cards:sign", round_.pk, campus.college.pk, step="3")

    assert (page.status_code, part(round_, campus.college).state) == (400, "open")


@pytest.mark.parametrize(("after", "on_time"), [(-1, 1), (0, 1), (1, 0)])
def test_d09_the_server_s_clock_decides_what_was_in_time(client, campus, round_, after, on_time):
    """At the last moment it is in time, a millisecond after it is late."""
    with time_machine.travel(round_.due_at + timedelta(milliseconds=after), tick=False):
        post(client, campus.student, "cards:declare", round_.pk, said="zero")

    total = Sheet(round_, campus.college).census.at(campus.klass.path)
    assert (total.on_time, total.submitted) == (on_time, 1)


def test_d09_at_the_lock_entry_stops(client, campus, round_):
    with time_machine.travel(round_.locks_at, tick=False):
        page = post(client, campus.student, "cards:declare", round_.pk, said="zero")

    assert "任务已停止办理" in page.content.decode()
    assert Declaration.objects.count() == 0


def test_d10_what_was_frozen_takes_no_more(client, campus, round_):
    made = make.declare(round_, campus.student, make.account())
    mine = part(round_, campus.klass)
    rounds.close(round_, actor=campus.office, reason="学期结束")

    refused(client, campus.student, "cards:declare", round_.pk, said="zero")
    refused(client, campus.counselor, "cards:check", made.pk)
    refused(client, campus.counselor, "cards:return", made.pk, reason="请核对")
    study = {"sort": "class", "held_on": timezone.localdate().isoformat(), "topic": "学习"}
    refused(client, campus.counselor, "cards:study", mine.pk, attended="30", **study)

    assert Round.objects.get(pk=round_.pk).state == "closed"
