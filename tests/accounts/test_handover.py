"""Everything X holds goes to Y in one screen; an account with open duties is not closed (ORG-6)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Duty, Grant, User
from accounts.moves import Refused
from accounts.queues import QUEUES
from accounts.scope import Role, roles_of
from accounts.services import delegating, duties, grants, handover
from notices.models import Circular, Reminder
from rounds import services
from rounds.models import Assignment
from tests import factories as make


def fresh(person):
    return User.objects.get(pk=person.pk)


def held(person):
    rows = Duty.objects.running().filter(person=person).order_by("path", "kind")
    return [(duty.unit.name, duty.kind) for duty in rows]


def hand_over(campus, person, successor, expected, actor=None, reason="调动"):
    return handover.hand_over(
        fresh(person), successor=fresh(successor), expected=expected, reason=reason,
        actor=actor or campus.office,
    )  # fmt: skip


@pytest.fixture
def busy(campus):
    """The counselor of two classes who is on the leading group and stands in for the liaison."""
    make.grant(campus.counselor, Role.COUNSELOR, campus.second_class)
    today = timezone.localdate()
    duties.appoint(campus.college, person=campus.counselor, kind="member", actor=campus.office,
                   starts_on=today)  # fmt: skip
    of_liaison = Duty.objects.get(person=campus.liaison)
    delegating.delegate(of_liaison, person=campus.counselor, actor=campus.liaison,
                        starts_on=today, ends_on=today + timedelta(9))  # fmt: skip
    return campus


def test_everything_goes_to_the_successor_and_nothing_is_left(busy):
    before = held(busy.counselor)

    count = hand_over(busy, busy.counselor, busy.staff, 4)

    assert (count, held(busy.staff), held(busy.counselor)) == (4, before, [])
    assert roles_of(fresh(busy.counselor)) == set()
    assert roles_of(fresh(busy.staff)) == {Role.COUNSELOR, Role.LIAISON}
    assert {d.holder for d in Duty.objects.running().filter(stands_for__isnull=False)} == {
        "何老师 代 陈联络"
    }
    entry = AuditEntry.objects.get(verb="hand_over")
    assert (entry.note, entry.detail) == (
        "调动", {"successor": "何老师", "counts": {"责任": 3, "代理": 1}},
    )  # fmt: skip


def test_what_waits_for_the_one_waits_for_the_other_with_the_same_count(busy):
    """The open queue follows since it is by duty."""
    round_ = make.pledge_round(busy)
    for person in User.objects.filter(unit_path__startswith=busy.second_class.path):
        make.sign(round_, person)
    services.submit(Assignment.objects.get(round=round_, unit=busy.second_class),
                    actor=busy.second_counselor)  # fmt: skip

    def waiting(person):
        counts = {q.label: q.rows(fresh(person)).count() for q in QUEUES}
        return {label: n for label, n in counts.items() if n}

    before = waiting(busy.counselor)
    hand_over(busy, busy.counselor, busy.staff, 4)

    assert before["待交件"] >= 1
    assert waiting(busy.staff) == before
    assert waiting(busy.counselor) == {}


def test_who_holds_the_same_already_takes_it_over_without_doubling(campus):
    hand_over(campus, campus.counselor, campus.second_counselor, 1)
    make.grant(campus.staff, Role.COUNSELOR, campus.klass)
    hand_over(campus, campus.staff, campus.second_counselor, 1)

    assert held(campus.second_counselor) == [("计科2301班", "answers"), ("计科2302班", "answers")]


REFUSED = [
    ("counselor", "counselor", "office", 4, "调动", "不能是本人"),
    ("counselor", "office", "office", 4, "调动", "本人接手"),
    ("office", "staff", "office", 1, "调动", "本人的交接"),
    ("counselor", "staff", "office", 3, "调动", "刚刚有变化"),
    ("counselor", "staff", "office", 4, " ", "原因"),
    ("staff", "counselor", "office", 0, "调动", "没有可以由您"),
]


@pytest.mark.parametrize(("who", "to", "by", "expected", "reason", "sentence"), REFUSED)
def test_what_may_not_be_handed_over_is_refused_and_nothing_changes(
    busy, who, to, by, expected, reason, sentence
):
    before = list(Duty.objects.order_by("pk").values())

    with pytest.raises(Refused, match=sentence):
        hand_over(busy, getattr(busy, who), getattr(busy, to), expected, getattr(busy, by), reason)

    assert list(Duty.objects.order_by("pk").values()) == before


def test_one_thing_that_cannot_go_keeps_all_where_it_was(busy):
    """One transaction: a dorm head's duty goes to no teacher."""
    make.grant(busy.counselor, Role.DORM_HEAD, busy.dorm)

    with pytest.raises(Refused, match="不是本班学生"):
        hand_over(busy, busy.counselor, busy.staff, 5)

    assert len(held(busy.counselor)) == 5
    assert held(busy.staff) == []


def test_who_has_left_takes_nothing_over(busy):
    User.objects.filter(pk=busy.staff.pk).update(status="left")

    with pytest.raises(Refused, match="不能接手"):
        hand_over(busy, busy.counselor, busy.staff, 4)


def test_what_is_not_the_actor_s_to_pass_on_stays_and_is_shown(campus):
    make.grant(campus.liaison, Role.DEPARTMENT, campus.student_affairs)

    parts = handover.held_by(fresh(campus.liaison), actor=campus.head)
    hand_over(campus, campus.liaison, campus.staff, 1, actor=campus.head)

    assert {part.label: (len(part.goes), len(part.stays)) for part in parts} == {
        "责任": (1, 0), "授权": (0, 1),
    }  # fmt: skip
    assert roles_of(fresh(campus.liaison)) == {Role.DEPARTMENT}
    assert hand_over(campus, campus.liaison, campus.staff, 1) == 1
    assert roles_of(fresh(campus.staff)) == {Role.LIAISON, Role.DEPARTMENT}


def test_the_powers_that_watch_each_other_do_not_meet_by_handover(campus):
    with pytest.raises(Refused, match="不能由同一人担任"):
        hand_over(campus, campus.office, campus.auditor, 1, actor=campus.sysadmin)

    assert roles_of(fresh(campus.office)) == {Role.OFFICE}


def test_an_account_with_open_duties_cannot_be_closed(client, campus):
    client.force_login(campus.counselor)
    with pytest.raises(Refused, match="褚辅导还有责任 1 项（计科2301班 责任人），请先交接"):
        handover.close_account(campus.counselor, actor=campus.office, reason="调离")
    hand_over(campus, campus.counselor, campus.staff, 1)

    handover.close_account(campus.counselor, actor=campus.office, reason="调离")

    assert client.get("/").status_code == 302  # logged out at once
    with pytest.raises(Refused, match="已经关闭"):
        handover.close_account(campus.counselor, actor=campus.office, reason="调离")
    handover.reopen_account(campus.counselor, actor=campus.office, reason="返岗")
    assert fresh(campus.counselor).is_active
    with pytest.raises(Refused, match="没有关闭"):
        handover.reopen_account(campus.counselor, actor=campus.office, reason="返岗")


def test_what_is_really_open_is_named_when_an_account_is_not_closed(client, campus):
    """He holds no duty and no role: what waits is unsent."""
    round_, person = make.pledge_round(campus), campus.staff
    at = {"path": campus.klass.path, "places": [campus.klass.path], "created_by": person}
    waiting = Reminder.objects.create(
        round=round_, unit=campus.klass, whom="people", **at,
        send_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    for title in ("防骗提醒", "开学第一课", "演练安排"):
        Circular.objects.create(
            unit=campus.college, title=title, body="请落实。", state="scheduled",
            publish_at=timezone.now() + timedelta(days=1), roles=["COUNSELOR"],
            path=campus.college.path, places=[campus.college.path], created_by=person,
        )  # fmt: skip

    with pytest.raises(Refused) as refusal:
        handover.close_account(person, actor=campus.office, reason="调离")

    said = str(refusal.value)
    assert f"待发催办 1 项（计科2301班：{waiting.round.title}）" in said
    assert "待发布通知 3 项（计算机学院：" in said
    assert said.endswith("等），请先交接再关闭账号。")
    assert "责任" not in said
    assert "授权" not in said
    client.force_login(campus.office)
    page = client.get(f"/org/people/{person.pk}/close/").content.decode()
    assert "还有以下事项没有交接" in page


def test_nobody_closes_their_own_account(campus):
    Grant.objects.filter(user=campus.office).delete()

    with pytest.raises(Refused, match="本人的账号"):
        handover.close_account(campus.office, actor=campus.office, reason="x")


def test_the_page_previews_with_counts_before_anything_happens(client, busy):
    client.force_login(busy.office)
    address = f"/org/people/{busy.counselor.pk}/handover/"
    asked = {"successor": busy.staff.number, "reason": "调动"}

    page = client.post(address, asked)
    text = page.content.decode()
    assert (page.context["count"], "确认交接" in text, held(busy.staff)) == (4, True, [])
    assert "代理 1 项" in text

    client.post(address, asked | {"expected": 4})
    client.post(address, asked | {"expected": 4})
    assert len(held(busy.staff)) == 4
    assert AuditEntry.objects.filter(verb="hand_over").count() == 1


@pytest.mark.parametrize(("who", "status"), [
    ("foreign_liaison", 404), ("stranger", 403), ("student", 403), ("head", 200),
])  # fmt: skip
def test_only_who_may_hands_over(client, campus, who, status):
    client.force_login(getattr(campus, who))

    assert client.get(f"/org/people/{campus.counselor.pk}/handover/").status_code == status


def test_a_closed_account_is_given_no_role(campus):
    handover.close_account(campus.staff, actor=campus.office, reason="调离")

    with pytest.raises(Refused, match="账号不可用"):
        grants.give(fresh(campus.staff), role=Role.DEPARTMENT, unit=campus.student_affairs,
                    actor=campus.office, starts_on=timezone.localdate(), ends_on=None)  # fmt: skip
