"""The desk's index is queues whose counts equal their lists (OVS-7)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ImportBatch
from rounds import services
from rounds.models import Assignment, Excuse
from tests import factories as make


@pytest.fixture
def work(campus):
    """One row in each queue, and beside each a row that is not in it."""
    round_ = make.pledge_round(campus)
    today, now = timezone.localdate(), timezone.now()
    klass = Assignment.objects.get(round=round_, unit=campus.klass)
    Assignment.objects.filter(pk=klass.pk).update(
        state="sent_back", state_at=now - timedelta(days=4)
    )
    second = Assignment.objects.get(round=round_, unit=campus.second_class)
    Assignment.objects.filter(pk=second.pk).update(state="sent_back", state_at=now)
    for person, days in ((campus.classmate, 3), (campus.student, 30)):
        services.excuse_person(
            round_, person, actor=campus.office, reason="病休", until=today + timedelta(days=days)
        )
    for state in ("refused", "applied"):
        ImportBatch.objects.create(
            unit=campus.school, path=campus.school.path, created_by=campus.office, state=state
        )
    return campus


def counts(client) -> dict[str, tuple[int, str]]:
    page = client.get(reverse("admin:index"))
    return {e["queue"].label: (e["count"], e["url"]) for e in page.context["queues"]}


@pytest.mark.parametrize("label", ["退回未改", "豁免即将到期", "未成功的名册导入"])
def test_the_count_of_a_queue_is_the_length_of_its_list(client, work, label):
    client.force_login(work.office)
    count, url = counts(client)[label]

    page = client.get(url)

    listed = page.context["cl"].result_count if "cl" in page.context else len(page.context["lines"])
    assert (page.status_code, listed, count) == (200, 1, 1)


def test_another_school_s_work_is_in_no_queue(client, work):
    other = make.campus("B")
    client.force_login(other.office)

    found = counts(client)

    assert {"退回未改", "豁免即将到期", "未成功的名册导入"} & set(found) == set()


def test_a_liaison_sees_what_was_sent_back_below_and_not_their_own(client, work):
    own = Assignment.objects.get(unit=work.college)
    Assignment.objects.filter(pk=own.pk).update(
        state="sent_back", state_at=timezone.now() - timedelta(days=9)
    )
    client.force_login(work.liaison)

    page = client.get(reverse("rounds:assignments") + "?show=silent")

    assert [line.part.unit for line in page.context["lines"]] == [work.klass]


def test_a_voided_or_closed_excuse_is_in_no_queue(client, work):
    Excuse.objects.filter(person=work.classmate).update(voided_at=timezone.now())
    client.force_login(work.office)

    assert "豁免即将到期" not in counts(client)


def test_a_count_beyond_a_school_s_is_said_so(client, work, monkeypatch):
    monkeypatch.setattr("accounts.paging.EXACT", 0)
    client.force_login(work.office)

    assert "10000+" in client.get(reverse("admin:index")).content.decode()
    assert "10000+ 条" in client.get(reverse("admin:accounts_user_changelist")).content.decode()


@pytest.mark.parametrize("who", ["auditor", "sysadmin"])
def test_who_cannot_open_the_excuses_is_not_led_to_them(client, work, who):
    client.force_login(getattr(work, who))

    assert "豁免即将到期" not in client.get("/").content.decode()
