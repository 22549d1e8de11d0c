"""Who judges what, and what the clock does to excuses (users.md, First light)."""

from datetime import timedelta
from urllib.parse import urljoin

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant, User
from accounts.moves import Refused
from pledges.models import Signature
from rounds import queries, queues, services
from rounds.models import Assignment, Completion, Excuse
from tests import factories as make
from tests.rounds.test_parts import part, ready, url

State = Assignment.State
DAY = timedelta(days=1)
today = timezone.localdate


@pytest.fixture
def round_(campus):
    return make.pledge_round(campus)


def test_a_class_waits_for_its_college_and_for_the_office_only_where_nobody_is(campus, round_):
    clean, noted = ready(campus, round_)
    before = set(queues.to_judge(campus.office))

    held = Grant.objects.filter(path=campus.college.path)
    held.update(starts_on=today() - DAY, ends_on=today() - DAY)

    assert before == set()
    assert set(queues.to_judge(campus.office)) == {clean, noted}


def test_a_part_does_not_wait_for_a_college_whose_people_log_in_no_more(campus, round_):
    clean, noted = ready(campus, round_)

    holders = Grant.objects.filter(path=campus.college.path).values("user")
    User.objects.filter(pk__in=holders).update(is_active=False)

    assert set(queues.to_judge(campus.office)) == {clean, noted}


def test_who_hands_in_for_a_unit_never_judges_it(client, campus, round_):
    klass = part(round_, campus.klass)
    services.submit(klass, actor=campus.counselor, note="未齐")
    make.grant(campus.liaison, "COUNSELOR", campus.klass)
    liaison = User.objects.get(pk=campus.liaison.pk)

    with pytest.raises(Refused, match="不能审核本单位"):
        services.approve(klass, actor=liaison)

    assert queries.open_verbs(liaison, klass) == ["withdraw"]
    assert set(queues.to_judge(liaison)) == set()


def test_an_excuse_ends_with_its_last_day_for_a_unit_and_for_a_person(campus, round_):
    klass = part(round_, campus.klass)
    services.excuse_unit(klass, actor=campus.liaison, reason="校外实习", until=today())
    services.excuse_person(
        round_, campus.classmate, actor=campus.office, reason="病休", until=today()
    )
    Excuse.objects.update(until=today() - DAY)

    assert (services.end_excuses(), services.end_excuses()) == (2, 0)

    klass.refresh_from_db()
    assert klass.state == State.OPEN
    services.excuse_person(round_, campus.classmate, actor=campus.office, reason="续假")
    assert Excuse.objects.filter(voided_at=None).get().reason == "续假"


def test_an_excuse_that_ran_out_an_hour_ago_stands_in_no_new_one_s_way(campus, round_):
    services.excuse_person(
        round_, campus.student, actor=campus.office, reason="病休", until=today()
    )
    Excuse.objects.update(until=today() - DAY)

    services.excuse_person(round_, campus.student, actor=campus.office, reason="续假")

    assert [e.reason for e in Excuse.objects.filter(voided_at=None)] == ["续假"]


def test_a_granted_correction_does_not_make_late_what_was_done_in_time(campus, round_):
    first = make.sign(round_, campus.student)
    done_at = timezone.now() - 3 * DAY
    Completion.objects.filter(person=campus.student).update(done_at=done_at)
    klass = part(round_, campus.klass)
    services.submit(klass, actor=campus.counselor, note="未齐")
    asked = services.ask_correction(
        Completion.objects.get(person=campus.student), actor=campus.student, reason="签错了"
    )
    services.decide_correction(asked, actor=campus.counselor, grant=True)

    make.sign(round_, campus.student)

    assert Completion.objects.get(person=campus.student).done_at == done_at
    assert Signature.objects.filter(superseded_at=None).count() == 1
    assert first.receipt[:8] == f"{timezone.localdate():%Y%m%d}"


@pytest.mark.parametrize("verb", ["submit", "approve", "send_back", "undo", "excuse", "attach"])
def test_a_deed_s_address_opened_again_leads_to_its_page(client, campus, round_, verb):
    klass = part(round_, campus.klass)
    client.force_login(campus.liaison if verb not in {"submit", "attach"} else campus.counselor)

    answer = client.get(url(verb, klass))

    assert answer.status_code == 405
    assert 'href="../"' in answer.content.decode()
    assert urljoin(url(verb, klass), "../") == url("assignment", klass)


def test_another_way_of_asking_than_an_address_knows_is_told_in_chinese(client, campus):
    client.force_login(campus.counselor)

    answer = client.get(reverse("accounts:logout"))

    assert answer.status_code == 405
    assert "不能直接打开" in answer.content.decode()


def test_many_parts_go_back_for_one_reason_after_a_page_with_the_count(client, campus, round_):
    clean, noted = ready(campus, round_)
    client.force_login(campus.liaison)
    address, ids = reverse("rounds:send_back_many"), [clean.pk, noted.pk]

    asked = client.post(address, {"parts": ids}).content.decode()
    empty = client.post(address, {"parts": ids, "confirmed": "1", "reason": " "}).content.decode()
    assert ("确认退回 2 个单位" in asked, "请填写退回原因" in empty) == (True, True)
    assert set(Assignment.objects.filter(pk__in=ids).values_list("state", flat=True)) == {
        State.SUBMITTED
    }

    done = client.post(address, {"parts": ids, "confirmed": "1", "reason": "请补名单"})
    again = client.post(address, {"parts": ids, "confirmed": "1", "reason": "请补名单"})

    assert (done.status_code, again.status_code) == (200, 400)
    assert set(Assignment.objects.filter(pk__in=ids).values_list("state", "note")) == {
        (State.SENT_BACK, "请补名单")
    }


def test_nobody_sends_many_back_that_do_not_wait_for_them(client, campus, round_):
    clean, noted = ready(campus, round_)
    said = {"parts": [clean.pk, noted.pk], "confirmed": "1", "reason": "x"}

    client.force_login(campus.logistics_liaison)
    assert client.post(reverse("rounds:send_back_many"), said).status_code == 400
    client.force_login(campus.counselor)
    assert client.post(reverse("rounds:send_back_many"), said).status_code == 403

    assert set(
        Assignment.objects.filter(pk__in=[clean.pk, noted.pk]).values_list("state", flat=True)
    ) == {State.SUBMITTED}
