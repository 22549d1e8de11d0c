"""Nothing personal stands in an address or in a log (OVS-7): canaries typed everywhere are searched."""

import logging
import re

import pytest
from django.urls import get_resolver

from accounts.services import requests
from tests import factories as make
from tests.test_walls import names

SECRET, PHONE, ID = "Canary-pass-77", "13812340077", "330102199901010077"


@pytest.fixture
def heard(caplog):
    """Everything that is logged, the most talkative level included but not the database's own."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)

    def text() -> str:
        shape = logging.Formatter("%(name)s %(message)s")
        return "\n".join(shape.format(record) for record in caplog.records)

    return text


def test_what_is_typed_is_not_logged_when_it_is_wrong(client, campus, heard):
    number = campus.student.number
    for path, body in (
        ("/login/", {"number": number, "password": SECRET}),
        ("/login/", {"number": PHONE, "password": SECRET}),
        ("/activate/", {"number": number, "code": SECRET, "password1": SECRET, "password2": "x"}),
        ("/login/second/", {"code": SECRET}),
        ("/nowhere/", {"phone": PHONE}),
    ):
        client.post(path, body)
    client.get("/login/cas/", {"ticket": SECRET})
    client.force_login(campus.student)
    client.post("/me/password/", {"current": SECRET, "password1": SECRET, "password2": SECRET})
    client.post("/me/requests/", {"kind": "correct", "text": f"{PHONE} {ID}"})
    client.post("/me/requests/", {"kind": "correct", "text": f"{PHONE} {ID}"})

    said = heard()
    assert "/nowhere/" in said  # the log was heard
    assert [word for word in (SECRET, PHONE, ID, number) if word in said] == []


def test_what_is_looked_for_is_not_logged(client, campus, heard):
    client.force_login(campus.office)
    for path in ("/people/", "/desk/accounts/user/", "/nowhere/"):
        client.get(path, {"q": PHONE, "name": "张小明"})
    client.post(f"/people/{campus.student.pk}/unmask/", {"reason": f"核实 {ID}"})

    said = heard()
    assert [word for word in (PHONE, ID, "张小明", campus.student.phone) if word in said] == []


def test_a_refusal_and_a_foreign_row_tell_the_log_no_name(client, campus, heard):
    asked = requests.ask(campus.student, kind="erase", text=PHONE)
    client.force_login(campus.stranger)
    client.post(f"/requests/{asked.pk}/decide/", {f"{asked.pk}-note": SECRET})
    client.get(f"/people/{campus.student.pk}/")
    client.post("/me/logins/end/", {"reason": SECRET})

    said = heard()
    assert [w for w in (SECRET, PHONE, "张小明", campus.student.number) if w in said] == []


def test_no_address_holds_more_than_row_numbers_and_words_of_our_own():
    """A name or a number in an address would stay in histories, proxies and forwarded links."""
    taken = set()
    for name in names():
        if not name.startswith("admin:"):
            for pattern in get_resolver().reverse_dict.getlist(name.partition(":")[2]):
                taken |= set(re.findall(r"\(\?P<[^>]+>([^)]*)\)", pattern[1]))

    assert taken <= {"[0-9]+", "[-a-zA-Z0-9_]+"}
    assert make.PASSWORD not in str(taken)
