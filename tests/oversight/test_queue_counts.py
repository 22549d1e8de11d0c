"""Every count on home and desk is its list's, exact within a school and bounded beyond (OVS-7)."""

import pytest
from django.core.paginator import Page
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import paging
from accounts.models import User
from accounts.queues import QUEUES
from oversight import queries
from rounds import services
from rounds.models import Assignment
from tests.desk_rows import rows_of

PAGES = ["oversight:home", "admin:index"]
ROLES = ["office", "liaison", "head", "counselor"]


@pytest.fixture
def work(campus):
    """Something in nearly every queue, and beside each row one that is not in it."""
    rows = rows_of(campus)
    round_ = rows[Assignment].round
    part = Assignment.objects.get(round=round_, unit=campus.second_class)
    services.submit(part, actor=campus.second_counselor, note="未齐")
    User.objects.filter(pk=campus.classmate.pk).update(absent_since="2026-10-01")
    waiting = [campus.second_student.pk, campus.student.pk, campus.classmate.pk]
    User.objects.filter(pk__in=waiting).update(activated_at=None)
    return campus


def listed(context) -> int | None:
    """How many rows a queue's page lists, whatever it calls them; None for a page of its own."""
    if "cl" in context:
        return context["cl"].result_count
    said = {key: value for part in context for key, value in part.flatten().items()}
    pages = [value for value in said.values() if isinstance(value, Page)]
    if pages:
        whole = pages[0].paginator.object_list
        if whole and hasattr(whole[0], "waiting_count"):  # units, of which the people are counted
            return sum(unit.waiting_count for unit in whole)
        return pages[0].paginator.count
    if "lines" in said:
        return len(said["lines"])
    for name in ("waiting", "rows", "parts"):
        if isinstance(said.get(name), list):
            return len(said[name])
    return None


@pytest.mark.parametrize("role", ROLES)
def test_each_count_of_a_home_is_the_length_of_its_list(client, work, role):
    client.force_login(getattr(work, role))
    home = client.get(reverse("oversight:home")).context
    told = {}
    for card in home["cards"]:
        if (found := listed(client.get(card.url).context)) is not None:
            told[card.queue.label] = (card.count, found)

    assert {label: pair for label, pair in told.items() if pair[0] != pair[1]} == {}
    assert len(told) >= 2


@pytest.mark.parametrize("page", PAGES)
def test_more_than_a_school_has_is_said_so_and_not_counted(client, work, monkeypatch, page):
    monkeypatch.setattr(paging, "EXACT", 0)
    client.force_login(work.office)

    assert "10000+" in client.get(reverse(page)).content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_within_a_school_the_count_is_exact(client, work, page):
    client.force_login(work.office)

    assert "10000+" not in client.get(reverse(page)).content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_no_queue_is_counted_without_an_end(client, work, page):
    client.force_login(work.office)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(page))

    counts = [query["sql"] for query in asked if "COUNT(*)" in query["sql"].split("FROM")[0]]
    limit = f"LIMIT {paging.EXACT + 1}"
    assert len([sql for sql in counts if limit in sql]) >= 5
    ends = [sql for sql in counts if limit not in sql]
    assert [sql for sql in ends if "GROUP BY" not in sql and "notices_notice" not in sql] == []


def test_a_handover_tells_what_waits_as_the_home_does(client, work):
    client.force_login(work.office)
    page = client.get(reverse("org:handover", args=[work.liaison.pk]))

    told = dict(page.context["queues"])
    cards, _ = queries.cards(User.objects.get(pk=work.liaison.pk))
    assert told == {card.queue.label: card.count for card in cards}
    assert {queue.label for queue in QUEUES} >= set(told)
