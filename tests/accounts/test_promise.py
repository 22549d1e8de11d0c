"""A class cadre's role begins with the promise of secrecy (users.md, First light)."""

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Grant, User
from accounts.scope import Role, roles_of
from accounts.services import grants
from tests.accounts.test_grants import give

PROMISE = "/me/promise/"


@pytest.fixture
def named(campus):
    return give(campus, campus.student, Role.CADRE, campus.klass)


def again(person):
    return User.objects.get(pk=person.pk)


def test_before_the_promise_the_role_opens_nothing_and_home_asks_for_it(client, campus, named):
    client.force_login(campus.student)

    home = client.get("/")

    assert roles_of(again(campus.student)) == set()
    assert client.get("/rounds/").status_code == 403
    assert [(card.queue.label, card.count, card.url) for card in home.context["cards"]] == [
        ("待签保密承诺", 1, PROMISE)
    ]
    assert "计科2301班" in client.get(PROMISE).content.decode()


def test_from_the_promise_on_it_holds_and_the_trail_says_since_when(client, campus, named):
    client.force_login(campus.student)

    client.post(PROMISE)
    client.post(PROMISE)

    named.refresh_from_db()
    assert abs((timezone.now() - named.promised_at).total_seconds()) < 60
    assert roles_of(again(campus.student)) == {Role.CADRE}
    assert client.get("/rounds/").status_code == 200
    assert AuditEntry.objects.filter(verb="promise", object_id=str(named.pk)).count() == 1
    assert "没有待签署的保密承诺" in client.get(PROMISE).content.decode()


def test_nobody_promises_for_another_nor_for_a_grant_that_ended(campus, named):
    grants.promise(campus.classmate)
    grants.end(named, actor=campus.office, reason="改选")

    assert grants.promise(campus.student) == []
    assert Grant.objects.get(pk=named.pk).promised_at is None


def test_the_desk_says_which_cadres_have_not_promised(client, campus, named):
    client.force_login(campus.office)

    page = client.get("/desk/accounts/grant/", {"force": "unpromised"})

    assert [grant.pk for grant in page.context["cl"].queryset] == [named.pk]
    assert "待签保密承诺" in page.content.decode()
