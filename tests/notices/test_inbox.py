"""A person's own messages: counted in the head of the page, listed, opened, read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.models import Notice
from notices.queries import unread

INBOX = "/notices/"


def put(person, n=1, **more):
    shape = {"kind": "own", "day": "2026-11-20", "title": "请完成：承诺书", "body": "请尽快办理。"}
    return [Notice.objects.create(person=person, key=f"k{i}", **shape | more) for i in range(n)]


def test_the_head_of_every_page_says_how_many_are_unread(client, campus):
    put(campus.student, 2)
    put(campus.classmate)
    client.force_login(campus.student)

    body = client.get("/").content.decode()

    assert "消息<b>2</b>" in body
    client.post(reverse("notices:read_all"))
    assert "消息<b>" not in client.get("/").content.decode()
    assert unread(campus.classmate) == 1


def test_a_message_is_opened_then_read(client, campus):
    (found,) = put(campus.student, link="/rounds/")
    client.force_login(campus.student)
    page = reverse("notices:notice", args=[found.pk])

    body = client.get(page).content.decode()
    assert "请尽快办理" in body and f'hx-post="{page}read/"' in body and unread(campus.student) == 1

    answer = client.post(f"{page}read/", headers={"HX-Request": "true"})
    found.refresh_from_db()
    first = found.read_at
    client.post(f"{page}read/")
    found.refresh_from_db()
    assert (answer.status_code, found.read_at) == (204, first) and first


def test_unread_ones_can_be_listed_alone_and_an_empty_list_says_why(client, campus):
    read, _ = put(campus.student, 2)
    Notice.objects.filter(pk=read.pk).update(read_at=read.sent_at)
    client.force_login(campus.student)

    assert len(client.get(INBOX).context["page_obj"]) == 2
    assert len(client.get(INBOX, {"show": "unread"}).context["page_obj"]) == 1
    assert client.get(INBOX, {"show": "'", "page": "x"}).status_code == 200
    client.force_login(campus.classmate)
    assert "还没有消息" in client.get(INBOX).content.decode()


@pytest.mark.parametrize("who", ["classmate", "counselor", "office", "sysadmin", "auditor"])
def test_nobody_reads_another_s_messages(client, campus, who):
    (found,) = put(campus.student)
    client.force_login(getattr(campus, who))

    assert client.get(reverse("notices:notice", args=[found.pk])).status_code == 404
    assert client.post(reverse("notices:read", args=[found.pk])).status_code == 404
    assert client.post(reverse("notices:read_all")).status_code == 302
    assert unread(campus.student) == 1


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_for_any_number(client, campus, many, django_assert_num_queries):
    put(campus.student, many)
    client.force_login(campus.student)

    with django_assert_num_queries(7):
        client.get(INBOX)


def test_the_signing_page_asks_nothing_about_messages(client, campus):
    from tests import factories as make

    round_ = make.pledge_round(campus)
    client.force_login(campus.student)

    with CaptureQueriesContext(connection) as seen:
        client.get(reverse("pledges:sign", args=[round_.pk]))

    assert [q["sql"] for q in seen if "notices_notice" in q["sql"]] == []
