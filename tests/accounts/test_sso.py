"""Single sign-on against a small CAS 3 server that answers over HTTP."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from accounts import sso
from accounts.models import AuditEntry, User

XML = """<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'>{}</cas:serviceResponse>"""
GOOD = XML.format("<cas:authenticationSuccess><cas:user>{}</cas:user></cas:authenticationSuccess>")
BAD = XML.format("<cas:authenticationFailure code='INVALID_TICKET'>no</cas:authenticationFailure>")
BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.NumberBackend",
    "accounts.backends.CodeBackend",
    "accounts.sso.RosterCasBackend",
]


class Cas(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = parse_qs(urlsplit(self.path).query)
        ticket, service = asked["ticket"][0], asked["service"][0]
        self.server.asked.append((urlsplit(self.path).path, service))
        said = self.server.answers.pop(ticket, BAD)  # a ticket is good once
        status, body = said if isinstance(said, tuple) else (200, said)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere?ticket=ST-0&service=x")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def cas(settings, campus):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cas)
    server.answers, server.asked = {}, []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    settings.CAS_SERVER_URL = f"http://127.0.0.1:{server.server_port}/cas/"
    settings.CAS_SCHOOL, settings.AUTHENTICATION_BACKENDS = "TEST", BACKENDS
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def come_back(client, ticket="ST-1", **more):
    return client.get("/login/cas/", {"ticket": ticket, **more})


def inside(client) -> bool:
    return SESSION_KEY in client.session


def test_without_a_cas_server_there_is_no_such_page(client, campus):
    assert client.get("/login/cas/").status_code == 404
    assert "统一身份认证" not in client.get("/login/").content.decode()


def test_the_login_page_offers_it_and_keeps_the_way_onward(client, cas):
    assert "/login/cas/?next=%2Fme%2F" in client.get("/login/?next=/me/").content.decode()


def test_one_is_sent_to_the_school_s_own_page(client, cas, settings):
    answer = client.get("/login/cas/", {"next": "/me/"})

    assert answer["Location"] == (
        f"{settings.CAS_SERVER_URL}login?"
        "service=http%3A%2F%2Ftestserver%2Flogin%2Fcas%2F%3Fnext%3D%252Fme%252F"
    )


def test_the_service_is_the_address_set_and_not_the_host_claimed(client, cas, settings):
    settings.CAS_ROOT_PROXIED_AS = "https://fz.example.edu.cn"
    settings.ALLOWED_HOSTS = ["*"]

    answer = client.get("/login/cas/", headers={"Host": "evil.example"})

    assert "service=https%3A%2F%2Ffz.example.edu.cn%2Flogin%2Fcas%2F" in answer["Location"]


def test_a_good_ticket_lets_the_person_of_that_number_in(client, cas, campus):
    cas.answers["ST-1"] = GOOD.format(campus.student.number)

    answer = come_back(client, next="/me/")

    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert client.session[SESSION_KEY] == str(campus.student.pk)
    assert cas.asked == [("/cas/p3/serviceValidate", "http://testserver/login/cas/?next=%2Fme%2F")]


@pytest.mark.parametrize("name", [" {} ", "　{}　", "wide"])
def test_the_number_is_matched_as_it_is_on_the_roster(client, cas, campus, name):
    number = campus.student.number
    wide = number.translate({48 + n: 0xFF10 + n for n in range(10)})
    cas.answers["ST-1"] = GOOD.format(wide if name == "wide" else name.format(number))

    come_back(client)

    assert inside(client)


def test_the_first_time_counts_as_activation(client, cas, campus):
    User.objects.filter(pk=campus.student.pk).update(activated_at=None, password="")
    for ticket in ("ST-1", "ST-2"):
        cas.answers[ticket] = GOOD.format(campus.student.number)
        come_back(client, ticket)
        client.logout()

    campus.student.refresh_from_db()
    assert campus.student.activated_at is not None
    assert [e.note for e in AuditEntry.objects.filter(verb="activate")] == ["统一身份认证"]


def test_somebody_not_on_the_roster_is_told_so_and_gets_nothing(client, cas):
    people = User.objects.count()
    cas.answers["ST-1"] = GOOD.format("T999999")

    answer = come_back(client)

    assert answer.status_code == 403 and "未在名册" in answer.content.decode()
    assert (inside(client), User.objects.count()) == (False, people)


@pytest.mark.parametrize("change", [{"is_active": False}, {"demo": True}])
def test_a_closed_or_demo_account_stays_out(client, cas, campus, change):
    User.objects.filter(pk=campus.student.pk).update(**change)
    cas.answers["ST-1"] = GOOD.format(campus.student.number)

    assert come_back(client).status_code == 403 and not inside(client)


def test_a_number_of_another_school_is_not_ours(client, cas, campus):
    from tests import factories as make

    other = make.campus("OTHER")
    cas.answers["ST-1"] = GOOD.format(other.student.number)

    assert come_back(client).status_code == 403 and not inside(client)


def test_a_ticket_is_good_once(client, cas, campus):
    cas.answers["ST-1"] = GOOD.format(campus.student.number)
    come_back(client)
    client.logout()

    answer = come_back(client)

    assert answer.status_code == 403 and not inside(client)
    assert "统一身份认证未通过" in answer.content.decode()


TICKETS = ["ST-1&pgtUrl=http://evil", "ST-1\r\nX: y", "S" * 10_000, "ST 1", "ST-1\x00", "票据"]


@pytest.mark.parametrize("ticket", TICKETS)
def test_a_ticket_that_is_none_is_not_even_asked_about(client, cas, ticket):
    assert come_back(client, ticket).status_code == 400
    assert cas.asked == []


XXE = "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>" + GOOD.format("&f;")
ODD = [
    "<html>维护中</html>", "", "not xml", XML.format(""), (500, "error"), (302, ""),
    GOOD.format(""), "x" * 200_000, XXE, XML.format("<cas:authenticationSuccess/>"),
]  # fmt: skip


@pytest.mark.parametrize("said", ODD)
def test_an_odd_answer_lets_nobody_in_and_is_told_in_chinese(client, cas, said):
    cas.answers["ST-1"] = said

    answer = come_back(client)

    assert answer.status_code == 403 and not inside(client)
    assert "统一身份认证未通过" in answer.content.decode()
    assert len(cas.asked) == 1


def test_a_server_that_cannot_be_reached_is_told_in_chinese(client, campus, settings, monkeypatch):
    settings.CAS_SERVER_URL = "http://127.0.0.1:9/cas/"
    settings.CAS_SCHOOL, settings.AUTHENTICATION_BACKENDS = "TEST", BACKENDS

    answer = come_back(client)

    assert answer.status_code == 403 and "统一身份认证未通过" in answer.content.decode()


def test_a_silent_server_is_waited_for_no_longer_than_the_limit(client, cas, campus, monkeypatch):
    monkeypatch.setattr(sso, "SECONDS", 0.2)
    hold = threading.Event()
    monkeypatch.setattr(Cas, "do_GET", lambda self: hold.wait(5))

    answer = come_back(client)

    hold.set()
    assert answer.status_code == 403


EVIL = [
    "https://evil.example/x", "//evil.example/x", "/\\evil.example", "\\\\evil.example",
    "javascript:alert(1)", "http:///evil.example", "/" + "x" * 600,
]  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("logged_in", [False, True])
def test_no_foreign_address_is_followed(client, cas, campus, evil, logged_in):
    if logged_in:
        client.force_login(campus.student)
    cas.answers["ST-1"] = GOOD.format(campus.student.number)

    assert come_back(client, next=evil).status_code == 400
    assert client.get("/login/cas/", {"next": evil}).status_code == 400


def test_the_page_one_came_from_is_not_followed_either(client, cas, campus):
    cas.answers["ST-1"] = GOOD.format(campus.student.number)

    answer = client.get(
        "/login/cas/", {"ticket": "ST-1"}, headers={"Referer": "https://evil.example/"}
    )

    assert answer["Location"] == "/"


def test_bad_tickets_lock_out_nobody_behind_the_same_gate(client, cas, campus):
    for n in range(8):
        assert come_back(client, f"ST-{n}").status_code == 403

    cas.answers["ST-9"] = GOOD.format(campus.student.number)
    come_back(client, "ST-9")

    assert inside(client)
    assert not AccessAttempt.objects.exists()


SAML = (
    '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">'
    "<samlp:SessionIndex>{}</samlp:SessionIndex></samlp:LogoutRequest>"
)


def test_single_logout_ends_the_session_of_its_ticket_and_no_other(client, cas, campus):
    cas.answers["ST-1"] = GOOD.format(campus.student.number)
    come_back(client)

    client.post("/login/cas/", {"logoutRequest": SAML.format("ST-2")})
    assert client.get(reverse("accounts:me")).status_code == 200

    answer = client.post("/login/cas/", {"logoutRequest": SAML.format("ST-1")})
    assert answer.status_code == 204
    assert client.get(reverse("accounts:me")).status_code == 302


@pytest.mark.parametrize("sent", [{}, {"logoutRequest": "<x"}, {"logoutRequest": "x" * 20_000},
                                  {"next": "//evil.example"}])  # fmt: skip
def test_nothing_else_can_be_posted(client, cas, sent):
    assert client.post("/login/cas/", sent).status_code == 400
