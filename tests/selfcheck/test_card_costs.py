"""A list costs the same for one row and for three (CHK-1, CHK-3)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rounds.models import Assignment
from tests import factories as make


def cost(client, url) -> int:
    client.get(url)  # what is read once for each process is read
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.fixture
def round_(campus):
    return make.card_round(campus)


def of_class(campus, round_):
    return reverse("cards:class", args=[round_.pk, campus.klass.pk])


def of_college(campus, round_):
    return reverse("cards:sheet", args=[round_.pk, campus.college.pk])


def of_findings(campus, round_):
    return reverse("rounds:findings")


@pytest.mark.parametrize(
    ("role", "address"),
    [("counselor", of_class), ("liaison", of_college), ("liaison", of_findings)],
)
def test_more_rows_cost_no_more_queries(client, campus, round_, role, address):
    people = [make.person(campus.klass) for _ in range(6)]
    make.declare(round_, people[0], make.account())
    make.declare(round_, people[1])
    client.force_login(getattr(campus, role))
    one = cost(client, address(campus, round_))

    for lent, nothing in ((people[2], people[3]), (people[4], people[5])):
        make.declare(round_, lent, make.account(), make.account(kind="qq", tail=""))
        make.declare(round_, nothing)

    assert cost(client, address(campus, round_)) == one


def test_the_page_of_a_part_leads_to_what_the_kind_has_there(client, campus, round_):
    client.force_login(campus.counselor)
    part = Assignment.objects.get(round=round_, unit=campus.klass)

    page = client.get(reverse("rounds:assignment", args=[part.pk])).content.decode()

    assert of_class(campus, round_) in page
    assert reverse("cards:sheet", args=[round_.pk, campus.klass.pk]) in page
