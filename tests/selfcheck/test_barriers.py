"""No phone, no App, no consent: states of their own, counted apart, leading to nothing else (CHK-4)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from rounds import services
from rounds.figures import Census, figures
from rounds.models import Answer, Completion, Excuse
from selfcheck.models import Barrier, Tool
from selfcheck.tools.services import barriers
from tests import factories as make


@pytest.fixture
def round_(campus):
    return make.safeguard_round(campus, must=("app.installed", "app.named", "code.green"))


def tool(code="app"):
    return Tool.objects.get(code=code)


def ask(client, round_, person, code="app", **said):
    client.force_login(person)
    return client.post(reverse("tools:ask_barrier", args=[round_.pk, tool(code).pk]), said)


def decide(client, person, barrier, decision, **more):
    client.force_login(person)
    address = reverse("tools:decide_barrier", args=[barrier.pk])
    return client.post(address, {"decision": decision} | more, follow=True)


def states(round_, person):
    rows = Answer.objects.filter(round=round_, person=person).order_by("item")
    return list(rows.values_list("item__code", "state"))


def test_a_difficulty_is_said_confirmed_and_takes_the_tool_off_the_person(client, campus, round_):
    ask(client, round_, campus.student, reason="no_phone")
    own = client.get(reverse("tools:mine", args=[round_.pk])).content.decode()
    barrier = Barrier.objects.get()
    client.force_login(campus.counselor)
    page = client.get(reverse("tools:barriers")).content.decode()
    until = timezone.localdate() + timedelta(days=30)
    decide(client, campus.counselor, barrier, "allow", until=until)

    assert "无智能手机（待确认）" in own
    assert "张小明" in page
    barrier.refresh_from_db()
    assert (barrier.state, barrier.decided_by, barrier.until) == (
        "allowed", campus.counselor, until,
    )  # fmt: skip
    assert states(round_, campus.student) == [
        ("app.installed", "excused"), ("app.named", "excused"),
    ]  # fmt: skip
    client.force_login(campus.student)
    after = client.get(reverse("tools:mine", args=[round_.pk])).content.decode()
    assert after.count("豁免") == 2


def test_what_is_left_is_enough_and_each_item_counts_without_the_excused(client, campus, round_):
    """An item's `expected` leaves out who is excused from it; the round's own does not."""
    barriers.allow(make.barrier(campus.student, "app"), actor=campus.counselor)
    before = figures(round_, campus.klass.path)
    answer = make.show(round_, "code.green", campus.student)
    services.judge(answer, actor=campus.counselor, accept=True, valid_until=answer.valid_until)

    by_item = Census(round_).items(campus.klass.path, 3)[campus.klass.path]
    app, _, green = (by_item[item.pk] for item in round_.items.all())
    assert (app.expected, app.submitted, app.excused) == (3, 0, 1)
    assert (green.expected, green.verified, green.excused) == (4, 1, 0)
    assert Completion.objects.get(person=campus.student).state == "accepted"
    assert (before.expected, before.verified) == (4, 0)
    assert figures(round_, campus.klass.path).verified == 1


def test_when_the_difficulty_s_last_day_is_over_the_part_holds_no_more(campus, round_):
    until = timezone.localdate() + timedelta(days=5)
    barriers.allow(make.barrier(campus.student, "app"), actor=campus.counselor, until=until)
    answer = make.show(round_, "code.green", campus.student)
    services.judge(answer, actor=campus.counselor, accept=True)

    assert Completion.objects.get(person=campus.student).valid_until == until


def test_who_is_excused_from_everything_leaves_the_round_and_comes_back(campus, round_):
    for code in ("app", "code"):
        barriers.allow(make.barrier(campus.student, code), actor=campus.counselor)
    out = figures(round_, campus.klass.path)
    missing = list(Census(round_).missing(campus.klass.path))
    barriers.end(Barrier.objects.get(tool__code="app"), actor=campus.counselor, note="已换手机")
    back = figures(round_, campus.klass.path)

    assert (out.expected, out.excused) == (3, 1)
    assert campus.student not in missing
    assert (back.expected, back.excused) == (4, 0)
    assert Excuse.objects.get().reason == "无智能手机"
    assert states(round_, campus.student) == [
        ("app.installed", "sent_back"), ("app.named", "sent_back"), ("code.green", "excused"),
    ]  # fmt: skip


def test_not_confirmed_it_says_why_and_asks_on(client, campus, round_):
    barrier = make.barrier(campus.student, "app")
    silent = decide(client, campus.counselor, barrier, "decline").content.decode()
    decide(client, campus.counselor, barrier, "decline", note="可在学院机房办理")
    client.force_login(campus.student)
    own = client.get(reverse("tools:mine", args=[round_.pk])).content.decode()

    assert "请写明原因和办法" in silent
    assert "可在学院机房办理" in own
    assert states(round_, campus.student) == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "请选择情况"),
        ({"reason": "lazy"}, "请选择列出的情况"),
        ({"reason": "cannot", "said": " "}, "请写明机型或证件的情况"),
    ],
)
def test_a_difficulty_that_says_nothing_is_refused(client, campus, round_, said, why):
    page = ask(client, round_, campus.student, **said)

    assert page.status_code == 400
    assert why in page.content.decode()
    assert not Barrier.objects.exists()


def test_twice_is_once(client, campus, round_):
    ask(client, round_, campus.student, reason="no_phone")
    again = ask(client, round_, campus.student, reason="unwilling")

    assert again.status_code == 400
    assert "已登记" in again.content.decode()
    assert Barrier.objects.get().reason == "no_phone"


def test_nobody_confirms_their_own_and_the_office_looks_only(client, campus, round_):
    own = make.barrier(campus.counselor, "app")
    theirs = make.barrier(campus.student, "app")
    decide(client, campus.liaison, own, "allow")
    client.force_login(campus.office)
    looked = client.get(reverse("tools:barriers")).content.decode()
    refused = client.post(reverse("tools:decide_barrier", args=[theirs.pk]), {"decision": "allow"})

    own.refresh_from_db()
    assert own.state == "allowed"
    assert "张小明" in looked
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [("counselor", 200), ("liaison", 200), ("office", 200), ("head", 403), ("leader", 403),
     ("cadre", 403), ("classmate", 403)],
)  # fmt: skip
def test_the_list_is_for_those_who_answer_for_the_person(client, campus, round_, who, status):
    make.barrier(campus.student, "app")
    client.force_login(getattr(campus, who))

    page = client.get(reverse("tools:barriers"))

    assert page.status_code == status
    assert ("张小明" in page.content.decode()) == (status == 200)


def test_another_class_s_difficulty_is_not_there(client, campus, round_):
    barrier = make.barrier(campus.foreign_student, "app")
    client.force_login(campus.counselor)

    assert "赵小燕" not in client.get(reverse("tools:barriers")).content.decode()
    assert decide(client, campus.counselor, barrier, "allow").status_code == 404


def test_it_is_entered_for_somebody_without_a_phone(client, campus, round_):
    client.force_login(campus.counselor)
    sent = {"number": campus.student.number, "tool": tool().pk, "reason": "no_phone"}
    client.post(reverse("tools:enter_barrier"), sent)
    foreign = client.post(
        reverse("tools:enter_barrier"), sent | {"number": campus.foreign_student.number}
    )

    found = Barrier.objects.get()
    assert (found.person, found.state, found.asked_by) == (
        campus.student, "allowed", campus.counselor,
    )  # fmt: skip
    assert foreign.status_code == 400
    assert "没有找到此学（工）号的人员" in foreign.content.decode()


def test_a_new_round_knows_of_it_from_the_start(campus):
    first = make.safeguard_round(campus)
    barriers.allow(make.barrier(campus.student, "app"), actor=campus.counselor)
    second = make.safeguard_round(campus)
    services.issue(second, actor=campus.office)

    assert states(second, campus.student) == [
        ("app.installed", "excused"), ("app.named", "excused"),
    ]  # fmt: skip
    assert len(states(first, campus.student)) == 2


def test_who_sends_a_picture_after_all_has_no_difficulty_any_more(campus, round_):
    barriers.allow(make.barrier(campus.student, "app"), actor=campus.counselor)
    make.show(round_, "app.named", campus.student)

    assert Barrier.objects.get().state == "ended"
    assert states(round_, campus.student) == [
        ("app.installed", "sent_back"), ("app.named", "pending"),
    ]  # fmt: skip


def test_one_takes_back_what_one_said(client, campus, round_):
    barrier = make.barrier(campus.student, "app")
    client.force_login(campus.classmate)
    foreign = client.post(reverse("tools:withdraw_barrier", args=[barrier.pk]))
    client.force_login(campus.student)
    client.post(reverse("tools:withdraw_barrier", args=[barrier.pk]))

    barrier.refresh_from_db()
    assert (foreign.status_code, barrier.state) == (404, "ended")


def test_its_end_comes_by_itself_once(campus, round_):
    until = timezone.localdate()
    barriers.allow(make.barrier(campus.student, "app"), actor=campus.counselor, until=until)
    today = barriers.end_due()
    Barrier.objects.update(until=until - timedelta(days=1))
    first, again = barriers.end_due(), barriers.end_due()

    assert (today, first, again) == (0, 1, 0)
    assert Barrier.objects.get().state == "ended"
    assert {state for _, state in states(round_, campus.student)} == {"sent_back"}


def test_the_board_counts_each_sort_apart(client, campus, round_):
    make.barrier(campus.student, "app")
    make.barrier(campus.classmate, "app", "unwilling")
    client.force_login(campus.liaison)

    page = client.get(reverse("rounds:board", args=[round_.pk, campus.college.pk]))

    marks = {mark.label: mark.count for mark in page.context["board"].marks}
    assert marks == {"无智能手机": 1, "机型或证件无法注册": 0, "本人不同意（已告知）": 1}
