"""security.md 2H through HTTP: getting in by guessing, by replay, by forgery. The rest of its rows
stands beside what it is about (`tests/test_security_rows.py` says where)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from accounts.models import Login, User
from accounts.services import activation, logins
from tests import factories as make
from tests.accounts import test_sso as sso
from tests.accounts.test_login import inside, knock, without_token
from tests.untouched import Unchanged

cas = sso.cas
GUESSES = 60
HOME = "10.20.30.40"


@pytest.fixture
def checks(monkeypatch):
    """Each time a password is compared with one that is kept, or as if it were."""
    made, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *a: made.append(1) or encode(*a))
    return made


ROTATED = {
    "one address": lambda n: {},
    "an address a guess": lambda n: {"REMOTE_ADDR": f"10.{n}.1.1"},
    "a forged chain": lambda n: {"HTTP_X_FORWARDED_FOR": f"10.9.1.{n}, 192.0.2.{n}"},
    "an address a guess in IPv6": lambda n: {"REMOTE_ADDR": f"2001:db8:{n}::1"},
}


@pytest.mark.parametrize("way", ROTATED)
@pytest.mark.parametrize("known", [True, False])
def test_h01_guesses_are_ten_at_most_whoever_is_guessed(client, student, checks, way, known):
    number = student.number if known else "9999999999"

    codes = [
        knock(client, number, f"Wrong-{n}", **ROTATED[way](n)).status_code for n in range(GUESSES)
    ]

    assert len(checks) <= 10
    assert set(codes[10:]) == {429}
    assert not inside(client)


def test_h01_who_is_guessed_gets_in_from_where_they_always_do(client, student):
    knock(client, student.number, REMOTE_ADDR=HOME)
    client.logout()
    for n in range(GUESSES):
        knock(client, student.number, f"Wrong-{n}", REMOTE_ADDR=f"192.{n}.1.1")

    strange = knock(client, student.number, REMOTE_ADDR="198.51.100.7")
    assert (strange.status_code, inside(client)) == (429, False)
    knock(client, student.number, REMOTE_ADDR="10.20.99.1")
    assert inside(client)


def test_h01_others_behind_the_same_gate_are_not_locked_out(client, campus):
    for n in range(GUESSES):
        knock(client, campus.student.number, f"Wrong-{n}", REMOTE_ADDR=HOME)

    knock(client, campus.classmate.number, REMOTE_ADDR=HOME)

    assert inside(client)


SPELLINGS = [
    "{}\x00", "\x00{}", "{}😀", "{}" + "0" * 10_000, "{}\u0430", "{}' OR '1'='1", "{}%00", "*",
    "%", "{}\n{}", "{}/..", "<script>{}", "{}\u202e", "null", "None", "[]", "{{}}", "-1",
]  # fmt: skip


@pytest.mark.parametrize("typed", SPELLINGS)
def test_h03_no_spelling_of_a_number_is_another_s_account(client, student, typed):
    with Unchanged():
        answer = knock(client, typed.replace("{}", student.number))
        assert (answer.status_code, inside(client)) == (200, False)
        assert 'role="alert"' in answer.content.decode() or "不正确" in answer.content.decode()


ENDINGS = {
    "logging out": lambda person, client: client.post("/logout/"),
    "a new password": lambda person, client: renewed(person),
    "a reset": lambda person, client: activation.reset(
        person, actor=User.objects.get(name="褚辅导"), seen="当面核对校园卡"
    ),
    "closing the account": lambda person, client: User.objects.filter(pk=person.pk).update(
        is_active=False
    ),
    "an administrator": lambda person, client: logins.end(
        Login.objects.open().get(user=person), actor=User.objects.get(name="许系统"), reason="丢失"
    ),
}


def renewed(person):
    person.set_password("Another-2026-pass")
    person.save()


@pytest.mark.parametrize("ending", ENDINGS)
def test_h06_a_cookie_kept_from_before_opens_nothing_afterwards(client, campus, ending):
    knock(client, campus.student.number)
    kept = client.cookies["sessionid"].value
    assert client.get("/me/").headers["Cache-Control"] == "no-store, private"

    ENDINGS[ending](campus.student, client)

    thief = Client()
    thief.cookies["sessionid"] = kept
    for page in ("/me/", "/", "/notices/"):
        answer = thief.get(page)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/login/")


def test_h08_h12_a_ticket_of_somebody_unknown_gives_no_rights_and_no_account(client, cas, campus):
    with Unchanged():
        for name in ("nobody", "admin", "", campus.student.number + "x", "孙处长"):
            cas.answers["ST-1"] = sso.GOOD.format(name)
            assert sso.come_back(client).status_code == 403
            assert not inside(client)
    assert client.get("/me/").status_code == 302


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_h08_a_ticket_brought_by_ten_browsers_at_once_lets_one_in(cas, campus):
    if connection.vendor != "postgresql":
        pytest.skip("未连接 PostgreSQL：并发测试只在 PostgreSQL 上有意义")
    cas.answers["ST-1"] = sso.GOOD.format(campus.student.number)

    def arrive(_):
        try:
            browser = Client()
            sso.come_back(browser)
            return inside(browser)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(arrive, range(10))).count(True) == 1


FORGED = [
    {"HTTP_HOST": "evil.example"}, {"HTTP_X_FORWARDED_HOST": "evil.example"},
    {"SERVER_NAME": "evil.example"}, {"HTTP_HOST": "testserver@evil.example"},
]  # fmt: skip


@pytest.mark.parametrize("forged", FORGED)
def test_h10_a_forged_host_reaches_no_address_we_name(client, cas, settings, forged):
    settings.CAS_ROOT_PROXIED_AS = "https://fanzha.example.edu.cn"
    settings.USE_X_FORWARDED_HOST = False

    answer = client.get("/login/cas/", **forged)

    assert answer.status_code in {302, 400}
    assert "evil" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("index", ["ST-2", "", "%", "ST-1' OR '1", "x" * 500])
def test_h13_a_forged_word_of_leaving_ends_nobody_s_session(client, cas, campus, index):
    cas.answers["ST-1"] = sso.GOOD.format(campus.student.number)
    sso.come_back(client)
    stranger = Client()

    answer = stranger.post("/login/cas/", {"logoutRequest": sso.SAML.format(index)})

    assert answer.status_code in {204, 400}
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize("address", ["/login/", "/logout/", "/activate/", "/me/password/",
                                     "/login/second/", "/me/logins/end/"])  # fmt: skip
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example"]
)
def test_h14_a_form_from_elsewhere_is_refused_in_chinese(campus, address, origin):
    client = Client(enforce_csrf_checks=True)
    client.force_login(campus.student)
    client.get("/me/")
    token = client.cookies.get("csrftoken")
    body = {"number": campus.student.number, "password": make.PASSWORD}
    body["csrfmiddlewaretoken"] = token.value if token else "x"
    with Unchanged():
        answer = client.post(address, body, headers={"Origin": origin})
        assert answer.status_code == 403
        assert "页面已失效" in answer.content.decode()


def test_h02_unknown_and_known_are_told_apart_by_nobody_even_while_locked(client, student):
    answers = []
    for number in (student.number, "9999999999"):
        for n in range(6):
            answer = knock(client, number, f"Wrong-{n}")
        answers.append((answer.status_code, without_token(answer)))

    assert answers[0] == answers[1]


def test_h16_no_account_of_a_name_everybody_knows_is_there(client, campus):
    for name in ("admin", "root", "test", "guest", "demo", "administrator", "1", "000000"):
        for password in ("admin", "123456", "password", name, "Fanzha-2026-demo"):
            knock(client, name, password, REMOTE_ADDR=f"10.{len(name)}.{len(password)}.1")
            assert not inside(client)


def test_h18_three_logins_are_listed_and_one_is_ended_at_the_next_request(campus):
    browsers = [Client() for _ in range(3)]
    for browser in browsers:
        knock(browser, campus.student.number)
    assert len(Login.objects.open().filter(user=campus.student)) == 3
    desk = Client()
    desk.force_login(campus.sysadmin)
    last = Login.objects.open().filter(user=campus.student).earliest("id")
    step = reverse("admin:accounts_login_step", args=[last.pk, "end"])

    answer = desk.post(step, {"reason": "设备丢失"})

    assert answer.status_code == 302
    assert sorted(browser.get("/me/").status_code for browser in browsers) == [200, 200, 302]
