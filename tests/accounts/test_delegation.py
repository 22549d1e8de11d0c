"""Somebody stands in for a time, shown as “A 代 B” (ORG-6)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Duty, Grant, User
from accounts.moves import Refused
from accounts.scope import Role, roles_of
from accounts.services import delegating, duties
from rounds import services
from rounds.models import Assignment
from rounds.queues import to_judge
from tests import factories as make


def day(offset=0):
    return timezone.localdate() + timedelta(offset)


def stand_in(campus, holder, person, actor=None, starts=0, ends=7):
    duty = Duty.objects.get(person=holder, stands_for=None)
    return delegating.delegate(
        duty, person=person, starts_on=day(starts), ends_on=day(ends), actor=actor or holder
    )


def fresh(person):
    return User.objects.get(pk=person.pk)


def test_a_stand_in_holds_the_role_to_its_last_day_and_no_longer(campus):
    made = stand_in(campus, campus.liaison, campus.staff)

    assert made.holder == "何老师 代 陈联络"
    assert roles_of(fresh(campus.staff)) == {Role.LIAISON}
    Grant.objects.filter(duty=made).update(starts_on=day(-9), ends_on=day(-1))
    assert roles_of(fresh(campus.staff)) == set()
    assert roles_of(fresh(campus.liaison)) == {Role.LIAISON}


REFUSED = [
    ("stranger", "staff", "counselor", 0, 7, "只有本人或登记"),
    ("liaison", "liaison", "liaison", 0, 7, "不能是本人"),
    ("liaison", "student", "liaison", 0, 7, "须是本校教职工"),
    ("liaison", "staff", "liaison", 0, 200, "最长六个月"),
    ("liaison", "staff", "liaison", -5, 7, "任期之内"),
    ("dormhead", "staff", "dormhead", 0, 7, "不办理代理"),
]


@pytest.mark.parametrize(("by", "who", "holder", "starts", "ends", "sentence"), REFUSED)
def test_what_may_not_be_delegated_is_refused_in_words(
    campus, by, who, holder, starts, ends, sentence
):
    with pytest.raises(Refused, match=sentence):
        stand_in(campus, getattr(campus, holder), getattr(campus, who), getattr(campus, by),
                 starts, ends)  # fmt: skip

    assert not Duty.objects.filter(stands_for__isnull=False).exists()


def test_there_is_no_delegation_of_a_delegation_and_no_second_one(campus):
    made = stand_in(campus, campus.liaison, campus.staff)
    days = {"starts_on": day(), "ends_on": day(3)}

    with pytest.raises(Refused, match="不能再转托"):
        delegating.delegate(made, person=campus.head, actor=campus.staff, **days)
    with pytest.raises(Refused, match="已由何老师代理"):
        stand_in(campus, campus.liaison, campus.head)
    with pytest.raises(Refused, match="同样的责任"):
        other = make.holder(campus.faculty, "第二联络", Role.LIAISON, campus.college)
        stand_in(campus, other, campus.liaison)


def test_a_stand_in_ends_with_the_duty_it_stands_for_or_when_the_holder_takes_it_back(campus):
    made = stand_in(campus, campus.liaison, campus.staff)
    duties.end(made.stands_for, actor=campus.office, reason="换届")
    again = stand_in(campus, campus.counselor, campus.staff)

    assert [len(delegating.recall(again.stands_for, actor=campus.counselor)) for _ in "ab"] == [
        1,
        0,
    ]
    with pytest.raises(Refused, match="只有本人"):
        delegating.recall(again.stands_for, actor=campus.office)
    assert roles_of(fresh(campus.staff)) == set()
    assert not Grant.objects.in_force().filter(acting_for__isnull=False).exists()


@pytest.fixture
def round_(campus):
    made = make.pledge_round(campus)
    for person in User.objects.filter(unit_path__startswith=campus.klass.path):
        make.sign(made, person)
    return made


def part(round_, unit):
    return Assignment.objects.get(round=round_, unit=unit)


def test_the_trail_and_the_judgement_say_who_stood_in_for_whom(campus, round_):
    services.submit(part(round_, campus.klass), actor=campus.counselor)
    stand_in(campus, campus.liaison, campus.staff)

    approved = services.approve(part(round_, campus.klass), actor=fresh(campus.staff))

    assert (approved.judge, approved.submitter) == ("何老师 代 陈联络", "褚辅导")
    assert AuditEntry.objects.get(verb="approve").actor_name == "何老师 代 陈联络"


def test_what_one_does_for_oneself_one_does_as_oneself(campus, round_):
    stand_in(campus, campus.liaison, campus.staff)

    make.sign(round_, fresh(campus.staff))

    assert AuditEntry.objects.filter(verb="sign").latest("id").actor_name == "何老师"


def test_a_stand_in_does_not_judge_what_the_holder_handed_in_nor_the_holder_what_they_did(
    campus, round_
):
    """The rule that nobody judges what they handed in holds for both together."""
    second = make.holder(campus.faculty, "第二联络", Role.LIAISON, campus.college)
    stand_in(campus, campus.counselor, second)
    services.submit(part(round_, campus.klass), actor=fresh(second))
    handed = part(round_, campus.klass)
    assert handed.submitter == "第二联络 代 褚辅导"

    both = make.holder(campus.faculty, "兼任者", Role.LIAISON, campus.college)
    Assignment.objects.filter(pk=handed.pk).update(submitted_by=campus.liaison, submitted_for=None)
    stand_in(campus, campus.liaison, campus.staff)
    for actor in (campus.staff, campus.liaison, second):
        with pytest.raises(Refused, match=r"本人交件|负责该单位"):
            services.approve(part(round_, campus.klass), actor=fresh(actor))
        assert not to_judge(fresh(actor)).exists()
    assert services.approve(part(round_, campus.klass), actor=both).state == "approved"


def test_the_pages_delegate_and_take_back(client, campus):
    client.force_login(campus.liaison)
    duty = Duty.objects.get(person=campus.liaison)
    asked = {"person": campus.staff.number, "starts_on": f"{day()}", "ends_on": f"{day(5)}"}

    client.post(f"/org/duties/{duty.pk}/delegate/", asked | {"ends_on": "后天"})
    client.post(f"/org/duties/{duty.pk}/delegate/", asked)
    assert "由 何老师 代理至" in client.get("/me/").content.decode()
    assert "何老师 代 陈联络" in client.get(f"/org/{campus.college.pk}/").content.decode()
    client.post(f"/org/duties/{duty.pk}/recall/")

    assert [d.standing for d in Duty.objects.filter(stands_for=duty)] == ["已结束"]


def test_a_stranger_can_neither_delegate_nor_take_back(client, campus):
    duty = Duty.objects.get(person=campus.liaison)
    client.force_login(campus.stranger)

    for page in ("delegate", "recall"):
        assert client.post(f"/org/duties/{duty.pk}/{page}/").status_code == 404
