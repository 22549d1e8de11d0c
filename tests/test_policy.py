"""Default deny: every address has one entry, and an address without one refuses."""

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path, reverse

from campus_antifraud import urls as ours
from campus_antifraud.policy import POLICY, entry_for
from tests.test_walls import names
from tests.walls_rows import ROWS


def test_every_address_has_one_entry_and_no_entry_is_stale():
    there = {name for name in names() if not name.startswith("admin:")}

    assert sorted(there - set(POLICY)) == []
    assert sorted(set(POLICY) - there) == []
    assert len(there) > 40


def test_each_page_of_the_desk_asks_who_may_enter_it():
    desk = [name for name in names() if name.startswith("admin:")]

    assert {entry_for(name).verb for name in desk} == {"desk.enter"}
    assert len(desk) > 30


urlpatterns = [
    path("forgotten/", lambda request: HttpResponse("shown"), name="forgotten"),
    path("", include(ours)),
]
handler404 = ours.handler404


@pytest.mark.parametrize("role", ["office", "student", None])
def test_an_address_without_an_entry_refuses_everybody(campus, client, role):
    if role:
        client.force_login(getattr(campus, role))

    with override_settings(ROOT_URLCONF="tests.test_policy"):
        response = client.get("/forgotten/")

    assert response.status_code == 404
    assert "shown" not in response.content.decode()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_no_address_answers_a_method_it_has_no_use_for(world, client, method):
    """As the office, which may enter the most; `head` and `options` only look."""
    client.force_login(world.office)
    said = {
        name: getattr(client, method)(reverse(name, args=args)).status_code
        for name in sorted(POLICY)
        for args in ROWS[name](world, "own")
    }

    assert {name: code for name, code in said.items() if code not in {403, 404, 405}} == {}
    assert len([code for code in said.values() if code == 405]) > 20


def test_the_gate_asks_before_the_view_whatever_the_method(campus, client):
    """Someone without the verb meets the same refusal by every method."""
    client.force_login(campus.student)

    said = {m: getattr(client, m)("/rounds/new/").status_code for m in ("get", "post", "head")}

    assert said == {"get": 403, "post": 403, "head": 403}


def test_a_stranger_is_sent_to_log_in_and_back_to_where_they_were_going(db, client):
    response = client.get("/rounds/?state=open")

    assert (response.status_code, response.url) == (302, "/login/?next=/rounds/%3Fstate%3Dopen")


def test_a_part_of_a_page_is_refused_rather_than_replaced_by_the_login_page(db, client):
    response = client.get("/rounds/", headers={"hx-request": "true"})

    assert response.status_code == 403


def test_the_desk_is_not_there_for_an_address_outside_the_list(campus, client, settings):
    settings.ADMIN_ADDRESSES = ["10.0.0.8"]
    client.force_login(campus.office)

    assert client.get("/desk/").status_code == 404
    assert client.get("/desk/", REMOTE_ADDR="10.0.0.8").status_code == 200
