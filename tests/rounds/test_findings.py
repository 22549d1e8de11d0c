"""What a part shows is followed up until a named officer closes it with a reason (CHK-3)."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.moves import Refused
from accounts.services import joining
from accounts.services.transfers import relocate
from rounds import queues, services
from rounds.models import Finding, Round
from rounds.services import Found
from tests import factories as make

State = Finding.State
READERS = {"office", "liaison", "counselor"}
LENT = Found("bank:lent", "出借银行卡", "银行卡 1 张，出借")
SOLD = Found("phone:sold", "出售电话卡", "电话卡 1 张，出售")


@pytest.fixture
def completion(campus):
    return make.sign(make.pledge_round(campus), campus.student).completion


@pytest.fixture
def finding(completion):
    return make.finding(completion)


def put_down(completion, *found):
    return services.put_down(completion, found, actor=completion.person, voluntary=True)


def decide(finding, actor, **more):
    given = {"outcome": "taught", "reason": "已谈话教育，卡已注销"} | more
    return services.decide_finding(finding, actor=actor, **given)


@pytest.mark.parametrize(
    "role",
    ["office", "liaison", "counselor", "head", "leader", "department", "cadre", "dormhead",
     "sysadmin", "auditor", "keeper", "stranger", "student"],
)  # fmt: skip
def test_only_those_who_follow_it_up_read_it(client, campus, finding, role):
    """CHK-3: not the heads of the college, no leader, no cadre."""
    client.force_login(getattr(campus, role))

    page = client.get(reverse("rounds:finding", args=[finding.pk]))

    assert (page.status_code == 200) == (role in READERS)
    assert ("银行卡 1 张" in page.content.decode()) == (role in READERS)


def test_it_is_closed_by_a_named_officer_with_a_reason(client, campus, finding):
    """CHK-3: 批评教育, 整改完成, 移交, 不成立."""
    client.force_login(campus.liaison)

    client.post(
        reverse("rounds:decide_finding", args=[finding.pk]),
        {"outcome": "taught", "reason": "已谈话教育，卡已注销"},
    )

    finding.refresh_from_db()
    assert (finding.state, finding.outcome, finding.decided_by) == (
        "closed",
        "taught",
        campus.liaison,
    )
    entry = AuditEntry.objects.filter(model="finding").latest("id")
    assert (entry.verb, entry.note, entry.detail["outcome"]) == (
        "decide", "已谈话教育，卡已注销", "批评教育",
    )  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [{"outcome": "", "reason": "有"}, {"outcome": "jail", "reason": "有"}, {"outcome": "taught"}],
)
def test_without_result_or_reason_it_stays_open(client, campus, finding, given):
    client.force_login(campus.office)

    page = client.post(reverse("rounds:decide_finding", args=[finding.pk]), given)

    finding.refresh_from_db()
    assert (page.status_code, finding.state) == (400, State.OPEN)


def test_the_counselor_follows_it_up_and_does_not_decide(client, campus, finding):
    client.force_login(campus.counselor)

    client.post(reverse("rounds:follow_finding", args=[finding.pk]), {"reason": "已约谈"})
    page = client.post(
        reverse("rounds:decide_finding", args=[finding.pk]), {"outcome": "taught", "reason": "好"}
    )

    finding.refresh_from_db()
    assert (page.status_code, finding.state, finding.note) == (403, State.FOLLOWED, "已约谈")


def test_nobody_decides_about_themselves(campus):
    part = make.sign(make.pledge_round(campus), campus.liaison).completion
    own = make.finding(part)

    with pytest.raises(Refused, match="涉及本人的线索须由他人处理"):
        decide(own, campus.liaison)

    assert list(queues.to_decide(campus.liaison)) == []
    assert list(queues.to_decide(campus.office)) == [own]


def test_it_waits_for_those_who_decide_and_for_those_who_follow_it_up(campus, finding):
    assert list(queues.to_decide(campus.liaison)) == [finding]
    assert list(queues.to_follow(campus.counselor)) == [finding]
    assert list(queues.to_follow(campus.liaison)) == []
    assert list(queues.to_decide(campus.head)) == []

    services.follow_finding(finding, actor=campus.counselor, note="已约谈")
    assert list(queues.to_follow(campus.counselor)) == []
    decide(finding, campus.office)
    assert list(queues.to_decide(campus.liaison)) == []


def test_said_anew_it_is_the_same_and_what_is_no_longer_said_stays_for_the_officer(completion):
    [first] = put_down(completion, LENT)

    [second] = put_down(completion, SOLD)

    first.refresh_from_db()
    assert (first.state, first.taken_back_at is None) == (State.OPEN, False)
    assert (second.code, second.taken_back_at) == ("phone:sold", None)
    assert put_down(completion, LENT, SOLD) == []
    first.refresh_from_db()
    assert first.taken_back_at is None


def test_what_was_decided_is_asked_again_only_when_more_is_said(campus, completion):
    [first] = put_down(completion, LENT)
    decide(first, campus.office)

    assert put_down(completion, LENT) == []
    [again] = put_down(completion, Found("bank:lent", "出借银行卡", "银行卡 2 张，出借"))
    assert again.summary == "银行卡 2 张，出借"
    with pytest.raises(Refused, match="请直接处理新的线索"):
        services.reopen_finding(first, actor=campus.office, reason="有出入")


def test_it_goes_with_the_person_also_after_the_round(campus, finding):
    Round.objects.filter(pk=finding.round_id).update(state="closed")

    relocate(campus.student, campus.second_class, actor=campus.office, note="转班")

    finding.refresh_from_db()
    assert finding.unit_path == campus.second_class.path


def test_when_two_records_are_one_it_is_the_kept_one_s(campus, finding):
    twin = make.person(campus.second_class, campus.student.name)

    joining.join(campus.student, twin, actor=campus.office, reason="同一人")

    finding.refresh_from_db()
    assert (finding.person, finding.unit_path) == (twin, campus.second_class.path)
